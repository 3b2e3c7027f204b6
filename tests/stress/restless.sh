#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A file that does not hold still while it is read (churn.c): the digest of a state it never had is not
# stored, its neighbours are still verified, and the check of it is never clean.
. "$(dirname "$0")/lib.sh"

attrs=p+ftype+s+sha256

# Digests of all the contents that ./tree/file really has at some time under churn's modes.
contents() {
	local letter i
	cp tree/file state
	sha256sum <state
	for letter in a b c d a; do
		head -c 4096 /dev/zero | tr '\0' $letter >page
		sha256sum <page
		for i in $(seq 0 15); do
			dd if=page of=state bs=4096 seek=$((i * 16)) conv=notrunc status=none
			sha256sum <state
		done
	done
	truncate -s 0 state
	sha256sum <state
	truncate -s 1M state
	sha256sum <state
	head -c 4096 /dev/zero | tr '\0' x | sha256sum
}

make_tree() {
	rm -rf tree
	mkdir tree
	head -c 1M /dev/zero | tr '\0' A >tree/file
	echo quiet >tree/after
	sleep 0.02
}

# Is the digest that a new baseline has for the file, if it has one, of a state that never was?
is_torn() {
	run --init
	mv intact.db.new second.db 2>/dev/null
	"$INTACT" -c intact.conf -B "database_in=file:$DIR/second.db" --list "$DIR/tree/file" >entry 2>&1
	awk '/^  SHA256 /{ print $3 }' entry >digest
	[ -s digest ] && ! grep -q -f digest known
}

# $1: mode of churn; $2: "dirty" where no check may say that the file is as it was; "some" where it may
# have held still for a while, but not every time; else "any".
restless() {
	local end runs=0 unverified=0 clean=0 bad=0 torn=0 neighbour=0
	baseline
	start_helper churn "$1" tree/file
	end=$(($(now_ms) + STRESS_SECONDS * 1000))
	while [ "$(now_ms)" -lt "$end" ] || [ $runs -lt 3 ] ||
		{ [ "$2" = some ] && [ $unverified -eq 0 ] && [ $runs -lt 40 ]; }; do
		run --check --workers $((runs % 3))
		runs=$((runs + 1))
		is_verdict "$rc" || { bad=$((bad + 1)); tail -n 2 out; }
		unverified=$((unverified + (rc >= 32)))
		clean=$((clean + (rc == 0)))
		if grep -q "/tree/after" out; then neighbour=$((neighbour + 1)); fi
		if [ "$1" != grow ] && is_torn; then torn=$((torn + 1)); fi
	done
	stop_helper
	printf '%s: %s rounds, %d checks: %d with something unverified, %d clean\n' "$1" "$helped" $runs \
		$unverified $clean
	claim "$1: a check failed or hung" [ $bad -eq 0 ]
	claim "$1: digests of states that never were: $torn" [ $torn -eq 0 ]
	claim "$1: the neighbour was reported" [ $neighbour -eq 0 ]
	[ "$2" != dirty ] || claim "$1: clean checks: $clean" [ $clean -eq 0 ]
	[ "$2" != some ] || claim "$1: nothing was unverified in $runs checks" [ $unverified -gt 0 ]
}

configure "$attrs" "!$DIR/tree/file~\$ "
make_tree
contents >known
for mode in rewrite cover replace vanish grow; do
	make_tree
	restless $mode dirty
done
make_tree
restless truncate any
restless chmod any
# Nothing but the ctime says that a file gets another name: it is large, so that it is read longer than the
# other process usually waits for a processor.
make_tree
truncate -s 96M tree/file
restless link some
finish
