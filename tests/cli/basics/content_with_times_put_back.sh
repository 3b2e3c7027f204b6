# Same size, same mtime, other content: found by the digest.
mkdir tree
echo aaaa >tree/file
configure m+s+sha256
baseline
touch -r tree/file stamp
echo bbbb >tree/file
touch -r stamp tree/file
conf --check
