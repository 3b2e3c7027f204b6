# Reports to several places at once, each with its own level and format, whatever of them is the same file.
mkdir tree
echo 1 >tree/a
echo 1 >tree/b
configure "$stable" report_level=minimal report_url=stdout report_level=summary report_url=stderr \
	report_format=json report_level=list_entries "report_url=file:$DIR/list.json" \
	report_format=ndjson report_level=changed_attributes report_url=fd:7 \
	report_format=plain report_level=list_entries report_append=yes report_summarize_changes=no \
	"report_url=file:$DIR/appended" report_quiet=yes report_append=no "report_url=file:$DIR/quiet" \
	report_quiet=no report_level=list_entries report_ignore_changed_attrs=s+sha256 report_url=fd:8
baseline 7>/dev/null 8>/dev/null
rm -f appended list.json
show() {
	for each in stdout stderr list.json fd7 appended quiet fd8; do
		[ ! -e $each ] || { echo "== $each $(stat -c %a $each)"; cat $each; }
	done
}
run() {
	local rc=0
	"$INTACT" --workers "$WORKERS" -c intact.conf "$@" >stdout 2>stderr 7>fd7 8>fd8 || rc=$?
	echo "exit: $rc"
	chmod 600 stdout stderr fd7 fd8
}
echo "--- nothing differs"
run
show
echo "--- a change"
echo 2 >>tree/a
rm tree/b
run
show
echo "--- one place fails, the others get theirs"
rm -f stdout stderr list.json fd7 appended quiet fd8
"$INTACT" --workers "$WORKERS" -c intact.conf >/dev/full 2>stderr 7>fd7 8>fd8
echo "exit: $?"
for each in stderr list.json fd7 appended quiet fd8; do wc -l <$each; done
tail -n 1 stderr
