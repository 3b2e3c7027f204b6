# Less space than the old baseline has: said before anything is measured, and tried; for most of the tree may be gone.
# Nothing is free: an init finds that before it measures anything.  Whatever comes of it, the old one is there; and
# what an update finds is told all the same.
need_root
mkdir tree full; for i in $(seq 3000); do echo "$i" >"tree/$i"; done
unshare -m --propagation private mount -t tmpfs -o size=64k none full 2>/dev/null || skip "needs a mount namespace"
configure "$stable"
baseline; cp -p intact.db keep.db
sed -i "s#$DIR/intact.db.new#$DIR/full/new.db#" intact.conf
size=$(($(stat -c %s intact.db) / 1024))
# $1: KiB for the new baseline and a file that stands in its place; the rest: options
within() {
	local room=$1 rc=0
	shift
	ROOM=$room unshare -m --propagation private sh -c 'mount -t tmpfs -o size=$((ROOM + 4))k none full && printf old >full/new.db &&
		"$INTACT" -c intact.conf --state full/state "$@"; rc=$?; [ "$(cat full/new.db 2>&1)" != old ] || echo "the file is as it was"; find full/state/reports -type f 2>/dev/null; exit $rc' sh "$@" \
		>out 2>err || rc=$?
	grep -a 'WARNING\|ERROR' err | sed -E 's/: [0-9]+ bytes are free(.*) has [0-9]+$/: N bytes are free\1 has N/; s/: No space.*//'
	grep -a 'NO differences\|successfully\|as it was\|Removed entries\|^New intact\|^f.*: .*777' out
	echo "exit: $rc"
	cmp intact.db keep.db || echo "the baseline is another one"
}
echo changed >tree/777
quarter=$((size / 4 / 4 * 4))
echo "== a quarter: it is tried, and does not fit"; within $quarter -A journal=no --update
said() { grep -nam 1 "may not fit" err | cut -d: -f1; }
read_any() { grep -nam 1 "tree/2999" err | cut -d: -f1; }
within $quarter -A journal=no -L debug --update >/dev/null
[ "$(said)" -lt "$(read_any)" ] && echo "said before a file was looked at"
echo "== by night"; within $quarter -A journal=no -A report_keep=no --nightly
mkdir mails; printf '#!/bin/sh\ncat >%s/mails/1\n' "$DIR" >mailer; chmod 755 mailer
within $quarter -A journal=no -A report_keep=no -A report_url=mailto:root -A sendmail="$DIR/mailer" --nightly >/dev/null
sed -n -e '/^Subject/s/: .*: /: /p' -e '/^New (/,/^$/p' -e '/^Note/p;/no new baseline/p' mails/1 | sed 's/(result.*//'
echo "== enough"; within $((size + 40)) -A journal=no --update
echo "== nothing: an update is a check, for an init not a file is read"
within 0 -A journal=no -L debug --update | grep -v DEBUG; [ -n "$(read_any)" ] && echo "files were looked at"
within 0 -A journal=no -L debug --init | grep -v DEBUG; [ -n "$(read_any)" ] || echo "no file was looked at"
echo "== nothing, by night, the state included"
rm -f mails/1
within 0 -A report_url=mailto:root -A sendmail="$DIR/mailer" --nightly | sed -E 's/report-[0-9]+T[0-9]+Z/REPORT/'
sed -n -e '/^Subject/s/: .*: /: /p' -e '/^New (/,/^$/p' -e '/^Note/p;/no new baseline/p' mails/1 | sed 's/(result.*//'
echo "== other rules, another format, no old one: nobody can know"
within 64 -A journal=no -A "!$DIR/tree/[0-9]" --update
within $quarter -A journal=no -A "database_format=aide" -A gzip_dbout=yes --update
within $quarter -A journal=no --init
echo "== most of the tree is gone: it fits"
find tree -type f ! -name '*00' -delete; within $quarter -A journal=no --update
