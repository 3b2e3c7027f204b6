# SPDX-License-Identifier: BSD-2-Clause
#
# The files of the databases in this folder.

# Sizes around the blocks of the algorithms (32, 64, 128 bytes) and of readers.
small_sizes="0 1 31 32 33 63 64 65 127 128 129 4097"
large_sizes="2 7 55 56 119 120 255 256 257 511 512 4095 4096 65535 65536 65537 1048579"

# digest_tree DIR SIZES NAME...: DIR/NAME/bSIZE has all byte values in turn, DIR/NAME/oSIZE is of ones.
digest_tree() {
	local dir=$1 sizes=$2 name size
	shift 2
	mkdir -p "$dir/of"
	printf "$(printf '\\%03o' {0..255})" >"$dir/bytes"
	for size in $sizes; do
		# Seventeen bytes in front: otherwise each block of a large file would be the same.
		while [ "$(stat -c %s "$dir/bytes")" -lt "$size" ]; do
			{ printf 'seventeen bytes!\377'; cat "$dir/bytes" "$dir/bytes"; } >"$dir/more"
			mv "$dir/more" "$dir/bytes"
		done
		head -c "$size" "$dir/bytes" >"$dir/of/b$size"
		head -c "$size" /dev/zero | tr '\0' '\377' >"$dir/of/o$size"
	done
	for name; do cp -r "$dir/of" "$dir/$name"; done
	rm -r "$dir/of" "$dir/bytes"
}
