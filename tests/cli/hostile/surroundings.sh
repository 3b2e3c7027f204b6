# Time zone, language, umask, terminal and clock of whoever starts it do not show in the entries.
mkdir tree
echo 1 >$'tree/\xc3\xa4\xff'; touch -d '2024-03-31 02:30:00.123456789 UTC' tree/*
touch -d '2024-03-31 02:30:00.123456789 UTC' tree
configure m+p+ftype+s+sha256
"$INTACT" -c intact.conf --init >/dev/null
"$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list >first
mv intact.db.new intact.db
# $*: variables
under() {
	rm -f intact.db.new
	env "$@" "$INTACT" -c intact.conf --check >/dev/null || echo "$*: check: $?"
	(umask 0; env "$@" "$INTACT" -c intact.conf --init >/dev/null) || echo "$*: init: $?"
	stat -c "$* %a" intact.db.new
	"$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list | cmp - first
}
under LC_ALL=C
under LC_ALL=C.UTF-8
under LC_ALL=de_DE.UTF-8
under LC_ALL=tr_TR.UTF-8
under LC_ALL=nonsense
under TZ=America/New_York
under TZ=Pacific/Kiritimati
under TZ=:/dev/null
under TZ=/dev/zero
under TERM=
under HOME=
under -i "INTACT_STATE=$INTACT_STATE"
env TZ=/dev/zero "$INTACT" -c intact.conf --check | grep found
