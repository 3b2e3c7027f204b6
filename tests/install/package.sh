#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The Debian packages, made by their own rules from what is built already: complete, without an error of lintian, and
# what they do when they are installed and removed.
#
# BUILD: the build folder.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
BUILD=${BUILD:-$PWD}
source=$(cd "$here/../.." && pwd)
export LC_ALL=C DEB_BUILD_OPTIONS=nocheck
for tool in dh dpkg-deb dpkg-checkbuilddeps; do
	command -v "$tool" >/dev/null || skip "no $tool"
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-package.XXXXXX")
trap 'rm -rf "$dir"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL

# ---- made ----------------------------------------------------------------------------------------

# A source of which all is built: debian/rules has nothing to configure, and `make install` is that of the build.
tree=$dir/intact
mkdir "$tree"
cp -r "$source/doc/packaging/debian" "$tree/debian"
cp -r "$source/README.md" "$source/SECURITY.md" "$source/doc" "$tree"
# Also of a source that may not be written to.
chmod -R u+w "$tree"
cat >"$tree/Makefile" <<END_MAKE
all:
install:
	set -e; for each in "install-exec install-data" "install-aide-symlink install-aide-pages"; do \\
		\$(MAKE) -s -C '$BUILD' \$\$each DESTDIR='\$(DESTDIR)' prefix=/usr sysconfdir=/etc mandir=/usr/share/man \\
			systemdsystemunitdir="/\$\$UNITS"; \\
	done
END_MAKE
(cd "$tree" && dpkg-buildpackage -us -uc -b -d) >"$dir/out" 2>&1 || { cat "$dir/out"; echo "FAIL dpkg-buildpackage"; exit 1; }
claim "nothing of what is installed is forgotten: $(grep 'not installed' "$dir/out")" \
	sh -c '! grep -q "not installed to anywhere" "$1"' - "$dir/out"
deb=$(ls "$dir"/intact_*.deb)
if command -v lintian >/dev/null; then
	status=0
	# Each version has new warnings: they are for people to see.
	lintian --allow-root --fail-on error "$dir"/*.changes >"$dir/lintian" 2>&1 || status=$?
	cat "$dir/lintian"
	claim "lintian: $(cat "$dir/lintian")" [ "$status" -eq 0 ]
fi

# ---- what is in it -------------------------------------------------------------------------------

dpkg-deb -c "$deb" | awk '{ print $1, $6 }' >"$dir/list"
claim "the configuration is for root alone" grep -qx -- '-rw------- ./etc/intact.conf' "$dir/list"
claim "... as is what was found" grep -qx 'drwx------ ./var/lib/intact/' "$dir/list"
for unit in intact-check.service intact-check.timer intact-firstboot.service; do
	claim "$unit is in it, once" [ "$(grep -c "/systemd/system/$unit\$" "$dir/list")" -eq 1 ]
done
# Where Debian's zsh looks for what packages bring.
claim "zsh finds its completion" grep -q ' ./usr/share/zsh/vendor-completions/_intact$' "$dir/list"
for named in $(grep -oE '/usr/share/doc/[^ ]*\.md' "$source/doc/packaging/debian/README.Debian"); do
	claim "README.Debian names $named" grep -q " .$named\$" "$dir/list"
done

# ---- what it does --------------------------------------------------------------------------------

# The scripts of the package, beside helpers that only say how they were called: $1: script, the rest: arguments
mkdir "$dir/control" "$dir/bin" "$dir/run"
dpkg-deb -e "$deb" "$dir/control"
for tool in deb-systemd-helper deb-systemd-invoke systemctl; do
	cat >"$dir/bin/$tool" <<END_TOOL
#!/bin/sh
echo "$tool \$*" >>"$dir/called"
case \$* in *was-enabled*) exit "\${ENABLED:-1}" ;; esac
END_TOOL
	chmod 755 "$dir/bin/$tool"
done
script() {
	local script=$1
	shift
	: >"$dir/called"
	[ -e "$dir/control/$script" ] || return 1
	# As if systemd were at work.
	sed -i "s|/run/systemd/system|$dir/run|; s|/usr/bin/deb-systemd-helper|$dir/bin/deb-systemd-helper|" "$dir/control/$script"
	PATH=$dir/bin:$PATH sh "$dir/control/$script" "$@" >"$dir/out" 2>&1
}
called() { grep -qE "$1" "$dir/called"; }

script postinst configure "" && status=0 || status=$?
claim "it can be installed: $status $(cat "$dir/out")" [ "$status" -eq 0 ] && [ -s "$dir/called" ]
claim "... which enables nothing: $(cat "$dir/called")" sh -c '! grep -E "helper (--[a-z]+ )*enable" "$1"' - "$dir/called"
claim "... and makes no first baseline" sh -c '! grep -E "invoke .*(firstboot|check.service)" "$1"' - "$dir/called"
ENABLED=0 script postinst configure 0.0.1
claim "an upgrade makes no first baseline" sh -c '! grep -E "invoke .*(firstboot|check.service)" "$1"' - "$dir/called"
script preinst upgrade 0.0.1
claim "... and lets one be finished that is being made: $(cat "$dir/called")" [ ! -s "$dir/called" ]
script prerm remove
claim "when it is removed the timer is stopped: $(cat "$dir/called")" called 'stop .*intact-check.timer'
script postrm remove
claim "... and systemd told" called daemon-reload
script postrm purge
for unit in intact-check.timer intact-firstboot.service; do
	claim "purged, $unit is enabled no more: $(cat "$dir/called")" called "purge .*$unit"
done
claim "what was found is not the package's to delete" sh -c '! grep -rn "var/lib/intact" "$1"' - "$dir/control"
count_claims
