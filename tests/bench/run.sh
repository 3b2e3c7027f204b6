#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Measures intact against other programs over the same tree, alternately, several rounds, and prints medians.
# CPU time is what to judge by on a machine that is shared.
#
#   run.sh [FOLDER [ROUNDS [THREADS]]]      default: /usr, 5 rounds, one thread per processor
#
# Programs: intact (INTACT), bound and timed (BENCH: folder they are in); aide if it is installed;
# find | xargs openssl dgst.
set -eu
tree=$(realpath "${1:-/usr}") rounds=${2:-5} threads=${3:-$(nproc)}
INTACT=${INTACT:-$PWD/intact} BENCH=${BENCH:-$PWD/tests/bench}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
attrs=p+ftype+i+l+n+u+g+s+m+c+acl+xattrs+e2fsattrs+caps+sha256
quoted=$(printf '%s' "$tree" | sed 's/[][(){}.*+?^$|\\]/\\&/g')
for who in intact aide; do
	printf '%s\n' "database_in=file:$dir/$who.db" "database_out=file:$dir/$who.db.new" database_attrs=E \
		"$quoted(/|\$) $attrs" >$who.conf
done
chmod 600 ./*.conf

timed() { "$BENCH/timed" "$1" "$dir/times" "${@:2}"; }
# A first pass warms the cache, and makes the baselines that the checks need.
"$INTACT" -W "$threads" -c intact.conf --init >/dev/null || [ $? -eq 32 ]
mv intact.db.new intact.db
have_aide=
if command -v aide >/dev/null; then
	have_aide=1
	aide -W "$threads" -c aide.conf --init >/dev/null
	mv aide.db.new aide.db
fi
for _ in $(seq "$rounds"); do
	timed bound "$BENCH/bound" "$threads" "$tree"
	timed intact-init "$INTACT" -W "$threads" -c intact.conf --init
	timed intact-check "$INTACT" -W "$threads" -c intact.conf --check
	timed xargs-openssl sh -c 'find "$1" -xdev -type f -print0 | xargs -0 -P "$2" -n 500 openssl dgst -sha256' \
		sh "$tree" "$threads"
	[ -z "$have_aide" ] || timed aide-init aide -W "$threads" -c aide.conf --init
	[ -z "$have_aide" ] || timed aide-check aide -W "$threads" -c aide.conf --check
done

entries=$(find "$tree" -xdev | wc -l)
printf '%s: %d entries, %d threads, %d rounds; medians\n' "$tree" "$entries" "$threads" "$rounds"
printf '%-14s %8s %8s %8s %8s %9s %10s %6s\n' program wall user sys CPU CPU/bound RSS/KiB exit
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
column() { awk -v n="$1" -v c="$2" '$1 == n { print (c == 0 ? $3 + $4 : $c) }' times | median; }
base=$(column bound 0)
for name in $(awk '!seen[$1]++ { print $1 }' times); do
	cpu=$(column "$name" 0)
	printf '%-14s %8.2f %8.2f %8.2f %8.2f %9.2f %10d %6d\n' "$name" "$(column "$name" 2)" "$(column "$name" 3)" \
		"$(column "$name" 4)" "$cpu" "$(awk -v a="$cpu" -v b="$base" 'BEGIN { print a / b }')" \
		"$(column "$name" 5)" "$(column "$name" 6)"
done
for who in intact aide; do
	[ ! -f $who.db ] || printf '%s baseline: %.1f bytes an entry\n' $who \
		"$(awk -v b="$(stat -c %s $who.db)" -v n="$entries" 'BEGIN { print b / n }')"
done
