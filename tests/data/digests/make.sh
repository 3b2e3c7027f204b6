#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Makes mhash.db (by Debian's packaged aide 0.18) and gcrypt.db (that with the values replaced by those
# of libgcrypt, which AIDE can be built with instead; gcrypt.py) anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/tree.sh"

# $1: database; the rest: a folder of the tree and its digest, "gost" for both
database() {
	local out=$1 name
	shift
	rm -rf "$work/tree"
	mkdir "$work/tree"
	digest_tree "$work/tree" "$small_sizes" "$@"
	{
		printf '%s\n' "root_prefix=$work" "database_out=file:$work/db" "database_attrs=E" \
			"database_add_metadata=no"
		for name; do printf '/tree/%s/ f s+%s\n' "$name" "$name"; done
	} >"$work/conf"
	aide -c "$work/conf" --init >/dev/null
	mv "$work/db" "$out"
}

database "$here/mhash.db" md5 sha1 rmd160 tiger crc32 crc32b haval gost sha256 sha512 whirlpool
# stribog is not in Debian's aide: these columns come from gcrypt.py.
database "$work/other" tiger crc32 gost whirlpool
python3 "$here/gcrypt.py" "$work" <"$work/other" >"$here/gcrypt.db"
