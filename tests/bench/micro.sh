# shellcheck shell=bash disable=SC2154 # what run.sh sets
# SPDX-License-Identifier: BSD-2-Clause
#
# The cases without a tree: one stage of the program at a time, on entries that no disk ever held.
# Sourced by run.sh.

# Every object of the tree in path order, as `match` reads it.  "/" comes before every other byte.
list_objects() {
	find "$1" -xdev ! -name '*
*' -printf '%y %p\n' | awk '{ p = substr($0, 3); gsub("/", "\001", p); print p "\t" substr($0, 1, 1) }' |
		LC_ALL=C sort | awk -F '\t' '{ gsub("\001", "/", $1); print $2 " " $1 }'
}

# What the baseline and the rules cost an entry.
case_micro() {
	"$BENCH_TOOLS/entries" 1000000 generated.db >>"$facts" || return
	"$BENCH_TOOLS/baseline" | awk '{
		match($0, /[0-9.]+ bytes/)
		printf "bytes_%s %s\n", $1 == "made" ? "in_place" : $1 == "of" ? "packages" : "exact",
			substr($0, RSTART, RLENGTH - 6)
	}' >>"$facts"
	if [ -f /etc/aide/aide.conf ]; then
		list_objects "$BENCH_USR" >objects
		"$BENCH_TOOLS/match" /etc/aide/aide.conf objects >>"$facts" || return
	fi
	rm -f generated.db objects
}

# Streams of more and more entries, then one entry out of the largest baseline.
case_scale() {
	local n path calls
	for n in $BENCH_SCALE; do
		say "$n entries"
		"$BENCH_TOOLS/entries" "$n" generated.db | sed "s/^/same_${n}_/" >>"$facts"
		"$BENCH_TOOLS/entries" "$n" changed.db changed | sed "s/^/changed_${n}_/" >>"$facts"
		rm -f changed.db
	done
	path=$(awk -v n="$n" 'BEGIN {
		i = int(n / 2); d = int(i / 50)
		printf "/srv/archive/%06d/box-%03d/item-%02d.data", d / 1000, d % 1000, i % 50
	}')
	printf '%s\n' "database_in=file:$scratch/generated.db" >list.conf
	chmod 600 list.conf
	for _ in $(seq "$BENCH_ROUNDS"); do
		timed list "$INTACT" -c list.conf --list "$path"
	done
	fact list_entries "$n"
	if may_trace; then
		strace -f -qq -o calls -e trace=read,pread64,preadv2 "$INTACT" -c list.conf --list "$path" >/dev/null
		calls=$(awk '/read/ && $NF ~ /^[0-9]+$/ { sum += $NF } END { print sum + 0 }' calls)
		fact list_read_bytes "$calls"
	fi
	rm -f generated.db
}
