# shellcheck shell=bash disable=SC2154 # what run.sh sets
# SPDX-License-Identifier: BSD-2-Clause
#
# The programs that are compared, each over the tree $tree, and how a case takes turns with them.
# Sourced by run.sh.

# R of AIDE with sha256, and capabilities.
attrs=p+ftype+i+l+n+u+g+s+m+c+acl+xattrs+e2fsattrs+caps+sha256

# One run of a program: NAME COMMAND...  Its line goes to $runs.
timed() {
	"$BENCH_TOOLS/timed" "$1" "$runs" "${@:2}"
	say "$(tail -n 1 "$runs")"
}
fact() { printf '%s %s\n' "$1" "$2" >>"$facts"; }

# The configurations for the tree.
configure() {
	local quoted who
	quoted=$(printf '%s' "$tree" | sed 's/[][(){}.*+?^$|\\]/\\&/g')
	for who in intact aide; do
		printf '%s\n' "database_in=file:$scratch/$who.db" "database_out=file:$scratch/$who.db.new" \
			database_attrs=E "$quoted(/|\$) $attrs" >"$who.conf"
		chmod 600 "$who.conf"
	done
	rm -f ./*.db ./*.db.new
}

run_bound() { timed bound "$BENCH_TOOLS/bound" "$BENCH_THREADS" "$tree"; }
run_readers_8() { timed readers-8 "$BENCH_TOOLS/bound" 8 "$tree"; }
run_readers_16() { timed readers-16 "$BENCH_TOOLS/bound" 16 "$tree"; }
run_intact_init() { timed intact-init "$INTACT" -W "$BENCH_THREADS" -c intact.conf --init; }
# As it is called when nobody says how many workers.
run_intact_default() { timed intact-default "$INTACT" -c intact.conf --init; }
run_intact_check() {
	[ -f intact.db ] || cp intact.db.new intact.db
	timed intact-check "$INTACT" -W "$BENCH_THREADS" -c intact.conf --check
}
run_aide_init() { timed aide-init aide -W "$BENCH_THREADS" -c aide.conf --init; }
run_aide_check() {
	[ -f aide.db ] || cp aide.db.new aide.db
	timed aide-check aide -W "$BENCH_THREADS" -c aide.conf --check
}
run_openssl() {
	# shellcheck disable=SC2016
	timed openssl sh -c 'find "$1" -xdev -type f -print0 | xargs -0 -P "$2" -n 500 openssl dgst -sha256' \
		sh "$tree" "$BENCH_THREADS"
}
run_mtree() { timed mtree mtree -c -x -K sha256 -p "$tree"; }

program_there() {
	case " $BENCH_SKIP " in *" $1 "*) return 1 ;; esac
	case $1 in
	aide-*) has aide && [ "$round" -le "$BENCH_AIDE_ROUNDS" ] ;;
	mtree) has mtree && [ "$round" -le "$BENCH_AIDE_ROUNDS" ] ;;
	openssl) has openssl ;;
	esac
}

# Take turns: take_turns BEFORE PROGRAM...   BEFORE is called before each run.
take_turns() {
	local before=$1 round program
	shift
	for round in $(seq "$BENCH_ROUNDS"); do
		for program; do
			program_there "$program" || continue
			"$before"
			"run_${program//-/_}"
		done
	done
}

nothing() { :; }
# All of the page cache, entries and inodes.
drop_caches() { sync; echo 3 >/proc/sys/vm/drop_caches; }
may_drop_caches() { [ -w /proc/sys/vm/drop_caches ] && (drop_caches) 2>/dev/null; }

# Bytes an entry of the baselines that the last runs left behind.
baseline_facts() {
	local entries
	entries=$(find "$tree" -xdev | wc -l)
	fact entries "$entries"
	for who in intact aide; do
		[ ! -f "$who.db.new" ] || fact "${who}_bytes_per_entry" \
			"$(awk -v b="$(stat -c %s "$who.db.new")" -v n="$entries" 'BEGIN { printf "%.1f", b / n }')"
	done
}
