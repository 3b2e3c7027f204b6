# An administrator's way through: a system from its first baseline on, and a second, smaller configuration
# that cron checks every five minutes.
mkdir -p root/{bin,home,var} root/etc/cron.d
for each in ls cat sh; do echo "$each" >root/bin/$each; chmod 755 root/bin/$each; done
for each in hosts passwd cron.d/daily; do echo "$each" >root/etc/$each; done
echo letter >root/home/letter
echo log >root/var/log
mkdir db
chmod 700 db
printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/db/db" "database_out=file:$DIR/db/db.new" database_attrs=E \
	"Binary = p+u+g+ftype+s+m+n+sha256" "/bin Binary" "/etc Binary" "/home Binary-m" "-/var/log\$" "/var p+ftype" >intact.conf
printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/db/small" "database_out=file:$DIR/db/small.new" \
	report_quiet=yes "/etc p+u+g+ftype+s+sha256" "-/etc/cron.d" >small.conf
chmod 600 intact.conf small.conf
found() { grep -E '^exit|found|success|Total|entries:|^[fdl].*: /|Unver'; }
echo "--- a check before there is a baseline"
conf --check
echo "--- init of the system"
conf --init | found
echo "--- the new database is put in place"
ls db
cp db/db.new db/db
echo "--- check"
conf --check | found
echo "--- a new file is found"
: >root/etc/new
conf --check | found
echo "--- and what is appended to it"
conf --update >/dev/null
cp db/db.new db/db
echo appended >>root/etc/new
conf --check | found
echo "--- check limited to /etc"
echo more >>root/home/letter
conf --check --limit /etc | found
echo "--- update"
conf --update | found
echo "--- the old database still counts"
conf --check | grep exit
echo "--- the new database is put in place: clean"
mv db/db.new db/db
conf --check | found
echo "--- every five minutes from cron"
cat >crontab <<END
*/5 * * * * root $INTACT --workers $WORKERS -c $DIR/small.conf --update && cp $DIR/db/small.new $DIR/db/small
END
"$INTACT" -c small.conf --init
cp db/small.new db/small
cron() {
	# As cron does it: a short environment, sh, no terminal.
	(cd / && env -i HOME=/root LOGNAME=root SHELL=/bin/sh PATH=/usr/bin:/bin "INTACT_STATE=$INTACT_STATE" setsid \
		sh -c "$(cut -d ' ' -f 7- "$DIR/crontab")" </dev/null 2>&1 | cat; exit "${PIPESTATUS[0]}")
	echo "cron: $?"
}
cron
cron
echo "--- it mails when something is found, and does not take it over"
echo attacker >>root/etc/passwd
cron | grep -E 'cron:|^f.{19}: /'
cron | grep -E 'cron:|^f.{19}: /'
echo "--- nor does a daemon that is stopped in between"
cp db/small keep
printf '#!/bin/sh\nkill -TERM $PPID\nsleep 60\necho too late\n' >program
chmod 755 program
conf -c small.conf -A "@@x_include $DIR/program" --update
ls -A db
cmp keep db/small && echo kept
echo "--- the real /etc, from a clean environment"
env -i "$INTACT" -c '' --state "$DIR/state" --workers "$WORKERS" --init /etc >out 2>&1
# Others than root may not read all of it.
echo "init: $(($? & ~32))"
env -i "$INTACT" -c '' --state "$DIR/state" --workers "$WORKERS" --check --limit '/etc/(passwd|hosts)$' >out 2>&1
echo "check: $?"
