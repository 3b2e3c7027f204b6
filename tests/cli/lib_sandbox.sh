# SPDX-License-Identifier: BSD-2-Clause
#
# For the cases about the sandbox: a run that is held up on purpose, and what it holds meanwhile.

# Which layers are in this build: sanitizers and coverage leave some out.
built_in() { "$INTACT" --version | grep -q "^use $1: yes"; }
need_layers() {
	built_in seccomp || skip "needs seccomp in the build"
	built_in Landlock || skip "needs Landlock in the build"
	"$INTACT" -L info -c intact.conf --config-check >/dev/null
}

# A tree that takes a minute to read: one file, and a limit.
slow_tree() {
	mkdir -p tree
	head -c 600000 /dev/urandom >tree/slow
}
slow='io_limit=10K'

# Run the program in the background until it measures; its process in $run, the clerk's in $clerk (0:
# none).  $@: the command, with what stands in front of it
held_up() {
	"$@" >held.out 2>&1 &
	starter=$!
	run=0 clerk=0
	for i in $(seq 600); do
		run=$(pgrep -P "$starter" | head -n 1)
		# It measures when it has more than one thread.
		if [ -n "$run" ] && [ "$(ls /proc/"$run"/task 2>/dev/null | wc -l)" -gt 1 ] &&
			ls -l /proc/"$run"/fd 2>/dev/null | grep -q 'slow$'; then
			clerk=$(pgrep -P "$run" | head -n 1)
			clerk=${clerk:-0}
			return 0
		fi
		sleep 0.1
	done
	cat held.out
	echo "it does not measure"
	return 1
}
let_go() { kill -TERM "$starter"; wait "$starter" 2>/dev/null; echo "let go: $?"; }

status_of() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }
# How many bits are set in a hexadecimal number.
bits() { local n=$((16#$1)) c=0; while [ $n -ne 0 ]; do c=$((c + (n & 1))); n=$((n >> 1 & 0x7fffffffffffffff)); done; echo $c; }
