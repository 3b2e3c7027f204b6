# --accept --interactive: each change is shown and asked about; the end of the input is a no to the rest.
mkdir -p tree/sub
for i in a b c sub/x sub/y sub/z; do echo $i >tree/$i; done
configure $stable
baseline
cp -a tree base.tree
cp intact.db base.db
# One review of many changes, always the same.
again() {
	rm -rf tree intact.db.g*
	cp -a base.tree tree
	cp base.db intact.db
	echo 2 >tree/a; rm tree/b; echo n >tree/n; chmod 600 tree/sub/x; echo more >tree/sub/y
	echo evil >"tree/$(printf 'e\033[31m\nAccept: y\n')"
	conf --update >/dev/null
}
# $*: answers
answer() { again; printf '%s\n' "$@" | conf --accept --interactive; "$INTACT" -c intact.conf --check | grep -aE '^[fd].*: '; }
echo "== y, n, details, help, and what is no answer"
answer y d n '?' yes '' ' Y ' n y n
echo "== a: this group, not the next"
answer n a n n
echo "== s: nothing of the rest of this group, the next one is asked about"
answer y s y n
echo "== q: nothing of the rest"
answer y q
echo "== the end of the input"
answer y n
echo "== no input at all"
again; conf --accept --interactive </dev/null
echo "== inside a limit"
again; printf 'y\ny\n' | conf --accept --interactive --limit "$DIR/tree/sub"
"$INTACT" -c intact.conf --check | grep -aE '^[fd].*: '
echo "== changed while somebody thought about it"
again
{ printf 'a\n'; echo later >tree/sub/y; printf 'y\ny\n'; } | conf --accept --interactive | tail -n 6
echo "== the root goes with what is in it"
configure $stable "root_prefix=$DIR/tree" '/ p'
baseline
chmod 700 tree tree/a
conf --update >/dev/null
printf 'y\nn\n' | conf --accept --interactive
