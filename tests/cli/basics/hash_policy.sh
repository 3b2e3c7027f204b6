# What is not read because it looks unchanged is counted, with when it was read; what looks changed is read.
mkdir tree
for i in 1 2 3 4 5; do echo "$i" >tree/file$i; done
# A file is read again if it was read within two seconds after its change (tests/unit/test_policy.c).
sleep 3
configure "$stable+m+c" hash_policy=changed
baseline
coverage() { "$INTACT" --workers "$WORKERS" -c intact.conf "$@" | grep ^Coverage; }
echo "--- a baseline of now"
coverage --check
echo "--- a changed one, with its time put back"
touch -r tree/file3 stamp
echo x >tree/file3
touch -r stamp tree/file3
conf --check | grep -E '^(f |Coverage)'
echo "--- an update carries on what was not read"
sleep 3
before=$("$INTACT" -c intact.conf --list | grep -c .)
conf --update | grep -E '^Coverage'
accept
[ "$before" = "$("$INTACT" -c intact.conf --list | grep -c .)" ] || echo "lost some"
coverage --check
echo "--- always, and a long period"
coverage --check -A hash_policy=always
coverage --check -A hash_policy=rolling:366d
echo "--- in JSON"
conf --check -A report_format=json | grep -E 'files_|oldest' | sed -E 's/[0-9]{4}-[0-9-]+ [0-9:]+/@TIME@/'
echo "--- not with AIDE's format, and not anything"
conf --check -A database_format=aide
for each in never rolling rolling: rolling:0d rolling:12h rolling:367d rolling:7 rolling:7dd rolling:-7d; do
	conf --check -A "hash_policy=$each"
done
conf --check -A measure_timeout=1s
