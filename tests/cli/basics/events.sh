# Events for machines: what a run finds, and what became of a log, with the exit status at the end.
mkdir tree
echo 1 >tree/changed
echo 1 >tree/removed
echo "a line" >tree/log
name=$(printf 'bad\377')
echo 1 >"tree/$name"
{
	printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
		"config_version=7" "report_format=ecs" "report_url=file:$DIR/ecs" "report_format=ocsf" \
		"report_level=list_entries" "report_url=file:$DIR/ocsf" "report_format=plain" \
		"report_level=minimal" "report_url=stdout"
	printf '%s\n' "$DIR/tree/log\$ f p+ftype+i+n+s+sha256+growing+ANF+I" \
		"$DIR/tree/log.1\$ f p+ftype+i+n+s+sha256" "$DIR/tree(/|\$) $stable"
} >intact.conf
chmod 600 intact.conf
baseline
cat ecs | grep -o '"action": "[a-z_]*"'
echo 2 >>tree/changed
rm tree/removed
echo 1 >"tree/$name-too"
chmod 4755 "tree/$name"
mv tree/log tree/log.1
: >tree/log
conf --check
# $1: file; the rest: members to show
members() {
	local file=$1 member each=
	shift
	echo "-- $file"
	for member; do each="$each|\"$member\": (\"[^\"]*\"|[0-9]+|\\[[^]]*\\])"; done
	while read -r line; do grep -oE "${each#|}" <<<"$line" |
		sed -E -e 's#//[A-Za-z0-9+/=]+"#//BASE64"#' -e 's#(_base64": )"[A-Za-z0-9+/=]+"#\1"BASE64"#' | tr '\n' ' ' && echo; done <"$file"
}
members ecs action severity sequence path path_base64 moved_from changed exit_status
members ocsf class_uid activity_id severity_id sequence path moved_from exit_status
echo "-- values: only in the first"
grep -c '"old": {' ecs ocsf
echo "-- an update says so"
conf --update
grep -o '"command": "[a-z]*", "exit_status": [0-9]*' ecs
accept
conf --check
wc -l <ecs
