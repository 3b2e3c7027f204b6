# The digest that the kernel keeps of a file with fs-verity; large files by all workers together.
mkdir tree
: >tree/empty
printf abc >tree/abc
truncate -s 524289 tree/subtree
truncate -s 100000000 tree/large
printf x | dd of=tree/large bs=1 seek=70000001 conv=notrunc status=none
touch -d '2024-01-02 03:04:05 UTC' tree tree/*
configure fsverity
baseline
# What the tool prints, as a name in each line.
listed() { "$INTACT" -c intact.conf --list | awk '/^\// { file = $0 } $1 == "FSVERITY" { print $3, file }' | sed "s|$DIR/||"; }
listed
if command -v fsverity >/dev/null; then
	listed | while read -r digest file; do
		[ "sha256:$digest $file" = "$(fsverity digest "$file")" ] || fsverity digest "$file"
	done
fi
conf --check

# One byte, and all times put back.
printf y | dd of=tree/large bs=1 seek=99999999 conv=notrunc status=none
printf abd >tree/abc
conf --check
conf --check -A report_format=json | grep -A 3 fsverity
conf --check -A report_format=ndjson | grep fsverity

# AIDE's databases have no place for it.
conf --init -B database_format=aide >/dev/null
grep -c fsverity intact.db.new
grep "^@@db_spec" intact.db.new
