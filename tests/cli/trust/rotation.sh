# While keys change, both are accepted; the report says which it was.
key_pair old; key_pair new
mkdir tree
configure p verify_key="$DIR/old.pub" verify_key="$DIR/new.pub"
for key in old new; do
	"$INTACT" --state state -c intact.conf --signing-key $key --init >/dev/null
	accept
	signed | grep -E 'Baseline|exit'
done
echo "== then the old one is taken out"
configure p verify_key="$DIR/new.pub"
signed | grep -E 'Baseline|exit'
"$INTACT" --state state -c intact.conf --signing-key old --init 2>&1 >/dev/null | hexless
accept
signed
echo "== signed anew"
signed --signing-key new --sign | grep -vE 'Created|Version'
signed | grep -E 'Baseline|exit'
