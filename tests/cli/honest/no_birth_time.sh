# A file system that keeps no birth times: there is no such attribute, and not one that is always equal.
[ -r /proc/version ] && [ "$(stat -c %W /proc/version)" = 0 ] || skip "/proc keeps birth times here"
printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
	"/proc/version\$ p+btime" >intact.conf
chmod 600 intact.conf
baseline
conf --list
