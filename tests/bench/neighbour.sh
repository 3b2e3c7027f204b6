# shellcheck shell=bash disable=SC2154,SC2034 # what run.sh sets, and programs.sh uses
# SPDX-License-Identifier: BSD-2-Clause
#
# What a scan of twice the memory leaves of another program's working set.  Memory is that of a control
# group, so that a small tree is enough; the other program's file is a quarter of it, read often enough
# to be held for active.  Sourced by run.sh.

cgroup=

# A group with so much memory, of either version: its files are named by what is there.
make_cgroup() {
	local dir=/sys/fs/cgroup/memory
	[ -f "$dir/memory.limit_in_bytes" ] || dir=/sys/fs/cgroup
	mkdir "$dir/intact-bench.$$" 2>/dev/null || return 1
	cgroup=$dir/intact-bench.$$
	echo "$1" >"$cgroup/memory.limit_in_bytes" 2>/dev/null || echo "$1" >"$cgroup/memory.max" 2>/dev/null
}

leave_cgroup() {
	[ -z "$cgroup" ] || rmdir "$cgroup" || true
	cgroup=
}

# in_cgroup COMMAND...
in_cgroup() { (echo "$BASHPID" >"$cgroup/cgroup.procs" && "$@"); }

forget_file() { dd if="$1" iflag=nocache count=0 status=none; }

# Percent of the files' bytes that are in the cache.
cached() { fincore -b -n -o RES,SIZE "$@" | awk '{ r += $1; s += $2 } END { printf "%.1f", s ? r * 100 / s : 0 }'; }

# Read by its program over and over.
warm_up() {
	forget_tree
	forget_file hot/*
	for _ in 1 2 3 4; do
		in_cgroup cat hot/* >/dev/null
	done
}

case_neighbour() {
	local who
	has fincore || { say "no fincore"; return 1; }
	make_cgroup "$BENCH_NEIGHBOUR" || { say "no control group with a limit for memory"; return 1; }
	mkdir -p hot
	"$BENCH_TOOLS/grow" huge hot 1 $((BENCH_NEIGHBOUR / 4)) || return
	grown_tree huge 32 $((BENCH_NEIGHBOUR / 16)) || return
	configure
	for who in bound openssl intact-init aide-init; do
		round=1
		program_there "$who" || continue
		warm_up
		in_cgroup "run_${who//-/_}"
		fact "${who//-/_}_hot_percent" "$(cached hot/*)"
		fact "${who//-/_}_tree_percent" "$(cached "$tree"/*)"
	done
	leave_cgroup
	rm -rf hot "$tree"
}
