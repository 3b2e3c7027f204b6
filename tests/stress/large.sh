#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Much of everything: names in one directory, depth, entries.  Time for an entry stays about the same,
# memory does not grow with the entries, and --list reads only what it needs.
#
# STRESS_NAMES: names in the large directory (default 20000; 1000000 for a release).
. "$(dirname "$0")/lib.sh"
STRESS_NAMES=${STRESS_NAMES:-20000}
timed=$STRESS_TOOLS/../bench/timed

# Run a command of the program; $wall in seconds, $memory in KiB, $rc.
measure() {
	local name user sys
	rm -f figures
	"$timed" run figures "$INTACT" -c intact.conf "$@"
	read -r name wall user sys memory rc <figures
}
per_entry() { awk -v wall="$1" -v n="$2" 'BEGIN { printf "%.2f", wall / n * 1e6 }'; }

build() { "$STRESS_TOOLS/build" "$@" || { fail "cannot build: $*"; finish; }; }

attrs=p+ftype+s+sha256
configure $attrs
# A small tree, ten times: what starting costs is in both.
mkdir tree
for i in $(seq 20); do mkdir "tree/d$i" && build many "tree/d$i" 100; done
sleep 0.05
measure --init
small=$(per_entry "$wall" 2021) small_memory=$memory
rm -rf tree
mkdir tree
build many tree "$STRESS_NAMES"
sleep 0.05
measure --init
large=$(per_entry "$wall" $((STRESS_NAMES + 1)))
echo "time an entry: $small us in a small tree, $large us among $STRESS_NAMES names in one directory"
echo "resident: $small_memory KiB for 2021 entries, $memory KiB for $((STRESS_NAMES + 1))"
claim "init of a large directory: exit $rc" [ "$rc" -eq 0 ]
# A sanitizer keeps books on all memory that was ever used.  The names of one directory are held to be sorted: of 8
# bytes each in a buffer that doubles, a pointer to it, and the other one that qsort() takes.
grep -qE '__(asan|tsan)_init' "$INTACT" || claim "memory grows with the entries" \
	[ "$memory" -lt $((small_memory + 24 * 1024 + STRESS_NAMES * 32 / 1024)) ]
mv intact.db.new intact.db
measure --check
claim "check of a large directory: exit $rc" [ "$rc" -eq 0 ]

if has strace && strace -o /dev/null true 2>/dev/null; then
	strace -f -qq -o calls -e trace=read,pread64,preadv2 "$INTACT" -c intact.conf --list \
		"$DIR/tree/f0012345" >out 2>&1
	bytes=$(awk '/read/ { sum += $NF } END { print sum + 0 }' calls)
	echo "--list of one entry reads $bytes bytes; the baseline has $(stat -c %s intact.db)"
	claim "--list finds it" grep -q "^$DIR/tree/f0012345" out
	claim "--list reads $bytes bytes" [ "$bytes" -lt 1048576 ]
else
	skip "what --list reads: needs strace, and leave to trace"
fi

# Every file changed: the changes go to a temporary file, and from there into the report.
rm -rf tree
mkdir tree
build many tree "$STRESS_NAMES"
find tree -type f -exec chmod 600 {} +
run --check
claim "all changed: exit $rc" [ "$rc" -eq 4 ]
rm -rf tree

mkdir tree
build deep tree 5000
configure $attrs
baseline
run --check
claim "5000 deep: exit $rc" [ "$rc" -eq 0 ]
claim "5000 deep: $(grep 'Number of entries' out)" grep -q 'entries:	5002$' out
(ulimit -n 40; "$INTACT" -c intact.conf --check >out 2>&1)
rc=$?
claim "5000 deep with 40 descriptors: exit $rc: $(tail -n 1 out)" [ $rc -eq 0 ]
"$STRESS_TOOLS/build" undeep tree

# A baseline of somebody else's with a path a hundred thousand levels deep.
mkdir -p tree
"$STRESS_TOOLS/forge" forged.db x @100000
for command in --list --check --compare --update; do
	measure -B "database_in=file:$DIR/forged.db" -B "database_new=file:$DIR/forged.db" $command >out 2>&1
	claim "100,000 deep in a baseline, $command: exit $rc" is_verdict "$rc"
	claim "100,000 deep in a baseline, $command: $wall seconds" [ "${wall%.*}" -lt 10 ]
	grep -qE '__(asan|tsan)_init' "$INTACT" ||
		claim "100,000 deep in a baseline, $command: $memory KiB" [ "$memory" -lt 65536 ]
	rm -f intact.db.new
done
finish
