# Called as aide: without these options nothing changes, with them the refusals are the same.
key_pair key; key_pair stranger
mkdir tree; echo 1 >tree/file
ln -s "$INTACT" aide
aide() { local rc=0; ./aide -W "$WORKERS" -c intact.conf "$@" >out 2>&1 || rc=$?; sed 's/(AIDE [^)]*)/(AIDE VERSION)/' out; echo "exit: $rc"; }
configure "p+ftype+s+md5"
aide --init >/dev/null; accept
aide
aide -B verify_key="$DIR/key.pub" --state state
./aide -c intact.conf --signing-key key --sign --detached sig | hexless
aide --verify-key key.pub --signature sig --state state
aide --signing-key key --init
echo "== ours, signed"
configure "p+ftype+s+md5" database_format=intact signing_key="$DIR/key" verify_key="$DIR/key.pub"
aide --state state --init >/dev/null; accept
aide --state state
aide --state state --verify-key key.pub -A "$DIR/tree/x p" | grep WARNING
configure "p+ftype+s+md5" database_format=intact verify_key="$DIR/stranger.pub"
aide --state state
