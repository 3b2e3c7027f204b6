#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs the suite in a build that measures coverage (the current folder), with all faults that there are, and says
# what was covered.  Usage: run.sh SOURCE [MAKE]; COVERAGE_TESTS: as TESTS of make check, if not all;
# COVERAGE_WORST: list so many files with the most left.
set -u
source=$1 make=${2:-make}
command -v gcovr >/dev/null || { echo "make coverage: needs gcovr" >&2; exit 1; }
find . -name '*.gcda' -delete
[ -z "${COVERAGE_TESTS+x}" ] && "$make" -s -k check >check.out 2>&1 || true
[ -z "${COVERAGE_TESTS+x}" ] || "$make" -s -k check TESTS="$COVERAGE_TESTS" >check.out 2>&1
grep -E '^(FAIL|ERROR)' check.out
# Each fault once.
for each in starve calls; do
	INTACT=$PWD/intact STRESS_STEP=${COVERAGE_STEP:-1} "$source/tests/stress/$each.sh" | grep -E '^FAIL|passed'
done
gcovr --root "$source" --object-directory . --json-summary coverage.json --exclude-unreachable-branches --gcov-ignore-parse-errors \
	--filter "$source/(src|db|rules)/" --exclude '.*builtin.c' . >gcovr.out 2>&1 || { cat gcovr.out; exit 1; }
python3 "$source/tests/coverage/table.py" coverage.json "$source/tests/coverage/gates" "${COVERAGE_WORST:-0}"
