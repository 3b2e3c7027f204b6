#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The races of races.sh, but not by luck: before each system call of a scan in turn a name is exchanged, and
# exchanged back some calls later (meddle.c), so that every window between two calls is hit.  What lies
# outside of the tree never comes in through a link, no entry is mixed from two objects, no scan hangs, and
# an entry that was exchanged meanwhile is one object or the other, or unverified.
#
# STRESS_STEP: try every so-manyth call (default 7; 1: all).
# STRESS_BACK: after how many calls it is exchanged back (default "1 4 0"; 0: at the end).
. "$(dirname "$0")/lib.sh"
. "$here/lib_races.sh"
STRESS_STEP=${STRESS_STEP:-7}
STRESS_BACK=${STRESS_BACK:-"1 4 0"}
PAIRS=1

if [ ! -x "$meddled" ]; then
	skip "needs tests/stress/meddled"
	finish
fi
attrs=p+u+ftype+l+n+s+sha256
trials=0 unverified=0 swapped=0

# One scan.  $1: what was tried, $2: "closed" where nothing outside may be seen; the rest: how.
scan() {
	local what=$1 kind=$2 odd foreign
	shift 2
	rm -f intact.db.new
	env "$@" timeout -s KILL 60 "$meddled" $no_wall -c intact.conf --workers 0 --init >out 2>err
	rc=$?
	trials=$((trials + 1))
	if ! is_verdict "$rc" || [ ! -e intact.db.new ]; then
		fail "$what: exit $rc: $(tail -n 1 err)"
		return
	fi
	unverified=$((unverified + (rc >= 32)))
	mv intact.db.new intact.db
	entries >list
	odd=$(mixed)
	[ -z "$odd" ] || fail "$what: mixed: $odd"
	foreign=$(grep -e loot -e ' 777 ' list)
	if [ "$foreign" ]; then
		swapped=$((swapped + 1))
		[ "$kind" != closed ] || fail "$what: outside: $foreign"
	fi
	# What is neither: a link, a FIFO, or not there.
	grep -q "tree/v0 File 100 \|tree/v0/leaf File 100 " list || swapped=$((swapped + 1))
	grep -q "^$DIR/tree " list || fail "$what: not even the tree: $(cat list)"
	pass
}

# Where both are files, whoever holds one may read it to its end: nothing need be unverified.
is_seen() { [ $swapped -gt 0 ] && { [ "$1" = 'file and file' ] || [ $unverified -gt 0 ]; }; }

# $1: the kind, $2: MEDDLE_SWAP or MEDDLE_AWAY, $3: open or closed.
windows() {
	local kind=$1 how=$2 may=$3 calls first at back
	swapped=0 unverified=0
	MEDDLE_TRACE=$DIR/trace meddled -c intact.conf --workers 0 --init
	calls=$(awk '$1 < 1000000' trace | wc -l)
	rm -f trace
	# Some windows are one call wide: where a step went past all of them, the calls between are tried, too.
	for first in $(seq "$STRESS_STEP"); do
		is_seen "$kind" && break
		for at in $(seq "$first" "$STRESS_STEP" "$calls"); do
			for back in $STRESS_BACK; do
				if [ "$back" -eq 0 ]; then
					scan "$kind, before call $at" "$may" "$how=tree:other:v0" MEDDLE_AT="$at"
				else
					scan "$kind, before call $at and back after $back" "$may" "$how=tree:other:v0" \
						MEDDLE_AT="$at" MEDDLE_FOR="$back"
				fi
			done
		done
	done
	echo "$kind: $calls calls; the other one was seen $swapped times, something unverified $unverified times"
	claim "$kind: the exchange was never seen" [ $swapped -gt 0 ]
	[ "$kind" = 'file and file' ] || claim "$kind: the exchange never came between two looks" [ $unverified -gt 0 ]
}

all() {
	configure $1
	lay_out make_dir make_link_to_dir
	windows 'directory and link to outside' MEDDLE_SWAP closed
	lay_out make_dir make_other_dir
	windows 'directory and directory' MEDDLE_SWAP open
	lay_out write_inside write_outside
	windows 'file and file' MEDDLE_SWAP open
	lay_out write_inside make_link_to_file
	windows 'file and link to outside' MEDDLE_SWAP closed
	lay_out write_inside make_fifo
	windows 'file and FIFO' MEDDLE_SWAP closed
	lay_out write_inside make_link_to_zero
	windows 'file and link to /dev/zero' MEDDLE_SWAP closed
	lay_out make_dir make_nothing
	windows 'directory moved out and back' MEDDLE_AWAY closed
}
# Where the kernel gives no clone of the tree our own care is all there is.
echo "without open_tree:"
export MEDDLE_NEVER=open_tree
all $attrs+acl+xattrs
unset MEDDLE_NEVER
echo "with it:"
all $attrs
all $attrs+acl+xattrs+caps+e2fsattrs+selinux
echo "$trials scans with an exchange at a chosen call"
finish
