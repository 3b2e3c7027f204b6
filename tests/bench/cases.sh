# shellcheck shell=bash disable=SC2154 # what run.sh sets
# SPDX-License-Identifier: BSD-2-Clause
#
# The cases: a tree, how it is prepared, and who runs over it.  Sourced by run.sh.  A case that cannot be
# measured here returns non-zero.

# A tree in the cache, which nobody reads for the first time.
warm_tree() {
	configure
	"$BENCH_TOOLS/bound" "$BENCH_THREADS" "$tree"
	take_turns nothing bound intact-init intact-check openssl aide-init aide-check mtree
	baseline_facts
}

case_usr_warm() {
	tree=$BENCH_USR
	warm_tree
	fact bytes "$(du -sxb "$tree" | cut -f 1)"
	fact files "$(find "$tree" -xdev -type f | wc -l)"
}

case_usr_cold() {
	tree=$BENCH_USR
	may_drop_caches || { say "cannot drop the caches"; return 1; }
	configure
	take_turns drop_caches bound readers-8 readers-16 intact-init intact-default openssl aide-init
}

grown_tree() {
	tree=$scratch/tree
	rm -rf "$tree"
	mkdir "$tree"
	"$BENCH_TOOLS/grow" "$1" "$tree" "${@:2}"
	# A file that was changed within the last tick is looked at again.
	sleep 1
}

case_small() {
	grown_tree small "$BENCH_SMALL" "$BENCH_SMALL_BYTES" || return
	warm_tree
	rm -rf "$tree"
}

case_names() {
	grown_tree names "$BENCH_NAMES" || return
	warm_tree
	rm -rf "$tree"
}

# Out of the page cache with the files of the tree, and nothing else.
forget_tree() {
	sync
	find "$tree" -type f -exec dd if={} iflag=nocache count=0 status=none \;
}

case_huge() {
	grown_tree huge "$BENCH_HUGE" "$BENCH_HUGE_BYTES" || return
	configure
	forget_tree
	"$BENCH_TOOLS/raw" "$(find "$tree" -type f | head -n 1)" >>"$facts" || return
	fact bytes "$(awk -v n="$BENCH_HUGE" -v b="$BENCH_HUGE_BYTES" 'BEGIN { printf "%.0f", n * b }')"
	take_turns forget_tree bound intact-init openssl aide-init
	rm -rf "$tree"
}

# Does the disk have room for so many files more?
has_inodes() { [ "$(df -Pi "$scratch" | awk 'NR == 2 { print $4 }')" -gt $(($1 + $1 / 10)) ]; }

# The last run as facts, instead of as a run: run_facts PREFIX
run_facts() {
	tail -n 1 "$runs" | awk -v p="$1" '{
		printf "%s_seconds %s\n%s_cpu_seconds %.3f\n%s_rss_kib %s\n", p, $2, p, $3 + $4, p, $5
	}' >>"$facts"
	: >"$runs"
}

# More and more files on disk, empty, so that it is the number that counts.
case_trees() {
	local n
	for n in $BENCH_TREES; do
		has_inodes "$n" || { say "$n files: not that many inodes here"; continue; }
		say "$n files"
		grown_tree small "$n" 0 || return
		configure
		run_intact_init
		run_facts "init_$n"
		run_intact_check
		run_facts "check_$n"
		rm -rf "$tree"
	done
}

# Debian's whole configuration over the whole system.
case_system() {
	local conf=/etc/aide/aide.conf who limit=()
	[ -f $conf ] || { say "no $conf"; return 1; }
	[ -z "$BENCH_LIMIT" ] || limit=(--limit "$BENCH_LIMIT")
	for _ in $(seq "$BENCH_AIDE_ROUNDS"); do
		for who in "$INTACT" aide; do
			has "$who" || continue
			timed "$(basename "$who")-init" "$who" -W "$BENCH_THREADS" -c $conf \
				-B "database_out=file:$scratch/system.db" "${limit[@]}" --init
		done
	done
	fact limit "${BENCH_LIMIT:-none}"
}

may_trace() { has strace && strace -o /dev/null true 2>/dev/null; }

# The number of system calls of one more regular file, those of a tree less those of half of it; and
# what they cost.
calls_of() {
	strace -f -c -o calls "${@:2}" >/dev/null 2>&1 || [ $? -eq 32 ]
	fact "$1" "$(awk '$NF == "total" { print $4 }' calls)"
}

case_calls() {
	local n
	printf 'content of two hundred bytes%172s' . >sample
	"$BENCH_TOOLS/calls" sample >>"$facts" || return
	may_trace || { say "cannot trace"; return 0; }
	for n in 1000 2000; do
		grown_tree names "$n" || return
		find "$tree" -type f -exec sh -c 'for f; do echo content >"$f"; done' sh {} +
		sleep 1
		configure
		calls_of "intact_init_$n" "$INTACT" -W "$BENCH_THREADS" -c intact.conf --init
		cp intact.db.new intact.db
		calls_of "intact_check_$n" "$INTACT" -W "$BENCH_THREADS" -c intact.conf --check
		calls_of "bound_$n" "$BENCH_TOOLS/bound" "$BENCH_THREADS" "$tree"
		! has aide || calls_of "aide_init_$n" aide -W "$BENCH_THREADS" -c aide.conf --init
		rm -rf "$tree"
	done
}
