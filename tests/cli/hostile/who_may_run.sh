# The programs that a night starts may do what we may: one that others could write or exchange is not run.
. "$here/lib_nightly.sh"
nights "nightly_hook=$DIR/open/hook"
mkdir open
printf '#!/bin/sh\necho ran >>"%s/hook.out"\n' "$DIR" >open/hook
"$INTACT" -c intact.conf --init >/dev/null 2>&1; mv intact.db.new intact.db
tonight() {
	rm -f mails/* hook.out
	"$INTACT" --workers "$WORKERS" -c intact.conf --nightly >/dev/null 2>err
	echo "exit: $?, mails $(ls mails | wc -l), hook $(cat hook.out 2>&1 | tail -n 1)"
	sed -n 's/.*ERROR: //p' err | sed -E 's/mail-[0-9TZ-]+/MAIL/; s#(kept in ).*( for)#\1SPOOL\2#; s#(wait in ).*(: bad)#\1SPOOL\2#'
}
look() { "$INTACT" -c intact.conf --config-check; echo "config-check: $?"; }
for mode in 755 775 757; do
	chmod 755 open; chmod $mode open/hook
	echo 2 >>tree/file
	echo "--- hook $mode"; tonight; look
done
chmod 755 open/hook; chmod 777 open
echo "--- its folder"; tonight; look
chmod 755 open; chmod 775 sendmail
echo 3 >>tree/file
echo "--- sendmail"; tonight; look
chmod 755 sendmail
echo "--- and what waited is sent"; tonight
echo "--- none, and one that nothing can run"
rm open/hook; look; echo 4 >>tree/file; tonight
printf '#!/nowhere/sh\n' >open/hook; chmod 755 open/hook; echo 5 >>tree/file; tonight
