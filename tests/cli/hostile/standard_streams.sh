# Output that does not arrive is an error that still tells the verdict; closed descriptors are not reused.
mkdir tree
echo 1 >tree/file
configure "$stable"
baseline
echo 2 >tree/file
program() { "$INTACT" --workers "$WORKERS" -c intact.conf "$@"; }
commands="--check --list --init --dry-init --path-check=f:$DIR/tree/file --version --help"
for command in $commands; do
	program $command >&-
	echo "$command closed: $?"
done
for command in $commands; do
	program $command >/dev/full
	echo "$command full: $?"
done
# Whoever reads has gone when the program begins to write.
for command in $commands; do
	{ sleep 0.1; program $command; echo "$command, no reader: $?" >&2; } | true
done
echo "--- what is said does not get into the baseline"
for closed in '0<&-' '1>&-' '2>&-' '0<&- 1>&-' '0<&- 2>&-' '0<&- 1>&- 2>&-'; do
	rm -f intact.db.new
	{ eval "program --log-level debug --init $closed"; } >/dev/null 2>&1
	echo "$closed: $?"
	program -B "database_in=file:$DIR/intact.db.new" --list | grep -c '^/'
done
# Nothing is lost where the report goes elsewhere.
program --check -A report_url=file:report >&-
echo "$?"
grep -c '^f ' report
