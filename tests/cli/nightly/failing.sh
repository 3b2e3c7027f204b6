# A night that fails is mailed, and the next one goes on where the last whole one was.
. "$here/lib_nightly.sh"
nights
echo 1 >tree/a; baseline; echo 2 >tree/a
night | sed -n '1,2p'
cp "$INTACT_STATE/findings" before; cp intact.db good
echo "== damaged baseline"; flip intact.db 60; night
cmp "$INTACT_STATE/findings" before && echo "findings as before"
echo "== whole again"; cp good intact.db; night
echo "== killed, wherever it was"
cp "$INTACT_STATE/findings" before
for pause in 0 0.01 0.02 0.04 0.08 0.16; do
	"$INTACT" -c intact.conf --nightly >/dev/null 2>&1 &
	pid=$!
	sleep $pause; kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
	tail -n 1 "$INTACT_STATE/findings" | grep -qxF '{"end":1}' || echo "findings are damaged"
	cmp intact.db good
done
: >"$INTACT_STATE/nightly.lock" # whether the last one was killed in time depends on the machine
night
echo "== limit"; night --limit /nowhere | sed "s#^[^ ]*intact: #intact: #"
