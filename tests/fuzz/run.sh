#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs each fuzz target over its kept inputs (tests/fuzz/corpus/NAME): seeds, and whatever crashed it once.
# With FUZZ_SECONDS set the targets were built with libFuzzer (or, FUZZER=afl, for AFL++) and go on searching for
# so long each; what they find stays in the folder they are in.
#
# FUZZ: that folder.  FUZZ_TARGETS: names, if not all.
set -u
corpus=$(cd "$(dirname "$0")/corpus" && pwd)
passed=0 failed=0

# $1: name, $2: seeds.  A minute of libFuzzer, or what FUZZ_SECONDS says; says what it did.
search_libfuzzer() {
	mkdir -p "$FUZZ/found/$1"
	"$FUZZ/fuzz_$1" -max_total_time="$FUZZ_SECONDS" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
		-artifact_prefix="$FUZZ/" "$FUZZ/found/$1" "$2" >"$FUZZ/fuzz_$1.out" 2>&1 || return 1
	echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$FUZZ/fuzz_$1.out") runs, \
$(find "$FUZZ/found/$1" -type f | wc -l) inputs kept"
}

search_afl() {
	rm -rf "$FUZZ/afl/$1"
	mkdir -p "$FUZZ/afl"
	AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 \
		afl-fuzz -m none -t 5000 -V "$FUZZ_SECONDS" -i "$2" -o "$FUZZ/afl/$1" -- "$FUZZ/fuzz_$1" \
		>"$FUZZ/fuzz_$1.out" 2>&1 || return 1
	stats=$FUZZ/afl/$1/default/fuzzer_stats
	echo "$1: $(sed -n 's/^execs_done *: *//p' "$stats") runs, $(sed -n 's/^corpus_count *: *//p' "$stats") inputs kept"
	for crash in "$FUZZ/afl/$1/default/crashes/"id* "$FUZZ/afl/$1/default/hangs/"id*; do
		[ ! -e "$crash" ] || { echo "FAIL $crash"; return 1; }
	done
}

for seeds in "$corpus"/*/; do
	name=$(basename "$seeds")
	case " ${FUZZ_TARGETS:-$name} " in *" $name "*) ;; *) continue ;; esac
	if [ -z "${FUZZ_SECONDS:-}" ]; then
		"$FUZZ/fuzz_$name" "$seeds" >"$FUZZ/fuzz_$name.out" 2>&1
	elif [ "${FUZZER:-libfuzzer}" = afl ]; then
		search_afl "$name" "$seeds"
	else
		search_libfuzzer "$name" "$seeds"
	fi && passed=$((passed + $(find "$seeds" -type f | wc -l))) || {
		failed=$((failed + 1))
		tail -n 30 "$FUZZ/fuzz_$name.out"
	}
	rm -f "$FUZZ/fuzz_$name.out"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
