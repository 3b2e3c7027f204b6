# The native protocol of systemd's journal, to a socket of our own that takes it apart.
. "$here/lib_nightly.sh"
nights; baseline
nights "report_url=journald:$DIR/socket"
cat >listen.py <<'PYTHON'
import array, fcntl, os, socket, struct, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind('socket')
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
p = subprocess.Popen([os.environ['INTACT'], '-c', 'intact.conf', '--nightly'], stdout=subprocess.DEVNULL)
def receive():
    data, anc, flags, _ = s.recvmsg(1 << 20, 64)
    if anc:
        fd = array.array('i', anc[0][2][:4])[0]
        assert fcntl.fcntl(fd, 1034) == 15, 'sealed'
        data = b'file:' , os.pread(fd, 64 << 20, 0)
        return data[1], True
    return data, False
def parse(data):
    fields = {}
    while data:
        name, sep, rest = data.partition(b'\n')
        if b'=' in name:
            name, _, value = name.partition(b'=')
            data = rest
        else:
            n = struct.unpack('<Q', rest[:8])[0]
            value, data = rest[8:8 + n], rest[8 + n:]
            assert data[:1] == b'\n'; data = data[1:]
        assert name.decode().isidentifier() and name not in fields, name
        fields[name.decode()] = value
    return fields
shown = 0; runs = set(); messages = 0
while True:
    data, sealed = receive()
    f = parse(data); messages += 1
    if sealed and f.get('INTACT_PATH', b'').endswith(b'/deep'):
        path = f['INTACT_PATH']
        print('sealed', path == os.path.realpath('tree').encode() + b'/' + (b'\xff' * 250 + b'/') * 190 + b'deep',
            len(data) > 5 * 190 * 250, f['MESSAGE'][:11], path.count(b'\xff') == f['MESSAGE'].count(b'\\377'), flush=True)
    assert f['SYSLOG_IDENTIFIER'] == b'intact' and len(f['MESSAGE_ID']) == 32
    runs.add(f['INTACT_RUN'])
    last = 'INTACT_EXIT_STATUS' in f
    if shown < 4 or last or 'INTACT_MORE' in f:
        if len(f.get('INTACT_PATH', b'')) > 500: f['INTACT_PATH'] = b'LONG'
        for k in sorted(f):
            if k not in ('MESSAGE_ID', 'INTACT_RUN', 'INTACT_HOST', 'INTACT_FIRST_SEEN', 'INTACT_STATE'):
                print(k, f[k], flush=True)
        shown += 1
    if last: break
print('exit', p.wait(), 'runs', len(runs), 'messages', messages)
os.unlink('socket')
PYTHON
printf x >"tree/$(printf 'new\nline\377\033[1m')"
python3 listen.py
echo "== the next night says only how it stands"; python3 listen.py
echo "== more than its cap"
(cd tree && seq 1500 | sed s/^/f/ | xargs touch)
python3 listen.py | tail -n 24
echo "== a message that no datagram holds comes in a sealed file"
(cd tree && python3 -c '
import os
for i in range(190):
    os.mkdir(b"\xff" * 250)
    os.chdir(b"\xff" * 250)
open("deep", "w").close()
')
python3 listen.py | sed -n '/^sealed/p; $p'
echo "== where a line gives the severity, the priority follows"
rm -rf tree "$INTACT_STATE/findings"; nights; baseline
nights "report_url=journald:$DIR/socket" "report_severity=critical:$DIR/tree/crit" "report_severity=info:$DIR/tree/info"
touch tree/crit tree/info tree/none
python3 listen.py | grep -aE '^(INTACT_PATH|INTACT_SEVERITY|PRIORITY)' | sed "s#$DIR##"
echo "== nobody listens"; night
