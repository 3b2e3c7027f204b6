# --accept refuses what is not a review of this very baseline, and leaves all as it was.
mkdir tree
for i in a b c; do echo $i >tree/$i; done
configure $stable
baseline
cp intact.db first.db
told() { conf "$@" 2>&1 | grep -aE 'exit|ERROR|Accepted|Generation'; }
keep() { sha256sum intact.db intact.db.new >sums; }
same() { sha256sum --quiet -c sums && ls -A | grep -vE 'sums|first|tree|conf|other|list'; }
echo 2 >tree/a
echo "== another baseline has its place"
conf --update >/dev/null
cp intact.db.new reviewed.db
conf --accept >/dev/null
cp reviewed.db intact.db.new
keep; told --accept; same
echo "== what no update wrote"
rm reviewed.db
echo 3 >tree/a
"$INTACT" --state other -c intact.conf --update >/dev/null
keep; told --accept; same
told --accept -A journal=no
rm -rf other
echo "== other rules"
echo 4 >tree/a
conf --update >/dev/null
keep; told --accept -A "$DIR/other p"; same
told --accept -A "root_prefix=$DIR"
echo "== a damaged one"
flip intact.db.new 600
keep; told --accept | sed 's/[0-9a-f]\{64\}//'; same
echo "== another file has the name that the old one would get"
conf --update >/dev/null
cp first.db intact.db.g000003
keep; told --accept; same
told --accept -A generations=0
ls intact.db*
echo "== places"
conf --update >/dev/null
sed "s|database_out=.*|database_out=stdout|" intact.conf >list.conf
intact -c list.conf --accept 2>&1
sed "s|database_out=.*|database_out=file:$DIR/intact.db|" intact.conf >list.conf
intact -c list.conf --accept 2>&1
echo "== AIDE's format has no generations"
intact -c intact.conf -B database_format=aide --accept 2>&1
intact -c intact.conf -B database_format=aide -B "database_out=file:$DIR/aide.db" --init >/dev/null
mv aide.db intact.db
told --accept
echo "== words"
intact --check --interactive 2>&1 | sed 's/^[^ ]*: //'
intact --update --package x 2>&1 | sed 's/^[^ ]*: //'
intact --explained 2>&1 | sed 's/^[^ ]*: //'
conf --accept --explained 2>&1
conf -A generations=367 --config-check 2>&1 | grep -o 'invalid.*'
conf -A generations=x --config-check 2>&1 | grep -o 'invalid.*'
