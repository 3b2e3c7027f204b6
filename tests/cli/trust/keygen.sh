# --keygen makes a pair that openssl reads, never in the place of anything.
need_openssl
intact --keygen key 2>&1 | hexless
stat -c '%a %n' key key.pub
openssl pkey -in key -noout -text | head -n 1
openssl pkey -pubin -in key.pub -noout -text | head -n 1
openssl pkey -in key -pubout | cmp - key.pub && echo "one pair"
"$INTACT" --keygen other 2>/dev/null | sed -n 's/Fingerprint: //p' >fingerprint
openssl pkey -pubin -in other.pub -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1 | cmp - fingerprint && echo "its fingerprint"

echo "== nothing is replaced"
cp key before
intact --keygen key
cmp key before && echo "the same"
rm key
intact --keygen key
ls key 2>&1
intact --keygen none/key
intact --keygen ''

echo "== with a passphrase"
intact --keygen locked --passphrase-fd 3 3<<<"open sesame" | hexless
head -n 1 locked
openssl pkey -in locked -passin pass:'open sesame' -noout -text | head -n 1
openssl asn1parse -in locked | grep -c scrypt
mkdir tree
configure p signing_key="$DIR/locked"
conf --init --passphrase-fd 3 3<<<"open sesame" | tail -n 1
conf --init --passphrase-fd 3 3<<<"wrong"
conf --init --passphrase-fd 3 3</dev/null
setsid -w "$INTACT" -c intact.conf --init; echo "exit: $?"
conf --init --passphrase-fd 77
conf --init --passphrase-fd x 2>&1 | sed "s#$INTACT#intact#"
