# Called as aide there is no journal unless it is asked for; AIDE's text has its digest in it.
mkdir tree; echo 1 >tree/file
ln -s "$INTACT" aide
aide() { local rc=0; HOME=$DIR ./aide -W "$WORKERS" --state state -c intact.conf "$@" >out 2>&1 || rc=$?; grep -E 'ERROR|WARNING|NO differences' out; echo "exit: $rc"; }
configure "p+ftype+s+md5"
aide --init; accept
aide
aide --history
ls -A state 2>&1
echo "== asked for"
configure "p+ftype+s+md5" "journal=$DIR/journal"
aide --init --reason "as AIDE"; accept
aide
sha256=$(sha256sum <intact.db | cut -c 1-64)
grep -o "\"new_baseline\":{[^}]*$sha256" journal | sed "s/$sha256/SHA256/"
grep -o "\"baseline\":{[^}]*$sha256" journal | sed "s/$sha256/SHA256/"
configure "p+ftype+s+md5" "journal=yes"
aide; ls state | hexless
echo "== what AIDE has no more is not short for what we have"
aide --re why; cat out
