# nice, io_class and io_limit: the run has them, and takes the time that the limit says.
command -v ionice >/dev/null || skip "needs ionice"
mkdir tree
for i in 1 2 3 4 5 6 7 8 9; do echo $i >tree/$i; done
cat >intact.conf <<END
database_in=file:$DIR/intact.db
database_out=file:$DIR/intact.db.new
nice=7
io_class=best-effort:6
io_limit=1G,5files
$DIR/tree p+sha256
END
chmod 600 intact.conf
start=$(date +%s%N)
"$INTACT" --workers "$WORKERS" -c intact.conf --init >/dev/null 2>&1 &
run=$!
# 10 entries at 5 a second, a tenth of a second of which is free: it is there for 1.7 seconds.
for _ in $(seq 100); do
	[ "$(ps -o ni= -p $run | tr -d ' ')" != 7 ] || break
	sleep 0.01
done
ps -o ni= -p $run | tr -d ' '
ionice -p $run
wait $run
took=$((($(date +%s%N) - start) / 1000000))
[ $took -ge 1500 ] && echo "slow as asked" || echo "took $took ms"
