# The command line: getopt's own words, exit status 15.
intact() {
	local rc=0
	(exec -a intact "$INTACT" "$@") || rc=$?
	echo "exit: $rc"
}
intact --nosuch
intact --limt x
intact --conf x
intact -Z
# Among other letters, behind a long option.
intact --check -Zx
intact --no-color -Dl
intact --limit
intact --check --init
intact --check=1
intact --workers x
intact --workers=-1
intact --log-level loud
intact --check extra
intact --version extra | head -n 1
# A bad value is said before the configuration is read.
echo 'grouped=yes' >old.conf
chmod 600 old.conf
intact -c old.conf --check --limit 'a)'
intact -c old.conf --path-check f
intact -c old.conf --path-check z:/x
intact -c old.conf --path-check f=nosuch:/x
