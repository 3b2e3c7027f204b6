# Each exit status that intact(1) lists, provoked for real.
mkdir tree
echo 1 >tree/file
chmod 755 . tree
configure "$stable"
baseline
expect() {
	local want=$1 rc=0
	shift
	"$@" >out 2>&1 </dev/null || rc=$?
	[ $rc -eq "$want" ] || { echo "expected $want, got $rc: $*"; cat out; return; }
	grep -a ERROR out | head -n 1
	echo "$rc"
}
run() { expect "$1" "$INTACT" --workers "$WORKERS" -c intact.conf "${@:2}"; }
echo "--- 15: the command line, a missing option"
expect 15 "$INTACT" --bogus
expect 15 "$INTACT" --check --check
expect 15 "$INTACT" -c intact.conf --limit '('
run 15 --limit /nowhere
run 15 -A '@@undef X' -B "database_out=file:$DIR/intact.db" --update
echo "--- 17: the configuration, a report target, the root"
run 17 -A nonsense=1
run 17 -A '/(x p'
run 17 -A "report_url=file:$DIR/missing/report"
run 17 -A "root_prefix=$DIR/missing"
run 17 -A "root_prefix=$DIR/tree/file" --init
ls -A | grep intact.db.new
echo "--- 18: input and output"
expect 18 "$INTACT" -c missing.conf
run 18 -B "database_in=file:$DIR/missing.db"
run 18 -B "database_out=file:$DIR/missing/new.db" --init
"$INTACT" --version >/dev/full 2>out; echo "$? $(cat out)"
"$INTACT" -c intact.conf >/dev/full 2>out; echo "$? $(cat out)"
"$INTACT" --bogus 2>/dev/full; echo $?
echo "--- 20: a program of the configuration"
printf '#!/bin/sh\necho trouble >&2\nexit 3\n' >program
chmod 755 program
run 20 -A "@@x_include $DIR/program"
echo "--- 21: another run"
: >.intact.db.new.intact-tmp
chmod 600 .intact.db.new.intact-tmp
expect 21 flock .intact.db.new.intact-tmp "$INTACT" -c intact.conf --init
rm .intact.db.new.intact-tmp
echo "--- 24: a damaged baseline"
head -c 100 intact.db >cut.db
run 24 -B "database_in=file:$DIR/cut.db"
head -c 150 intact.db | tr '\0-\377' '\1-\377\0' >other.db
run 24 -B "database_in=file:$DIR/other.db"
: >empty.db
run 24 -B "database_in=file:$DIR/empty.db"
printf '@@begin_db\n@@db_spec name lname attr\n/x 0 0\n' >aide.db
run 24 -B "database_in=file:$DIR/aide.db"
echo "--- 25: stopped"
for signal in INT TERM HUP; do
	# Sent by a program of the configuration: intact waits for it then.
	printf '#!/bin/sh\nkill -%s $PPID\nsleep 60\necho too late\n' $signal >program
	expect 25 env --default-signal=HUP "$INTACT" -c intact.conf -A "@@x_include $DIR/program" --init
done
ls -A | grep -c 'intact.db.new'
echo "--- the manual lists them all"
for code in 0 1 2 4 14 15 16 17 18 19 20 21 22 23 24 25 32; do
	grep -qE "(^|[^0-9])$code([^0-9]|$)" <(sed -n '/^.SH EXIT STATUS/,/^.SH CALLED/p' "$MANUAL") || echo "$code is missing"
done
