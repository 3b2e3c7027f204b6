# nightly_hook: a program of the site, told by its environment what the night came to; what it does wrong loses nothing.
. "$here/lib_nightly.sh"
hook() { printf '#!/bin/sh\n%s\n' "$1" >hook; chmod 755 hook; }
show='env | grep -v "^PWD=\|^_=\|^SHLVL=\|^OLDPWD=" | sort >'$DIR'/told; read -r line; echo "[$line]" >>'$DIR'/told; head -n 1 "$INTACT_REPORT" >>'$DIR'/told 2>/dev/null; true'
told() { sed -E "s/INTACT_HOST=$(uname -n)\$/INTACT_HOST=HOST/; s#=.*/reports/report-[0-9TZ]+#=REPORTS/report-TIME#; s/^Start timestamp.*/(the report)/; /^intact [^ ]+ found|^intact /!b" told 2>&1; rm -f told; }
nights "nightly_hook=$DIR/hook"
hook "$show"
echo 1 >tree/a; baseline
echo "== quiet"; night; told
echo 2 >tree/a; touch 'tree/b
c'
echo "== findings"; night | sed -n 1,2p; told
echo "== it says something, fails, and nothing is lost"
hook 'echo "out"; echo "err" >&2; exit 3'; echo 3 >tree/a; night | sed -n 1,5p
hook "$show"; night; told
echo "== it does not end"; hook 'sleep 600'; night -A nightly_hook_timeout=1
echo "== it kills its process group"; hook 'kill -9 0'; night
echo "== it is not there, or cannot be run"; rm hook; night; : >hook; night; rm hook
echo "== the check fails"; hook "$show"; cp intact.db good; flip intact.db 60; night | sed -n 1,2p; told; cp good intact.db
echo "== another one is at work: nothing is said"
flock "$INTACT_STATE/nightly.lock" "$INTACT" -c intact.conf --nightly 2>&1 | sed 's/the lock.*/the lock/'; cat told 2>&1 | sed 's/.*: //'
echo "== no report is kept"; rm -rf "$INTACT_STATE/reports"; sed -i 1ireport_keep=no intact.conf; night; told | grep REPORT
echo "== the state folder is given as one below this"; sed -i 1d intact.conf; hook "$show"; night --state st >/dev/null; told | tail -n 2 | grep report
echo "== of nights only"; conf --check >/dev/null; ls told 2>&1 | sed 's/.*: //'
echo "== wrong values"
nights nightly_hook=hook; conf --config-check; nights nightly_hook_timeout=0; conf --config-check
