# time_limit: what could not be read in that time is unverified, and all else is looked at; an init has all of it.
mkdir tree
mkdir tree/a; echo 2 >tree/huge
configure "$stable" time_limit=1s
baseline
truncate -s 8T tree/huge 2>/dev/null || skip "no sparse file of 8 TiB here"
chmod 700 tree/a
conf --check
echo "--- nothing accepts what was not read"
conf --update | grep -c "not read"; accept
"$INTACT" -c intact.conf --list "$DIR/tree/huge"
for each in 0 6 1.5h 367d never; do conf --check -A "time_limit=$each"; done
