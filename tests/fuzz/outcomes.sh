#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The kept inputs of the fuzz targets, given to the program itself: what is wrong with a configuration, a baseline or
# a journal is said in one line that names the place, with an error's exit status; nothing hangs, nothing crashes.
#
# INTACT: the program.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
INTACT=$(realpath "${INTACT:-$PWD/intact}")
export LC_ALL=C TZ=UTC
unset NO_COLOR XDG_STATE_HOME
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-outcomes.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
bad=0

# $1: the input, $2: what the complaint begins with, a regular expression; the rest: the command.  Good ones may be
# good: a fuzzer finds both.
try() {
	local file=$1 place=$2 rc=0
	shift 2
	timeout -s KILL 60 "$INTACT" --state "$dir/state" "$@" >out 2>err </dev/null || rc=$?
	[ "$rc" -ne 0 ] || { passed=$((passed + 1)); return; }
	bad=$((bad + 1))
	claim "${file##*/corpus/}: exit $rc" [ "$rc" -ge 14 -a "$rc" -le 25 ]
	claim "${file##*/corpus/}: it is not said where: $(head -n 1 err)" grep -qaE "$place" err
}

for file in "$here"/corpus/config/*; do
	# Those would start programs.
	grep -qa x_include "$file" || try "$file" "$file(:[0-9]+)+: " -c "$file" --config-check
done
for kind in aide_text db trust; do
	for file in "$here"/corpus/$kind/*; do
		try "$file" "$file" --config '' -B "database_in=file:$file" --list
	done
done
for file in "$here"/corpus/journal/*; do
	install -m 600 "$file" journal
	try "$file" "journal" --config '' -B "journal=$dir/journal" --history
done
echo "$bad of them are bad"
claim "there are five hundred bad ones" [ "$bad" -ge 500 ]
count_claims
