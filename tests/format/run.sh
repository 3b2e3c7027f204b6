#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Reads baselines with a second reader, in Python, that was written from doc/baseline-format.md alone, and
# compares what it finds with what --list says.
#
# INTACT: the program under test.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTACT=${INTACT:-$PWD/intact}
command -v python3 >/dev/null || { echo "needs python3"; exit 77; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-format.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1 INTACT_STATE=$dir/state

# $1: name; the rest: options.  Makes a baseline of ./tree and reads it twice.
compare() {
	local name=$1
	shift
	"$INTACT" -c "$dir/conf" -B "database_out=file:$dir/$name.db" "$@" --init >/dev/null
	"$INTACT" -c "$dir/conf" -B "database_in=file:$dir/$name.db" --list >"$dir/$name.ours"
	python3 "$here/list.py" "$dir/$name.db" >"$dir/$name.theirs"
	diff -u "$dir/$name.ours" "$dir/$name.theirs" >"$dir/diff" || {
		echo "FAIL $name: - the program, + the second reader"
		head -n 40 "$dir/diff"
		exit 1
	}
	[ -s "$dir/$name.ours" ]
	echo "$name: $(grep -c '^/' "$dir/$name.ours") entries"
}

printf '%s\n' "root_prefix=$dir/tree" "/ R+a+ftype+md5+sha256+sha512+sha3_256+fsverity+acl+xattrs+caps+e2fsattrs" >"$dir/conf"
mkdir -p "$dir/tree/sub/deeper" "$dir/tree/sub.a" "$dir/tree/sub-a"
cd "$dir/tree"
printf x >file; ln file hard; : >empty; printf 'a\nb' >$'new\nline'; printf y >'blank and "quote"'
ln -s file link; ln -s nowhere dead; ln -s "$(printf 'x%.0s' $(seq 300))" long; mkfifo fifo
chmod 4755 file; chmod 2640 empty; chmod 1777 sub
for i in $(seq 40); do
	printf %s "$i" >"sub/deeper/$(printf 'n%.0s' $(seq 200))$i"
	touch -d "@$((i * 99999999)).$(printf %09d $((i * 1234577 * 7919 % 1000000000)))" "sub/deeper/$(printf 'n%.0s' $(seq 200))$i"
done
touch -d '@-12345.678' sub.a; touch -d '2300-01-01' sub-a
setfattr -n user.a -v text file 2>/dev/null && setfattr -n user.b -v 0s//8A sub 2>/dev/null || true
setfacl -m u:54321:r-x,g:54322:r-- sub/deeper 2>/dev/null && setfacl -d -m u:54321:rwx sub 2>/dev/null || true
[ "$(id -u)" -ne 0 ] || mknod device c 1 3 2>/dev/null || true
compare kinds
# Each code was there.
codes=$(python3 "$here/sizes.py" "$dir/kinds.db")
for code in 0 1 2 3 4; do grep -q "[{ ]$code: 1" <<<"$codes" || { echo "FAIL no code $code"; echo "$codes"; exit 1; }; done

# Several blocks, each with its own choice of codes.
mkdir many
for i in $(seq 9000); do echo "$i" >"many/$i"; done
compare many

# A signature moves the end, and is over what the page says; the rest stays the same.
"$INTACT" --keygen "$dir/key" >/dev/null 2>&1
compare signed --signing-key "$dir/key"
python3 - "$here" "$dir" <<'EOF'
import sys
sys.path.insert(0, sys.argv[1])
from baseline import Baseline
b = Baseline(open(sys.argv[2] + "/signed.db", "rb").read())
assert len(b.signature) == 64
open(sys.argv[2] + "/message", "wb").write(b.signed())
open(sys.argv[2] + "/signature", "wb").write(b.signature)
assert not Baseline(open(sys.argv[2] + "/many.db", "rb").read()).signature
# What it attests of the journal.
lines = open(sys.argv[2] + "/state/journal", "rb").read().split(b"\n")
count = int.from_bytes(b.journal[:8], "little")
assert count == 2 and lines[count - 1].endswith(b'"sha256":"' + b.journal[8:].hex().encode() + b'"}')
EOF
if command -v openssl >/dev/null; then
	openssl pkeyutl -verify -pubin -inkey "$dir/key.pub" -rawin -in "$dir/message" -sigfile "$dir/signature" >/dev/null
fi

# Nothing at all, and what is damaged.
echo "/nothing/at/all p" >"$dir/conf"
"$INTACT" -c "$dir/conf" -B "database_out=file:$dir/none.db" --init >/dev/null
[ -z "$(python3 "$here/list.py" "$dir/none.db")" ]
echo x >>"$dir/none.db"
! python3 "$here/list.py" "$dir/none.db" 2>/dev/null
