#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the special attributes make of growing, moved and compressed files: each row is tried with Debian's
# packaged aide 0.18, where that is installed, and with the program under test called as aide.  Both must say
# what the row says; where ours differs on purpose (doc/aide-differences.md) it stands behind AIDE's.
#
# A verdict: the names that are reported, "+" added, "-" removed, "~" changed, in order; or "none".
set -u
INTACT=$(realpath "${INTACT:-$PWD/intact}")
AIDE=${AIDE:-$(command -v aide || echo /usr/bin/aide)}
export LC_ALL=C TZ=UTC
unset NO_COLOR
work=$(mktemp -d "${TMPDIR:-/tmp}/intact-table.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$INTACT" "$work/bin/aide"
case $("$AIDE" --version 2>/dev/null | head -n 1) in
"AIDE 0.18"*) ;;
*) AIDE= ;;
esac
passed=0 failed=0 skipped=0

# The verdict of program "$@" on a tree made by $before and changed by $after under the rules $rules ("@" is
# the tree).
verdict() {
	local dir=$work/case
	rm -rf "$dir"
	mkdir -p "$dir/t"
	(cd "$dir/t" && eval "$before") || return 1
	{
		printf '%s\n' "database_in=file:$dir/db" "database_out=file:$dir/db.new" "database_attrs=E" \
			"report_level=list_entries" \
			"Full = p+u+g+ftype+n+i+s+b+m+c+sha256" "ActLog = Full+growing+ANF+I" "RotLog = Full" \
			"CompSerLog = Full+I+compressed" "MidlSerLog = Full+I" "LastSerLog = Full+ARF"
		printf '%s\n' "$rules" | sed "s|@|$dir/t/|"
	} >"$dir/conf"
	"$@" -c "$dir/conf" --init >/dev/null 2>&1 && mv "$dir/db.new" "$dir/db" || return 1
	(cd "$dir/t" && eval "$after") || return 1
	[ -z "${new_rules:-}" ] || { sed -i "\\|$dir/t/|d" "$dir/conf"; printf '%s\n' "$new_rules" | sed "s|@|$dir/t/|" >>"$dir/conf"; }
	"$@" -c "$dir/conf" --check >"$dir/report" 2>&1
	[ $? -lt 8 ] || return 1
	awk '/^Added entries:$/ { kind = "+" } /^Removed entries:$/ { kind = "-" } /^Changed entries:$/ { kind = "~" }
		/^The attributes/ { kind = "" }
		kind && match($0, /: \//) { sub(/.*\//, ""); out = out " " kind $0 }
		END { print out ? substr(out, 2) : "none" }' "$dir/report"
}

# $1: who, $2: what the row says, $3: what it was
judge() {
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s: %s says "%s", not "%s"\n' "$name" "$1" "$3" "$2"
	fi
}

# $1: name of the row; $2: verdict of both; with a third ours where it differs.  From the variables rules,
# before, after, and new_rules where they change in between.
row() {
	name=$1
	if [ -n "$AIDE" ]; then
		judge aide "$2" "$(verdict "$AIDE")"
	else
		skipped=$((skipped + 1))
	fi
	judge intact "${3:-$2}" "$(verdict "$work/bin/aide" --aide-compat 0.18)"
	new_rules=
}

all() { rules="@ f $1"; }

# ---- growing ----

before='echo one >log; touch -d 2020-01-01 log'
all Full+growing
after='echo two >>log'
row "growing, appended" none
after='echo two >log'
row "growing, same size, other content" "~log"
after='printf x >log'
row "growing, shrunk" "~log"
after='echo two >log; echo three >>log'
row "growing, appended but the old part changed" "~log"
after='echo two >>log; touch -d 2019-01-01 log'
row "growing, appended, mtime went backwards" "~log"
before=': >log' after='echo one >log'
row "growing, was empty" none
before='echo one >log' after='echo two >>log'
all p+S
row "p+S, grown" none
after=': >log'
row "p+S, shrunk" "~log"

# ---- ANF and ARF ----

before='echo a >a; echo b >b' after='rm a; echo c >c'
all Full+ANF
row "ANF" "-a"
all Full+ARF
row "ARF" "+c"
all Full+ANF+ARF
row "ANF and ARF" none
after='echo c >a'
row "ANF and ARF, changed" "~a"

# ---- I ----

before='echo one >a; mkdir d' after='mv a b'
all Full+I
row "I, renamed" none
all p+s+m+sha256+I
row "I without i" none
all Full
new_rules='@ f Full+I'
row "I on the new side only" "+b -a"
all Full+I
new_rules='@ f Full'
row "I on the old side only" none
new_rules='@ f Full+I-n'
row "I, other attributes asked for" "+b -a"
after='mv a b; echo two >b'
row "I, renamed, content changed" "+b -a"
after='mv a d/a'
row "I, moved to another folder" "+a -a"
after='ln a b'
all p+s+m+sha256+I
row "I, hard link added" none "+b"
after='ln a b; rm a; ln b c'
all Full+I
row "I, moved and linked" "+b +c -a"
before='echo one >a; touch -d 2020-01-01 a' after='mv a b; echo two >>b'
all Full+I+growing
row "I and growing, renamed and grown" none
after='mv a b; sed -i s/one/oNe/ b; echo two >>b'
row "I and growing, renamed, grown, edited into a new file" "+b -a"
after='mv a b; printf "oNe\ntwo\n" >b'
row "I and growing, renamed and grown, old part changed" "+b -a"
after='mv a b; echo two >b'
row "I and growing, renamed, same size, other content" "+b -a"
rules=$'@a f ActLog\n@b f RotLog'
after='mv a b; echo two >>b'
row "I and growing, renamed to a rotated log" none
before=': >a'
row "I and growing, an empty log renamed and grown" none

# ---- rotation ----

rules=$'@log$ f ActLog\n@log\\.1$ f RotLog\n@log\\.2\\.gz$ f CompSerLog\n@log\\.3\\.gz$ f MidlSerLog\n@log\\.4\\.gz$ f LastSerLog'
series='for i in 2 3 4; do echo $i | gzip >log.$i.gz; done; echo 1 >log.1; echo 0 >log; touch -d 2020-01-01 *'
before=$series
after='rm log.4.gz; mv log.3.gz log.4.gz; mv log.2.gz log.3.gz; gzip log.1; mv log.1.gz log.2.gz
	echo more >>log; mv log log.1; echo new >log; echo still >>log.1'
row "a series" none
before='echo 0 >log'
after='mv log log.1; echo new >log'
row "a series begins" none
before='echo 0 >log; echo 1 >log.1'
after='gzip log.1; mv log.1.gz log.2.gz; mv log log.1; echo new >log'
row "a series goes on" none
after='gzip log.1; mv log.1.gz log.2.gz; printf "x\n" >>log; sed -i s/0/1/ log; mv log log.1; echo new >log'
row "a series, a line of the log changed" "+log.1 ~log" "~log ~log.1"

# ---- compressed ----

rules=$'@.*\\.gz$ f CompSerLog\n@ f Full+I'
before='echo one >log' after='gzip log'
row "compressed" none
after='gzip log; touch -d 2001-01-01 log.gz'
row "compressed, other mtime" "+log.gz -log"
after='touch -r log r; echo two | gzip >log.gz; touch -r r log.gz; rm r log'
row "compressed, other content" "+log.gz -log"
after='cp -p log log.gz; rm log'
row "compressed, not gzip" "+log.gz -log"
after='gzip log; chmod 600 log.gz'
row "compressed, other mode" "+log.gz -log"
after='gzip log; ln log.gz x.gz'
row "compressed and linked" "+log.gz +x.gz -log"
after='gzip -k log'
row "compressed, original kept" "+log.gz"
after='touch -r log r; printf o | gzip >log.gz; printf "ne\n" | gzip >>log.gz; touch -r r log.gz; rm r log'
row "compressed, two members" none
after='touch -r log r; gzip log; printf "\1\2\3\4" | dd of=log.gz bs=1 conv=notrunc status=none seek=$(($(stat -c %s log.gz) - 8)); touch -r r log.gz; rm r'
row "compressed, wrong checksum" "+log.gz -log"
before='seq 10000 >log'
after='touch -r log r; gzip log; truncate -s -400 log.gz; touch -r r log.gz; rm r'
row "compressed, cut short" "+log.gz -log"
before='echo one >log; cp -p log log2'
after='gzip log; rm log2'
row "compressed, one of two" "-log2"
before=': >log' after='gzip log'
row "compressed, empty" none
before='echo one >log' after='gzip log'
rules=$'@.*\\.gz$ f Full+compressed\n@ f Full'
row "compressed without I" none
rules=$'@.*\\.gz$ f p+s+m+compressed\n@ f p+s+m'
row "compressed without digests" "+log.gz -log"
rules=$'@.*\\.gz$ f CompSerLog\n@ f ActLog'
before='echo one >log; touch -d 2020-01-01 log' after='gzip log; touch -d 2021-01-01 log.gz'
row "compressed, growing, later mtime" none
after='echo two >>log; gzip log'
row "compressed, growing, grown before" "+log.gz -log"
after='gzip -k log; echo two >>log'
row "compressed, growing, original kept and grown" "+log.gz"
before='seq 3000 >log' after='gzip log'
row "compressed, growing, smaller" none
rules=$'@ f Full+I+growing+compressed'
row "compressed, growing also when it is, smaller" "+log.gz -log"
rules=$'@ f Full-b-s+S+I+compressed'
row "compressed, S, smaller" "+log.gz -log"
rules=$'@.*\\.gz$ f CompSerLog\n@ f ActLog'
before='echo one >log; touch -d 2020-01-01 log'
after='gzip log; echo new >log'
row "compressed, a new log" none
rules=$'@log\\.1 f RotLog\n@ f ActLog'
after='cp -p log log.1; : >log'
row "copied and truncated" "+log.1 ~log"

# ---- stricter ----

rules=$'@.*\\.gz$ f CompSerLog\n@ f Full+I'
before='seq 10000 >log'
after='touch -r log r; gzip log; printf garbage >>log.gz; touch -r r log.gz; rm r'
row "compressed, something behind it" none "+log.gz -log"
after='touch -r log r; gzip log; truncate -s -4 log.gz; touch -r r log.gz; rm r'
row "compressed, cut within the checksum" none "+log.gz -log"
after='gzip log; cp -p log.gz log2.gz'
row "compressed twice" none "+log2.gz"
after='gzip -k log; echo two >log'
row "compressed, then the original changed" "+log" "~log"
after='gzip -k log; chmod 600 log'
row "compressed, then the original's mode changed" "+log" "+log.gz ~log"
after='gzip log; echo new >log'
row "compressed, and a new log that is not allowed" "+log" "~log"
before='echo one >log; echo old | gzip >log.gz'
after='gzip -f log'
row "compressed over another file" "-log.gz" "~log.gz"

printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
