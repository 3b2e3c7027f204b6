# SPDX-License-Identifier: BSD-2-Clause
#
# What the scripts here share: they try something many times and count, where tests/cli pins what one run
# prints.  Each makes itself a folder, says what it counted, and ends with "N passed, N failed, N skipped".
#
# INTACT: the program.  STRESS_TOOLS: where build, churn, forge and swap are; by default beside the program.
# STRESS_SECONDS: how long each race is run (default 1); more finds more.
set -u
INTACT=${INTACT:-$PWD/intact}
STRESS_TOOLS=${STRESS_TOOLS:-$(dirname "$INTACT")/tests/stress}
STRESS_SECONDS=${STRESS_SECONDS:-1}
export LC_ALL=C TZ=UTC TERM=dumb
unset NO_COLOR XDG_STATE_HOME
# The search for leaks does not work under strace, and where we kill there are some.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
passed=0 failed=0 skipped=0
children=
mounted=

# Where the scripts are, however they were called.
here=$(cd "$(dirname "$0")" && pwd)
DIR=$(mktemp -d "${TMPDIR:-/tmp}/intact-stress.XXXXXX")
DIR=$(realpath "$DIR")
cd "$DIR" || exit 1
# The journals of all runs.
export INTACT_STATE=$DIR.state

clean() {
	local each
	for each in $children; do kill -KILL "$each" 2>/dev/null; done
	cd / || exit 1
	for each in $mounted; do umount -l "$each" 2>/dev/null; done
	chmod -R u+rwx "$DIR" 2>/dev/null
	rm -rf "$DIR" "$DIR.state"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

pass() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	printf 'FAIL %s\n' "$*"
}
skip() {
	skipped=$((skipped + 1))
	printf 'skip %s\n' "$*"
}
# $1: what is claimed; the rest: a command that is true where it holds.
claim() {
	local what=$1
	shift
	if "$@"; then pass; else fail "$what"; fi
}

finish() {
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ]
	exit
}

is_root() { [ "$(id -u)" -eq 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }
now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# The configuration for ./tree, as in tests/cli/lib.sh.  $1: attributes.
configure() {
	local attrs=$1
	shift
	{
		printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
			"database_attrs=E" "$@"
		printf '%s\n' "$DIR/tree(/|\$) $attrs"
	} >intact.conf
	chmod 600 intact.conf
}

# Run the program; the output to ./out, the exit status in $rc.  Whoever takes more than four minutes hangs: a
# million names take one, under a sanitizer on a busy machine.
run() {
	rc=0
	timeout -s KILL 240 "$INTACT" -c intact.conf "$@" >out 2>&1 || rc=$?
}

# Is it a verdict, not a failure?  (Bits 1, 2, 4 and 32, and nothing else.)
is_verdict() { [ "$1" -ge 0 ] && [ $(($1 & ~39)) -eq 0 ]; }

baseline() {
	run --init
	if ! is_verdict "$rc"; then
		cat out
		fail "the baseline cannot be made: $rc"
		finish
	fi
	mv intact.db.new intact.db
}

# The program in whose calls we have a hand (meddle.c), which an inner wall would stop.  Variables of meddle.c
# stand before it; output to ./out and ./err, the exit status in $rc.
meddled=$STRESS_TOOLS/meddled
no_wall=
case $("$INTACT" --help 2>/dev/null) in *--no-sandbox*) no_wall=--no-sandbox ;; esac
meddled() {
	rc=0
	timeout -s KILL 60 "$meddled" $no_wall "$@" >out 2>err || rc=$?
}

# What differs from run to run is taken out of the file $1.
stable() {
	sed -E -e '/timestamp|^(Start|End) /d' -e 's/\(run time: [^)]*\)//' -e 's/"(start|end)_time": "[^"]*"//' \
		-e 's/"run_time_seconds": [0-9]+//' "$1"
}

# Start a helper in the background; its output to ./helper.
start_helper() {
	local tool=$1
	shift
	"$STRESS_TOOLS/$tool" "$@" >helper 2>helper.err &
	helper=$!
	children="$children $helper"
}

# End it; what it printed is in $helped.
stop_helper() {
	kill -TERM "$helper"
	wait "$helper" || fail "helper: $(cat helper.err)"
	children=${children% "$helper"}
	helped=$(cat helper)
}
