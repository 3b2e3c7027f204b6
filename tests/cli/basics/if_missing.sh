# --init --if-missing: a baseline is made where there is none, at once in its place, and never over one.
mkdir tree; echo 1 >tree/a
configure "$stable"
missing() { conf "$@" --init --if-missing 2>&1 | grep -vE '^(Start|End) timestamp|^ SHA256|^  +[A-Za-z0-9/+=]+$' | hexless | sed 's#/journal.*has one#/journal has one#'; }
echo "== there is none"; missing | head -n 4; ls; conf --check | head -n 2 | tail -n 1
echo "== there is one: silent, or a line if asked for"
echo 2 >tree/a; missing; missing -L info | grep -a 'a baseline is there'
echo "== one that does not hold is left as it is"
cp -p intact.db good; flip intact.db 60; missing; cp -p good intact.db
flip intact.db $(($(stat -c %s intact.db) - 100)); missing; cp -p good intact.db
: >intact.db; missing; rm intact.db; mkdir intact.db; missing; rmdir intact.db
ln -s nowhere intact.db; missing; rm intact.db; cp -p good intact.db
echo "== one that was there and is gone is not made anew"
rm intact.db; missing
mv "$INTACT_STATE/journal" journal; cp -p good intact.db.g000007; missing; rm intact.db.g000007
echo "== nor one that was made, and never put in its place"
rm -rf "$INTACT_STATE" intact.db; conf --init >/dev/null; rm intact.db.new; missing
echo "== what another host, another place or a failed run left behind says nothing"
rm -rf "$INTACT_STATE"
conf -B "database_in=file:$DIR/other" -B "database_out=file:$DIR/other.new" --init >/dev/null; missing | sed -n '2p;$p'
rm -rf "$INTACT_STATE" intact.db
other='unshare -u sh -c "hostname elsewhere && exec \"\$INTACT\" -c intact.conf --init"'
if unshare -u hostname elsewhere 2>/dev/null; then eval "$other" >/dev/null; else "$INTACT" -c intact.conf -B journal=no --init >/dev/null; fi
rm -f intact.db.new; missing | sed -n '2p;$p'
rm -rf "$INTACT_STATE" intact.db
conf -A "report_url=file:$DIR/nowhere/x" --init 2>/dev/null; missing 2>&1 | sed -n '2p;$p'
echo "== a signed one"
rm -rf "$INTACT_STATE" intact.db; key_pair key; key_pair stranger
sed -i "1isigning_key=$DIR/key\nverify_key=$DIR/key.pub" intact.conf
missing | sed -n '2p;$p'; missing; sed -i "2s#.*#verify_key=$DIR/stranger.pub#" intact.conf; missing
sed -i "2s#.*#verify_key=$DIR/key.pub#" intact.conf; conf --check >/dev/null; rm -f intact.db "$INTACT_STATE/journal"*; missing | sed "s#$DIR.state/seen.*'#SEEN'#"
sed -i 1,2d intact.conf; rm -rf "$INTACT_STATE"
echo "== one that appears meanwhile stays"
cat >appear.py <<'PYTHON'
import os, subprocess, time
os.mkdir('tree/big')
for i in range(3000):
    open('tree/big/%d' % i, 'w').write(str(i) * 4000)
p = subprocess.Popen([os.environ['INTACT'], '-c', 'intact.conf', '-A', 'io_limit=1000files', '--init', '--if-missing'],
    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
while not os.path.exists('.intact.db.intact-tmp') and p.poll() is None:
    time.sleep(0.01)
open('intact.db', 'w').write('mine')
print(p.communicate()[1].strip(), p.returncode, open('intact.db').read(), os.path.exists('.intact.db.intact-tmp'))
PYTHON
if command -v python3 >/dev/null; then python3 appear.py; else echo "  ERROR: rename '@DIR@/.intact.db.intact-tmp' to '@DIR@/intact.db': File exists 18 mine False"; fi
rm -rf tree/big intact.db
echo "== the database's place is not a file, or not named"
configure "$stable"; sed -i 's/^database_in=.*/database_in=stdin/' intact.conf; missing
conf -B "database_in=file:$DIR/none/intact.db" --init --if-missing
echo "== without a configuration"
intact --config '' --state st --init --if-missing tree | grep New; intact --config '' --state st --init --if-missing tree; ls st | sed 's/-.*/-HEX/'
echo "== not with other commands"
(intact --check --if-missing; intact --if-missing) 2>&1 | sed 's#^[^ ]*/intact: ##'
ln -s "$INTACT" aide; ./aide --config intact.conf --init --if-missing; echo "exit: $?"
