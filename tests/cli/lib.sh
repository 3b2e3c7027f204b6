# SPDX-License-Identifier: BSD-2-Clause
#
# What the cases share.  The current folder is empty and is called @DIR@ in the expectations.  The journal
# of a case is in a folder beside it, $INTACT_STATE.

# Run the program, show its exit status.
intact() {
	local rc=0
	"$INTACT" --workers "$WORKERS" "$@" || rc=$?
	echo "exit: $rc"
}

# A configuration for the tree ./tree in ./intact.conf.  $1: attributes; the rest: further lines.
configure() {
	local attrs=$1
	shift
	{
		printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
			"database_attrs=E" "$@"
		printf '%s\n' "$DIR/tree(/|\$) $attrs"
	} >intact.conf
	chmod 600 intact.conf
}

# Run a command of the configured program.
conf() { intact -c intact.conf "$@"; }

# init, and put the new baseline in place; prints nothing when that works.
baseline() {
	"$INTACT" --workers "$WORKERS" -c intact.conf --init >init.out 2>&1 || { cat init.out; echo "init failed"; }
	mv intact.db.new intact.db
	rm -f init.out
}

accept() { mv intact.db.new intact.db; }

need_root() { [ "$(id -u)" -eq 0 ] || skip "needs root"; }
need_user() { [ "$(id -u)" -ne 0 ] || skip "needs an ordinary user"; }
skip() { echo "$*"; exit 77; }

# $1: file, $2: offset of the byte whose lowest bit becomes the other
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# Attributes that do not depend on when and where a test runs.
stable=p+ftype+l+n+s+sha256+xattrs

# ---- logs ----------------------------------------------------------------------------------------

need_logrotate() { command -v logrotate >/dev/null || PATH=$PATH:/usr/sbin; command -v logrotate >/dev/null || skip "needs logrotate"; }

# The groups of AIDE's manual, and Debian's, for rules below ./tree: lines "NAME ATTRIBUTES", the name a
# regular expression.
configure_logs() {
	{
		printf '%s\n' "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
			"database_attrs=E" "report_level=list_entries" \
			"Full = p+u+g+ftype+n+i+s+b+m+c+acl+xattrs+e2fsattrs+sha256+sha512" \
			"ActLog = Full+growing+ANF+I" "RotLog = Full" "CompSerLog = Full+I+compressed" \
			"MidlSerLog = Full+I" "LastSerLog = Full+ARF"
		sed -n "s|^\([^ ][^ ]*\) |$DIR/tree/\1\$ f |p"
	} >intact.conf
	chmod 600 intact.conf
}

# Rules for ./tree/log and what it becomes: compressed by the rotation after the next, or by the next.
delayed='log ActLog
log\.1 RotLog
log\.2\.gz CompSerLog
log\.3\.gz MidlSerLog
log\.4\.gz LastSerLog'
at_once='log ActLog
log\.1\.gz CompSerLog
log\.[23]\.gz MidlSerLog
log\.4\.gz LastSerLog'

# Configure logrotate for ./tree/log; arguments: options.
configure_logrotate() {
	{
		echo "$DIR/tree/log {"
		printf '%s\n' "rotate 4" "size 1" "$@"
		echo "}"
	} >logrotate.conf
	chmod 600 logrotate.conf
	chmod 755 "$DIR" tree
}

rotate() { logrotate -f -s "$DIR/logrotate.state" logrotate.conf 2>&1; }

# Run a command of the configured program and show what it names: "added NAME" ..., exit status, messages.
names() {
	local rc=0
	"$INTACT" --workers "$WORKERS" -c intact.conf "$@" >report 2>messages || rc=$?
	awk '/^(Added|Removed|Changed) entries:$/ { kind = tolower($1) }
		/^(The attributes|Coverage|Unverified)/ { kind = "" }
		kind && match($0, /: \//) { sub(/.*\//, ""); print "  " kind " " $0 }' report
	sed -e 's/^/  /' messages
	echo "  exit: $rc"
	return "$rc"
}

# Update, take the new baseline; nothing is shown if nothing was found.
quiet_update() {
	names --update >seen || { echo "$*:"; cat seen; }
	accept
}

# ---- signatures ----------------------------------------------------------------------------------

need_openssl() { command -v openssl >/dev/null || skip "needs openssl"; }

# Keys, digests and the host differ from run to run.
hexless() { sed -E -e 's/[0-9a-f]{64,}/HEX/g' -e 's/(seen|journal)-[0-9a-f]{32}/\1-HEX/g' -e "s/\b$(uname -n)\b/HOST/g"; }

# A pair of keys, ./NAME and ./NAME.pub.
key_pair() { "$INTACT" --keygen "$1" >/dev/null 2>&1; }

# The configured program with its state in ./state.
signed() { conf --state state "$@" 2>&1 | hexless; }

# What it says on the log, and its exit status.
complaint() { signed "$@" | grep -E 'ERROR|WARNING|exit:'; }

# ---- the journal ---------------------------------------------------------------------------------

# What it says of its runs: number, command, exit status, baseline's generation, reason; and what else it says.
history() {
	"$INTACT" -c intact.conf --state state "$@" --history >history.out 2>history.err
	local rc=$?
	awk '/^ *[0-9]+  [0-9-]+ / { print "  " $1 " " $5 " " $6 " (" $12 ")"; next } /^Journal|^Record|^$/ { next } { print }' \
		history.out | hexless | sed -E 's/: [0-9]+ bytes of a record/: some bytes of a record/'
	hexless <history.err
	echo "exit: $rc"
}

# Lines of the journal in another order.  $*: their numbers
arrange() {
	cp state/journal kept
	for line; do sed -n "${line}p" kept; done >arranged
	cat arranged >state/journal
}

# Back to what it was.
undo() { cat kept >state/journal; }

# Some runs without a difference.  $1: how many
runs() { for _ in $(seq "$1"); do signed --check >/dev/null || true; done; }
