#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every allocation of ours fails once (starved.c), in every command, over a tree that contains a change:
# an error, never a crash, never a clean verdict, and the baseline that stood there before stands.
#
# STRESS_STEP: try every so-manyth allocation (default 5; 1: all).
. "$(dirname "$0")/lib.sh"
STRESS_STEP=${STRESS_STEP:-5}
starved=$STRESS_TOOLS/starved
# Here leaks count, too, in a build that looks for them.
export ASAN_OPTIONS=detect_leaks=1:exitcode=99

if [ ! -x "$starved" ]; then
	skip "needs tests/stress/starved"
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
	"!$DIR/tree/none\$ " "database_new=file:$DIR/second.db"
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
cp second.db intact.db.new

runs=0 clean=0
# $1: workers, the rest: command
starve() {
	local workers=$1 n i
	shift
	STARVE_COUNT=$DIR/count "$starved" -c intact.conf --workers "$workers" "$@" >whole 2>&1
	n=$(cat count)
	for i in $(seq 1 "$STRESS_STEP" "$n"); do
		rc=0
		STARVE_AT=$i timeout -s KILL 30 "$starved" -c intact.conf --workers "$workers" "$@" >out 2>&1 || rc=$?
		runs=$((runs + 1))
		case $rc in
		0)
			clean=$((clean + 1))
			# A listing is no verdict; but it has to be whole.
			[ "$1" = --list ] && cmp -s out whole && pass && continue
			fail "exit 0: $*, allocation $i of $n"
			;;
		[1-7] | 3[2-9] | 1[4-9] | 2[0-5]) pass ;;
		*) fail "exit $rc: $*, allocation $i of $n: $(tail -n 1 out)" ;;
		esac
	done
	claim "$*: the baseline is as it was" cmp -s intact.db keep.db
}
starve 0 --check
starve 2 --check
starve 0 --update
starve 0 --compare
starve 0 --list
starve 0 --list "$DIR/tree/sub"
starve 0 --check --limit "$DIR/tree/"
starve 0 --check -A report_format=json
starve 0 --check -A report_format=ndjson -A "report_url=file:$DIR/report"
echo "$runs allocations failed"
finish
