#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every system call that a check makes fails, one by one (strace's fault injection), over a tree that
# contains a change: never a clean verdict, never a crash or a hang, and never "added" or "removed" for
# what could not be looked at.
#
# strace makes a call fail by asking for call number -1, for which the filter would end the run: so all of
# it is without the sandbox.
#
# STRESS_STEP: try every so-manyth occurrence of the less likely errors (default 4; 1: all).
. "$(dirname "$0")/lib.sh"
STRESS_STEP=${STRESS_STEP:-4}

if ! has strace || ! strace -o /dev/null true 2>/dev/null; then
	skip "needs strace, and leave to trace"
	finish
fi

if grep -qE '__(asan|tsan)_init' "$INTACT"; then
	skip "a sanitizer makes calls of its own, and dies when they fail"
	finish
fi

mkdir -p tree/sub/deeper
echo one >tree/changed
echo two >tree/sub/file
echo three >tree/sub/deeper/file
ln -s sub/file tree/link
mkfifo tree/fifo
has setfattr && setfattr -n user.test -v value tree/sub/file 2>/dev/null
configure p+u+g+ftype+l+n+s+m+sha256+acl+xattrs+caps+e2fsattrs
baseline
touch -r tree/changed stamp
echo ONE >tree/changed
touch -r stamp tree/changed
run --check
claim "the change is found without faults: $rc" [ "$rc" -eq 4 ]

runs=0
# $1: command, $2: call, $3: error, $4: which occurrence, $5: workers
inject() {
	rc=0
	timeout -s KILL 60 strace -f -qq -o /dev/null -e "trace=$2" -e "inject=$2:error=$3:when=$4" \
		"$INTACT" -c intact.conf --no-sandbox --workers "$5" "$1" >out 2>&1 || rc=$?
	runs=$((runs + 1))
	rm -f intact.db.new
	case $rc in
	0) fail "clean verdict: $1, $2 number $4 gives $3" ;;
	1[3-9][0-9]) fail "ended by signal $((rc - 128)): $1, $2 number $4 gives $3" ;;
	4 | 32 | 36 | 1[4-9] | 2[0-5] | 127) pass ;;
	*)
		fail "exit $rc: $1, $2 number $4 gives $3"
		grep -A 3 -E '^(Added|Removed) entries' out
		;;
	esac
}

# How often a call is made.
count() {
	strace -f -qq -o calls -e "trace=$2" "$INTACT" -c intact.conf --no-sandbox --workers 0 "$1" >/dev/null 2>&1
	grep -c "$2(" calls
}

# $1: command, $2: call, $3: step, the rest: errors
all_of() {
	local command=$1 call=$2 step=$3 first=1 error n i
	shift 3
	# Without memory the dynamic loader crashes, which is not for us to judge.
	[ "$call" != mmap ] || first=$(count --version mmap)
	n=$(count "$command" "$call")
	for error in "$@"; do
		for i in $(seq "$first" "$step" "$n"); do
			inject "$command" "$call" "$error" "$i" 0
		done
	done
}

for call in openat statx getdents64 pread64 preadv2 read readlinkat flistxattr listxattr fgetxattr getxattr \
	newfstatat fstat fstatfs ioctl lseek write; do
	all_of --check $call 1 EIO
done
all_of --check openat "$STRESS_STEP" EACCES ENOMEM EMFILE ENOENT ESTALE
all_of --check statx "$STRESS_STEP" EACCES ENOMEM ENOENT
all_of --check getdents64 "$STRESS_STEP" EACCES ENOMEM ENOENT
all_of --check preadv2 "$STRESS_STEP" EISDIR ENOMEM
# A kernel or file system that does not know how to leave the cache alone: read plainly.
strace -f -qq -o calls -e trace=preadv2,pread64 -e inject=preadv2:error=EOPNOTSUPP "$INTACT" -c intact.conf --no-sandbox --workers 1 --check >out 2>&1
rc=$?
claim "the change is found without preadv2: $rc" [ "$rc" -eq 4 ]
claim "preadv2 is not tried again on the same device" [ "$(grep -c preadv2 calls)" -lt "$(grep -c pread64 calls)" ]
all_of --check listxattr "$STRESS_STEP" EACCES ENOMEM
all_of --check flistxattr "$STRESS_STEP" EACCES ENOMEM
for call in openat statx getdents64 preadv2 mmap; do
	all_of --update $call "$STRESS_STEP" ENOMEM
done
# Threads: which call is number N is a matter of luck, the outcome is not.
for i in $(seq 10 "$STRESS_STEP" 60); do
	inject --check openat EIO "$i" 2
	inject --check statx EIO "$i" 2
done

# A configuration or baseline in its usual place that cannot be looked at is not one that is not there.
strace -f -qq -o calls -e trace=%file "$INTACT" --no-sandbox --state "$DIR/state" --check >out 2>&1
usual=$(grep -o '"[^"]*/intact[.]conf"' calls | head -n 1 | tr -d '"')
if [ -n "$usual" ] && [ ! -e "$usual" ]; then
	strace -f -qq -o /dev/null -P "$usual" -e trace=%file -e inject=%file:error=EACCES \
		"$INTACT" --no-sandbox --state "$DIR/state" --check >out 2>&1
	rc=$?
	runs=$((runs + 1))
	claim "$usual cannot be looked at: exit $rc: $(cat out)" grep -q "cannot open config file '$usual'" out
else
	skip "there is a configuration in the usual place"
fi
mkdir state
echo old >state/intact.db
strace -f -qq -o /dev/null -P "$DIR/state/intact.db" -e trace=%file -e inject=%file:error=EACCES \
	"$INTACT" --no-sandbox --state "$DIR/state" --config '' --init "$DIR/tree" >out 2>&1
runs=$((runs + 1))
claim "an old baseline that cannot be looked at is kept: $(tail -n 1 out)" grep -q old state/intact.db
echo "$runs faults injected"
finish
