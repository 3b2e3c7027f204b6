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

# The units name the program where it is installed, and systemd understands them.
units=$dir/usr/lib/systemd/system
grep -qx 'ExecStart=/[^ ]*/intact \$INTACT_OPTIONS --nightly' "$units/intact-check.service" ||
	{ echo "FAIL the service does not start the installed program"; exit 1; }
grep -qx 'Nice=19' "$units/intact-check.service" || { echo "FAIL the service is not nice"; exit 1; }
grep -qx 'ExecStart=/[^ ]*/intact \$INTACT_OPTIONS --init --if-missing' "$units/intact-firstboot.service" ||
	{ echo "FAIL the first baseline is not made by the installed program"; exit 1; }
# The place that the program itself expects it in.
place=$(HOME=/nonexistent "$dir/usr/bin/intact" --config '' --check 2>&1 | sed -n "s/.*expected '\([^']*\)'.*/\1/p")
[ "$(id -u)" -ne 0 ] || grep -qx "ConditionPathExists=!$place" "$units/intact-firstboot.service" ||
	{ echo "FAIL the condition of the first start is not about the baseline: '$place'"; exit 1; }
cron=$dir/usr/share/intact/intact.cron
sh -n "$cron" && grep -qx 'exec /[^ ]*/intact \$INTACT_OPTIONS --nightly' "$cron" ||
	{ echo "FAIL the file for cron does not start the installed program"; exit 1; }
[ -f "$units/intact-check.timer" ] || { echo "FAIL no timer"; exit 1; }
if command -v systemd-analyze >"$dir.log"; then
	# Only what it says about these; a program that is not there yet is no news.
	SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify "$units"/intact-* >"$dir.log" 2>&1 || true
	! grep -E 'intact-(check|firstboot)\.(service|timer):([0-9]+:|.*(Unknown|Invalid|bad))' "$dir.log" ||
		{ echo "FAIL systemd does not understand a unit"; exit 1; }
fi
for file in bash-completion/completions/intact zsh/site-functions/_intact fish/vendor_completions.d/intact.fish; do
	[ -f "$dir/usr/share/$file" ] || { echo "FAIL no $file"; exit 1; }
done
policies=$dir/usr/share/intact/policies
for file in "$policies"/*.conf; do
	"$BUILD/intact" -B "@@define POLICIES $policies" -c "$file" -D || { echo "FAIL $file"; exit 1; }
done
SYSCONFDIR=${sysconfdir/'${prefix}'/$prefix} INTACT=$dir/usr/bin/aide MAN=$dir/usr/share/man "$here/aide.sh"
within uninstall uninstall-aide
left=$(find "$dir" ! -type d)
[ -z "$left" ] || { printf 'FAIL left behind by uninstall:\n%s\n' "$left"; exit 1; }
