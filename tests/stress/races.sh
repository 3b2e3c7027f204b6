#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Names are exchanged in a tight loop while we scan (swap.c).  What lies outside of the tree differs from
# what lies inside in digest, size, and (as root) owner; none of it may ever come in through a link, no
# entry may be mixed from two objects, and no scan may hang.
#
# STRESS_OPTIONS: more options for the scans, such as --no-sandbox: then nothing else stands in the way.
. "$(dirname "$0")/lib.sh"

. "$here/lib_races.sh"

PAIRS=20
STRESS_OPTIONS=${STRESS_OPTIONS:-}

# Scan while names are exchanged.  $1: the kind, for messages; $2: what swap is to do; $3: "closed" where
# nothing outside may ever be seen.
race() {
	local end scans=0 hangs=0 ours foreign unverified=0 odd
	: >list
	start_helper swap "$2" tree other $PAIRS
	end=$(($(now_ms) + STRESS_SECONDS * 1000))
	while [ "$(now_ms)" -lt "$end" ]; do
		run $STRESS_OPTIONS --init --workers $((scans % 3))
		if ! is_verdict "$rc"; then
			hangs=$((hangs + 1))
			tail -n 3 out
			continue
		fi
		mv intact.db.new intact.db
		unverified=$((unverified + (rc >= 32)))
		entries >>list
		scans=$((scans + 1))
	done
	stop_helper
	ours=$(awk '$3 == 100' list | wc -l)
	foreign=$(awk '$3 == 777 || /loot/' list | wc -l)
	odd=$(mixed)
	printf '%s: %s exchanges, %d scans of %d names, %d with something unverified; seen: %d inside, %d outside\n' \
		"$1" "${helped##*
}" $scans $PAIRS $unverified "$ours" "$foreign"
	claim "$1: a scan hung or failed" [ $hangs -eq 0 ]
	claim "$1: mixed entries: $odd" [ -z "$odd" ]
	claim "$1: nothing was scanned" [ "$ours" -gt 0 ]
	claim "$1: a FIFO was read" [ "${helped#stolen}" = "$helped" ]
	[ "$3" != closed ] || claim "$1: outside objects: $(grep -c -e loot -e ' 777 ' list)" [ "$foreign" -eq 0 ]
}

configure $attrs
lay_out make_dir make_link_to_dir
race 'directory and link to outside' exchange closed
lay_out make_dir make_other_dir
race 'directory and directory' exchange open
lay_out write_inside write_outside
race 'file and file' exchange open
lay_out write_inside make_link_to_file
race 'file and link to outside' exchange closed
lay_out write_inside make_fifo
race 'file and FIFO' exchange closed
lay_out write_inside make_link_to_zero
race 'file and link to /dev/zero' exchange closed
lay_out make_dir make_nothing
race 'directory moved out and back' away closed
finish
