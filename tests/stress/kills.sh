#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The program is killed before each system call that has to do with writing a baseline, then at random
# times: afterwards the old baseline or the new one stands under its name, whole, and nothing that is left
# disturbs the next run.
#
# STRESS_KILLS: how many random times (default 30).
. "$(dirname "$0")/lib.sh"

mkdir tree
"$STRESS_TOOLS/build" many tree 300 || { fail "cannot make files"; finish; }
configure p+ftype+s+sha256
old=$((300 + 1))
new=$((300 + 2))

# The old baseline stands where the new one is to go.
prepare() {
	rm -f tree/extra
	run --init
	cp intact.db.new keep.db
	echo more >tree/extra
}

# What is there after a death?
examine() {
	local n
	n=$("$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list 2>list.err | grep -c '^/')
	if [ "$n" -ne $old ] && [ "$n" -ne $new ]; then
		fail "$1: $n entries: $(cat list.err)"
	else
		pass
	fi
	survived=$((survived + (n == old)))
}

# Does the next run do its work, and is nothing left?
recover() {
	run --init
	claim "$1: the next run: exit $rc: $(tail -n 1 out)" [ "$rc" -eq 0 ]
	claim "$1: left behind: $(ls -A)" [ "$(find . -maxdepth 1 -name '.*' -type f | wc -l)" -eq 0 ]
	cp keep.db intact.db.new
}

points=0 survived=0
calls=openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlinkat,close,flock,ftruncate,fchmod
prepare
if has strace && strace -o /dev/null true 2>/dev/null; then
	strace -f -qq -o calls -e "trace=$calls" "$INTACT" -c intact.conf --workers 0 --init >/dev/null 2>&1
	cp keep.db intact.db.new
	# Thousands of them open and close the files of the tree: take the few that are something else, and
	# the last ones of all.
	first=$(grep -n intact-tmp calls | head -n 1 | cut -d: -f1)
	last=$(wc -l <calls)
	lines=$(grep -nE '(write|pwrite64|fsync|rename.*|unlinkat|flock|ftruncate|fchmod)\(' calls | cut -d: -f1)
	for i in $lines $(seq $((last - 12)) "$last"); do
		[ "$i" -ge "$first" ] || continue
		cp keep.db intact.db.new
		{
			strace -f -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$i" \
				"$INTACT" -c intact.conf --workers 0 --init
		} >/dev/null 2>&1
		points=$((points + 1))
		examine "killed before call $i"
		[ $((points % 8)) -ne 0 ] || recover "killed before call $i"
	done
	recover "killed at placed points"
else
	skip "placed points: needs strace, and leave to trace"
fi
placed=$points

for i in $(seq "${STRESS_KILLS:-30}"); do
	cp keep.db intact.db.new
	"$INTACT" -c intact.conf --workers 2 --init >/dev/null 2>&1 &
	victim=$!
	sleep "0.0$(printf %02d $((RANDOM % 40)))"
	kill -KILL $victim 2>/dev/null
	wait $victim 2>/dev/null
	points=$((points + 1))
	examine "killed at a random time"
done
recover "killed at random times"
echo "$placed placed and $((points - placed)) random kill points; the old baseline stood $survived times"
finish
