# The commands of doc/baseline-format.md verify a baseline, and one entry's block, with openssl alone; so
# does the text of a database of AIDE.
need_openssl
page=$(dirname "$MANUAL")/baseline-format.md
key_pair key; key_pair stranger
mkdir tree; for i in $(seq 12000); do : >"tree/$i"; done
configure p+ftype+s+i signing_key="$DIR/key" verify_key="$DIR/key.pub"
"$INTACT" --state state -c intact.conf --init >/dev/null; accept
# The indented lines between two marks.
commands() { sed -n "/^<!-- $1 -->\$/,/^<!-- end -->\$/s/^    //p" "$page"; }
for part in signature root header-index entry text; do
	[ -n "$(commands $part)" ] || echo "no commands for $part"
done
"$INTACT" --state state -c intact.conf --show "$DIR/tree/7777" >shown
cp intact.db good.db
verify() {
	rm -f trailer message sig
	BASELINE=$1 KEY=$2 SHOWN=${3:-shown} bash -ec "$(commands signature)
$(commands root)
$(commands header-index)
$(commands entry)" 2>&1; echo "exit: $?"
}
verify intact.db key.pub
echo "== another key"
verify intact.db stranger.pub | grep -v '^0'
echo "== a bit in each part"
size=$(stat -c %s good.db)
block=$(sed -n 's/^Block .* from //p' shown)
for at in 100 "$block" $((size - 232 - 40)) $((size - 232 + 60)) $((size - 232 + 130)) $((size - 40)); do
	cp good.db intact.db
	flip intact.db "$at"
	verify intact.db key.pub >out
	grep -q 'exit: 0' out && echo "byte $at: not noticed"
done
echo "== a digest that stands before the index, where no signature reaches"
cp good.db intact.db
index=$(tail -c 144 good.db | head -c 8 | od -An -v -tu8 | tr -d ' ')
tail -c +"$((block + 1))" good.db | head -c 100 | openssl dgst -sha256 -binary |
	dd of=intact.db bs=1 seek="$((index - 32))" conv=notrunc 2>/dev/null
sed -E "s/^Block .* from/Block 0 of 1: 100 bytes from/" shown >forged
verify intact.db key.pub forged
echo "== AIDE's text"
cp good.db intact.db
configure p+ftype+s database_format=aide
"$INTACT" -c intact.conf --init >/dev/null; accept
"$INTACT" --signing-key key --sign --detached intact.db.sig -c intact.conf >/dev/null
text() { BASELINE=intact.db SIGNATURE=intact.db.sig KEY=key.pub bash -ec "$(commands text)" 2>&1; echo "exit: $?"; }
text
echo >>intact.db
text | grep -v '^0'
