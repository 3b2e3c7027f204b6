# On a terminal: a progress line and colour; with NO_COLOR, --no-color, --no-progress or a pipe: neither.
script -qec true /dev/null >/dev/null 2>&1 </dev/null || skip "needs script and a pseudo-terminal"
mkdir tree
for i in $(seq 300); do head -c 100000 /dev/zero >"tree/$i"; done
configure "$stable"
baseline
echo x >tree/1
# What a terminal gets to see: P a progress line, C colour.
seen() {
	script -qec "TERM=xterm $1 '$INTACT' --workers $WORKERS -c intact.conf $2 --check" /dev/null </dev/null >raw
	printf '%s %s:' "$1" "$2"
	grep -q ' of 301 entries' raw && printf ' P'
	grep -q $'\033\[3[0-9]m' raw && printf ' C'
	echo
}
seen
seen '' --no-progress
seen '' --no-color
seen NO_COLOR=1
seen NO_COLOR=1 --no-progress
"$INTACT" -c intact.conf --check 2>&1 | grep -c $'\033'
# A narrow window gets a narrow line.
script -qec "stty cols 16; TERM=xterm '$INTACT' --workers $WORKERS -c intact.conf --check" /dev/null </dev/null >raw
tr '\r' '\n' <raw | grep -a 'of 301' | sed 's/\x1b\[K//' | awk 'length($0) > 15 { print "too long: " $0 } END { print(NR ? "drawn" : "not drawn") }'
