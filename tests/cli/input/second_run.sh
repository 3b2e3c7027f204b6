# Two runs at once that write the same baseline: the second says so and stops.
mkdir tree
echo 1 >tree/file
configure "$stable"
# A sparse file keeps the first run busy; it holds the lock once nobody else can have it.
truncate -s 4G tree/sparse
"$INTACT" --workers 1 -c intact.conf --init >/dev/null 2>&1 &
first=$!
temporary=.intact.db.new.intact-tmp
# Trying the lock ourselves could keep the first run from getting it.
for i in $(seq 500); do
	inode=$(stat -c %i $temporary 2>/dev/null) && grep -q ":$inode " /proc/locks && break
	sleep 0.02
done
conf --init
kill -TERM $first
wait $first
echo "first: $?"
ls -A
