#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Random edits in random trees: what was edited is exactly what is reported, path by path and attribute by attribute.
# The change of the inode (ctime) is left out of the rule, so that each edit has to be seen as what it is.
#
# STRESS_EDITS: how many in all (default 2000).  STRESS_SEED: where to begin (default: the time).
. "$(dirname "$0")/lib.sh"
has python3 || { skip "needs python3"; finish; }

wanted=${STRESS_EDITS:-2000}
seed=${STRESS_SEED:-$(date +%s)}
objects=4000 round=1500
edits="python3 $here/edits.py"

configure ftype+p+u+g+s+i+l+n+m+sha256+xattrs+acl+e2fsattrs+rdev
echo "seed $seed"
tried=0 wrong=0
while [ "$tried" -lt "$wanted" ]; do
	if [ ! -d tree ]; then
		$edits make "$DIR/tree" "$objects" "$seed"
		ages=0
	fi
	run --init
	[ "$rc" -eq 0 ] || { fail "--init: exit $rc: $(tail -n 3 out)"; finish; }
	mv intact.db.new intact.db
	$edits look "$DIR/tree" before
	n=$((wanted - tried < round ? wanted - tried : round))
	n=$($edits edit "$DIR/tree" "$n" "$((seed + tried))" list 2>left_out) ||
		{ fail "seed $seed, after $tried: the edits: $(tail -n 1 left_out)"; finish; }
	$edits look "$DIR/tree" after
	run --check --workers $((tried % 4)) -A report_format=ndjson
	[ "$rc" -lt 8 ] || fail "seed $seed, after $tried: exit $rc: $(tail -n 3 out)"
	$edits judge before after list out >verdict || {
		fail "seed $seed, after $tried edits: $(cat verdict)"
		wrong=$((wrong + 1))
	}
	[ "$tried" -gt 0 ] || cat verdict
	tried=$((tried + n))
	# A tree of its own for each two thousand: the same one would become all edits.
	ages=$((ages + 1))
	[ "$ages" -lt 2 ] || { chmod -R u+rwx tree; rm -rf tree; seed=$((seed + 1)); }
	[ "$wrong" -lt 5 ] || break
done
echo "$tried edits tried, in $wrong of the rounds something was reported that was not so, or not reported"
sort left_out | uniq -c | sort -rn | head -n 3
claim "$tried edits are reported, and nothing else" [ "$wrong" -eq 0 ]
claim "as many as were asked for ($tried)" [ "$tried" -ge "$wanted" ]
finish
