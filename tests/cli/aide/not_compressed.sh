# `compressed` for a file that is not: said where the two sides differ, with the name under the root prefix.
mkdir tree
echo 1 >tree/file
conf() { printf '%s\n' "root_prefix=$DIR/tree" database_in=file:db database_out=file:db "/ $1" >conf; }
check() { "$INTACT" --aide-compat 0.18 --workers $WORKERS -c conf --check -L notice 2>&1 | grep NOTICE; }
conf md5
"$INTACT" --aide-compat 0.18 -c conf --init >/dev/null
conf md5+sha1+compressed
check
"$INTACT" --aide-compat 0.18 -c conf --init >/dev/null
echo "the same: $(check)"
echo 2 >tree/file
check
