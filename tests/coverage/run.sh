#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs tests in a build that measures coverage (the current folder), and says what was covered.
#
# What one group of tests counted is set aside before the next one runs: a program that a test kills while it writes
# down its counts spoils those of all before it.
#
# Usage: run.sh SOURCE MAKE UNIT_TESTS TEST...  The unit tests are one group, each other test is its own.
# COVERAGE_STEP: try every so-manyth allocation and call (1: all).  COVERAGE_WORST: list so many files with
# the most left.  COVERAGE_ADD=1: to what was set aside by the last run.
set -u
# Without "..", or no file is one of its.
source=$(cd "$1" && pwd) make=$2 unit=$3
shift 3
command -v gcovr >/dev/null || { echo "make coverage: needs gcovr" >&2; exit 1; }
# Where the program cannot write its counts, it would say so on a stream that the tests look at.
export GCOV_ERROR_FILE="$PWD/coverage.errors"
mkdir -p coverage
[ -n "${COVERAGE_ADD:-}" ] || rm -f coverage/*.json

# $1: name; the rest: tests
group() {
	name=$(echo "$1" | tr / _)
	shift
	find . -name '*.gcda' -delete
	"$make" -s -k check TESTS="$*" >"coverage/$name.out" 2>&1
	grep -E '^(FAIL|ERROR):' "coverage/$name.out"
	gcovr --root "$source" --object-directory . --json "coverage/$name.json" --exclude-unreachable-branches \
		--gcov-ignore-parse-errors --filter "$source/(src|db|rules)/" --exclude '.*builtin.c' . \
		>coverage/gcovr.out 2>&1 || { cat coverage/gcovr.out; exit 1; }
}

[ -z "$unit" ] || group unit "$unit"
for each; do
	case $each in
	*/starve.sh | */calls.sh) STRESS_STEP=${COVERAGE_STEP:-1} group "$each" "$each" ;;
	*) group "$each" "$each" ;;
	esac
done
set --
for each in coverage/*.json; do
	set -- "$@" -a "$each"
done
gcovr --root "$source" "$@" --json-summary coverage.json --json coverage-lines.json >coverage/gcovr.out 2>&1 ||
	{ cat coverage/gcovr.out; exit 1; }
python3 "$source/tests/coverage/table.py" coverage.json "$source/tests/coverage/gates" "${COVERAGE_WORST:-0}"
