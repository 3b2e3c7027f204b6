# The private key is with the clerk alone; and if either of the two is killed, the old baseline is there.
. "$(dirname "$MANUAL")/../tests/cli/lib_sandbox.sh"
need_root
command -v python3 >/dev/null || skip "needs python3"
slow_tree
configure "$stable" "$slow" "signing_key=$DIR/key"
need_layers
key_pair key
openssl version >/dev/null 2>&1 || skip "needs openssl"
# The last 32 bytes of the key as DER are all there is to know.
openssl pkey -in key -outform DER 2>/dev/null | tail -c 32 >secret
cat >search.py <<'END'
import sys
pid, secret = sys.argv[1], open('secret', 'rb').read()
found = 0
with open(f'/proc/{pid}/maps') as maps, open(f'/proc/{pid}/mem', 'rb', 0) as mem:
    for line in maps:
        span, rights = line.split()[:2]
        start, end = (int(x, 16) for x in span.split('-'))
        if 'r' not in rights or '[v' in line:
            continue
        try:
            mem.seek(start)
            found += secret in mem.read(end - start)
        except OSError:
            pass
print('found' if found else 'not there')
END
held_up "$INTACT" -c intact.conf --init
echo "the run: the key is $(python3 search.py "$run")"
echo "the clerk: the key is $(python3 search.py "$clerk")"
let_go
echo "== killed"
echo old >intact.db.new; cp intact.db.new keep
held_up "$INTACT" -c intact.conf --init
# The shell may notice it before the wait.
{ kill -KILL "$run"; wait "$starter"; } 2>/dev/null
echo "the run: $?"
cmp intact.db.new keep && echo "the old one"
ls -A | grep intact-tmp
# Now the run ends, and has nobody who writes for it.
sed -i 's/^io_limit=.*/io_limit=60K/' intact.conf
head -c 300000 tree/slow >short; cat short >tree/slow
held_up "$INTACT" -c intact.conf --init
kill -KILL "$clerk"
wait "$starter"
echo "the clerk: $?"
cat held.out
cmp intact.db.new keep && echo "the old one"
ls -A | grep intact-tmp
echo "== and the next run works"
"$INTACT" -c intact.conf --init >/dev/null; echo "$?"
cmp -s intact.db.new keep || echo "a new one"
ls -A | grep intact-tmp
