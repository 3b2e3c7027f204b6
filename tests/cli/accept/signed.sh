# --accept where signatures are in use: no unsigned state is accepted, none is left, and the old generation
# beside the new one is no way back.
mkdir tree
me() { sed -E 's/ by [A-Za-z0-9_-]+( for [A-Za-z0-9_-]+)?/ by ME/'; }
for i in a b c; do echo $i >tree/$i; done
"$INTACT" --keygen key >/dev/null 2>&1
"$INTACT" --keygen other >/dev/null 2>&1
configure $stable "signing_key=$DIR/key" "verify_key=$DIR/key.pub"
baseline
told() { conf "$@" 2>&1 | grep -aE '^f|exit|ERROR|WARN|Accepted|Generation' | sed -E 's/[0-9a-f]{32,}/HEX/g'; }
echo "== forged, and not signed"
echo evil >tree/evil
sed '/_key=/d' intact.conf >plain.conf; chmod 600 plain.conf
"$INTACT" -c plain.conf --update >/dev/null
told --accept
sed "s|$DIR/key|$DIR/other|" intact.conf >other.conf; chmod 600 other.conf
"$INTACT" -c plain.conf -B "signing_key=$DIR/other" --update >/dev/null
told --accept
rm tree/evil
echo "== signed"
echo 2 >tree/a
conf --update >/dev/null
sed '/signing_key/d' intact.conf >verify.conf; chmod 600 verify.conf
intact -c verify.conf --accept 2>&1
told --accept
told --check
told --verify
echo "== back to the old one"
cp intact.db new.db
cp intact.db.g000001 intact.db
told --check
cp new.db intact.db
told --check
echo "== the story, and one that somebody else signed"
conf --history "$DIR/tree/a" | me | grep -E '^(gen|f)|exit'
"$INTACT" -c plain.conf -B journal=no --init >/dev/null; mv intact.db.new intact.db.g000001
conf --history "$DIR/tree/a" 2>&1 | me | grep -E '^(gen|f)|exit|WARN|ERR'
conf --compare 1 2 2>&1 | grep -E '^f|exit|ERR'
echo "== it is not removed, and nothing takes its place"
echo 3 >tree/a
conf --update >/dev/null
told --accept -A generations=1
ls -d intact.db*
echo "== another key is in use: what the old one signed is known by the journal, and goes when it is too old"
rm intact.db.g*
sed -i "s|^signing_key=.*|signing_key=$DIR/other\nverify_key=$DIR/other.pub|" intact.conf
next() { echo "$1" >tree/a; conf --update >/dev/null; shift; told --accept -A generations=2 "$@"; ls -d intact.db*; }
next 4
sed -i "/^verify_key=.*key.pub/d" intact.conf
next 5; next 6
echo "== without a journal nobody knows it"
cp intact.db.g000004 keep; "$INTACT" --keygen third >/dev/null 2>&1
sed -i "s|/other|/third|" intact.conf; sed -i "1iverify_key=$DIR/other.pub" intact.conf; next 7; sed -i 1d intact.conf
next 8 -A journal=no; next 9 -A journal=no
