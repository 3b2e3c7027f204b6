#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs each fuzz target over its kept inputs (tests/fuzz/corpus/NAME): seeds, and whatever crashed it once.
# With FUZZ_SECONDS set the targets were built with libFuzzer and go on searching for so long each; what
# they find stays in the folder they are in.
set -u
corpus=$(cd "$(dirname "$0")/corpus" && pwd)
passed=0 failed=0
for seeds in "$corpus"/*/; do
	name=$(basename "$seeds")
	if [ -n "${FUZZ_SECONDS:-}" ]; then
		mkdir -p "$FUZZ/found/$name"
		set -- -max_total_time="$FUZZ_SECONDS" -artifact_prefix="$FUZZ/" "$FUZZ/found/$name" "$seeds"
	else
		set -- "$seeds"
	fi
	if "$FUZZ/fuzz_$name" "$@" >"$FUZZ/fuzz_$name.out" 2>&1; then
		passed=$((passed + $(find "$seeds" -type f | wc -l)))
		[ -z "${FUZZ_SECONDS:-}" ] || tail -n 1 "$FUZZ/fuzz_$name.out"
	else
		failed=$((failed + 1))
		tail -n 30 "$FUZZ/fuzz_$name.out"
	fi
	rm -f "$FUZZ/fuzz_$name.out"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
