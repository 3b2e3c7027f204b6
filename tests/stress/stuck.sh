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

mkdir -p tree/fs tree/plain
echo 1 >tree/plain/file
echo 2 >tree/zz
attrs=p+ftype+l+s+m+sha256+xattrs+acl+caps+selinux

# $1: call, $2: node, $3: more.  Sets $server.
start_fs() {
	rm -f pipe
	mkfifo pipe
	"$STRESS_TOOLS/stuckfs" "$DIR/tree/fs" "$@" <pipe >served 2>&1 &
	server=$!
	children="$children $server"
	mounted="$mounted $DIR/tree/fs"
	exec 8>pipe
	for i in $(seq 500); do
		grep -q ready served && return
		kill -0 $server 2>/dev/null || break
		sleep 0.02
	done
	wait $server
	if [ $? -eq 77 ]; then
		skip "no file system in user space here: $(cat served)"
	else
		fail "the file system does not start: $(cat served)"
	fi
	finish
}

stop_fs() {
	exec 8>&-
	wait $server
	children=${children% "$server"}
	# Those that are still waiting inside come back now.
	umount -l tree/fs 2>/dev/null
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

configure "$attrs" "measure_timeout=$PATIENCE"

start_fs none /
baseline
one_run 2 --check
claim "a file system in user space that answers: exit $rc: $(cat out)" [ "$rc" -eq 0 ]
stop_fs

# $1: call, $2: node, $3: times the patience, the rest: names
stuck() {
	local call=$1 node=$2 times=$3
	shift 3
	start_fs "$call" "$node"
	check_all "no answer to $call of $node" "$times" "$@"
	stop_fs
}

stuck open /file 2 fs/file
stuck read /file 2 fs/file
stuck getattr /file 4 fs/file
stuck listxattr /file 2 fs/file
stuck getattr /bad 4 fs/bad
stuck opendir /bad 4 fs/bad
stuck readdir /bad 4 fs/bad
stuck readdir / 4 fs
stuck opendir / 4 fs
stuck getattr / 6 fs
stuck dead / 6 fs

# A byte now and then is no answer.
start_fs trickle /file
check_all "a byte a time" 2 fs/file
stop_fs

# All of a folder: after three times the rest is not asked any more.
start_fs read /later/1 more
check_all "many at once" 8 fs/later/1 fs/later/9
claim "what is not asked is not said to be so: $(cat out)" grep -q 'not asked: its file system does not answer' out
stop_fs

# Slow, but it goes on.
start_fs slow /
one_run 2 --check
claim "slow: exit $rc after $took ms: $(cat out)" [ "$rc" -eq 0 ]
echo "slow: exit $rc after $took ms"
stop_fs

# The root of the scan itself.
cp intact.conf kept.conf
start_fs readdir /
printf '%s\n' "database_out=file:$DIR/root.db" "root_prefix=$DIR/tree/fs" "measure_timeout=$PATIENCE" '/ p' >intact.conf
one_run 2 --init
claim "the root cannot be listed: exit $rc: $(cat out)" [ "$rc" -eq 32 ]
stop_fs
rm -f root.db
start_fs opendir /
one_run 2 --init
claim "the root cannot be opened: exit $rc: $(cat out)" [ "$rc" -eq 18 ]
claim "the root cannot be opened: said: $(cat out)" grep -q 'no answer from the file system' out
claim "the root cannot be opened: a baseline" [ ! -e root.db ]
stop_fs
cp kept.conf intact.conf

# A signal ends it while it waits.
configure "$attrs" measure_timeout=600
start_fs read /file
started=$(now_ms)
timeout -s TERM 3 "$INTACT" -c intact.conf --check >out 2>&1
rc=$?
took=$(($(now_ms) - started))
echo "SIGTERM while it waits: exit $rc after $took ms"
claim "SIGTERM while it waits: exit $rc after $took ms: $(cat out)" [ $rc -eq 124 -a $took -lt 30000 ]
stop_fs

# Rules that leave such file systems out do not ask them.
configure "$attrs" measure_timeout=600 '-/.* =fuse'
start_fs dead /
one_run 2 --init
claim "left out by its type: exit $rc after $took ms: $(cat out)" [ "$rc" -eq 0 ]
claim "left out by its type: counted: $(grep Coverage out)" grep -q '1 mount' out
stop_fs
finish
