# A baseline from somebody else: its rules are rules, not a configuration.  Nothing in it runs a program,
# includes a file, or says where reports go.
tools=$(dirname "$INTACT")/tests/stress
[ -x "$tools/forge" ] || skip "needs the helper programs of the tests"
mkdir state
printf '#!/bin/sh\necho ran >%s/ran\n' "$DIR" >program
chmod 755 program
echo precious >precious
forged() {
	printf -- '--- %q\n' "${1//$DIR/@DIR@}"
	"$tools/forge" state/intact.db "$1" /a
	shift
	intact --state state --config '' "$@"
}
forged "@@x_include $DIR/program" --list
forged "@@x_include $DIR/program" --check
forged "@@include /etc/passwd" --list
forged "@@x_include_setenv PATH $DIR" --check
forged "report_url=file:$DIR/precious" --check
forged "database_out=file:$DIR/precious" --update
forged "root_prefix=$DIR" --check
forged "@@define X y" --check
forged "X = p" --check
forged $'/a 0 p\n@@if defined X\n/b 0 p\n@@endif' --check
cat precious
ls
# What a baseline says about itself does not reach the terminal raw.
forged $'/\033[31ma 0 p' --list
printf '%s\n' "database_in=file:$DIR/state/intact.db" "/nowhere$ p" >intact.conf
chmod 600 intact.conf
"$tools/forge" state/intact.db $'/b\033[31m\n/\xe2\x80\xaec'
conf --check | grep -aE '^(Rules|  [-+] )'
# Rules that are rules are used.
forged "/nowhere-at-all\$ 0 p" --check | grep -E '^f|exit'
