# Detached signatures: of our format, and of AIDE's, which has no place for one.
command -v python3 >/dev/null || skip "needs python3"
key_pair key
mkdir tree; echo 1 >tree/file
configure "$stable" signing_key="$DIR/key" verify_key="$DIR/key.pub"
"$INTACT" --state state -c intact.conf -B 'database_format=intact' --init >/dev/null; accept
cp intact.db embedded.db
python3 - <<'PY'
import struct
data = open("embedded.db", "rb").read()
end = data[-232:]
open("intact.db", "wb").write(data[:-232] + end[:152] + struct.pack("<II", 0, 168) + end[-8:])
open("cut.sig", "wb").write(end[156:220])
PY
cp intact.db plain.db
signed --sign --detached one.sig | grep -E 'Signature|exit'
cmp intact.db plain.db && cmp one.sig cut.sig && echo "as the embedded one"
stat -c '%s %a' one.sig
complaint
complaint --signature one.sig
signed --verify --signature one.sig | grep -E 'Signature|exit'
signed --verify plain.db --signature one.sig | grep -E 'Signature|exit'
complaint -B database_in_signature="$DIR/one.sig"
complaint -B database_in_signature="$DIR/one.sig" --verify plain.db
head -c 63 one.sig >short.sig; complaint --signature short.sig
head -c 64 /dev/zero >zero.sig; complaint --signature zero.sig
complaint --signature none.sig
complaint --sign plain.db
cmp plain.db embedded.db && echo "embedded later"
echo "== AIDE's format"
complaint -B database_format=aide --init
configure "$stable" verify_key="$DIR/key.pub" database_format=aide
"$INTACT" -c intact.conf --init >/dev/null; accept
signed
complaint --signing-key key --sign
signed --signing-key key --sign --detached aide.sig | hexless
complaint --signature aide.sig
complaint --signature one.sig
signed --signature aide.sig | grep Baseline
signed --signature aide.sig --show "$DIR/tree/file" | tail -n 7
sed -i 's/^@@begin_db/&/; s/ 1 / 2 /' intact.db; echo >>intact.db
complaint --signature aide.sig
gzip -c intact.db >gz; mv gz intact.db
complaint --signing-key key --sign --detached aide.sig
complaint --signature aide.sig
echo "== from a pipe"
complaint --signature aide.sig -B database_in=stdin <intact.db
mkfifo pipe; cat intact.db >pipe & complaint --signature aide.sig -B database_in=stdin <pipe; wait
echo "== what is for another command"
complaint --check --detached x.sig
configure "$stable"
complaint --signature aide.sig
complaint --verify
complaint --sign
complaint --verify a b
complaint --sign --signature x
complaint --sign none.db --signing-key key
