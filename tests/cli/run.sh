#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs the end-to-end cases: tests/cli/TOPIC/CASE.sh, each in an empty folder, at 1, 2 and 8 workers
# (CLI_WORKERS), its output compared with CASE.out.  `run.sh --update [CASE...]` rewrites the expectations;
# review that diff like code.  A case that exits with 77 is skipped.
#
# INTACT: the program under test.  What differs from run to run (the folder, times, digests of the
# baseline) is masked before comparing; see mask().
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTACT=${INTACT:-$PWD/intact}
MANUAL=$here/../../doc/intact.1
export here INTACT MANUAL LC_ALL=C TZ=UTC TERM=dumb
unset NO_COLOR XDG_STATE_HOME
update=
[ "${1:-}" = --update ] && { update=1; shift; }
passed=0 failed=0 skipped=0

# What a build leaves out is said at info: the sanitizers' leave out the list of calls.  Else nothing matches.
unsaid='x^'
"$INTACT" --version | grep -qx 'use seccomp: no' && unsaid='INFO: sandbox: no seccomp: not built in$'

mask() {
	sed -E \
		-e "/$unsaid/d" \
		-e "s#$1#@DIR@#g" \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{9})? [+-][0-9]{4}/@TIME@/g' \
		-e 's/\(run time: [0-9]+m [0-9]+s\)/(run time: 0m 0s)/' \
		-e 's/"run_time_seconds": [0-9]+/"run_time_seconds": 0/' \
		-e 's/\(intact [0-9][^)]*\)/(intact VERSION)/' |
		awk '/^The attributes of the \(uncompressed\) database/ { cut = 1 }
			/^(Coverage|End timestamp)/ { cut = 0 }
			!cut { print }'
}

# $1: case file, $2: workers; output in $out
run_case() {
	local dir
	dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-cli.XXXXXX")
	out=$dir.out
	(cd "$dir" && HOME=$dir DIR=$dir WORKERS=$2 INTACT_STATE=$dir.state bash -c ". '$here/lib.sh'; . '$1'") >"$out.raw" 2>&1 </dev/null
	status=$?
	mask "$dir" <"$out.raw" >"$out"
	chmod -R u+rwx "$dir" 2>/dev/null
	command -v chattr >/dev/null && chattr -R -i -a "$dir" 2>/dev/null
	rm -rf "$dir" "$dir.state" "$out.raw"
}

for case in "${@:-$here/*/*.sh}"; do
	for file in $case; do
		file=$(realpath "$file")
		name=${file#"$here"/}
		expect=${file%.sh}.out
		for workers in ${CLI_WORKERS:-1 2 8}; do
			run_case "$file" "$workers"
			if [ "$status" -eq 77 ]; then
				skipped=$((skipped + 1))
				printf 'skip %s (%s)\n' "$name" "$(tail -n 1 "$out")"
			elif [ -n "$update" ]; then
				cp "$out" "$expect"
			elif diff -u "$expect" "$out" >"$out.diff"; then
				passed=$((passed + 1))
			else
				failed=$((failed + 1))
				printf 'FAIL %s at %s workers\n' "$name" "$workers"
				cat "$out.diff"
			fi
			rm -f "$out" "$out.diff"
			[ "$status" -ne 77 ] || break
		done
	done
done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
