# More than one log in a folder, and logs that were empty.
need_logrotate

at_once='log ActLog
log\.1\.gz CompSerLog
log\.[23]\.gz MidlSerLog
log\.4\.gz LastSerLog'

# $1: what; the rest: options.  Rules on standard input.
begin() {
	echo "== $1"
	shift
	rm -rf tree logrotate.state intact.db
	mkdir tree
	configure_logs
	configure_logrotate "$@"
}

begin "empty logs" ifempty compress create <<<"$at_once"
: >tree/log
baseline
for i in 1 2 3; do
	[ "$i" -eq 2 ] || echo "line $i" >>tree/log
	rotate
	quiet_update "rotation $i"
done

begin "an empty log, copied and truncated" copytruncate compress <<<"$at_once"
: >tree/log
baseline
for i in 1 2 3; do
	echo "line $i" >>tree/log
	rotate
	quiet_update "rotation $i"
done

# Many logs in one folder, all rotated between two checks, some empty, some alike.
begin "many logs" compress create <<'END'
[a-z]+[0-9]*\.log ActLog
[a-z]+[0-9]*\.log\.1\.gz CompSerLog
[a-z]+[0-9]*\.log\.2\.gz MidlSerLog
END
sed -i "s|^.*/tree/log {|$DIR/tree/*.log {|" logrotate.conf
sed -i 's|^size 1|ifempty|' logrotate.conf
for i in $(seq 80); do
	case $((i % 4)) in
	0) : >tree/empty$i.log ;;
	1) echo "same" >tree/same$i.log ;;
	*) seq "$i" >tree/other$i.log ;;
	esac
done
baseline
for i in 1 2; do
	for log in tree/*[0-9].log; do [ $((i % 2)) -eq 0 ] || echo "$i" >>"$log"; done
	rotate
	quiet_update "rotation $i"
done
ls tree | wc -l
