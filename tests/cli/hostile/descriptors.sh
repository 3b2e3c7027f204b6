# Baselines through descriptors and pipes: whole, or an error.
mkdir tree
echo 1 >tree/file
printf '%s\n' "$DIR/tree(/|\$) $stable" >intact.conf
chmod 600 intact.conf
found() { grep -E 'found|ERROR|exit'; }
conf -B database_out=stdout --init 2>&1 >out.db | found; grep -a exit out.db
conf -B database_out=fd:9 --init 9>out.db | found
conf -B database_in=fd:9 --check 9<out.db | found
cat out.db | conf -B database_in=stdin --check | found
conf -B database_in=stdin -B database_out=fd:9 --update <out.db 9>second.db | found
conf -B database_in=stdin --check <second.db | found
echo "--- report and baseline in one stream"
"$INTACT" -c intact.conf -B database_out=stdout -B report_url=stderr --init >both 2>&1; echo "exit: $?"; cat both
conf -B database_out=fd:9 -B report_url=fd:9 --init 9>both | found
conf -B database_out=fd:3 -B report_url=file:report --init 3>report | found
conf -B database_out=stdout -B report_url=stderr --init 2>&1 >second.db | found
echo "--- by the names of descriptors"
"$INTACT" -c intact.conf -B database_out=file:/dev/stdout -B report_url=stderr --init >fourth.db 2>report
conf -B "database_in=file:$DIR/fourth.db" --check | found
"$INTACT" -c intact.conf -B database_out=file:/dev/stdout --init >both 2>&1; cat both
[ -L /dev/stdout ] && echo "still a link"
conf -B database_out=file:/dev/null --init | found
conf -B "database_in=file:"<(cat out.db) --check | found
conf -B "database_out=file:">(cat >third.db) --init | found
for _ in $(seq 100); do [ -s third.db ] && break; sleep 0.1; done
conf -B database_in=stdin --check <third.db | found
echo "--- a pipe that nobody writes to, or reads from"
mkfifo pipe
conf -B "database_in=file:$DIR/pipe" --check
conf -B "database_out=file:$DIR/pipe" --init
echo "--- nothing there"
conf -B database_in=fd:77 --check
conf -B database_out=fd:77 --init
conf -B database_out=fd:3 -B report_url=file:report --init
conf -B database_in=fd:3 -B report_url=file:report --check
conf -B database_in=stdin --check <&-
conf -B database_in=stdin --check </dev/null
conf -B database_in=stdin --check <tree
conf -B database_in=fd:4 --check 4>write-only
"$INTACT" -c intact.conf -B database_out=stdout -B report_url=stderr --init >/dev/full; echo "exit: $?"
"$INTACT" -c intact.conf -B database_out=stdout -B report_url=stderr --init >&-; echo "exit: $?"
echo "--- configuration and baseline from one pipe"
cat intact.conf | intact -c - -B database_in=stdin --check
echo "--- cut, or too much"
head -c 200 out.db | conf -B database_in=stdin --check
{ cat out.db; echo; } | conf -B database_in=stdin --check
