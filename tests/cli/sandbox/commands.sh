# All that reads what others wrote, with every kind of output, behind the door: the same as without.
mkdir tree tree/sub
echo 1 >tree/one; echo 2 >tree/sub/two; ln -s one tree/link; mkfifo tree/fifo
gzip -c tree/one >tree/one.gz
configure "$stable+compressed+acl+caps+e2fsattrs"
baseline
cp intact.db old.db
echo changed >tree/one; echo new >tree/new; rm tree/sub/two
both() {
	"$INTACT" --workers "$WORKERS" -c intact.conf "$@" >inside 2>&1
	a=$?
	rm -f intact.db.new
	"$INTACT" --workers "$WORKERS" -c intact.conf --no-sandbox "$@" >outside 2>&1
	b=$?
	sed -i -E 's/[0-9:]{8} [+-][0-9]{4}/TIME/; s/run time.*//; s/"run_time_seconds": *[0-9]+//' inside outside
	# What else is in the folders on the way is not ours.
	sed -i -e "\\#^\\[#{\\#$DIR#!d}" inside outside
	cmp inside outside && echo "$1 $2 $3: $a $b, $(wc -l <inside | sed 's/^0$/no/; s/^[1-9].*/some/') lines"
}
both --check
both --update
both --compare -B "database_new=file:$DIR/old.db"
both --list
both --show "$DIR/tree/one" 2>&1
both --dry-init
both --check -A report_format=json
both --check -A report_format=ndjson
both --check -A "report_url=file:$DIR/report"
"$INTACT" --keygen key >/dev/null 2>&1
both --sign --signing-key key
cmp -s intact.db old.db || echo "signed"
both --sign --signing-key key --detached signature
both --verify --verify-key key.pub --signature signature
cp old.db intact.db
echo "== where it goes"
for to in out /dev/null; do
	"$INTACT" -c intact.conf --check >$to
	echo "$to: $?"
done
"$INTACT" -c intact.conf --check | grep -c '^f'
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	script -qec "TERM=xterm '$INTACT' -c intact.conf --check" /dev/null </dev/null | grep -c 'found differences'
else
	echo 1
fi
echo "== a pipe for a baseline"
"$INTACT" -c intact.conf -B 'database_in=stdin' --check <old.db >/dev/null; echo "$?"
cat old.db | "$INTACT" -c intact.conf -B 'database_in=stdin' --check >/dev/null; echo "$?"
"$INTACT" -c intact.conf -B 'database_out=stdout' -B 'report_url=file:/dev/null' --init >stream 2>&1; echo "$?"
cmp -n 8 stream old.db && echo "a baseline"
