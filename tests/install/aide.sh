#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# An installed link named aide: it is there, runs, stands in for AIDE, and has a manual.  Run by
# `make installcheck` of a build with --enable-aide-symlink (make distcheck makes one) and by install.sh.
#
# INTACT: the link.  MAN: the installed manual's folder.  SYSCONFDIR: the build's.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-install.XXXXXX")
trap 'rm -rf "$dir"' EXIT
says() { grep -qxF -- "$1" "$dir/out"; }

claim "there is no link $INTACT" [ -L "$INTACT" ]
claim "the link is not to its neighbour" [ "$(readlink "$INTACT")" = intact ]
"$INTACT" --version >"$dir/out" 2>&1
claim "it does not call itself AIDE: $(head -n 1 "$dir/out")" grep -qE '^AIDE 0\.(18\.3|20-dev)$' "$dir/out"
claim "it does not name AIDE's default databases" says "database_in: file:$SYSCONFDIR/aide.db"
claim "it does not name AIDE's default databases" says "database_out: file:$SYSCONFDIR/aide.db.new"

# A run in AIDE's words, with a database that is AIDE's.
mkdir "$dir/tree"
echo 1 >"$dir/tree/file"
printf '%s\n' "database_in=file:$dir/db" "database_out=file:$dir/db" "$dir/tree p+s+sha256" >"$dir/aide.conf"
chmod 600 "$dir/aide.conf"
"$INTACT" -c "$dir/aide.conf" --init >"$dir/out" 2>&1 && rc=0 || rc=$?
claim "init: exit $rc: $(tail -n 1 "$dir/out")" [ $rc -eq 0 ]
claim "init speaks another language" says "AIDE successfully initialized database."
claim "the database is not AIDE's" [ "$(head -n 1 "$dir/db")" = @@begin_db ]
echo 2 >>"$dir/tree/file"
"$INTACT" -c "$dir/aide.conf" >"$dir/out" 2>&1 && rc=0 || rc=$?
claim "check: exit $rc" [ $rc -eq 4 ]
claim "check speaks another language" says "AIDE found differences between database and filesystem!!"

# The manual under both names.
claim "aide.1 is not intact.1" cmp -s "$MAN/man1/aide.1" "$MAN/man1/intact.1"
claim "aide.conf.5 is not intact.conf.5" cmp -s "$MAN/man5/aide.conf.5" "$MAN/man5/intact.conf.5"

count_claims
