#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The journal while everything fails: each call that has to do with it fails in turn, the program is killed
# before each, and the disk is full.  Whoever got a verdict has a record of it; the chain is whole, or its
# last line is known as one that was never finished; the next run is recorded behind it.
. "$(dirname "$0")/lib.sh"

if ! has strace || ! strace -o /dev/null true 2>/dev/null || grep -qE '__(asan|tsan)_init' "$INTACT"; then
	skip "needs strace, leave to trace, and no sanitizer"
	finish
fi

mkdir tree
echo one >tree/file
configure p+ftype+s+sha256 "journal=$DIR/journal"
baseline
echo two >>tree/file

count() { grep -c '^{"n":' journal 2>/dev/null; }
# $1: what was done before
whole() {
	local rc=0
	"$INTACT" -c intact.conf --history >history.out 2>&1 || rc=$?
	claim "$1: the chain is not whole: exit $rc: $(tail -n 1 history.out)" [ $rc -eq 0 ]
}

# $1: what was tried; the exit status in $rc.  $2: records before
examine() {
	local now
	now=$(count)
	tried=$((tried + 1))
	whole "$1"
	if is_verdict "$rc"; then
		claim "$1: exit $rc without a record" [ "$now" -eq $(($2 + 1)) ]
		claim "$1: exit $rc for a change" [ $((rc & ~32)) -eq 4 -o "$rc" -eq 32 ]
	else
		unrecorded=$((unrecorded + (now == $2)))
	fi
	run --check
	claim "$1: the next run: exit $rc: $(tail -n 1 out)" [ "$rc" -eq 4 ]
	claim "$1: the next run has no record" [ "$(count)" -eq $((now + 1)) ]
	claim "$1: the next run warns: $(grep WARNING out)" [ "$(grep -c WARNING out)" -eq 0 ]
	whole "$1, and a run after it"
}

# Numbers of the calls that name the journal or stand between those that do.
calls=openat,flock,fstat,newfstatat,pread64,write,fsync,ftruncate,renameat,fchmod,fcntl,close
numbers() {
	strace -f -qq -y -o calls -e "trace=$1" "$INTACT" -c intact.conf --workers 0 --check >/dev/null 2>&1
	grep -n "$DIR\(/journal\|[.]state\|>\)" calls | cut -d: -f1
}

run --check
tried=0 unrecorded=0
for call in flock fsync renameat fchmod ftruncate; do
	for error in EIO ENOSPC ENOMEM; do
		for i in $(numbers $call); do
			before=$(count)
			rc=0
			strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=$error:when=$i" \
				"$INTACT" -c intact.conf --workers 0 --check >out 2>&1 || rc=$?
			examine "$call number $i gives $error" "$before"
		done
	done
done
for call in openat fstat newfstatat pread64 write; do
	for i in $(numbers $call); do
		before=$(count)
		rc=0
		strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=EIO:when=$i" \
			"$INTACT" -c intact.conf --workers 0 --check >out 2>&1 || rc=$?
		examine "$call number $i gives EIO" "$before"
	done
done
echo "$tried faults, $unrecorded runs without a record, which said so"
claim "no run was without a record: nothing failed" [ "$unrecorded" -gt 0 ]

tried=0 unrecorded=0
for i in $(numbers $calls); do
	before=$(count)
	rc=0
	{
		strace -f -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$i" \
			"$INTACT" -c intact.conf --workers 0 --check >out 2>&1 || rc=$?
	} 2>/dev/null
	examine "killed at call $i" "$before"
done
echo "$tried kills, $unrecorded before the record was there"

# A write that is cut off at every so-manyth byte, as by a power cut.
cp journal whole
size=$(wc -c <whole)
last=$(tail -n 1 whole | wc -c)
for cut in $(seq 2 41 "$last"); do
	head -c $((size - cut)) whole >journal
	rm -f "$INTACT_STATE"/journal-*
	run --check
	claim "cut by $cut bytes: exit $rc" [ "$rc" -eq 4 ]
	whole "cut by $cut bytes"
	claim "cut by $cut bytes: not named" grep -q 'torn: .* that was never finished: record' history.out
done
cp whole journal
rm -f "$INTACT_STATE"/journal-*

# A full disk.
if is_root && mkdir small && mount -t tmpfs -o size=64k none small 2>/dev/null; then
	mounted="$mounted $DIR/small"
	configure p+ftype+s+sha256 "journal=$DIR/small/journal"
	for _ in 1 2 3; do run --check; done
	head -c 100000 /dev/zero >small/filler 2>/dev/null
	full=0
	for _ in $(seq 12); do
		run --check
		[ "$rc" -ne 18 ] || full=$((full + 1))
	done
	claim "the disk never was full" [ "$full" -gt 0 ]
	claim "a full disk: $(tail -n 1 out)" grep -q 'is not in the journal (result of the run: 4).*No space left' out
	claim "a full disk: the report is not there" grep -q 'Changed entries:' out
	whole "a full disk"
	rm small/filler
	run --check
	claim "after a full disk: exit $rc" [ "$rc" -eq 4 ]
	whole "after a full disk"
else
	skip "a full disk: may not mount"
fi
finish
