#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Measures, and writes what was measured into doc/performance.md.  See cases.sh for the cases,
# programs.sh for what runs in them; `make bench` sets:
#
#   INTACT          the program
#   BENCH_TOOLS     folder of the tools beside this script, built
#   BENCH_RESULTS   folder that keeps one file a case, so that cases can be measured one by one
#   BENCH_DOC       the document; empty: only print
#
# and by hand:
#
#   BENCH_CASES     which cases, in order (default: all)
#   BENCH_ROUNDS    rounds (5), BENCH_AIDE_ROUNDS those in which aide runs, too (2)
#   BENCH_SKIP      programs to leave out ("aide-check mtree": in a large tree they take longest)
#   BENCH_THREADS   threads of everything (one per processor)
#   BENCH_DIR       where to grow trees; must be on a disk for cold cases (/var/tmp)
#   BENCH_USR       the tree of usr-warm and usr-cold (/usr)
#   BENCH_SMALL     files of the tree of small files (1000000), BENCH_SMALL_BYTES each (200)
#   BENCH_NAMES     names in one directory (1000000)
#   BENCH_HUGE      files in `huge` (1) of BENCH_HUGE_BYTES each (4 GB)
#   BENCH_LIMIT     --limit of `system` (everything)
#   BENCH_SCALE     numbers of generated entries ("100000 1000000 10000000")
#   BENCH_TREES     numbers of files on disk, as far as there are inodes for them (the same)
#   BENCH_NEIGHBOUR memory of `neighbour`, in bytes (1 GiB); it needs twice as much on disk, and a half
#
# CPU time is what to judge by on a machine that is shared.
#
# shellcheck source-path=SCRIPTDIR
set -eu
src=$(cd "$(dirname "$0")" && pwd)
INTACT=${INTACT:-$PWD/intact}
BENCH_TOOLS=${BENCH_TOOLS:-$PWD/tests/bench}
BENCH_RESULTS=${BENCH_RESULTS:-$PWD/bench-results}
BENCH_DOC=${BENCH_DOC-}
BENCH_ROUNDS=${BENCH_ROUNDS:-5}
BENCH_AIDE_ROUNDS=${BENCH_AIDE_ROUNDS:-2}
BENCH_SKIP=${BENCH_SKIP:-}
BENCH_THREADS=${BENCH_THREADS:-$(nproc)}
BENCH_DIR=${BENCH_DIR:-/var/tmp}
BENCH_USR=${BENCH_USR:-/usr}
BENCH_SMALL=${BENCH_SMALL:-1000000}
BENCH_SMALL_BYTES=${BENCH_SMALL_BYTES:-200}
BENCH_NAMES=${BENCH_NAMES:-1000000}
BENCH_HUGE=${BENCH_HUGE:-1}
BENCH_HUGE_BYTES=${BENCH_HUGE_BYTES:-4000000000}
BENCH_LIMIT=${BENCH_LIMIT:-}
BENCH_SCALE=${BENCH_SCALE:-100000 1000000 10000000}
BENCH_TREES=${BENCH_TREES:-100000 1000000 10000000}
BENCH_NEIGHBOUR=${BENCH_NEIGHBOUR:-1073741824}
all_cases="usr-warm usr-cold small names huge neighbour system calls micro scale trees"
cases=${BENCH_CASES:-$all_cases}

mkdir -p "$BENCH_RESULTS"
BENCH_RESULTS=$(cd "$BENCH_RESULTS" && pwd)
scratch=$(mktemp -d "$BENCH_DIR/intact-bench.XXXXXX")
trap 'leave_cgroup; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
# Runs of the bench are not in the journal of the machine.
export INTACT_STATE=$scratch/state
cd "$scratch"

say() { printf '%s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# shellcheck source=programs.sh
. "$src/programs.sh"
# shellcheck source=neighbour.sh
. "$src/neighbour.sh"
# shellcheck source=cases.sh
. "$src/cases.sh"
# shellcheck source=micro.sh
. "$src/micro.sh"

# Results of one case go to a file of their own, and replace the old ones only when the case is through.
for case in $cases; do
	case " $all_cases " in *" $case "*) ;; *) say "no such case: $case (there are: $all_cases)"; exit 2 ;; esac
	say "== $case"
	runs=$scratch/$case.runs facts=$scratch/$case.facts
	: >"$runs"
	: >"$facts"
	if "case_${case//-/_}"; then
		mv "$runs" "$facts" "$BENCH_RESULTS/"
	else
		say "$case: left out"
	fi
done
export INTACT BENCH_THREADS
"$src/report.sh" "$BENCH_RESULTS" "$BENCH_DOC"
