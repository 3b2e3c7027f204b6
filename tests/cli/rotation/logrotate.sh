# Real rotations, with lines written in between: nothing to report, however the log is rotated.
need_logrotate

# A date that is not taken yet, also for time(2), which may be a tick behind the clock of date.
next_second() {
	local now=$(date +%s)
	while [ "$(date +%s)" = "$now" ]; do sleep 0.1; done
	sleep 0.1
}

# $1: what is rotated how; the rest: options.  Rules on standard input.
rotations() {
	local what=$1 i dates=
	case $* in *dateext*) dates=yes ;; esac
	shift
	echo "== $what"
	rm -rf tree logrotate.state intact.db
	mkdir tree
	configure_logs
	configure_logrotate "$@"
	echo "the first line" >tree/log
	baseline
	for i in $(seq "${count:-6}"); do
		echo "line $i" >>tree/log
		[ $((i % 2)) -eq 0 ] && quiet_update "written to"
		echo "another line $i" >>tree/log
		[ -z "$dates" ] || next_second
		rotate
		[ -e tree/log ] || echo "by the daemon" >tree/log
		[ $((i % 3)) -eq 0 ] && echo "after rotation $i" >>tree/log
		quiet_update "rotation $i"
	done
	(cd tree && ls | sed 's/-[0-9]*/-DATE/')
}

plain='log ActLog
log\.[123] MidlSerLog
log\.4 LastSerLog'
dated='log ActLog
log-[0-9]+ RotLog
log-[0-9]+\.gz CompSerLog+ARF'

rotations "renamed, compressed later" compress delaycompress create <<<"$delayed"
rotations "renamed, no new log" compress delaycompress nocreate <<<"$delayed"
rotations "renamed, compressed at once" compress create <<<"$at_once"
rotations "renamed, never compressed" create <<<"$plain"
count=4
rotations "renamed with a date" dateext "dateformat -%s" compress delaycompress create <<<"$dated"
rotations "renamed with a date, compressed at once" dateext "dateformat -%s" compress create <<<"$dated"
unset count
rotations "copied and truncated" copytruncate <<<"$plain"
rotations "copied and truncated, compressed later" copytruncate compress delaycompress <<<"$delayed"
rotations "copied and truncated, compressed at once" copytruncate compress <<<"$at_once"
