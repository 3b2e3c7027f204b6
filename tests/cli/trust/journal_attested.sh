# What a signed baseline attests of the journal is still in it, or that is said, though all else was rewritten.
key_pair key
mkdir tree; echo 1 >tree/file
configure "$stable" signing_key="$DIR/key" verify_key="$DIR/key.pub"
signed --init >/dev/null; accept
runs 3
signed --update >/dev/null; accept
runs 1
history
# Another journal, chained as it should be, and nothing remembers the old one.
forge() {
	mkdir -p other
	configure "$stable"
	for _ in $(seq "$1"); do conf --state other --check >/dev/null; done
	configure "$stable" signing_key="$DIR/key" verify_key="$DIR/key.pub"
	cp other/journal state/journal
	rm -rf other state/journal-*
}
echo "== another one, as long"
forge 7
history
signed --check 2>&1 | grep -E 'WARNING|exit'
echo "== a shorter one"
rm state/journal-*
forge 2
history
signed --check 2>&1 | grep -E 'WARNING|exit'
echo "== none"
rm state/journal*
history
echo "== a baseline that is refused is not asked"
flip intact.db 40
history
echo "== of a baseline without a journal nothing is known"
configure "$stable" journal=no
conf --init >/dev/null; accept
configure "$stable"
runs 1
history
