#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The list of differences on purpose, row by row: what Debian's packaged aide 0.18 does, and what we do.
# A row of doc/aide-differences.md that has no case here, and is not named below as one that 0.18 cannot
# show, is a failure; so is a case without a row.
#
# INTACT: the program under test.  AIDE: what to compare with.  DOC: the list.
# Ends with 77 (skipped) where aide 0.18 is not installed, and for other users than root.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTACT=$(realpath "${INTACT:-$PWD/intact}")
DOC=${DOC:-$here/../../doc/aide-differences.md}
export LC_ALL=C TZ=UTC
unset NO_COLOR XDG_STATE_HOME

. "$here/../lib.sh"
need_aide_0_18
need_root

work=$(mktemp -d "${TMPDIR:-/tmp}/intact-differences.XXXXXX")
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$INTACT" "$work/bin/aide"
chmod 755 "$work"
rows=()

# ---- the words of a case ---------------------------------------------------------------------------

# $1: how the row begins.  A fresh folder with a tree; `ours` is what only our program is told.
row() {
	name=$1 ours=() as=()
	rows+=("$1")
	cd "$work" || exit 99
	chmod -R u+rwx case 2>/dev/null
	rm -rf case
	mkdir -p case/aide case/ours case/tree
	cd case || exit 99
	touch -d 2024-01-01 tree
}

# From here on both run as a user who may not read everything.
as_user() { chown -R 65534:65534 .; as=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all); }

# Lines of the configuration, after the usual ones.
config() {
	{
		printf '%s\n' database_in=file:in.db database_out=file:out.db database_new=file:new.db \
			database_add_metadata=no database_attrs=E "root_prefix=$PWD/tree"
		printf '%s\n' "$@"
	} >x.conf
	chmod 644 x.conf
}

# Both run; standard output and messages are in aide.out and ours.out, the exit statuses in $a and $o.
both() {
	(cd aide && exec "${as[@]}" "$AIDE" -c ../x.conf "$@") >aide.out 2>&1 </dev/null; a=$?
	(cd ours && exec "${as[@]}" "$work/bin/aide" --aide-compat 0.18 -c ../x.conf "${ours[@]}" "$@") \
		>ours.out 2>&1 </dev/null; o=$?
}

baseline() {
	both --init
	mv aide/out.db aide/in.db; mv ours/out.db ours/in.db
}

# $1: what holds; the rest: a command that shows it
check() {
	local what=$1 before=$failed
	shift
	claim "$name: not so: $what (exit status: aide $a, ours $o)" "$@"
	[ "$failed" -eq "$before" ] || head -n 12 aide.out ours.out | cut -c 1-160
}

# $1, $2: exit statuses of aide and ours
status() { check "aide ends with $1, we with $2" test "$a $o" = "$1 $2"; }
aide_says() { check "aide says '$1'" grep -qaE -- "$1" aide.out; }
we_say() { check "we say '$1'" grep -qaE -- "$1" ours.out; }
aide_does_not_say() { check "aide does not say '$1'" not grep -qaE -- "$1" aide.out; }
we_do_not_say() { check "we do not say '$1'" not grep -qaE -- "$1" ours.out; }
not() { ! "$@"; }

# The file changes within the second of its ctime in the database.
change_within_the_second() {
	local second
	until
		echo 1 >tree/f
		second=$(stat -c %Z tree/f)
		baseline
		echo 2 >tree/f
		[ "$(stat -c %Z tree/f)" = "$second" ]
	do :; done
}

# ---- verdicts --------------------------------------------------------------------------------------

row "What was selected and could not be examined"
config "/ p+sha256"
echo 1 >tree/f
as_user
chmod 0 tree/f
both --init
status 0 32
we_say "UNVERIFIED"

row "An attribute that the rule asks for and the baseline does not have"
echo 1 >tree/f
config "/ p"
baseline
config "/ p+u"
both --check
status 0 32
we_say "not in the baseline: u"

row "Under 0.18, a \`compressed\` file that changed"
config "/f c+compressed+sha256"
change_within_the_second
both --check -L notice
status 4 4
aide_says "no supported compression algorithm found"
we_do_not_say "no supported compression algorithm found"

row "An object that changes its type"
echo 1 >tree/f
config "/f u"
baseline
rm tree/f; mkdir tree/f
both --check
status 0 4

row "Entries of the baseline below a folder that cannot be listed"
mkdir tree/d; echo 1 >tree/d/f
config "/ u"
as_user
baseline
chmod 0 tree/d
both --check
status 2 32

row "Times are compared to the nanosecond"
touch -d '2024-01-01 00:00:00.1' tree/f
mknod tree/dev c 1 3
ln -s "$(printf 'x%.0s' {1..299})a" tree/link
config "/f m" "/dev ftype" "/link l"
ours=(-B database_format=intact)
baseline
touch -d '2024-01-01 00:00:00.2' tree/f
both --check
status 0 4
baseline
rm tree/dev; mknod tree/dev c 1 5
both --check
status 0 4
baseline
rm tree/link; ln -s "$(printf 'x%.0s' {1..299})b" tree/link
both --check
status 0 4

row "A capability or label that appears or goes"
cp /bin/true tree/f
config "/f caps"
ours=(-B database_format=intact)
baseline
setcap cap_net_raw=ep tree/f 2>/dev/null || setfattr -n security.capability -v 0sAQAAAgAgAAAAAAAAAAAAAAAAAAA= tree/f
both --check
status 0 4

row "\`--update\` keeps the old entry of an object that could not be measured"
echo 1 >tree/f
config "/f p+sha256"
as_user
chmod 600 tree/f
baseline
chmod 0 tree/f
both --update
check "aide writes it without its digest" grep -q '^/f 100000 .* 0$' aide/out.db
check "we keep what was known" grep -q '^/f 100600 .*=$' ours/out.db

row "Entries of the baseline without a rule are removed"
echo 1 >tree/f; echo 1 >tree/g
config "/ p"
baseline
config "/f p"
both --check
status 0 2

row "A digest that the rule no longer asks for"
echo 1 >tree/f
config "/f md5"
baseline
echo 2 >tree/f
config "/f sha256"
both --check
status 0 4
we_say "MD5"

row "\`ANF\`, and a move under \`I\`, hold in \`--update\` with \`report_detailed_init\`"
config "/f p+ANF" report_detailed_init=yes
baseline
echo 1 >tree/f
both --update
status 1 0
rm -f tree/f; echo 1 >tree/f
config "/f u+I" report_detailed_init=yes
baseline
mv tree/f tree/f2
both --check
status 0 0
both --update
status 1 0

row "Capabilities and ACLs are those of the object"
echo 1 >tree/f; ln -s f tree/l
config acl_no_symlink_follow=yes "/l acl"
baseline
setfacl -m u:1000:r tree/f
both --check
status 4 0

# ---- baselines -------------------------------------------------------------------------------------

row "A new baseline is written beside its place"
config "/ p"
echo old >aide/out.db; echo old >ours/out.db
before="$(stat -c %i aide/out.db) $(stat -c %i ours/out.db)"
both --init
check "aide writes into the old file" test "$(stat -c %i aide/out.db)" = "${before% *}"
check "we make another" test "$(stat -c %i ours/out.db)" != "${before#* }"

row "A link at its place is followed"
for each in aide ours; do
	mkdir -m 1777 $each/shared
	chmod 1777 $each/shared
	echo kept >$each/elsewhere
	ln -s ../elsewhere $each/shared/out.db
done
config "/ p"
sed -i "s,file:out.db,file:shared/out.db," x.conf
both --init
status 0 0
check "aide follows it" not grep -q kept aide/elsewhere
check "we replace it" test "$(cat ours/elsewhere)" = kept
check "with a file" test ! -L ours/shared/out.db

row "Others must not be able to write to its folder"
for each in aide ours; do
	mkdir $each/open
	chmod 777 $each/open
done
config "/ p"
sed -i "s,file:out.db,file:open/out.db," x.conf
both --init
status 0 18
we_say "open"

row "A gzipped baseline goes to a descriptor"
config gzip_dbout=yes "/ p"
sed -i "s,file:out.db,fd:1," x.conf
sed -i "1ireport_url=file:report" x.conf
(cd aide && exec "$AIDE" -c ../x.conf --init) >aide.out 2>aide.err; a=$?
(cd ours && exec "$work/bin/aide" --aide-compat 0.18 -c ../x.conf --init) >ours.out 2>ours.err; o=$?
status 0 0
check "aide says that it failed" grep -q "couldn't reopen" aide.err
check "we say nothing" test ! -s ours.err
check "it is whole" gzip -t ours.out

row "A database that is empty, cut, or malformed"
config "/ p"
baseline
: >aide/in.db; : >ours/in.db
both --check
status 1 24
both --init
for each in aide ours; do grep -v end_db $each/out.db >$each/in.db; done
both --check
status 0 24
for each in aide ours; do sed '1s/$/\n /' $each/out.db >$each/in.db; done
both --check
status 1 0

row "In AIDE's format, extended attributes are sorted"
echo 1 >tree/f
setfattr -n user.z -v 1 tree/f; setfattr -n user.a -v 1 tree/f
config "/f xattrs"
both --init
check "we begin with the first" grep -q ' 2,user.a,MQ==,user.z,MQ==' ours/out.db
check "aide has them as they come" grep -qE ' 2,user\.[az],MQ==,user\.[az],MQ==' aide/out.db

row "In AIDE's format, link targets of more than 257 bytes"
ln -s "$(printf 'x%.0s' {1..300})" tree/link
config "/link l"
baseline
check "aide cuts it" not grep -q 'x\{300\}' aide/in.db
check "we do not" grep -q 'x\{300\}' ours/in.db
cp ours/in.db aide/in.db
both --check
status 4 0

row "An update limited by \`--limit\` copies what lies outside"
echo 1 >tree/f; echo 1 >tree/g
config "/ p+u"
baseline
config "/ p"
both --update --limit /f
check "aide has its attributes, but no value" grep -q '^/g 100644 [0-9]* 13$' aide/out.db
check "we have no attribute without a value" grep -q '^/g 100644 [0-9]* 5$' ours/out.db

row "A report file keeps its old content"
config report_url=file:report "/ p"
echo old >aide/report; echo old >ours/report
both --check
status 18 18
check "aide has emptied it" test ! -s aide/report
check "we have not" test "$(cat ours/report)" = old

row "A report and a new baseline"
config "/ p"
both --init -B database_out=stdout
status 0 17
we_say "would go to the same place"

# ---- configuration ---------------------------------------------------------------------------------

row "The configuration, what it includes and their folders"
config "/ p"
chmod 666 x.conf
both --config-check
status 0 17

row "A pattern that exceeds its match limit"
touch "tree/$(printf 'a%.0s' {1..60})b"
config '/(a+)+(a+)+(a+)+$ p'
both --init
we_say "(limit|UNVERIFIED)"
check "we end with 32" test "$o" = 32

row "Old options"
config verbose=5 "/ p"
both --config-check
status 17 0
we_say "WARNING: .*verbose"
config database=file:x grouped=no summarize_changes=no "/ p"
both --config-check
status 0 0

row "A rule whose folders have an escaped"
config '/ p' '/a\?/b/c u'
both --path-check 'f:/a?/b/c'
status 0 0
aide_says "selective rule: '/ "
we_say "selective rule: '/a"

row "Newer syntax"
config '-/x'
both --config-check
status 17 0
config '/x f=tmpfs p'
both --config-check
status 17 0
config '@@if @@{AIDE_VERSION} version_ge 0.18' '/x p' '@@endif'
both --config-check
status 17 0

row "\`fd:x\`, and a folder of \`@@include\`"
config database_in=fd:x "/ p"
sed -i '/=file:in.db/d' x.conf
both --check
check "aide takes descriptor 0" grep -q "illegal file descriptor" aide.out
status "$a" 17
mkdir -m 777 open; chmod 777 open
config "@@include ../open ." "/ p"
both --config-check
status 0 17

row "\`file://localhost/...\` and this host's own name"
config "report_url=file://$(hostname)$PWD/report" "/ p"
both --init
status 17 0
check "the report is there" grep -q "Number of entries" report

row "A program of \`@@x_include\` gets a \`PATH\`"
printf '#!/bin/sh\necho "/x $WHAT"\n' >program
chmod 700 program
config '@@x_include ../program' '/ p'
export WHAT=nosuch
both --config-check
unset WHAT
status 17 17
aide_says "nosuch"
we_do_not_say "nosuch"

row "A file that includes itself"
config "@@include ../x.conf" "/ p"
both --config-check
status 17 17
aide_does_not_say "includes itself"
we_say "x.conf:7: .* includes itself"

row "\`--dry-init\` never needs \`database_out\`"
config "/ p"
sed -i /database_out/d x.conf
both --dry-init
status 15 0

row "Long options may be cut short"
config "/ p"
both --config-c --no
status 15 15
aide_says "unrecognized option"
we_say "possibilities: '--no-progress' '--no-color'"

row "The condition of an \`@@if\` stands in its line"
config "@@if" " not defined X" "/ p" "@@endif"
both --config-check
status 0 17
config "@@if not hostnamenowhere" "/ p" "@@endif"
both --config-check
status 0 17

row "A lone carriage return"
config $'/y p\n\r/x p'
both --config-check
status 17 17
aide_says "x.conf:7:"
we_say "x.conf:8:"

row "Errors may end with a suggestion"
config databse_in=file:x
both --config-check
status 17 17
aide_does_not_say "did you mean"
we_say "did you mean 'database_in'"
config "X = p+>R" "=G" "/ p"
both --config-check
status 17 17
aide_says "x.conf:8:"
we_say "x.conf:7:"

row "A program that is included reads nothing"
printf '#!/bin/sh\nread -r line && echo "$line"\n' >program
chmod 700 program
config '@@x_include ../program' '/ p'
for each in aide ours; do
	program=$AIDE; [ $each = aide ] || program="$work/bin/aide"
	(cd $each && echo "/x nosuch" | exec "$program" -c ../x.conf --config-check) >$each.out 2>&1
done
aide_says "nosuch"
we_do_not_say "nosuch"

row "Of the log, errors, warnings and notices are"
config "/ p"
both --config-check --log-level debug
aide_says "^  DEBUG: "

# ---- reports ---------------------------------------------------------------------------------------

row "Long values are shown to their end"
ln -s "$(printf 'x%.0s' {1..63})Za" tree/l
config "/l l" report_level=added_removed_entries
both --init -B report_detailed_init=yes
aide_does_not_say "a$"
we_say " +a$"

row "All control, invisible and ill-formed characters"
touch $'tree/u\037s' $'tree/b\xe2\x80\xae' $'tree/x\xff'
config "/ p" report_level=list_entries
both --init -B report_detailed_init=yes
aide_says $'u\037s'
we_say 'u\\037s'
we_say 'x\\377'
we_do_not_say $'\xe2\x80\xae'

row "Extended attributes are shown in the order"
echo 1 >tree/f
config "/f xattrs"
baseline
for each in z a m; do setfattr -n user.$each -v 1 tree/f; done
both --check
check "ours are sorted" test "$(grep -o 'user\.[azm]' ours.out | tr -d '\n')" = user.auser.muser.z
check "as many" test "$(grep -c 'user\.[azm]' aide.out)" = 3

row "Columns of values are as wide in characters"
ln -s "$(printf '\303\244%.0s' {1..30})" tree/l
config "/l l" report_level=added_removed_entries
both --init -B report_detailed_init=yes
aide_says "^$"
we_say "^$"

row "JSON is valid UTF-8"
touch $'tree/x\xff'
config "/ p" report_format=json report_level=list_entries
both --init -B report_detailed_init=yes
check "aide's is not" not iconv -f utf-8 -t utf-8 -o /dev/null aide.out 2>/dev/null
check "ours is" iconv -f utf-8 -t utf-8 -o /dev/null ours.out
we_say "$(printf '/x\377' | base64)"

row "\`report_quiet\` does not silence"
config "/ p" report_quiet=yes
baseline
config "/ p+u" report_quiet=yes
both --check
check "aide says nothing" test ! -s aide.out
we_say "UNVERIFIED"

row "Control characters in JSON"
touch $'tree/\033'
config "/ p" report_format=json report_level=list_entries
both --init -B report_detailed_init=yes
aide_says '/\\u0027"'
we_say '/\\u001b"'

row "Times that differ only in their nanoseconds"
touch -d '2024-01-01 00:00:00.1' tree/f
config "/f m"
ours=(-B database_format=intact)
baseline
touch -d '2024-01-01 00:00:00.2' tree/f
both --check
we_say "00:00:00\.1.*00:00:00\.2"

row "A size that shrank"
echo 12345 >tree/f
config "/f s" report_ignore_removed_attrs=s
baseline
echo 1 >tree/f
both --check
aide_says '^f >.*: /f$'
we_say '^f <.*: /f$'

row "With \`hash_policy\` the coverage line is there"
echo 1 >tree/f
config "/f p+sha256"
ours=(-B database_format=intact -B hash_policy=changed)
baseline
both --check
status 0 0
aide_does_not_say '^Coverage'
we_say '^Coverage: .* files read'

# ---- the rest --------------------------------------------------------------------------------------

# Rows that 0.18 cannot show beside ours, and what shows them.
elsewhere=(
	"An object whose file system gives no answer"	# tests/stress/stuck.sh; aide waits
	"A hard link added beside a file under \`I\`" # which of two names AIDE takes is chance
	"A name that is reused"			      # the same
	"A \`compressed\` file counts only"	      # tests/cli: damaged and hostile files
	"A file compressed beside its original"	      # tests/cli
	"A log that is copied and truncated"	      # tests/cli/rotation
	"A FIFO is read only if somebody"	      # tests/cli; aide waits
	"The temporary file that a new baseline"      # the same output: the whole suite
	"With \`verify_key\` set, only signed"	      # tests/cli/trust
	"Under its own name, each run is"	      # tests/cli/trust
	"With \`signing_key\` set, AIDE's format"      # tests/cli/trust
	"A run gives up all rights but the one"       # tests/cli/sandbox
	"\`xattrs\` leaves out \`trusted.*\`"	      # tests/cli/sandbox
	"A report to syslog goes to the facility"     # syslog.sh
	"\`report_url=mailto:ADDRESS\` and"	      # tests/cli/nightly; aide takes neither
	"A report file in a folder of somebody else"   # tests/cli/hostile
	"The default format is our own"		      # tests/cli
	"Called as \`aide\`, the default is"	      # the whole suite
	"Names that are not UTF-8"		      # Debian's 0.18 does so, too: odd names of tree.c
	"Without a rule there is an error"	      # tests/cli
	"\`--path-check\` asks the disk"	      # tests/cli; 0.18 knows no file system types
	"Digests that this build does not have"	      # depends on the build
	"\`crc32\` and \`gost\` are equal"		      # tests/cli, with databases of other libraries
	"A baseline's digest that this build cannot"  # depends on the build
	"Under 0.18 a rule whose only digest"	      # depends on the build
)

listed() {
	local each
	for each in "${rows[@]}" "${elsewhere[@]}"; do
		[ "${1#"$each"}" = "$1" ] || return 0
	done
	return 1
}

name="the list" a= o=
cd "$work" && : >aide.out && : >ours.out
while IFS= read -r line; do
	check "a case for: $line" listed "$line"
done < <(sed -nE '/^\| (intact|---)/d; s/^\| (.*) \| .* \|$/\1/p' "$DOC" | grep -v '^-*|')
for each in "${rows[@]}" "${elsewhere[@]}"; do
	check "a row that begins with: $each" grep -qF "| $each" "$DOC"
done

count_claims
