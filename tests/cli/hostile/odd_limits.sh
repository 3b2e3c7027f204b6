# --limit with anything: an error, or what it says; an update keeps what lies outside.
mkdir -p tree/a
printf '1' >tree/plain; printf '1' >$'tree/new\nline'; printf '1' >$'tree/bad\xff'; printf '1' >'tree/a(b'; printf 1 >tree/a/x
configure "$stable"
baseline
for f in tree/plain $'tree/new\nline' $'tree/bad\xff' 'tree/a(b' tree/a/x; do printf '2' >"$f"; done
limit() {
	printf -- '--- %q\n' "${1:0:80}"
	timeout 20 "$INTACT" -c intact.conf --workers "$WORKERS" --check --limit "$1" >out 2>&1
	echo "exit: $?"
	grep -E '^f|ERROR|\(--limit\)' out | sed 's#^.*: (--limit)#(--limit)#' | cut -c 1-120 |
		sed "s#$DIR#@DIR@#g"
}
cd "$DIR" || exit
limit "("
limit ""
limit "$DIR/tree/plain\$"
limit "$DIR/tree/new
line"
limit "$DIR/tree/bad.\$"
limit "$DIR/tree/bad"$'\xff'
limit "$DIR/tree/a\\(b"
limit "$DIR/tree/a/x"
limit "/nowhere"
limit ".*x\$"
limit "(/|[^/]*)*(/|[^/]*)*(/|[^/]*)*!"
limit "$DIR/tree/\\K.*"
limit "$(printf '(%.0s' $(seq 500))"
limit "(?s).*\\n"
conf --update --limit "$DIR/tree/plain\$" | grep -E '^f|exit'
accept
conf --check | grep -E '^f|exit'
