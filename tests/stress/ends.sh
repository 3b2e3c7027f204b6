#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# It ends: on a signal within a second, whatever it is at; within bounds on what has no end.  Nothing half
# written stays behind.
. "$(dirname "$0")/lib.sh"

attrs=p+ftype+s+sha256

# $1: signal, $2: what it is at, the rest: how to run.  Expects 25 and no files.
answers() {
	local signal=$1 what=$2 started took pid
	shift 2
	# Whoever runs the tests may ignore SIGHUP (nohup does), and intact would respect that.
	env --default-signal=HUP "$INTACT" -c intact.conf "$@" >out 2>&1 </dev/null &
	pid=$!
	children="$children $pid"
	(sleep 20; kill -KILL $pid) 2>/dev/null &
	watchdog=$!
	sleep 0.3
	started=$(now_ms)
	kill -"$signal" $pid
	rc=0
	wait $pid || rc=$?
	took=$(($(now_ms) - started))
	kill $watchdog 2>/dev/null
	echo "SIG$signal while $what: exit $rc after $took ms"
	claim "SIG$signal while $what: exit $rc: $(tail -n 1 out)" [ $rc -eq 25 ]
	claim "SIG$signal while $what: answered after $took ms" [ $took -lt 1000 ]
	claim "SIG$signal while $what: left behind: $(ls -A)" [ ! -e intact.db.new -a ! -e .intact.db.new.intact-tmp ]
}

# 8 TiB of nothing: no disk reads them, but they are hashed.
mkdir tree
echo 1 >tree/before
configure "$attrs"
if truncate -s 8T tree/huge 2>/dev/null; then
	for i in $(seq 50); do echo "$i" >"tree/z$i"; done
	for workers in 0 1 2; do
		answers TERM "hashing 8 TiB with $workers workers" --workers $workers --init
	done
	answers INT "hashing 8 TiB" --init
	answers HUP "hashing 8 TiB" --init
	# Others go on meanwhile: of 50 small ones behind it all are read while the huge one is at work.
	if has strace && strace -o /dev/null true 2>/dev/null; then
		small_ones() { grep -c '"z[0-9]*"' calls; }
		: >calls
		# Of a process behind the door nobody may see the memory, and so no names.
		timeout -s TERM 30 strace -f -qq -e trace=openat -o calls "$INTACT" -c intact.conf --no-sandbox --workers 2 --init \
			>/dev/null 2>&1 &
		pid=$!
		while kill -0 $pid 2>/dev/null && [ "$(small_ones)" -lt 50 ]; do sleep 0.1; done
		kill $pid 2>/dev/null
		wait $pid
		claim "the others wait for the huge file: $(small_ones) of 50" [ "$(small_ones)" -ge 50 ]
	fi
	rm tree/huge tree/z*
else
	skip "no sparse file of 8 TiB here"
fi

# A pattern that never ends, on every name.
mkdir -p tree/a
for i in $(seq 300); do : >"tree/a/$(printf 'a%.0s' $(seq 200))$i"; done
printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
	"$DIR/tree/a/((a+)+b|.*[.]conf)\$ p" "=$DIR/tree\$ p" >intact.conf
started=$(now_ms)
run --init
took=$(($(now_ms) - started))
echo "300 names against a catastrophic pattern: exit $rc after $took ms"
claim "catastrophic pattern: exit $rc" [ $((rc & 32)) -ne 0 -o $rc -ge 14 ]
claim "catastrophic pattern: took $took ms" [ $took -lt 10000 ]
rm -rf tree/a intact.db.new
configure "$attrs"

# Where a run waits for somebody else.
baseline
mkfifo pipe
exec 7<>pipe
answers_at() {
	local started took pid what=$1
	shift
	timeout -s KILL 5 "$INTACT" "$@" >out 2>&1 <&7 &
	pid=$!
	sleep 0.3
	started=$(now_ms)
	# The program itself, not timeout.
	kill -TERM "$(pgrep -P $pid)" || true
	rc=0
	wait $pid || rc=$?
	took=$(($(now_ms) - started))
	echo "SIGTERM while $what: exit $rc after $took ms"
	claim "SIGTERM while $what: exit $rc after $took ms: $(tail -n 1 out)" [ $took -lt 1000 -a $rc -eq 25 ]
}
printf '#!/bin/sh\nexec sleep 20\n' >program
chmod 755 program
if has pgrep; then
	answers_at 'it waits for a baseline' -c intact.conf -B database_in=stdin --check
	answers_at 'it waits for a configuration' -c - --check
	answers_at 'it waits for a program of the configuration' -c intact.conf -B "@@x_include $DIR/program" --check
else
	skip "needs pgrep"
fi
exec 7>&-

# SIGUSR1 is followed while a file is read that has no end: to debug, and back.
truncate -s 8T tree/huge
"$INTACT" -c intact.conf --init >out 2>&1 &
pid=$!
children="$children $pid"
# Until it has started, the signal would end it.
for i in $(seq 500); do [ -e .intact.db.new.intact-tmp ] && break; sleep 0.02; done
followed() {
	local n=$1
	kill -USR1 $pid
	for i in $(seq 500); do [ "$(grep -c 'Caught SIGUSR1' out)" -ge "$n" ] && return; sleep 0.02; done
	return 1
}
claim "SIGUSR1 was not followed" followed 1
claim "SIGUSR1 was not followed again" followed 2
kill -TERM $pid
rc=0
wait $pid || rc=$?
claim "SIGTERM after SIGUSR1: exit $rc" [ $rc -eq 25 ]
rm tree/huge

# The other signals: one is to be ignored under nohup, one says more, neither ends the run.
truncate -s 3G tree/huge
(trap '' HUP; exec "$INTACT" -c intact.conf --init >out 2>&1) &
pid=$!
sleep 0.2
for i in 1 2 3 4 5; do kill -HUP $pid; kill -USR1 $pid; sleep 0.02; done 2>/dev/null
rc=0
wait $pid || rc=$?
claim "ignored SIGHUP and SIGUSR1: exit $rc: $(tail -n 1 out)" [ $rc -eq 0 ]
rm tree/huge intact.db.new
finish
