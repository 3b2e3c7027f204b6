# report_severity: paths weigh what a line says, in every report that knows severities; the first line that matches decides.
mkdir -p tree/keys tree/cache tree/app
echo 1 >tree/keys/a; echo 1 >tree/cache/b; echo 1 >tree/app/c; echo 1 >tree/app/d; echo 1 >'tree/app/a b'
lines() {
	configure "$stable" "report_format=ecs" "report_url=file:$DIR/ecs" "report_format=ocsf" \
		"report_url=file:$DIR/ocsf" "report_format=json" "report_url=file:$DIR/json" "report_format=ndjson" \
		"report_url=file:$DIR/ndjson" "report_format=html" "report_url=file:$DIR/html" \
		"report_format=plain" "report_level=minimal" "report_url=stdout" "$@"
}
lines "@@define T $DIR/tree" "report_severity=info:@@{T}/keys/old" "report_severity=critical:@@{T}/keys/" \
	"report_severity=info:@@{T}/cache/" "report_severity = low:@@{T}/app/a\\ b\$" "report_severity=high:$DIR/tree/keys/"
baseline
echo "== what is recorded has none"; grep -c severity json ndjson
echo 2 >tree/keys/a; rm tree/cache/b; : >tree/cache/new; chmod 600 tree/app/c; echo 2 >tree/app/d; echo 2 >'tree/app/a b'
echo 1 >tree/keys/older
conf --check
# $1: file
each() { grep -oE '"(severity|severity_id|path)": ("[^"]*"|[0-9]+)' "$1" | sed "s#$DIR##" | paste -sd' ' | sed 's/ "severity/\n"severity/g' | sort -u; }
echo "== json"; sed -n '/"severity": {/,/}/p' json | sed "s#$DIR##"
echo "== ndjson"; grep severity ndjson | sed "s#$DIR##"
echo "== ecs"; grep -oE '"severity": [0-9]+|"message": "[^"]*"' ecs | sed "s#$DIR##" | paste -d' ' - -
echo "== ocsf"; grep -oE '"severity": "[A-Za-z]+"|"message": "[^"]*"' ocsf | sed "s#$DIR##" | paste -d' ' - -
echo "== html"; grep -oE '<section id="[a-z]+|<code>[^<]*</code> <span>[^<]*</span> <b[^>]*>[a-z]+</b>' html | sed "s#$DIR##"
echo "== nothing of it without a line"
sed -i /report_severity/d intact.conf; conf --check >/dev/null
grep -c '"severity"' json ndjson; grep -oE '"severity": [0-9]+' ecs | paste -sd' '; grep -c 'id="severe"' html
echo "== all of it is only for information"
lines "report_severity=info:$DIR/tree"; conf --check; grep -oE '"severity": [0-9]+' ecs | paste -sd' '
echo "== wrong values"
for value in high "high:" "high:etc" "urgent:/etc" "High:/etc" "high:/etc/(" "high /etc" "high:/etc more" "none:/" ":/etc"; do
	lines "report_severity=$value"; conf --config-check
done
echo "== what a prefix stands before"
mkdir conf.d; echo 'report_severity=critical:/keys' >conf.d/10; chmod 700 conf.d; chmod 600 conf.d/10
lines "@@include $DIR/conf.d .* $DIR/tree"; conf --check >/dev/null; each ecs | grep keys
echo "== lint"
lines "report_severity=high:$DIR/tree/keys" "report_severity=low:$DIR/tree/keys/a" "report_severity=info:$DIR/tre//e" "report_severity=info:$DIR/nowhere"
conf --lint
echo "== a pattern that gives up does not lower"
touch "tree/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
lines "report_severity=info:$DIR/tree/(a+)+b"; conf --check >/dev/null; grep -o '"added: [^,]*, .*"severity": 5' ecs | sed 's/, .*, /, /'| sed "s#$DIR##"
echo "== the example of the manual"
sed -n 's/^\(report_severity=[a-z]*:.*\)/\1/p' "$(dirname "$MANUAL")/intact.conf.5" >example
wc -l <example; { echo "/etc p"; cat example; } >example.conf; chmod 600 example.conf; intact -c example.conf --config-check
