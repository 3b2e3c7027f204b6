# The report is the same at any number of workers: a tree of a few thousand, every third file changed.
mkdir tree
for d in $(seq 40); do mkdir "tree/d$d"; for f in $(seq 50); do echo "$d $f" >"tree/d$d/f$f"; done; done
configure "$stable"
baseline
for d in $(seq 1 3 40); do echo x >>"tree/d$d/f7"; rm "tree/d$d/f8"; echo n >"tree/d$d/new"; done
conf --check
