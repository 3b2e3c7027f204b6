# SPDX-License-Identifier: BSD-2-Clause
#
# Packages for tests with a real dpkg: made in $dir, installed in the Debian in $root.

# packing: by what it is packed, xz if not set.
# $1: package, $2: version, $3: more lines of its control file; its files are in $dir/tree
build() {
	mkdir -p "$dir/tree/DEBIAN"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <n@o>\n%sDescription: test\n' \
		"$1" "$2" "${3:-}" >"$dir/tree/DEBIAN/control"
	if [ -e "$dir/postinst" ]; then install -m 755 "$dir/postinst" "$dir/tree/DEBIAN/" && rm "$dir/postinst"; fi
	if [ -d "$dir/tree/etc" ]; then
		(cd "$dir/tree" && find etc -type f | sed 's|^|/|') >"$dir/tree/DEBIAN/conffiles"
	fi
	(cd "$dir/tree" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -print0 |
		sed -z 's|^\./||' | xargs -0 -r md5sum >DEBIAN/md5sums)
	dpkg-deb --root-owner-group "-Z${packing:-xz}" -b "$dir/tree" "$root/root/$1_$2_all.deb" >/dev/null || exit 1
	rm -rf "$dir/tree"
}

# $1: path in the package, $2: content
file() {
	mkdir -p "$dir/tree/$(dirname "$1")"
	printf '%s\n' "$2" >"$dir/tree/$1"
}

apt() { chroot "$root" apt-get -y -qq --allow-downgrades "$@" >>"$dir/apt.out" 2>&1 || { cat "$dir/apt.out"; exit 1; }; }
