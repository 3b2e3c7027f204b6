# SPDX-License-Identifier: BSD-2-Clause
#
# A copy of the source that may be ruined, and a build of it, for the scripts here.  Sourced; sets $work, with
# source and build below it, which go when the script ends.  $tools: what is built beside the program.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/intact-proof.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

die() { echo "$(basename "$0"): $*" >&2; exit 1; }
# shellcheck disable=SC2086 # several words
build() { make -s -j2 -C "$work/build" intact $tools >"$work/made" 2>&1; }

# $1: flags for the compiler
copy_and_build() {
	mkdir -p "$work/source" "$work/build"
	# Without the folders that something is built in.
	(cd "$source" && find . -mindepth 2 -maxdepth 3 -name config.status -printf '%h\n' >"$work/exclude" &&
		tar cf - -X "$work/exclude" --exclude=./.git .) | tar xf - -C "$work/source"
	(cd "$work/source" && find . -name '*.o' -delete
		[ -x configure ] && [ configure -nt configure.ac ] || autoreconf -fi >/dev/null 2>&1
		# What an in-tree build left would keep configure from another one.
		rm -f config.status config.h Makefile) || die "cannot copy the source"
	(cd "$work/build" && "$work/source/configure" -q CFLAGS="$1" >configured 2>&1) ||
		{ cat "$work/build/configured" >&2; die "cannot configure"; }
	build || die "cannot build: $(tail -n 5 "$work/made")"
}
