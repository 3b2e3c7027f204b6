# A report is not written over what the run reads or makes, however it is spelled; an update not over its
# own baseline.
mkdir tree sub
echo 1 >tree/file
configure "$stable"
baseline
echo 2 >tree/file
cp intact.db keep.db; cp intact.conf keep.conf
ln -s . here; ln -s intact.db link; ln intact.db hard
try() {
	local name=$1
	shift
	conf "$@"
	cmp intact.db keep.db || echo "DAMAGED by $name"
	cmp intact.conf keep.conf || echo "DAMAGED by $name"
	ls -A
}
for path in intact.db here/intact.db sub/../intact.db link hard intact.conf here/intact.conf; do
	try $path --check -A "report_url=file:$path"
done
for path in intact.db.new here/intact.db.new "$DIR/sub/../intact.db.new"; do
	try $path --init -A "report_url=file:$path"
done
for path in "$DIR/intact.db" here/intact.db "$DIR/sub/../intact.db" link; do
	try $path --update -B "database_out=file:$path"
done
# Two names of one file are two places: the other one stays.
try hard --update -B database_out=file:hard | grep -E 'exit|DAMAGED'
