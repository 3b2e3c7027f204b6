# Extended attributes of every size and with every byte: kept exactly, and a difference in the last one is
# found.
mkdir tree
echo 1 >tree/file
setfattr -n user.a -v 1 tree/file 2>/dev/null || skip "needs setfattr, and a file system with user attributes"
configure xattrs+ftype
# $1: what changes, $2: before, $3: after; values as setfattr takes them.
differ() {
	setfattr -n user.a -v "$2" tree/file || { echo "$1: cannot be set"; return; }
	baseline
	"$INTACT" -c intact.conf --check >out; echo "$1, same: $?"
	setfattr -n user.a -v "$3" tree/file
	"$INTACT" -c intact.conf --check >out; echo "$1, changed: $?"
}
differ "last byte" 0x0001020304 0x0001020305
differ "NUL" 0x00 0x0000
differ "empty" '""' 0x00
differ "newline" 0x0a 0x0a0a
differ "comma" '"a,b"' '"a,b,"'
differ "escape" 0x1b5b33316d 0x1b5b33326d
setfattr -n user.a -v 0x1b5b33316d0a2c00 tree/file
baseline
setfattr -n 'user.new
line,comma=' -v x tree/file
setfattr -x user.a tree/file
conf --check | grep -A 20 '^File: '
setfattr -x 'user.new
line,comma=' tree/file
# Some hundreds; as many as fit.
for i in $(seq 300); do setfattr -n "user.n$i" -v "$i" tree/file 2>/dev/null || break; done
baseline
setfattr -n user.n1 -v 2 tree/file
"$INTACT" -c intact.conf --check >out; echo "hundreds, one changed: $?"
# 64 KiB where the file system can.
for dir in "$DIR/tree" /dev/shm; do
	big=$(mktemp -p $dir 2>/dev/null) || continue
	if setfattr -n user.big -v "0x$(head -c 131070 /dev/zero | tr '\0' a)" "$big" 2>/dev/null; then
		printf '%s\n' "database_in=file:$DIR/big.db" "database_out=file:$DIR/big.db.new" \
			"$big\$ xattrs+ftype" >big.conf
		chmod 600 big.conf
		"$INTACT" -c big.conf --init >/dev/null; mv big.db.new big.db
		"$INTACT" -c big.conf --check >/dev/null || echo "64 KiB, same: $?"
		setfattr -n user.big -v "0x$(head -c 131068 /dev/zero | tr '\0' a)ab" "$big"
		"$INTACT" -c big.conf --check >/dev/null
		[ $? -eq 4 ] || echo "64 KiB, last byte differs: $?"
	fi
	rm -f "$big"
done
