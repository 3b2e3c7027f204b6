# A run that cannot be recorded does not begin; one whose record cannot be written says what it found.
mkdir tree; echo 1 >tree/file
configure p+ftype+s+sha256
baseline
echo 2 >>tree/file
echo "== failed runs are recorded"
conf --state state -B "database_in=file:$DIR/none" 2>&1 | grep -E 'ERROR|exit'
configure p+ftype+s+sha256 "report_url=file:/dev/full"
conf --state state 2>&1 | grep -E 'ERROR|exit'
configure p+ftype+s+sha256
printf x >damaged; conf --state state -B "database_in=file:$DIR/damaged" 2>&1 | grep -E 'ERROR|exit'
grep -o '"exit".*"error":"[^"]*"' state/journal
history
echo "== a limit on its size: the end of the record is not written"
size=$(stat -c %s state/journal)
signed_with_limit() { (trap '' XFSZ; ulimit -f $(((size + 100 + 1023) / 1024)); conf --state state 2>&1) | cat | grep -E 'ERROR|Changed entries|exit' | hexless; }
while [ $((size % 1024)) -lt 200 ] || [ $((size % 1024)) -gt 900 ]; do conf --state state >/dev/null; size=$(stat -c %s state/journal); done
signed_with_limit
"$INTACT" -c intact.conf --state state --history >out && tail -n 3 out | grep -c whole
signed --check >/dev/null
"$INTACT" -c intact.conf --state state --history >out && tail -n 3 out | grep -c whole
echo "== a command line that makes no sense"
conf --reason '' 2>&1 | sed 's/.*intact: /intact: /'
conf --list --reason x 2>&1 | sed 's/.*intact: /intact: /'
conf --reason "$(printf 'x%.0s' $(seq 4097))" 2>&1 | sed 's/.*intact: /intact: /'
conf --history x 2>&1 | sed 's/.*intact: /intact: /'
