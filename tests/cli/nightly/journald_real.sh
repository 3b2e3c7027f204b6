# The journal of systemd itself, in a mount namespace of our own: what goes in comes out, a long message as well.
. "$here/lib_nightly.sh"
need_root
need_python
journald=/lib/systemd/systemd-journald
[ -x $journald ] && command -v journalctl >/dev/null || skip "needs systemd's journal"
unshare -m --propagation private mount -t tmpfs none /run 2>/dev/null || skip "needs a mount namespace"
nights; baseline
nights report_url=journald:
printf x >"tree/$(printf 'new\nline\377\033[1m')"
(cd tree && python3 -c '
import os
for i in range(190):
    os.mkdir(b"\xff" * 250)
    os.chdir(b"\xff" * 250)
open("deep", "w").close()
')
cat >inside.sh <<'INSIDE'
mount -t tmpfs none /run && mkdir -p /run/systemd /run/log/journal || exit 77
[ ! -d /var/log/journal ] || mount -t tmpfs none /var/log/journal || exit 77
"$1" >/dev/null 2>&1 &
daemon=$!
for i in $(seq 600); do [ -S /run/systemd/journal/socket ] && break; kill -0 $daemon 2>/dev/null || exit 77; sleep 0.1; done
[ -S /run/systemd/journal/socket ] || { kill $daemon; exit 77; }
"$INTACT" -c intact.conf --nightly >/dev/null; echo "exit: $?"
# Until the last message is there.
for i in $(seq 600); do journalctl -D /run/log/journal -o json --all INTACT_EXIT_STATUS=5 2>/dev/null | grep -q INTACT_NEW && break; sleep 0.1; done
journalctl -D /run/log/journal -o json --all SYSLOG_IDENTIFIER=intact >all
kill $daemon; wait $daemon
exit 0
INSIDE
rc=0; unshare -m --propagation private bash inside.sh $journald || rc=$?
[ $rc -ne 77 ] || skip "journald does not start here"
python3 - <<'PYTHON'
import json, os
tree = os.path.realpath('tree').encode()
raw = lambda v: bytes(v) if isinstance(v, list) else v.encode()
found = [json.loads(line) for line in open('all', 'rb')]
paths = {raw(f['INTACT_PATH']): f for f in found if 'INTACT_PATH' in f}
deep = [p for p in paths if p.endswith(b'/deep')]
print('long:', deep == [tree + b'/' + (b'\xff' * 250 + b'/') * 190 + b'deep'])
new = paths[tree + b'/new\nline\xff\033[1m']
print(*(f'{k}={new[k]}' for k in ('PRIORITY', 'INTACT_CHANGE', 'INTACT_STATUS')))
last = [f for f in found if 'INTACT_EXIT_STATUS' in f][0]
print(*(f'{k}={last[k]}' for k in ('PRIORITY', 'MESSAGE', 'INTACT_NEW', 'INTACT_ADDED', 'INTACT_EXIT_STATUS')))
PYTHON
