#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# File systems that do not answer: the run ends, names what it could not verify, verifies the rest, keeps
# the old baseline's entries, and says the same at any number of workers.
. "$(dirname "$0")/lib.sh"

if ! is_root || [ ! -c /dev/fuse ]; then
	skip "needs root and /dev/fuse"
	finish
fi

# Far more than an answer takes on a busy machine, and what each silent object costs here.
PATIENCE=2
# Cases at a time: nearly all they do is wait.
LANES=8

attrs=p+ftype+l+s+m+sha256+xattrs+acl+caps+selinux
cases=

# $1: call, $2: node, $3: more.  Sets $server, which ends when it is killed or this shell ends.
start_fs() {
	# Not the word of one that was there before.
	rm -f served
	"$STRESS_TOOLS/stuckfs" "$DIR/tree/fs" "$@" >served 2>&1 </dev/null &
	server=$!
	for i in $(seq 500); do
		grep -qs ready served && return
		kill -0 $server 2>/dev/null || break
		sleep 0.02
	done
	wait $server
	if [ $? -eq 77 ]; then
		skip "no file system in user space here: $(cat served)"
	else
		fail "the file system does not start: $(cat served)"
	fi
	server=
	exit
}

# Those that are still waiting inside come back when nobody serves them any more, so that it does not
# matter what they hold.
stop_fs() {
	[ -n "${server:-}" ] || return 0
	kill -KILL $server
	wait $server 2>/dev/null
	server=
	umount -l tree/fs 2>/dev/null
}

end_case() {
	stop_fs
	echo "$passed $failed $skipped" >tally
}

# $1: name; the rest: a function and its arguments, in a process with a folder and a tree of its own.
start_case() {
	local name=$1
	shift
	while [ "$(jobs -rp | wc -l)" -ge $LANES ]; do wait -n; done
	mkdir -p "$name/tree/fs" "$name/tree/plain"
	mounted="$mounted $DIR/$name/tree/fs"
	(
		DIR=$DIR/$name
		cd "$DIR" || exit 1
		trap end_case EXIT
		echo 1 >tree/plain/file
		echo 2 >tree/zz
		configure "$attrs" "measure_timeout=$PATIENCE"
		"$@"
	) >"$name.log" 2>&1 &
	children="$children $!"
	cases="$cases $name"
}

# What they all said.
end_cases() {
	local each p f s
	for each in $children; do wait "$each"; done
	children=
	for each in $cases; do
		cat "$each.log"
		if read -r p f s <"$each/tally"; then
			passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
		else
			fail "$each did not end"
		fi
	done
	cases=
}

# The baseline of a tree with a file system in which all is well.
baseline_of_all() {
	start_fs none /
	baseline
	stop_fs
}

# The report, without what differs from run to run.
stable_report() {
	sed -E -e '/timestamp/d' -e '/^(Start|End)/d' -e 's/\(run time: .*\)//' out
}

# $1: workers, or "as many as it likes", $2: command
one_run() {
	local started
	started=$(now_ms)
	case $1 in
	*[!0-9]*) run "$2" ;;
	*) run --workers "$1" "$2" ;;
	esac
	took=$(($(now_ms) - started))
}

# $1: what; $2: how many times the patience it may take; the rest: entries that must be unverified.
# Expects 32 and no change, from a baseline that was made while all was well.
check_all() {
	local what=$1 workers each first=
	local most=$(((PATIENCE * $2 + 20) * 1000))
	shift 2
	for workers in 1 8 "as many as it likes"; do
		one_run "$workers" --check
		echo "$what, $workers workers: exit $rc after $took ms"
		claim "$what, $workers workers: exit $rc: $(cat out)" [ "$rc" -eq 32 ]
		claim "$what, $workers workers: $took ms" [ "$took" -lt "$most" ]
		for each in "$@"; do
			claim "$what, $workers workers: '$each' is not named: $(cat out)" grep -qF "$DIR/tree/$each" out
		done
		claim "$what: told of what is well: $(cat out)" [ -z "$(grep -E 'tree/(plain|zz)' out)" ]
		stable_report >report
		[ -n "$first" ] || cp report first
		first=yes
		claim "$what, $workers workers: another report: $(diff first report)" cmp -s first report
	done
	# What could not be verified stays in the baseline.
	one_run 2 --update
	claim "$what: update: exit $rc" [ "$rc" -eq 32 ]
	"$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db" --list >before
	"$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list >after
	claim "$what: the update lost something: $(diff before after)" cmp -s before after
	rm -f intact.db.new
}

answers() {
	start_fs none /
	baseline
	one_run 2 --check
	claim "a file system in user space that answers: exit $rc: $(cat out)" [ "$rc" -eq 0 ]
}

# $1: call, $2: node, $3: times the patience, the rest: names
stuck() {
	local call=$1 node=$2 times=$3
	shift 3
	baseline_of_all
	start_fs "$call" "$node"
	check_all "no answer to $call of $node" "$times" "$@"
}

# A byte now and then is no answer.
trickle() {
	baseline_of_all
	start_fs trickle /file
	check_all "a byte a time" 2 fs/file
}

# All of a folder: after three times the rest is not asked any more.
many_at_once() {
	baseline_of_all
	start_fs read /later/1 more
	check_all "many at once" 8 fs/later/1 fs/later/9
	claim "what is not asked is not said to be so: $(cat out)" grep -q 'not asked: its file system does not answer' out
}

# Slow, but it goes on.
slow() {
	baseline_of_all
	start_fs slow /
	one_run 2 --check
	claim "slow: exit $rc after $took ms: $(cat out)" [ "$rc" -eq 0 ]
	echo "slow: exit $rc after $took ms"
}

configure_root() {
	printf '%s\n' "database_out=file:$DIR/root.db" "root_prefix=$DIR/tree/fs" "measure_timeout=$1" '/ p' >intact.conf
}

# A user's own file system, which root may not enter.
private() {
	baseline_of_all
	start_fs private /
	one_run 2 --check
	claim "private: exit $rc: $(cat out)" [ $((rc & 32)) -ne 0 ] && is_verdict "$rc"
	claim "private: not named: $(cat out)" grep -q "$DIR/tree/fs" out
	claim "private: what is well is told: $(cat out)" [ -z "$(grep -E 'tree/(plain|zz)' out)" ]
	claim "private: what could not be looked at is removed: $(cat out)" [ $((rc & 2)) -eq 0 ]
}

# $1: longer or shorter
liar() {
	baseline_of_all
	start_fs "$1" /file
	for workers in 1 8; do
		one_run $workers --check
		echo "$1 than it is: exit $rc after $took ms"
		claim "$1 than it is: exit $rc: $(cat out)" [ $((rc & 32)) -ne 0 ] && is_verdict "$rc"
		claim "$1 than it is: $took ms" [ "$took" -lt 30000 ]
		claim "$1 than it is: not named" grep -q "$DIR/tree/fs/file" out
		claim "$1 than it is: others are told: $(cat out)" [ -z "$(grep -E 'tree/(plain|zz|fs/a)' out)" ]
	done
	one_run 2 --init
	claim "$1 than it is, init: exit $rc: $(cat out)" [ "$rc" -eq 32 ]
}

# The names are not selected, so that nobody asks for each.
endless_names() {
	configure "$attrs" "measure_timeout=$PATIENCE" "!$DIR/tree/fs/bad/[0-9]+n"
	baseline_of_all
	start_fs endless-names /bad
	one_run 2 --check
	echo "names without end: exit $rc after $took ms"
	claim "names without end: exit $rc: $(head -c 2000 out)" [ "$rc" -eq 32 ]
	claim "names without end: said: $(head -c 2000 out)" grep -q 'cannot list all of it' out
}

# A path of 64 KiB is as deep as it goes.
endless_tree() {
	# Without the list of calls truncating is Landlock's, which looks at all folders above at each open.
	if "$INTACT" --version | grep -qx 'use seccomp: no'; then
		skip "a tree without end: no seccomp in this build"
		return
	fi
	configure p+ftype "measure_timeout=$PATIENCE"
	baseline_of_all
	start_fs endless-tree /bad
	started=$(now_ms)
	rc=0
	timeout -s KILL 300 "$INTACT" -c intact.conf -A report_level=summary --check >out 2>&1 || rc=$?
	echo "a tree without end: exit $rc after $(($(now_ms) - started)) ms"
	claim "a tree without end: exit $rc: $(head -c 2000 out)" [ $((rc & 32)) -ne 0 ] && is_verdict "$rc"
}

# The root of the scan itself.
root_not_listed() {
	configure_root $PATIENCE
	start_fs readdir /
	one_run 2 --init
	claim "the root cannot be listed: exit $rc: $(cat out)" [ "$rc" -eq 32 ]
}

root_not_opened() {
	configure_root $PATIENCE
	start_fs opendir /
	one_run 2 --init
	claim "the root cannot be opened: exit $rc: $(cat out)" [ "$rc" -eq 18 ]
	claim "the root cannot be opened: said: $(cat out)" grep -q 'no answer from the file system' out
	claim "the root cannot be opened: a baseline" [ ! -e root.db ]
}

# A signal ends it while it waits.
# $1: what it is that waits
ended_by_signal() {
	local started
	started=$(now_ms)
	timeout -s TERM 3 "$INTACT" -c intact.conf --init >out 2>&1
	rc=$?
	took=$(($(now_ms) - started))
	echo "SIGTERM while $1 waits: exit $rc after $took ms"
	claim "SIGTERM while $1 waits: exit $rc after $took ms: $(cat out)" [ $rc -eq 124 -a $took -lt 40000 ]
}

signal_worker() {
	configure "$attrs" measure_timeout=600
	start_fs read /file
	ended_by_signal "a worker"
}

signal_walk() {
	configure "$attrs" measure_timeout=600
	start_fs readdir /bad
	ended_by_signal "the walk"
}

signal_root() {
	configure_root 600
	start_fs opendir /
	ended_by_signal "the question for the root"
}

# Rules that leave such file systems out do not ask them.
left_out() {
	configure "$attrs" measure_timeout=600 '-/.* =fuse'
	start_fs dead /
	one_run 2 --init
	claim "left out by its type: exit $rc after $took ms: $(cat out)" [ "$rc" -eq 0 ]
	claim "left out by its type: counted: $(grep Coverage out)" grep -q '1 mount' out
}

start_case answers answers
end_cases
if [ "$skipped" -ne 0 ] || [ "$failed" -ne 0 ]; then
	finish
fi

start_case slow slow
start_case many_at_once many_at_once
start_case dead stuck dead / 6 fs
start_case getattr_root stuck getattr / 6 fs
start_case getattr_bad stuck getattr /bad 4 fs/bad
start_case open stuck open /file 2 fs/file
start_case read stuck read /file 2 fs/file
start_case getattr stuck getattr /file 4 fs/file
start_case listxattr stuck listxattr /file 2 fs/file
start_case opendir_bad stuck opendir /bad 4 fs/bad
start_case readdir_bad stuck readdir /bad 4 fs/bad
start_case readdir_root stuck readdir / 4 fs
start_case opendir_root stuck opendir / 4 fs
start_case trickle trickle
start_case private private
start_case longer liar longer
start_case shorter liar shorter
start_case endless_names endless_names
start_case endless_tree endless_tree
start_case root_not_listed root_not_listed
start_case root_not_opened root_not_opened
start_case signal_worker signal_worker
start_case signal_walk signal_walk
start_case signal_root signal_root
start_case left_out left_out
end_cases
finish
