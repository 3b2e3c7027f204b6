# What intact-baseline(5) says to type.
need_openssl
page=$(dirname "$MANUAL")/intact-baseline.5
key_pair key; key_pair stranger
mkdir tree; echo 1 >tree/one
configure "$stable" signing_key="$DIR/key"
"$INTACT" --state state -c intact.conf --init >/dev/null; accept
sed -n '/^tail .*BASELINE/,/^openssl/p' "$page" | sed -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g' -e 's/\\-/-/g' >recipe
wc -l <recipe
BASELINE=intact.db KEY=key.pub bash -e recipe 2>&1; echo "exit: $?"
BASELINE=intact.db KEY=stranger.pub bash -e recipe 2>&1 | grep -v '^0'
echo "== reading"
plain() { "$INTACT" --config '' --state state "$@" 2>&1 | hexless; }
plain --verify --verify-key key.pub intact.db | grep -E '^(Generation|Signature|Entries)'
plain -B database_in=file:intact.db --list | grep '^/'
plain -B database_in=file:intact.db --show "$DIR/tree/one" | grep -oE '^(Block|Root digest)'
cp intact.db second.db
plain -B database_in=file:intact.db -B database_new=file:second.db --compare | grep NO
