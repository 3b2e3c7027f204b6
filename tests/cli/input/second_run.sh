# Two runs at once that write the same baseline: the second says so and stops.
mkdir tree
mkfifo hold
echo 1 >tree/file
configure "$stable"
# The first run waits for a reader of its report only after everything is written, so hold it in its
# configuration instead: it reads it from a pipe after nothing else; then in the middle of the walk.
truncate -s 2G tree/sparse
"$INTACT" --workers 1 -c intact.conf --init >/dev/null 2>&1 &
first=$!
for i in $(seq 200); do ls -A | grep -q 'tmp' && break; sleep 0.02; done
conf --init
kill -TERM $first
wait $first
echo "first: $?"
ls -A
