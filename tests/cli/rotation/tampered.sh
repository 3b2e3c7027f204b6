# A line of an old log that changes is reported, before a rotation, with it, and wherever the log is by then.
need_logrotate

# Change a byte of an old line and leave no other trace: same size, times put back.
tamper() {
	touch -r "tree/$1" stamp
	sed -i.orig 's/^the first/thE first/' "tree/$1"
	cat "tree/$1" >tampered
	mv "tree/$1.orig" "tree/$1"
	# In place: the same inode.
	cat tampered >"tree/$1"
	touch -r stamp "tree/$1"
}

# The same inside a gzip file.
tamper_packed() {
	touch -r "tree/$1" stamp
	gzip -dc "tree/$1" | sed 's/^the first/thE first/' | gzip -n >tampered
	cat tampered >"tree/$1"
	touch -r stamp "tree/$1"
}

# A tree whose oldest line is in the log.
begin() {
	rm -rf tree logrotate.state intact.db
	mkdir tree
	echo "the first line" >tree/log
	baseline
	echo "another line" >>tree/log
}

# $1: what is rotated how; $2: the first rotated name; the rest: options.  Rules on standard input.
tampering() {
	local what=$1 first=$2
	shift 2
	mkdir -p tree
	configure_logs
	configure_logrotate "$@"
	echo "== $what"

	echo "in the log:"
	begin
	tamper log
	names --check

	echo "in the log, before it is rotated:"
	begin
	tamper log
	rotate
	names --check

	echo "in $first, as soon as it is there:"
	begin
	rotate
	case $first in *.gz) tamper_packed "$first" ;; *) tamper "$first" ;; esac
	names --check

	echo "in $first, later:"
	begin
	rotate
	quiet_update "rotated"
	case $first in *.gz) tamper_packed "$first" ;; *) tamper "$first" ;; esac
	names --check

	echo "in $first, before the next rotation:"
	begin
	rotate
	quiet_update "rotated"
	echo "one more line" >>tree/log
	case $first in *.gz) tamper_packed "$first" ;; *) tamper "$first" ;; esac
	rotate
	names --check

	echo "in log.2.gz, as soon as it is there:"
	begin
	rotate
	quiet_update "rotated"
	echo "one more line" >>tree/log
	rotate
	tamper_packed log.2.gz
	names --check
}


tampering "compressed later" log.1 compress delaycompress create <<<"$delayed"
tampering "compressed at once" log.1.gz compress create <<<"$at_once"
tampering "copied and truncated, compressed later" log.1 copytruncate compress delaycompress <<<"$delayed"
tampering "copied and truncated, compressed at once" log.1.gz copytruncate compress <<<"$at_once"
