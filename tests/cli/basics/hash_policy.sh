# What is not read because it looks unchanged is counted, with when it was read; what looks changed is read.
# A file is read again if it was read within a minute after its change (tests/unit/test_policy.c): so five that the
# system has had for longer, and one of ours.  Which ones does not matter, but not on a tmpfs.
old=$(find /usr /etc -xdev -type f -readable -size -64k -cmin +3 2>/dev/null | grep -v '[^A-Za-z0-9/_-]' | head -n 5)
[ "$(echo "$old" | wc -l)" -eq 5 ] || skip "needs five files that were there some minutes ago"
[ "$(stat -f -c %T /usr)" != tmpfs ] || skip "needs a system that is not on a tmpfs"
mkdir tree
echo ours >tree/ours
rules=()
for path in $old; do rules+=("$path\$ f $stable+m+c"); done
configure "$stable+m+c" hash_policy=changed "${rules[@]}"
baseline
coverage() { "$INTACT" --workers "$WORKERS" -c intact.conf "$@" | grep ^Coverage; }
echo "--- a baseline of now"
coverage --check
echo "--- a changed one, with its time put back"
touch -r tree/ours stamp
echo mine >tree/ours
touch -r stamp tree/ours
conf --check | grep -E '^(f |Coverage)'
echo "--- an update carries on what was not read"
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
