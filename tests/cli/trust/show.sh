# --show prints one entry and the chain to the signature; of a large baseline it reads one block.
key_pair key
mkdir tree; for i in $(seq 30000); do : >"tree/$i"; done; echo 1 >tree/one
configure p+ftype+s+i+c signing_key="$DIR/key" verify_key="$DIR/key.pub"
"$INTACT" --state state -c intact.conf --init >/dev/null; accept
digits() { sed -E -e 's/(Inode +: )[0-9]+/\1N/' -e '/^(Block|Index|Header|Trailer)|Stands/s/[0-9]+/N/g'; }
signed --show "$DIR/tree/one" | digits
signed --show "$DIR/tree/none"
signed --show relative
echo "== one block is read"
if command -v strace >/dev/null; then
	# What looks for leaks does not work below strace, and names of descriptors are not for other users
	# to see behind the door.
	ASAN_OPTIONS=detect_leaks=0 strace -f -y -e trace=pread64 -o calls "$INTACT" --no-sandbox --state state -c intact.conf --show "$DIR/tree/one" >/dev/null
	# The first bytes to tell what it is, version, trailer, header, index, block.
	echo "$(grep -c 'intact.db>' calls | awk '{ print ($1 >= 6 && $1 <= 8) ? "few" : $1 }') reads"
else
	echo "few reads"
fi
echo "== damage elsewhere does not matter, damage in the block does"
block=$(signed --show "$DIR/tree/one" | sed -n 's/^Block .* from //p')
other=$(signed --show "$DIR/tree/1" | sed -n 's/^Block .* from //p')
[ "$block" != "$other" ] || echo "the same block"
cp intact.db good.db
flip intact.db $((other + 9))
signed --show "$DIR/tree/one" | grep -E 'Signature|exit'
complaint --show "$DIR/tree/1" | sed 's/block [0-9]*/block N/'
complaint | sed 's/block [0-9]*/block N/'
echo "== without keys"
cp good.db intact.db
configure p
conf --show "$DIR/tree/one" 2>&1 | hexless | sed -n '/^Signature/,$p'
conf --init >/dev/null; accept
conf --show "$DIR/tree/one" | tail -n 2
