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
echo "--- a device for a report is no reason to wait for each other"
if command -v python3 >/dev/null; then
	python3 -c 'import fcntl, subprocess, sys
null = open("/dev/null", "w")
try:
    fcntl.lockf(null, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    pass
sys.exit(subprocess.run(sys.argv[1:]).returncode)' "$INTACT" -c intact.conf -B report_url=file:/dev/null --init
	echo "$?"
else
	echo 0
fi
