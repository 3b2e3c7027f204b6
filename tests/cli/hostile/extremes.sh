# Values at the ends of what there is: each is kept, compared and shown right.
mkdir tree
cd tree
touch -d '1901-12-14 00:00:00.000000001 UTC' before
touch -d '1969-12-31 23:59:59.5 UTC' just-before
touch -d '2107-01-01 00:00:00 UTC' after
ln -s "$(printf 'x%.0s' $(seq 4094))a" long-link
ln -s "$(printf 'y\n\033\\101\xff')" odd-link
mkdir -m 7777 dir
truncate -s 4T sparse 2>/dev/null || : >sparse
cd ..
touch -d '2107-01-01 00:00:00 UTC' tree/probe
[ "$(stat -c %Y tree/probe)" -eq 4323283200 ] || skip "this file system keeps no times after 2106"
rm tree/probe
configure m+l+p+ftype+s+n+i
baseline
conf --check | grep -E 'found|exit'
# (Blanks, because times are masked.)
conf --list "$DIR/tree" | sed -n 's/  Mtime     : \(19\|21\)/\1/p' | tr ' ' _
conf --list "$DIR/tree/odd-link" | grep Lname
# One byte of 4,095, the last one; only nanoseconds.
ln -sfn "$(printf 'x%.0s' $(seq 4094))b" tree/long-link
touch -d '1901-12-14 00:00:00.000000002 UTC' tree/before
touch -d '1969-12-31 23:59:59.25 UTC' tree/just-before
touch -d '2107-01-01 00:00:00.000000001 UTC' tree/after
configure l+ftype
conf --check | grep -E '^[fl]...* : |exit|[^x]$' | grep -E '^ll|exit|xb'
configure m+ftype "!$DIR/tree\$ " "!$DIR/tree/.*link\$ "
conf --check | sed -n 's/^ Mtime *: //p' | tr ' ' _
