# With verify_key set: each refusal has its own words and exit status 24, and nothing else is said.
command -v python3 >/dev/null || skip "needs python3"
key_pair key; key_pair stranger
mkdir tree; for i in $(seq 3000); do : >"tree/$i"; done
attributes=p+ftype+i+m+c+xattrs
configure "$attributes" verify_key="$DIR/key.pub"
with_key() { "$INTACT" --state state -c intact.conf "$@" --init >/dev/null && accept; }

with_key
echo "== not signed"
signed
signed --update; ls intact.db.new 2>&1
signed --list
signed --show "$DIR/tree"
signed --verify
signed -B "database_new=file:$DIR/intact.db" --compare

echo "== signed by somebody else"
with_key --signing-key stranger
signed

echo "== several generations"
with_key --signing-key key; cp intact.db first.db
complaint
touch tree/new
with_key --signing-key key; cp intact.db second.db
complaint --list "$DIR/none"
complaint
rm tree/new

echo "== the signature taken off"
python3 - <<'PY'
import struct
data = open("second.db", "rb").read()
end = data[-232:]
open("intact.db", "wb").write(data[:-232] + end[:152] + struct.pack("<II", 0, 168) + end[-8:])
PY
signed

echo "== the signature of another one"
python3 - <<'PY'
data, other = (open(n, "rb").read() for n in ("second.db", "first.db"))
open("intact.db", "wb").write(data[:-76] + other[-76:-12] + data[-12:])
PY
signed

echo "== cut off"
head -c -1 second.db >intact.db; signed
head -c 1000 second.db >intact.db; signed
cat second.db first.db >intact.db; complaint

echo "== a block of another baseline, and the header of another baseline"
python3 - <<'PY'
import struct
data, other = (bytearray(open(n, "rb").read()) for n in ("second.db", "first.db"))
def blocks(d):
    return struct.unpack("<Q", d[-232 + 64:-232 + 72])[0], struct.unpack("<Q", d[-232 + 88:-232 + 96])[0]
(length, index), (start, end) = blocks(data), blocks(other)
half = min(index - length, end - start) // 2
data[index - half:index] = other[start:start + half]
open("intact.db", "wb").write(data)
data = bytearray(open("second.db", "rb").read())
data[:length] = other[:length]
open("mixed.db", "wb").write(data)
PY
signed
signed --update
cp mixed.db intact.db; signed

echo "== an older generation"
cp first.db intact.db
signed; signed --list; signed --verify; signed --show "$DIR/tree"
mv intact.db elsewhere.db; ln -s elsewhere.db intact.db; signed; rm intact.db
rm state/seen-*
cp first.db intact.db; complaint

echo "== another one of the same generation"
cp -r state before
touch tree/again; rm -r state; with_key --signing-key key; mkdir -p state; mv before/* state
signed; rm tree/again; cp first.db intact.db

echo "== the record"
record=$(echo state/seen-*)
cp "$record" kept
echo x >>"$record"; signed
chmod 666 kept; cp -p kept "$record"; signed
rm "$record"; mkdir "$record"; signed; rmdir "$record"
chmod 600 kept; cp -p kept "$record"
complaint

echo "== keys"
chmod 666 key.pub; signed; chmod 644 key.pub
mv key.pub hidden; signed; mv hidden key.pub
cp key key.pub; signed
echo x >key.pub; signed
