#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# From the results of all cases to tables and plots.  Prints them; with a document they go into it as
# well, between its two markers, and the plots beside it.
#
#   report.sh RESULTS [DOCUMENT]
set -eu
src=$(cd "$(dirname "$0")" && pwd)
results=$1 doc=${2-}
begin='<!-- bench: begin -->' end='<!-- bench: end -->'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In the order of the story, whenever they were measured.
for case in usr-warm usr-cold small names huge neighbour system calls micro scale trees; do
	[ ! -f "$results/$case.runs" ] || sed "s/^/$case /" "$results/$case.runs" >>"$work/runs"
	[ ! -f "$results/$case.facts" ] || sed "s/^/$case /" "$results/$case.facts" >>"$work/facts"
done
touch "$work/runs" "$work/facts"
awk -f "$src/medians.awk" "$work/runs" >"$work/medians"

scale_table() {
	grep -Eq '^scale same_|^trees init_' "$work/facts" || return 0
	printf '\n#### More and more entries: generated, through writer, reader and join; and empty files on disk\n\n'
	printf '| entries | | time, s | CPU, s | CPU an entry, µs | peak memory, MiB |\n|--:|---|--:|--:|--:|--:|\n'
	awk '($1 == "scale" || $1 == "trees") && split($2, part, "_") >= 3 {
		key = part[1] "_" part[2]
		if (!(key in seen)) { seen[key] = 1; order[++n] = key }
		name = $2; sub(/^[a-z]*_[0-9]*_/, "", name)
		value[key, name] = $3
	}
	END {
		words["same"] = "generated, nothing changed"
		words["changed"] = "generated, every entry changed"
		words["init"] = "on disk, init"
		words["check"] = "on disk, check"
		for (i = 1; i <= n; i++) {
			key = order[i]
			split(key, part, "_")
			if (part[1] == "list") continue
			printf "| %d | %s | %.2f | %.2f | %.2f | %.1f |\n", part[2],
				words[part[1]],
				value[key, "seconds"], value[key, "cpu_seconds"],
				value[key, "cpu_seconds"] / part[2] * 1e6, value[key, "rss_kib"] / 1024
		}
	}' "$work/facts"
}

# What the system allows for a small file: the calls of bound, and those that attributes take beyond.
calls_table() {
	grep -q '^calls cost_' "$work/facts" || return 0
	# shellcheck disable=SC2016
	printf '\n#### What the system calls of a small file cost\n\n| call | µs | `bound` | intact |\n|---|--:|--:|--:|\n'
	awk '$1 == "calls" && $2 ~ /^cost_/ {
		name = $2
		gsub(/^cost_|_us$/, "", name)
		bound = name ~ /^(open_close|read|read_at_end)$/
		intact = name == "statx" ? 2 : name ~ /^(open_close|read|flistxattr|getflags)$/
		printf "| %s | %.2f | %s | %s |\n", name, $3, bound ? bound : "", intact ? intact : ""
		all_bound += bound * $3
		all_intact += intact * $3
	}
	END {
		printf "| together | | %.2f | %.2f |\n", all_bound, all_intact
		printf "\nThe calls alone are %.2f times those of `bound`.\n", all_intact / all_bound
	}' "$work/facts"
}

facts_table() {
	printf '\n#### Other figures\n\n| case | figure | |\n|---|---|--:|\n'
	awk '$2 !~ /^(same|changed|init|check)_[0-9]|^cost_/ { printf "| %s | %s | %s |\n", $1, $2, $3 }' "$work/facts"
}

tables() {
	printf '### The machine\n\n'
	"$src/machine.sh" "$results"
	printf '\n### Targets\n\n'
	awk -v threads="${BENCH_THREADS:-$(nproc)}" -f "$src/targets.awk" "$work/medians" "$work/facts"
	printf '\n![CPU time of each program](performance-cpu.svg)\n'
	printf '\n![Memory and time against the number of entries](performance-scale.svg)\n'
	printf '\n### What was measured\n\nMedians, in brackets the least and the most.\n'
	awk -f "$src/table.awk" "$work/medians" "$work/medians"
	scale_table
	calls_table
	facts_table
}

tables >"$work/tables"
cat "$work/tables"
[ -n "$doc" ] || exit 0
for marker in "$begin" "$end"; do
	grep -qxF "$marker" "$doc" || { echo "$doc has no '$marker'" >&2; exit 1; }
done
awk -v begin="$begin" -v end="$end" -v tables="$work/tables" '
	$0 == end { skip = 0 }
	!skip { print }
	$0 == begin {
		skip = 1
		print ""
		while ((getline line <tables) > 0)
			print line
		print ""
	}' "$doc" >"$work/doc"
cat "$work/doc" >"$doc"
awk -f "$src/cpu.awk" "$work/medians" >"${doc%.md}-cpu.svg"
awk -f "$src/scale.awk" "$work/facts" >"${doc%.md}-scale.svg"
