# Reports of nights are kept by date and go by age; what others put there stays.
. "$here/lib_nightly.sh"
nights report_keep=30d report_format=html "report_url=file:$DIR/page.html"
echo 1 >tree/a; baseline; echo 2 >tree/a
mkdir -p "$INTACT_STATE/reports"
old=report-20010101T000000Z
touch "$INTACT_STATE/reports/$old.txt" "$INTACT_STATE/reports/$old.html" "$INTACT_STATE/reports/$old.txt.gz" "$INTACT_STATE/reports/notes" \
	"$INTACT_STATE/reports/report-$(date -u -d '20 days ago' +%Y%m%dT%H%M%SZ).txt" "$INTACT_STATE/reports/report-2001.txt"
night | sed -n '1,2p'
ls "$INTACT_STATE/reports" | sed -E 's/20[2-9][0-9]+T[0-9]+Z/TIME/'
grep -l 'Changed entries' "$INTACT_STATE"/reports/report-2[0-9]*T*.txt | wc -l
stat -c %a "$INTACT_STATE"/reports/report-20[2-9]*html
echo "== none"
nights report_keep=no; rm -r "$INTACT_STATE/reports"; night | sed -n '1,1p'; ls "$INTACT_STATE" | grep reports
echo "== bad"; for bad in 0d 90 99999d -1d; do nights report_keep=$bad; "$INTACT" -c intact.conf --config-check 2>&1 | sed 's/.*ERROR/ERROR/'; done
