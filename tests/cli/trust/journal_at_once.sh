# Runs at the same time are all recorded, each once.
mkdir tree; echo 1 >tree/file
configure p
baseline
for i in $(seq 12); do
	"$INTACT" --workers "$WORKERS" -c intact.conf --state state --check --reason "run $i" >"out.$i" 2>&1 &
done
wait
cat out.* | grep -c 'NO differences'
cat out.* | grep -E 'ERROR|WARNING'
grep -o '"reason":"[^"]*"' state/journal | sort -u | wc -l
"$INTACT" -c intact.conf --state state --history | tail -n 3 | hexless
