# SPDX-License-Identifier: BSD-2-Clause
#
# What the cases share.  The current folder is empty and is called @DIR@ in the expectations.

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

# Attributes that do not depend on when and where a test runs.
stable=p+ftype+l+n+s+sha256+xattrs
