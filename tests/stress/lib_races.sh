# SPDX-License-Identifier: BSD-2-Clause
#
# What races.sh and windows.sh share: objects inside and outside of a tree that can be told apart by digest,
# size and (as root) owner, and what a baseline says of them.  PAIRS: how many of each there are.

inside=$(printf 'i%.0s' $(seq 100))
outside=$(printf 'o%.0s' $(seq 777))
attrs=p+u+ftype+l+n+s+sha256
digest_in=$(printf %s "$inside" | sha256sum | cut -d' ' -f1)
digest_out=$(printf %s "$outside" | sha256sum | cut -d' ' -f1)

write_inside() { printf %s "$inside" >"$1"; }
write_outside() {
	printf %s "$outside" >"$1"
	if is_root; then chown 12345 "$1"; fi
}

# $1: how to make ./tree/vN, $2: how to make ./other/vN, both given a path
lay_out() {
	local i
	rm -rf tree other secret list
	mkdir tree other secret
	write_outside secret/leaf
	write_outside secret/loot
	for i in $(seq 0 $((PAIRS - 1))); do
		"$1" "tree/v$i"
		"$2" "other/v$i"
	done
}

make_dir() { mkdir "$1" && write_inside "$1/leaf"; }
make_other_dir() { mkdir "$1" && write_outside "$1/leaf" && write_outside "$1/loot"; }
make_link_to_dir() { ln -s "$DIR/secret" "$1"; }
make_link_to_file() { ln -s "$DIR/secret/leaf" "$1"; }
make_link_to_zero() { ln -s /dev/zero "$1"; }
make_fifo() { mkfifo "$1"; }
make_nothing() { :; }

# One line an entry: path, type, size, owner, digest.  Of what is not known: "-".
entries() {
	"$INTACT" -c intact.conf --list | awk '
		function flush() { if (path) print path, type, size, uid, digest }
		/^\// { flush(); path = $1; type = size = uid = digest = "-" }
		/File type :/ { type = $4 }
		/^  Size / { size = $3 }
		/^  (UID|Uid) / { uid = $3 }
		/^  SHA256 / { digest = $3 }
		END { flush() }'
}

# Entries of regular files that are one object or the other, and nothing in between.  Prints what is wrong.
mixed() {
	local owner=12345
	is_root || owner=$(id -u)
	awk -v in_="$digest_in" -v out="$digest_out" -v me="$(id -u)" -v other="$owner" '
		$2 != "File" { next }
		$3 == 100 && $4 == me && ($5 == in_ || $5 == "-") { next }
		$3 == 777 && $4 == other && ($5 == out || $5 == "-") { next }
		++bad <= 3 { print }' list
}
