# --list PATH shows that entry and what is below it, nothing else.
mkdir -p tree/a tree/ab
echo 1 >tree/a/1; echo 2 >tree/ab/2
configure p+ftype+s+sha256
baseline
conf --list "$DIR/tree/a"
conf --list "$DIR/tree/none"
conf --list relative
