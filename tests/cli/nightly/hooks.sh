# The hooks of doc/guide/nightly-jobs.md do what they are there for, as they are printed.
. "$here/lib_nightly.sh"
guide=$(dirname "$MANUAL")/guide/nightly-jobs.md
# $1: the how-manyth, $2: sed's commands for what is elsewhere here
guided() { awk -v n="$1" '/^```/ { in_it = !in_it && /sh$/; k += in_it; next } in_it && k == n' "$guide" | sed "$2" >hook; chmod 755 hook; }
nights "nightly_hook=$DIR/hook" "mail_heartbeat=never"
printf '#!/bin/sh\nfor each; do printf "%%s\\n" "$each"; done >>%s/called\n' "$DIR" >called_by; chmod 755 called_by
called() { tail -n "$1" called | sed "s/$(uname -n)/HOST/; s/[0-9]\{4\}-[0-9-]*T[0-9]*/DATE/"; rm -f called; }
echo 1 >tree/a; baseline
echo "== a dead man's switch"
guided 1 "s#exec curl#exec $DIR/called_by#"
night; called 2
echo 2 >tree/a; night | grep exit; called 2
cp intact.db good; flip intact.db 60; night | grep exit; called 2; cp good intact.db
echo "== numbers"
guided 2 "s#^out=.*#out=$DIR/intact.prom#"
echo 3 >tree/b; night | grep exit; sed 's/seconds [0-9]*$/seconds NOW/' intact.prom
flip intact.db 60; night | grep exit; sed 's/seconds [0-9]*$/seconds NOW/' intact.prom; cp good intact.db
echo "== copies"
guided 3 "s#exec rsync#exec $DIR/called_by#"
night | grep exit; called 5
command -v rsync >/dev/null || exit 0
mkdir vault
guided 3 "s#/var/lib/intact/#$DIR/intact.db#; s#backup@vault.example.org:\"\$INTACT_HOST\"/#$DIR/vault/#"
night >/dev/null; echo x >>intact.db; night >/dev/null
[ "$(find vault -name 'intact.db*' | wc -l)" = 2 ] || ls -l vault
