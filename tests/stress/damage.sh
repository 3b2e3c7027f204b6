#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A baseline with any byte changed, cut anywhere, with blocks doubled or left out is refused as damaged:
# status 24, and not a word about files.
#
# STRESS_STEP: try every so-manyth byte with the program (default 9; 1: all).  In memory (flip.c) every bit and
# cut of a small one is tried in any case, and of larger ones as much as these say: STRESS_MIB, the size of a
# large one (default 4), STRESS_FLIPS of it (5000), STRESS_SPLICES of a middling one (1000).
. "$(dirname "$0")/lib.sh"
STRESS_STEP=${STRESS_STEP:-9}

mkdir tree
for i in $(seq 40); do echo "$i" >"tree/file$i"; done
configure p+ftype+s+sha256
baseline
size=$(stat -c %s intact.db)
cp intact.db whole.db
flips=0 cuts=0 splices=0

# $1: what was done to ./intact.db
refused() {
	rc=0
	"$INTACT" -c intact.conf --workers 0 --check >out 2>err || rc=$?
	if [ $rc -eq 24 ] && [ ! -s out ] && [ "$(wc -l <err)" -eq 1 ]; then
		pass
	else
		fail "$1: exit $rc: $(head -n 2 out err | tr '\n' ' ')"
	fi
}

# The byte at $1 with one bit turned over.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$1" -N 1 whole.db)
	printf "\\x$(printf %02x $((byte ^ (1 << RANDOM % 8))))" |
		dd of=intact.db bs=1 seek="$1" conv=notrunc status=none
}

for at in $(seq 0 "$STRESS_STEP" $((size - 1))); do
	cp whole.db intact.db
	flip "$at"
	refused "a bit of byte $at of $size"
	flips=$((flips + 1))
done
for at in $(seq 1 $((STRESS_STEP * 2)) $((size - 1))); do
	head -c "$at" whole.db >intact.db
	refused "cut at $at of $size"
	cuts=$((cuts + 1))
done
for i in $(seq 20); do
	from=$((RANDOM % size)) len=$((RANDOM % 200 + 1)) to=$((RANDOM % size))
	{ head -c "$to" whole.db; tail -c +$((from + 1)) whole.db | head -c $len; tail -c +$((to + 1)) whole.db; } >intact.db
	cmp -s intact.db whole.db || refused "$len bytes of $from again at $to"
	{ head -c "$to" whole.db; tail -c +$((to + len + 1)) whole.db; } >intact.db
	refused "without $len bytes at $to"
	splices=$((splices + 2))
done
cp whole.db intact.db
run --check
claim "the whole one: exit $rc" [ "$rc" -eq 0 ]
"$STRESS_TOOLS/flip" "${STRESS_MIB:-4}" "${STRESS_FLIPS:-5000}" "${STRESS_SPLICES:-1000}" >flipped
claim "in memory" [ $? -eq 0 ]
grep FAIL flipped | head -n 5
passed=$((passed + $(sed -n 's/^\([0-9]*\) passed.*/\1/p' flipped)))
grep -vE 'passed|FAIL' flipped
echo "$flips bits turned over, $cuts cuts, $splices splices of a baseline of $size bytes"
finish
