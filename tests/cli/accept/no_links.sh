# A file system without hard links: the old generation is a copy, complete and as it was.
[ -x "${WITHOUT:-}" ] || skip "needs tests/cli/without"
mkdir tree
configure $stable generations=2
echo 1 >tree/a; baseline
next() {
	echo "$1" >tree/a; conf --update >/dev/null; cp intact.db before; rm -f rc
	{ "$WITHOUT" link linkat -- "$INTACT" --workers "$WORKERS" -c intact.conf "${@:2}" --accept 2>&1; echo "exit: $?"; } | grep -v '^Accepted'
}
next 2; ls -A | grep intact.db; cmp before intact.db.g000001 && stat -c '%a %h' intact.db.g000001
next 3; next 4; ls -A | grep intact.db; cmp before intact.db.g000003
conf --compare 3 4 2>&1 | grep -E '^f|exit'
conf --check | tail -n 1
echo "== a name that is taken stays what it is"
cp intact.db now; echo strange >intact.db.g000004; next 5; cat intact.db.g000004; cmp now intact.db && echo as before
