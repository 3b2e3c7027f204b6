# SPDX-License-Identifier: BSD-2-Clause
#
# --accept under faults: what it must be after one.  For scripts that have lib.sh and `meddled`.

accept_run() { meddled --state state -c intact.conf --workers 0 "$@" --accept; }
accept_entries() {
	"$INTACT" --state state.none -c intact.conf -B "database_in=file:$DIR/intact.db" --list 2>&1
}

# $1: the baseline.  Makes the reviewed state, and accepts it once without a fault.
accept_prepare() {
	mkdir -p state.none
	rm -rf state intact.db* && cp "$1" intact.db && cp "$1" accept.old
	"$INTACT" --state state -c intact.conf --update >out 2>&1
	cp intact.db.new accept.reviewed
	cp -r state state.reviewed
	accept_entries >accept.was
	accept_run
	claim "--accept: exit $rc: $(cat err)" [ "$rc" -eq 0 ]
	accept_entries >accept.want
	claim "--accept: there was something to accept" eval '! cmp -s accept.was accept.want'
	claim "--accept: the old generation is kept" cmp -s intact.db.g000001 accept.old
}

# As before each run.
accept_lay_out() {
	rm -rf state intact.db*
	cp accept.old intact.db
	cp accept.reviewed intact.db.new
	cp -r state.reviewed state
}

# $1: what was tried; $rc: how it ended.  The old baseline stands, or what was accepted does and the old one has
# its name; of what could not be looked at again the old entries are kept, and that is said.
accept_judge() {
	local now
	if ! accept_entries >accept.now; then
		fail "exit $rc, and no baseline: $1: $(tail -n 1 accept.now)"
		return
	elif cmp -s intact.db accept.old; then
		now=old
	elif cmp -s accept.now accept.want; then
		now=new
	elif [ "$(grep -vxFf accept.was accept.now | grep -vcxFf accept.want)" -eq 0 ]; then
		now=part
	else
		fail "exit $rc, and a baseline of neither: $1"
		return
	fi
	[ $now = old ] || cmp -s intact.db.g000001 accept.old || fail "exit $rc, and the old generation is gone: $1"
	case $rc in
	15) fail "exit 15, and nothing is wrong with the command line: $1"; return ;;
	0) [ $now = new ] || { fail "exit 0, and what stands there is $now: $1"; return; } ;;
	32) [ $now != new ] || { fail "exit 32, and all is accepted: $1"; return; } ;;
	1[4-9] | 2[0-5]) grep -qE 'ERROR|out of memory' err || { fail "exit $rc without a word: $1"; return; } ;;
	*) fail "exit $rc: $1: $(tail -n 1 err)"; return ;;
	esac
	pass
}
