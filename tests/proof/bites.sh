#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Do the tests bite?  Takes one defence after the other out of a copy of the source (bites.txt), builds that, and
# runs the test that is there for it, which must fail.
#
# Usage: bites.sh [NAME...]; INTACT: a built program, beside which the tools are.  BITES_LOGS: a folder for what
# the tests said (default: none kept).
set -u
tools="tests/stress/build tests/stress/churn tests/stress/flip tests/stress/forge tests/stress/meddled
	tests/stress/powercut tests/stress/stuckfs tests/stress/swap tests/report/names tests/cli/hear tests/bench/timed
	$(sed -n 's#.*|\(unit/test_[a-z_]*\)$#tests/\1#p' "$(dirname "$0")/bites.txt" | sort -u)"
passed=0 failed=0
. "$(dirname "$0")/copy.sh"
logs=${BITES_LOGS:-$work/logs}
mkdir -p "$logs"
copy_and_build '-g -O1'

# $1: the test, with variables before it
run_test() {
	local test=${1##* } variables=
	[ "$test" = "$1" ] || variables=${1% *}
	export INTACT=$work/build/intact HEAR=$work/build/tests/cli/hear
	case $test in
	cli/*) set -- "$work/source/tests/cli/run.sh" "$work/source/tests/$test.sh" ;;
	unit/*) set -- "$work/build/tests/$test" ;;
	*) set -- "$work/source/tests/$test" ;;
	esac
	(cd "$work" && exec env $variables timeout 1500 "$@") >"$logs/$name.log" 2>&1 &
	# One complaint is enough.
	while kill -0 $! 2>/dev/null; do
		if grep -qsaE '^FAIL|FAILED' "$logs/$name.log"; then
			kill $! 2>/dev/null
			wait $!
			return 1
		fi
		sleep 0.2
	done
	wait $!
	local rc=$?
	[ "$rc" -ne 124 ] || echo "FAILED: it hangs" >>"$logs/$name.log"
	return "$rc"
}

while IFS='|' read -r name file change test; do
	case $name in '' | '#'*) continue ;; esac
	[ $# -eq 0 ] || [[ " $* " = *" $name "* ]] || continue
	# A bar in what perl does is one of ours.
	while [[ ! $test =~ ^([A-Z_]+=[-a-z0-9]+\ )*(stress|cli|unit|report)/ ]]; do
		[[ $test = *"|"* ]] || die "$name: no test"
		change="$change|${test%%|*}"
		test=${test#*|}
	done
	as_it_was=
	for each in ${file//,/ }; do
		cp -p "$work/source/$each" "$work/kept.${each##*/}"
		perl -0pi -e "$change" "$work/source/$each"
		cmp -s "$work/source/$each" "$work/kept.${each##*/}" && as_it_was=$each
	done
	if [ -n "$as_it_was" ]; then
		echo "FAIL $name: $as_it_was is as it was: bites.txt is old"
		failed=$((failed + 1))
	elif ! build; then
		echo "FAIL $name: does not build: $(grep -m 1 error "$work/made")"
		failed=$((failed + 1))
	elif run_test "$test"; then
		echo "FAIL $name: $test does not notice"
		failed=$((failed + 1))
	elif ! complaint=$(grep -a -m 1 -E '^FAIL|FAILED|assertion fail|[a-z]Error: ' "$logs/$name.log"); then
		echo "FAIL $name: $test ends without a verdict: $(tail -n 1 "$logs/$name.log")"
		failed=$((failed + 1))
	else
		echo "$name: $test: ${complaint:0:100}"
		passed=$((passed + 1))
	fi
	for each in ${file//,/ }; do
		cp -p "$work/kept.${each##*/}" "$work/source/$each"
		touch "$work/source/$each"
	done
done <"$here/bites.txt"
printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
