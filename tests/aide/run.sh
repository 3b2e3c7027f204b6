#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The differential suite: Debian's packaged aide 0.18 and the program under test, over random trees,
# configurations and mutations.
#
#   run.sh                a bounded part (SEED, COUNT from the environment), as `make check` runs it; then
#                         the proof that the suite can fail
#   run.sh SEED COUNT     COUNT cases from SEED on; JOBS processes at a time
#   run.sh SEED 1 --keep  one case again, its folder kept
#
# INTACT: the program under test.  DIFFER: the built driver (differ.c).  AIDE: what to compare with.
# Ends with 77 (skipped) where aide 0.18 is not installed, and for other users than root.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTACT=$(realpath "${INTACT:-$PWD/intact}")
DIFFER=$(realpath "${DIFFER:-$PWD/tests/aide/differ}")
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
export LC_ALL=C TZ=UTC
unset NO_COLOR

. "$here/../lib.sh"
need_aide_0_18
# The trees have files that others may not read, which is a difference of its own (unverified).
need_root

work=$(mktemp -d "${TMPDIR:-/tmp}/intact-differ.XXXXXX")
trap 'rm -rf "$work"' EXIT
# A link named aide makes intact stand in for it.
mkdir "$work/bin"
ln -s "$INTACT" "$work/bin/aide"

# COUNT cases from SEED on, split among processes; the rest goes to the driver.  What differs is shown at
# once; what the driver counted is added to $work/all.
part() {
	local seed=$1 count=$2 i share first pids=()
	shift 2
	[ "$count" -ge "$jobs" ] || jobs=$count
	rm -f "$work"/part.*
	for ((i = 0; i < jobs; i++)); do
		first=$((count * i / jobs))
		share=$((count * (i + 1) / jobs - first))
		"$DIFFER" --aide "$AIDE" --ours "$work/bin/aide" "$@" $((seed + first)) "$share" >"$work/part.$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || rc=1; done
	grep -ahvE '^( +[0-9]+  |known differences|what the cases|[0-9]+ (passed|steps))' "$work"/part.*
	cat "$work"/part.* >>"$work/all"
}

# COUNT cases from SEED on, in parts, so that a long run says where it is.
cases() {
	local seed=$1 count=$2 made=0 now
	shift 2
	rc=0
	while [ "$made" -lt "$count" ]; do
		now=$((count - made < 1000 ? count - made : 1000))
		part $((seed + made)) "$now" "$@"
		made=$((made + now))
		[ "$count" -le 1000 ] || echo "$made of $count cases"
	done
	sed -n 's/^  *\([0-9][0-9]*\)  \(.*\)/\1 \2/p' "$work/all" |
		awk '{ n = $1; $1 = ""; sum[$0] += n } END { for (k in sum) printf "  %8d %s\n", sum[k], k }' |
		LC_ALL=C sort -k2 >"$work/tally"
	echo "known differences met, in how many steps:"
	sed -n 's/ known: / /p' "$work/tally"
	[ "$count" -lt 1000 ] || what_was_made
	awk '/^[0-9]+ passed, / { p += $1; f += $3 } /^[0-9]+ steps$/ { s += $1 }
		END { print p + 0, f + 0, s + 0 }' "$work/all" >"$work/sum"
	read -r passed failed steps <"$work/sum"
	echo "$steps steps"
	return "$rc"
}

# A long run shows what it had; what it never had is a hole in the generator.
what_was_made() {
	echo "what the cases had:"
	grep -vE ' (known|byte in a name): ' "$work/tally"
	echo "never made:"
	sed -nE 's/^ +0 (.*)/  \1/p' "$work/tally" | grep -v '^ *known: '
}

if [ $# -ge 2 ]; then
	cases "$@"
	printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
	exit "$rc"
fi

seed=${SEED:-1}
echo "seed $seed"
cases "$seed" "${COUNT:-300}"
# Variants that are broken on purpose: each must be caught.  That is about the suite, so a plain build will do.
if grep -qE '__(asan|tsan)_init' "$INTACT"; then
	echo "broken variants: not with a sanitizer"
else
	. "$here/broken.sh"
	broken_all
fi
count_claims
