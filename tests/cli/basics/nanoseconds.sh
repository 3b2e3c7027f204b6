# Only the nanoseconds of mtime differ.
mkdir tree
touch -d '2024-01-02 03:04:05.000000001 UTC' tree/file
configure m+ftype
touch -d '2024-01-02 03:04:05 UTC' tree
baseline
touch -d '2024-01-02 03:04:05.000000002 UTC' tree/file
"$INTACT" -c intact.conf --check | grep -E '^(f|  Changed|  *Mtime)' | sed -E 's/05\.0+/05./g'
