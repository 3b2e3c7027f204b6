#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Signed baselines while everything fails.  A baseline that must be refused is refused whichever allocation
# or system call fails meanwhile; one that must be accepted is accepted, or what failed is said.  Whoever
# signs and is killed leaves the old file or the signed one.
#
# STRESS_STEP: try every so-manyth allocation and call (default 3; 1: all).
. "$(dirname "$0")/lib.sh"
STRESS_STEP=${STRESS_STEP:-3}
starved=$STRESS_TOOLS/meddled
"$INTACT" --keygen key >/dev/null 2>&1
"$INTACT" --keygen stranger >/dev/null 2>&1
mkdir tree
echo one >tree/file
configure p+ftype+s+sha256
baseline
cp intact.db unsigned.db
sign() { "$INTACT" --state state --signing-key "$1" --sign "$2" >/dev/null 2>&1; }
cp unsigned.db good.db; sign key good.db
cp unsigned.db foreign.db; sign stranger foreign.db
: >zero.sig; head -c 64 /dev/zero >zero.sig
with_key() { timeout -s KILL 60 "$@" --state state -c intact.conf --workers 0 --verify-key key.pub; }
runs=0
# Generation 2 was seen, 1 is the older one.
cp good.db intact.db
"$INTACT" --signing-key key -c intact.conf --update >/dev/null 2>&1
cp good.db older.db; cp good.db signed.db; mv intact.db.new good.db; cp good.db intact.db
with_key "$INTACT" --check >out 2>&1 || cat out

# $1: what was tried.  Exit status in $rc.  127: the program did not even start.
must_refuse() {
	runs=$((runs + 1))
	case $rc in
	1[4-9] | 2[0-5] | 127) pass ;;
	*) fail "not refused ($rc): $1: $(tail -n 1 out)" ;;
	esac
}
must_verify_or_fail() {
	runs=$((runs + 1))
	case $rc in
	0 | 32 | 1[4-9] | 2[0-5] | 127) pass ;;
	*) fail "exit $rc: $1: $(tail -n 1 out)" ;;
	esac
}

# ---- memory --------------------------------------------------------------------------------------

# $1: file, $2: what must be; the rest: command
starve() {
	local file=$1 must=$2 n i
	shift 2
	cp "$file" intact.db
	STARVE_COUNT=$DIR/count with_key "$starved" $no_wall "$@" >/dev/null 2>&1
	n=$(cat count)
	for i in $(seq 1 "$STRESS_STEP" "$n"); do
		rc=0
		STARVE_AT=$i with_key "$starved" $no_wall "$@" >out 2>&1 || rc=$?
		$must "$file $*, allocation $i of $n"
	done
}
if [ -x "$starved" ]; then
	starve unsigned.db must_refuse --check
	starve foreign.db must_refuse --check
	starve foreign.db must_refuse --verify
	starve older.db must_refuse --check
	starve older.db must_refuse --show "$DIR/tree/file"
	starve unsigned.db must_refuse --check --signature zero.sig
	starve good.db must_verify_or_fail --check
	starve good.db must_verify_or_fail --verify
	starve good.db must_verify_or_fail --show "$DIR/tree/file"
else
	skip "needs tests/stress/meddled"
fi

# ---- system calls --------------------------------------------------------------------------------

if ! has strace || ! strace -o /dev/null true 2>/dev/null || grep -qE '__(asan|tsan)_init' "$INTACT"; then
	skip "needs strace, leave to trace, and no sanitizer"
	echo "$runs failures"
	finish
fi

# $1: file, $2: call, $3: error
inject() {
	local n i
	cp "$1" intact.db
	with_key strace -f -qq -o calls -e "trace=$2" "$INTACT" --no-sandbox --check >/dev/null 2>&1
	n=$(grep -c "$2(" calls)
	for i in $(seq 1 "$STRESS_STEP" "$n"); do
		rc=0
		with_key strace -f -qq -o /dev/null -e "trace=$2" -e "inject=$2:error=$3:when=$i" "$INTACT" --no-sandbox --check \
			>out 2>&1 || rc=$?
		must_refuse "$1, $2 number $i gives $3"
	done
}
for file in unsigned.db foreign.db older.db; do
	inject $file openat EACCES
	inject $file pread64 EIO
	inject $file newfstatat EACCES
	inject $file read EIO
	inject $file readlink EIO
	inject $file fstat EIO
done

# Killed while it signs: the old one or the signed one.
for call in openat write fsync fchmod ftruncate renameat rename pread64; do
	for i in $(seq 1 40); do
		cp unsigned.db intact.db
		strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$i" \
			"$INTACT" --signing-key key -c intact.conf --sign >out 2>&1
		rc=$?
		runs=$((runs + 1))
		if cmp -s intact.db unsigned.db || cmp -s intact.db signed.db; then
			pass
		else
			fail "killed at $call number $i: neither the old nor the signed one"
		fi
		[ "$rc" -ne 0 ] || break
	done
done
rm -f .intact.db.intact-tmp
cp unsigned.db intact.db
sign key intact.db
claim "after all that it is signed as ever" cmp -s intact.db signed.db
echo "$runs failures"
finish
