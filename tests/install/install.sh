#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# `make install` into a folder of its own, with the link named aide as --enable-aide-symlink adds it; then
# `make uninstall`, after which nothing of it is left.
#
# BUILD: the build folder.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BUILD=${BUILD:-$PWD}
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-install.XXXXXX")
trap 'rm -rf "$dir" "$dir.log"' EXIT
# Nothing of the make that runs us.
unset MAKEFLAGS MFLAGS MAKELEVEL

within() {
	make -s -C "$BUILD" "$@" DESTDIR="$dir" prefix=/usr sysconfdir=/etc >"$dir.log" 2>&1 ||
		{ cat "$dir.log"; exit 1; }
}
within install-exec install-data
within install-aide-symlink install-aide-pages
# As an upgrade would: over what is there.
within install-aide-symlink install-aide-pages
sysconfdir=$(sed -n 's/^sysconfdir = //p' "$BUILD/Makefile")
prefix=$(sed -n 's/^prefix = //p' "$BUILD/Makefile")
SYSCONFDIR=${sysconfdir/'${prefix}'/$prefix} INTACT=$dir/usr/bin/aide MAN=$dir/usr/share/man "$here/aide.sh"
within uninstall uninstall-aide
left=$(find "$dir" ! -type d)
[ -z "$left" ] || { printf 'FAIL left behind by uninstall:\n%s\n' "$left"; exit 1; }
