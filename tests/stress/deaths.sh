#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Whoever writes is killed before and after each call that writes (meddle.c), every one of them; then the
# power goes (powercut.c).  Under each name stands the old file or the whole new one, and the next run is
# not disturbed by what is left.
#
# STRESS_STEP: try every so-manyth call (default 1).
. "$(dirname "$0")/lib.sh"
STRESS_STEP=${STRESS_STEP:-1}

if [ ! -x "$meddled" ]; then
	skip "needs tests/stress/meddled"
	finish
fi
"$INTACT" --keygen key >/dev/null 2>&1
mkdir tree
for i in $(seq 40); do echo "$i" >"tree/file$i"; done
sleep 0.05
configure p+ftype+s+sha256
with="--state state -c intact.conf --workers 0"
"$INTACT" $with --init >out 2>&1 || { cat out; fail "the baseline"; finish; }
mv intact.db.new old.db
echo more >tree/more
sleep 0.05
points=0 survived=0 cuts=0 missed=0

# $1: name; $2: the file that is written; the rest: a command that writes it.  Before: old.db as the
# baseline, and in place of the new one.
lay_out() {
	rm -rf state .intact* intact.db.sig
	cp old.db intact.db
	cp old.db intact.db.new
	rm -f pair pair.pub
	case $1 in intact.db*) [ -e "$1" ] || cp old.db "$1" ;; esac
}

# What the entries are; times, generations and signatures differ.
seen() { "$INTACT" --state none -c intact.conf -B "database_in=file:$DIR/$1" --list 2>&1; }

# A key that is whole signs, half of one is refused.
sign_with_pair() {
	"$INTACT" --state none -c intact.conf --sign --signing-key pair signed.db >/dev/null 2>&1
	case $? in
	0) "$INTACT" --state none -c intact.conf --verify --verify-key pair.pub signed.db >/dev/null 2>&1 ;;
	17) cmp -s signed.db old.db ;;
	*) false ;;
	esac
}

# $1: what was tried, $2: the file.  Old or new?
examine() {
	points=$((points + 1))
	if cmp -s "$2" "$2.was"; then
		survived=$((survived + 1))
		pass
	elif [ "$2" = pair ] && [ ! -e pair ] && [ ! -e pair.was ]; then
		survived=$((survived + 1))
		pass
	elif [ "$kind" = baseline ] && seen "$2" | cmp -s - "$2.entries"; then
		pass
	elif [ "$kind" = exact ] && cmp -s "$2" "$2.whole"; then
		pass
	elif [ "$kind" = key ] && cp old.db signed.db && sign_with_pair; then
		pass
	else
		fail "$1: neither the old nor the new one: $(ls -la "$2")"
	fi
}

# $1: name; $2: baseline: the same entries will do; exact: the same bytes; key; $3: file; the rest: command
deaths() {
	local name=$1 file=$3 number call how rest when total=0
	kind=$2
	shift 3
	lay_out "$file"
	rm -f "$file.was" "$file.whole"
	[ "$kind" = key ] || cp "$file" "$file.was"
	# Whoever looks for generations reads this folder: as many names as there are later, for as many calls.
	: >"$file.whole"
	[ "$kind" != baseline ] || : >"$file.entries"
	MEDDLE_TRACE=$DIR/trace meddled $with "$@"
	[ "$rc" -lt 14 ] || fail "$name: exit $rc: $(cat err)"
	cp "$file" "$file.whole"
	[ "$kind" != baseline ] || seen "$file" >"$file.entries"
	while read -r number call how rest; do
		[ "$how" = writes ] || continue
		total=$((total + 1))
		[ $((total % STRESS_STEP)) -eq 0 ] || continue
		for when in before after; do
			# Now and then another thread makes the call of that number.
			for try in $(seq 8); do
				lay_out "$file"
				# Silence about who was killed.
				{ MEDDLE_AT=$number MEDDLE_CALL=$call MEDDLE_KILL=$when meddled $with "$@"; } 2>/dev/null
				[ "$rc" -ne 137 ] || break
			done
			[ "$rc" -eq 137 ] || missed=$((missed + 1))
			examine "$name: killed $when $call number $number" "$file"
			# Over what is left of it.
			if [ "$kind" != key ] && [ $((total % 5)) -eq 0 ]; then
				# The child may die a moment after its parent, with the lock.
				for try in $(seq 100); do
					rc=0
					"$INTACT" $with "$@" >out 2>err || rc=$?
					[ "$rc" -eq 21 ] && sleep 0.05 || break
				done
				claim "$name: killed $when $call number $number: the next run: $(tail -n 1 err)" [ "$rc" -lt 14 ]
				examine "$name: the run after a kill $when $call number $number" "$file"
				claim "$name: left behind: $(ls -A)" [ ! -e .intact.db.new.intact-tmp -a ! -e .intact.db.intact-tmp ]
			fi
		done
	done <trace
	rm -f trace
	echo "$name: $total calls that write"
}

deaths init baseline intact.db.new --init
deaths update baseline intact.db.new --update
deaths aide baseline intact.db.new --init -B database_format=aide
deaths sign exact intact.db --sign --signing-key key
deaths detached exact intact.db.sig --sign --signing-key key --detached "$DIR/intact.db.sig"
deaths keygen key pair --keygen pair

# ---- a generation takes the place of another -----------------------------------------------------

# Generation 2 with generation 1 beside it, which is one too many, and a reviewed state.
# Without patience there is one thread, and the same calls in each run.
printf 'generations=1\nmeasure_timeout=0\n' >accept.conf
cat intact.conf >>accept.conf
chmod 600 accept.conf
with_accept="--state state -c accept.conf --workers 0"
rm -rf state intact.db* .intact*
cp old.db intact.db
for what in --update --accept; do "$INTACT" $with_accept $what >out 2>&1; done
echo again >tree/again
sleep 0.05
"$INTACT" $with_accept --update >out 2>&1
mkdir reviewed
cp -a state intact.db intact.db.new intact.db.g000001 reviewed
claim "accept: there is something to accept" [ -e reviewed/intact.db.new ]

lay_out_accept() {
	rm -rf state intact.db* .intact*
	cp -a reviewed/. .
}

# $1: what was tried.  A baseline under its name, and each generation whole.
examine_accept() {
	local each
	points=$((points + 1))
	if cmp -s intact.db reviewed/intact.db; then
		survived=$((survived + 1))
		pass
	elif seen intact.db | cmp -s - accept.entries; then
		pass
	else
		fail "$1: neither the old nor the new one: $(ls -la)"
	fi
	for each in intact.db.g*; do
		claim "$1: '$each' is not whole" eval 'seen "$each" >/dev/null'
	done
	# The old one has a name as long as it is not too old.
	claim "$1: the old one has no name: $(ls -A)" eval 'cmp -s intact.db reviewed/intact.db || cmp -s intact.db.g000002 reviewed/intact.db'
}

# Names in the folder are calls, too: as many as later.
: >accept.entries
lay_out_accept
MEDDLE_TRACE=$DIR/trace meddled $with_accept --accept
claim "accept: exit $rc: $(cat err)" [ "$rc" -eq 0 ]
seen intact.db >accept.entries
claim "accept: what is kept: $(ls -d intact.db*)" [ "$(echo intact.db*)" = "intact.db intact.db.g000002" ]
total=0
while read -r number call how rest; do
	[ "$how" = writes ] || continue
	total=$((total + 1))
	[ $((total % STRESS_STEP)) -eq 0 ] || continue
	for when in before after; do
		for try in $(seq 8); do
			lay_out_accept
			{ MEDDLE_AT=$number MEDDLE_CALL=$call MEDDLE_KILL=$when meddled $with_accept --accept; } 2>/dev/null
			[ "$rc" -ne 137 ] || break
		done
		[ "$rc" -eq 137 ] || missed=$((missed + 1))
		examine_accept "accept: killed $when $call number $number"
		for what in --update --accept; do
			for try in $(seq 100); do
				rc=0
				"$INTACT" $with_accept $what >out 2>err || rc=$?
				[ "$rc" -eq 21 ] && sleep 0.05 || break
			done
			claim "accept: killed $when $call number $number: then $what: $(tail -n 1 err)" [ "$rc" -lt 14 ]
		done
		claim "accept: killed $when $call number $number: left behind: $(ls -A)" [ -z "$(find . -maxdepth 1 -name '.intact*')" ]
		claim "accept: killed $when $call number $number: all is accepted" eval 'seen intact.db | cmp -s - accept.entries'
	done
done <trace
rm -f trace
echo "accept: $total calls that write"
# The power goes.  (What is recorded knows no second names.)
sed -i s/generations=1/generations=0/ accept.conf
lay_out_accept
MEDDLE_RECORD=$DIR/record meddled $with_accept --accept
claim "accept: exit $rc: $(cat err)" [ "$rc" -eq 0 ]
rc=0
"$STRESS_TOOLS/powercut" record intact.db reviewed/intact.db intact.db >cut 2>&1 || rc=$?
claim "accept: after a power cut: $(cat cut)" [ $rc -eq 0 ]
echo "power, accept: $(tail -n 1 cut)"
cuts=$((cuts + $(sed -n 's/.*steps, \([0-9]*\) states.*/\1/p' cut)))
for without in sync-file sync-folder; do
	"$STRESS_TOOLS/powercut" record intact.db reviewed/intact.db intact.db without $without >cut 2>&1
	claim "accept: without $without all seems well" [ $? -eq 1 ]
done
rm -rf intact.db* tree/again
# ---- the power goes ------------------------------------------------------------------------------

# $1: name; $2: file; $3: nothing there before, or old.db; the rest: command
power() {
	local name=$1 file=$2 old=$3 without
	shift 3
	lay_out "$file"
	[ -n "$old" ] || rm -f "$file"
	MEDDLE_RECORD=$DIR/record meddled $with "$@"
	[ "$rc" -lt 14 ] || fail "$name: exit $rc: $(cat err)"
	rc=0
	"$STRESS_TOOLS/powercut" record "$file" "$old" "$file" >cut 2>&1 || rc=$?
	claim "$name: after a power cut: $(cat cut)" [ $rc -eq 0 ]
	echo "$name: $(tail -n 1 cut)"
	cuts=$((cuts + $(sed -n 's/.*steps, \([0-9]*\) states.*/\1/p' cut)))
	# It would be noticed.
	for without in sync-file sync-folder; do
		"$STRESS_TOOLS/powercut" record "$file" "$old" "$file" without $without >cut 2>&1
		claim "$name: without $without all seems well" [ $? -eq 1 ]
	done
}
power "power, init" intact.db.new old.db --init
power "power, first init" intact.db.new "" --init
power "power, update" intact.db.new old.db --update
power "power, aide" intact.db.new old.db --init -B database_format=aide -B gzip_dbout=yes
power "power, sign" intact.db old.db --sign --signing-key key
power "power, detached" intact.db.sig "" --sign --signing-key key --detached "$DIR/intact.db.sig"
claim "$missed of $points were not killed" [ $((missed * 10)) -lt $points ]
echo "$points deaths, the old one stood after $survived; $cuts states of the disk after a power cut"
finish
