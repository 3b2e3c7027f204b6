# A configuration that names no places, as packages bring it: who has no baseline yet is told what to do.
unset INTACT_STATE
mkdir tree; echo 1 >tree/file
echo "$DIR/tree p+sha256" >intact.conf; chmod 600 intact.conf
for command in --check --update --nightly --list "--show $DIR/tree" "--history $DIR/tree"; do
	echo "== ${command%% *}"
	conf --state state $command
done
echo "== it was made, and not put in its place"
conf --state state --init >/dev/null
conf --state state
mv state/intact.db.new state/intact.db
conf --state state | grep 'NO differences'
