#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every allocation of ours fails once (starved.c), in every command, over a tree that contains a change:
# an error, never a crash, never a clean verdict, and the baseline that stood there before stands.
#
# STRESS_STEP: try every so-manyth allocation (default 5; 1: all), and the first ones, which the command line takes.
. "$(dirname "$0")/lib.sh"
. "$here/lib_accept.sh"
STRESS_STEP=${STRESS_STEP:-5}
# Here leaks count, too, in a build that looks for them.
export ASAN_OPTIONS=detect_leaks=1:exitcode=99

if [ ! -x "$meddled" ]; then
	skip "needs tests/stress/meddled"
	finish
fi
mkdir -p tree/sub
echo one >tree/changed
echo two >tree/sub/file
ln -s sub/file tree/link
echo log >tree/log
echo other >tree/other
has setfattr && setfattr -n user.test -v value tree/sub/file 2>/dev/null
configure p+u+g+ftype+l+n+s+m+sha256+fsverity+acl+xattrs+caps+I+growing+compressed "@@define X y" "@@if defined X" "Group = p+sha256" "@@endif" \
	"!$DIR/tree/none\$ "
baseline
echo ONE >tree/changed
mv tree/link tree/moved
# Rotated: one copied and truncated, one compressed at once, both after they had grown.
echo more >>tree/log
cp -p tree/log tree/log.1
: >tree/log
echo more >>tree/other
gzip tree/other
run --init
mv intact.db.new second.db
cp intact.db keep.db

# The same signed, and what a new baseline of the tree as it is now has.
"$INTACT" --keygen key >/dev/null 2>&1
cp keep.db signed.db
"$INTACT" -c intact.conf --signing-key key --sign signed.db >/dev/null 2>&1
"$INTACT" -c intact.conf -B "database_in=file:$DIR/second.db" --list >entries

# What counts coverage allocates, too, and crashes without memory.
gcov=
if grep -q __gcov_dump "$meddled"; then gcov=yes; fi

runs=0
# Was all done that the command does?
is_whole() {
	case " $* " in
	*" --init "*)
		"$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list 2>&1 | cmp -s - entries ;;
	*" --sign "*) cmp -s to-sign.db signed.db ;;
	# A listing is no verdict; but it has to be whole.
	*" --list "* | *" --verify "* | *" --show "*) cmp -s out whole ;;
	*) false ;;
	esac
}

# $1: workers, the rest: command
starve() {
	local workers=$1 n i
	shift
	cp keep.db to-sign.db
	STARVE_COUNT=$DIR/count meddled -c intact.conf --workers "$workers" "$@"
	cp out whole
	n=$(cat count)
	for i in $(seq 1 9) $(seq 10 "$STRESS_STEP" "$n"); do
		rm -f intact.db.new
		cp keep.db to-sign.db
		STARVE_AT=$i meddled -c intact.conf --workers "$workers" "$@"
		runs=$((runs + 1))
		case $rc in
		0)
			is_whole "$@" && pass && continue
			fail "exit 0: $*, allocation $i of $n"
			;;
		15) fail "exit 15: $*, allocation $i of $n, and nothing is wrong with the command line" ;;
		[1-7] | 3[2-9] | 1[4-9] | 2[0-5]) pass ;;
		139) [ -n "$gcov" ] || fail "crashed: $*, allocation $i of $n" ;;
		*) fail "exit $rc: $*, allocation $i of $n: $(tail -n 1 err)" ;;
		esac
	done
	claim "$*: the baseline is as it was" cmp -s intact.db keep.db
	claim "$*: left behind: $(ls -A)" [ ! -e .intact.db.new.intact-tmp -a ! -e .to-sign.db.intact-tmp ]
}
starve 0 --init
starve 0 --init --signing-key key
starve 0 --check
starve 2 --check
starve 0 --update
starve 0 --update --signing-key key
starve 0 --compare -B "database_new=file:$DIR/second.db"
starve 0 --list
starve 0 --list "$DIR/tree/sub"
starve 0 --check --limit "$DIR/tree/"
starve 0 --check -A report_format=json
starve 0 --check -A report_format=ndjson -A "report_url=file:$DIR/report"
starve 0 --sign --signing-key key to-sign.db

starve_accept() {
	local n i
	accept_prepare keep.db
	accept_lay_out
	STARVE_COUNT=$DIR/count accept_run
	n=$(cat count)
	for i in $(seq 1 "$STRESS_STEP" "$n"); do
		accept_lay_out
		STARVE_AT=$i accept_run
		runs=$((runs + 1))
		[ "$rc" -ne 139 ] || [ -z "$gcov" ] || { pass; continue; }
		accept_judge "accept: allocation $i of $n"
		claim "accept: allocation $i of $n: left behind" [ -z "$(find . -maxdepth 1 -name '.*intact-tmp')" ]
	done
}
starve_accept
rm -rf state intact.db*
cp signed.db intact.db && cp signed.db keep.db
with="--state state --verify-key key.pub"
starve 0 --verify $with
starve 0 --show "$DIR/tree/sub/file" $with
starve 0 --check $with
echo "$runs allocations failed"
finish
