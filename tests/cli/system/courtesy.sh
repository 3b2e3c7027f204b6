# nice, io_class and io_limit: the run has them, and takes the time that the limit says.  It never goes in
# front of what it was started with, and the tests themselves may be started with some niceness.
command -v ionice >/dev/null && command -v pgrep >/dev/null || skip "needs ionice and pgrep"
mkdir tree
for i in $(seq 60); do echo "$i" >"tree/$i"; done

configure_limit() {
	cat >intact.conf <<-END
		database_in=file:$DIR/intact.db
		database_out=file:$DIR/intact.db
		nice=7
		io_class=best-effort:6
		io_limit=$1
		$DIR/tree p+sha256
	END
	chmod 600 intact.conf
}

expected_nice=$(nice)
[ "$expected_nice" -gt 7 ] || expected_nice=7
expected_io="best-effort: prio 6"
case $(ionice) in
idle | "best-effort: prio 7") expected_io=$(ionice) ;;
esac

# 61 entries at one a second: it is there for as long as we look.
configure_limit 1G,1files
"$INTACT" --workers "$WORKERS" -c intact.conf --init >/dev/null 2>&1 &
started=$!
# The run is done by a child of the process that was started, where that could make one.
the_run() { pgrep -P $started || echo $started; }
is_as_expected() {
	nice_now=$(ps -o ni= -p "$(the_run)" | tr -d ' ')
	io_now=$(ionice -p "$(the_run)")
	[ "$nice_now" = "$expected_nice" ] && [ "$io_now" = "$expected_io" ]
}
for _ in $(seq 1000); do
	! is_as_expected || break
	kill -0 $started 2>/dev/null || break
	sleep 0.02
done
is_as_expected && echo "as nice as asked" || echo "nice $nice_now, $io_now; not nice $expected_nice, $expected_io"
kill $started
wait $started
echo "exit: $?"

# A tenth of a second of the limit is free: 1.9 seconds.
configure_limit 1G,30files
start=$(date +%s%N)
"$INTACT" --workers "$WORKERS" -c intact.conf --init >/dev/null 2>&1
took=$((($(date +%s%N) - start) / 1000000))
[ $took -ge 1700 ] && echo "slow as asked" || echo "took $took ms"
