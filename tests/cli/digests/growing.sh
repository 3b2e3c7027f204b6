# A file that grew: the old digest is that of its beginning.
. "$(dirname "${BASH_SOURCE[0]}")/../lib_digests.sh"
names="md5 tiger crc32 haval gost whirlpool"
digest_tree tree "$small_sizes" $names
# growing is bit 40 of the attributes.
awk '/^@@db_spec/ { for (i = 2; i <= NF; i++) if ($i == "attr") column = i - 1 }
	/^\// { $column = sprintf("%.0f", $column + 1099511627776) } { print }' "$data/mhash.db" >db
for file in tree/*/*; do printf 'more' >>"$file"; done
for name in $names; do
	if ! has "$name" || { [ "$name" = gost ] && ! built_with Mhash; }; then
		echo "$name: ok"
		continue
	fi
	check_folder "$name" "/tree/ f s+growing+sha256"
	expect "$name" 0 "NO differences"
	check_folder "$name" aide_compat=0.18 "/tree/ f s+growing+$name"
	expect "$name, 0.18" 0 "NO differences"
	printf '\200' | dd of="tree/$name/b4097" bs=1 seek=4000 conv=notrunc status=none
	check_folder "$name" "/tree/ f s+growing+sha256"
	expect "$name, changed" 4 "/tree/$name/b4097"
	expect "$name, changed" 4 "Changed entries:		1"
	echo "$name: ok"
done
