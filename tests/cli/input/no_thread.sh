# 23: another user, who has no process yet, may start one, and no thread.  For root there is no limit.
need_root
! grep -qE '__(asan|tsan)_init' "$INTACT" || skip "a sanitizer dies of it"
[ "$WORKERS" -gt 0 ] || skip "no thread is asked for"
mkdir -m 755 other tree
chmod 755 .
configure p
cp "$INTACT" other/intact
chmod 755 other/intact
sed "s#$DIR/intact.db#$DIR/other/db#" intact.conf >other/conf
chown -R 64999 other
rc=0
setpriv --reuid=64999 --regid=64999 --clear-groups prlimit --nproc=1 \
	other/intact -c other/conf --workers 2 --init || rc=$?
echo "exit: $rc"
ls other
