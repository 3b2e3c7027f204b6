# Nothing is taken from a baseline before its signature holds: also not the rules it keeps.
key_pair key; key_pair stranger
mkdir tree; echo 1 >tree/file
run() { local rc=0; "$INTACT" --state state --config "" "$@" >out 2>&1 || rc=$?; hexless <out; echo "exit: $rc"; }
run --signing-key key --init "$DIR/tree" | grep aseline
run --verify-key key.pub --check | grep -E '^Baseline|NO differences'
echo "== of a stranger, who also would have us look elsewhere"
mkdir other; rm -r state
run --signing-key stranger --init "$DIR/other" | grep aseline
run --verify-key key.pub --check
run --verify-key key.pub --update
run --verify-key key.pub --list
run --verify-key key.pub --verify
run --check | grep 'NO differences'
