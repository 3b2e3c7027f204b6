# A device node replaced by one with another number is a change; no device is opened.
need_root
mkdir tree
mknod tree/dev c 1 3 2>/dev/null || skip "may not make device nodes"
configure p+ftype+n
baseline
rm tree/dev; mknod tree/dev c 1 5
conf --check
