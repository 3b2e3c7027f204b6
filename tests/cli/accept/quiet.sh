# What reports hide goes with the rest: new files under ANF, rotated logs; a log that grows is what was reviewed.
mkdir -p tree/log tree/any
{
	printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" database_attrs=E \
		report_level=list_entries "$DIR/tree/any/ p+ftype+sha256+ANF+ARF" "$DIR/tree/log/app\$ f p+ftype+i+growing+s+sha256+I+ANF" \
		"$DIR/tree/log/app\\.1\$ f p+ftype+i+s+sha256+I+ARF" "$DIR/tree/conf\$ f p+ftype+s+sha256"
} >intact.conf
chmod 600 intact.conf
echo old >tree/any/old; echo "line 1" >tree/log/app; echo 1 >tree/conf
baseline
cp intact.db base.db
told() { conf "$@" 2>&1 | grep -aE '^[fdl].*: |exit|ERROR|WARN|again|Accepted|Generation|stays'; }
review() {
	rm -f intact.db.g* tree/any/*; cp base.db intact.db
	echo new >tree/any/new; echo "line 1" >tree/log/app; echo 2 >tree/conf
	conf --update >/dev/null
}
echo "== nobody is asked about what no report shows"
review; printf 'y\n' | told --accept --interactive
"$INTACT" -c intact.conf --list | grep -a "^$DIR"
told --check
echo "== and with a q nothing of it is taken"
review; printf 'q\n' | told --accept --interactive
echo "== a log that has grown since, and one that was written anew"
review
echo "line 2" >>tree/log/app
conf --update >/dev/null
echo "line 3" >>tree/log/app
told --accept
told --check
conf --update >/dev/null
echo "another" >tree/log/app
echo "line 4" >>tree/log/app
told --accept
told --check
echo "== without the sandbox all is the same"
echo 3 >tree/conf; conf --update >/dev/null
told --accept --no-sandbox
ls -A | grep -v base
echo "== another run has the place"
echo 4 >tree/conf; conf --update >/dev/null
mkfifo hold
{ exec 9>>.intact.db.intact-tmp; flock 9; : >hold; exec sleep 60; } &
holder=$!
: <hold
told --accept
kill $holder; wait $holder 2>/dev/null
rm -f .intact.db.intact-tmp
told --accept
