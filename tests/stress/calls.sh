#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Each system call that a command makes fails once, with each error that it can give there, or is
# interrupted, or moves one byte only (meddle.c).  Either the command does all that it does without, or it
# says that it could not: what is missing is "unverified" or an error, never equal, added or removed.  A
# baseline is the old one or the whole new one, and nothing is left beside it.
#
# STRESS_STEP: try every so-manyth fault (default 5; 1: all).
. "$(dirname "$0")/lib.sh"
. "$here/lib_accept.sh"
STRESS_STEP=${STRESS_STEP:-5}
# Here leaks count, too, in a build that looks for them.
export ASAN_OPTIONS=detect_leaks=1:exitcode=99

if [ ! -x "$meddled" ]; then
	skip "needs tests/stress/meddled"
	finish
fi

"$INTACT" --keygen key >/dev/null 2>&1
"$INTACT" --keygen stranger >/dev/null 2>&1
mkdir -p tree/sub/deeper
echo one >tree/changed
echo two >tree/sub/file
echo three >tree/sub/deeper/file
echo log >tree/log
ln -s sub/file tree/link
mkfifo tree/fifo
has setfattr && setfattr -n user.test -v value tree/sub/file 2>/dev/null
# A file that is younger than a tick of the clock is looked at again.
sleep 0.05
attrs=p+u+g+ftype+l+n+s+m+sha256+acl+xattrs+caps+e2fsattrs
configure $attrs
state() { rm -rf state && cp -r "state.$1" state; }
with="--state state -c intact.conf --workers 0"
"$INTACT" $with --init >out 2>&1 || { cat out; fail "the baseline"; finish; }
mv intact.db.new unsigned.db
cp unsigned.db old.db
"$INTACT" $with --signing-key key --sign old.db >/dev/null 2>&1
cp unsigned.db foreign.db
"$INTACT" $with --signing-key stranger --sign foreign.db >/dev/null 2>&1
cp old.db intact.db
echo ONE >tree/changed
mv tree/link tree/moved
echo more >>tree/log
sleep 0.05
"$INTACT" $with --verify-key key.pub --check >/dev/null 2>&1
mkdir state.none
cp -r state state.seen || { fail "what was seen is not kept"; finish; }

runs=0

# ---- what must be after a fault ------------------------------------------------------------------

# $1: what was tried.  An error, in words; the files are as they were.
is_error() {
	case $rc in
	1[4-9] | 2[0-5]) ;;
	*) fail "exit $rc: $1: $(tail -n 1 err)"; return ;;
	esac
	if ! grep -q ERROR err; then
		fail "exit $rc without a word: $1"
	elif ! cmp -s intact.db "$before" && ! cmp -s intact.db "$want.signed"; then
		fail "the baseline is another: $1"
	elif [ -e intact.db.new ] && list_new && ! cmp -s listed "$want.listed"; then
		# What fails after the rename: the sync of its folder, the report.
		fail "exit $rc, and a new baseline that is not whole: $1"
	else
		pass
	fi
}

# The same output as without the fault.
is_whole() {
	stable out >shown
	if ! cmp -s shown "$want.shown"; then
		fail "exit $rc, and another output: $1: $(diff "$want.shown" shown | head -n 4)"
	elif [ -e "$want.new" ] && ! cmp -s listed "$want.listed"; then
		fail "exit $rc, and another baseline: $1"
	elif [ -e "$want.signed" ] && ! cmp -s intact.db "$want.signed"; then
		fail "exit $rc, and not signed: $1"
	else
		pass
	fi
}

list_new() {
	[ ! -e intact.db.new ] ||
		"$INTACT" --state none -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list >listed 2>&1
}

# Verdicts that say that something could not be looked at: nothing is added or removed by that.
is_unverified() {
	local odd
	odd=$(awk '/^(Added|Removed) entries:/ { on = 1 } /^(Changed entries|Unverified|The attributes)/ { on = 0 }
		on && /: \// { print }' out | grep -vE 'tree/(moved|link)$')
	if [ -n "$odd" ]; then
		fail "exit $rc: $1: $odd"
	elif ! grep -q nverified out; then
		fail "exit $rc, and nothing is said to be unverified: $1"
	elif [ -e "$want.new" ] && ! [ -e intact.db.new ]; then
		fail "exit $rc, and no new baseline: $1"
	else
		pass
	fi
}

judge() {
	if [ "$rc" -eq "$normal" ]; then
		list_new
		is_whole "$1"
	elif [ "$measures" ] && [ $((rc & 32)) -ne 0 ] && is_verdict "$rc"; then
		is_unverified "$1"
	else
		is_error "$1"
	fi
	# Whoever may not remove it leaves it; so does who does not know whether it is his.
	if [ -e .intact.db.new.intact-tmp ] || [ -e .intact.db.intact-tmp ]; then
		[ "$call" = unlinkat ] || grep -qE "(stat|lock) '.*intact-tmp'" err || fail "left behind: $1"
		rm -f .intact.db*.intact-tmp
	fi
}

# ---- trying --------------------------------------------------------------------------------------

# As before each run.
lay_out() {
	rm -f intact.db.new report
	cp "$before" intact.db
	state "$seen"
}

# $1: name; $2: the baseline; $3: seen or none, whether it was seen; $4: exit status without faults; the
# rest: the command.
faults() {
	local name=$1 number each rest total=0
	before=$2 seen=$3 normal=$4 want=$DIR/want.$1 measures=
	shift 4
	case " $* " in *" --init "* | *" --check "* | *" --update "*) measures=yes ;; esac
	lay_out
	MEDDLE_TRACE=$DIR/trace meddled $with "$@"
	[ "$rc" -eq "$normal" ] || fail "$name without faults: exit $rc: $(tail -n 1 err)"
	stable out >"$want.shown"
	[ ! -e intact.db.new ] || : >"$want.new"
	list_new
	[ ! -e listed ] || cp listed "$want.listed"
	case " $* " in *" --sign "*) cp intact.db "$want.signed" ;; esac
	while read -r number call rest; do
		for each in ${rest#* }; do
			# A file system that has no such attributes: nothing is missing.
			[ "$call $each" != "ioctl ENOTSUP" ] || [ "$normal" -ne 0 ] || continue
			total=$((total + 1))
			[ $((total % STRESS_STEP)) -eq 0 ] || continue
			lay_out
			rm -f listed
			MEDDLE_AT=$number MEDDLE_CALL=$call MEDDLE_ERROR=$each meddled $with "$@"
			runs=$((runs + 1))
			judge "$name: $call number $number: $each"
		done
	done <trace
	rm -f trace
	echo "$name: $total faults"
}

faults init old.db none 0 --init --signing-key key
faults check old.db seen 7 --check --verify-key key.pub
faults plain-check unsigned.db none 7 --check
faults update old.db seen 7 --update --verify-key key.pub --signing-key key
faults json unsigned.db none 7 --check -A report_format=json
faults list old.db seen 0 --list --verify-key key.pub
faults compare unsigned.db none 0 --compare -B "database_new=file:$DIR/unsigned.db"
faults sign unsigned.db none 0 --sign --signing-key key
faults verify old.db seen 0 --verify --verify-key key.pub
faults refuse foreign.db none 24 --verify --verify-key key.pub
faults refuse-check foreign.db none 24 --check --verify-key key.pub
faults show old.db seen 0 --show "$DIR/tree/log" --verify-key key.pub
faults aide unsigned.db none 0 --init -B database_format=aide -B gzip_dbout=yes

# What of it can be there without the other is not judged by an output, but by the files.
accept_faults() {
	local number call rest each total=0
	accept_prepare unsigned.db
	accept_lay_out
	MEDDLE_TRACE=$DIR/trace accept_run
	while read -r number call rest; do
		for each in ${rest#* }; do
			total=$((total + 1))
			[ $((total % STRESS_STEP)) -eq 0 ] || continue
			accept_lay_out
			MEDDLE_AT=$number MEDDLE_CALL=$call MEDDLE_ERROR=$each accept_run
			runs=$((runs + 1))
			accept_judge "accept: $call number $number: $each"
			[ "$call" = unlinkat ] || grep -qE "(stat|lock) '.*intact-tmp'" err ||
				claim "accept: $call number $number: $each: left behind" [ -z "$(find . -maxdepth 1 -name '.*intact-tmp')" ]
			rm -f .intact.db*.intact-tmp
		done
	done <trace
	rm -f trace
	echo "accept: $total faults"
}
accept_faults

# A clock that is wrong by twenty years changes no entry and hides no difference.
for off in -630720000 630720000; do
	cp old.db intact.db
	state seen
	rm -f intact.db.new
	MEDDLE_CLOCK=$off meddled $with --check --verify-key key.pub
	stable out >shown
	claim "clock off by $off: exit $rc: $(diff want.check.shown shown | head -n 4)" cmp -s shown want.check.shown
	MEDDLE_CLOCK=$off meddled $with --init --signing-key key
	claim "clock off by $off: init: exit $rc: $(cat err)" [ "$rc" -eq 0 ]
	claim "clock off by $off: the report says so" grep -q "$(date -u -d "@$(($(date +%s) + off))" +%Y)-" out
	list_new
	claim "clock off by $off: other entries" cmp -s listed want.init.listed
done
echo "$runs faults injected"
finish
