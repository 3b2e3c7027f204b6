#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Changes of a real dpkg and apt in a Debian of their own, with planted ones among them: every file of the
# packages is explained, no planted one is.
#
# INTACT: the program under test.  INTACT_CHROOT_TAR: a tar archive of such a Debian (debootstrap
# --variant=minbase), so that none has to be made from the network.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
. "$here/lib.sh"
INTACT=${INTACT:-$PWD/intact}
export LC_ALL=C TZ=UTC DEBIAN_FRONTEND=noninteractive
need_root
for tool in dpkg-deb chroot python3 setfattr; do
	command -v "$tool" >/dev/null || skip "no $tool"
done
umask 022
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-packages.XXXXXX")
root=$dir/root
export INTACT_STATE=$dir/state
trap 'rm -rf --one-file-system "$dir"' EXIT

# ---- a Debian ----

mkdir "$root"
unpack_debian "$root"

# $1: version.  As a library with a program, its data and its configuration.
probe() {
	file usr/bin/probe "program $1"
	file usr/bin/probe-again "program $1"
	file usr/lib/probe/libprobe.so.$1 "library $1"
	ln -s "libprobe.so.$1" "$dir/tree/usr/lib/probe/libprobe.so"
	ln -s ../lib/probe "$dir/tree/usr/bin/probe-link"
	for i in $(seq 60); do file "usr/share/probe/$1/data $i" "data $1 $i"; done
	file "usr/share/probe/Grüße" "$1"
	file usr/share/doc/probe/changelog "$1"
	ln "$dir/tree/usr/share/probe/$1/data 4" "$dir/tree/usr/share/probe/$1/second name"
	file etc/probe.conf "setting=$1"
	file etc/probe/other.conf "always"
	printf '#!/bin/sh\n: %s\n' "$1" >"$dir/postinst"
	build probe "$1"
}
probe 1
probe 2
for name in gone kept again; do
	file usr/bin/$name "$name"
	for i in $(seq 20); do file usr/share/$name/$i "$name $i"; done
	build $name 1
done
file usr/bin/fresh fresh
for i in $(seq 20); do file usr/share/fresh/$i "fresh $i"; done
ln -s fresh "$dir/tree/usr/bin/fresh-link"
# As Ubuntu packs them, where this build can read that.
packing=xz
! ldd "$INTACT" | grep -q libzstd || packing=zstd
build fresh 1
packing=xz

apt install /root/probe_1_all.deb /root/gone_1_all.deb /root/kept_1_all.deb /root/again_1_all.deb

# ---- a baseline ----

cat >"$dir/conf" <<'END_CONF'
root_prefix=@@{ROOT}
database_in=file:@@{DIR}/db
database_out=file:@@{DIR}/db.new
package_manager=auto
Full = p+ftype+i+l+n+u+g+s+b+m+c+sha256+acl+xattrs+caps
/(usr|etc|opt)(/|$) Full
/var/lib/dpkg/info/(probe|fresh|again|gone|kept)\. Full
END_CONF
# Less is measured: not where links lead, and not all contents, not all by the same digest.
sed -e 's/+l+n+/+n+/' -e 's|^/(usr.*|/usr/share/probe/.*/data ftype+sha512\n/usr/share/fresh ftype\n&|' \
	"$dir/conf" >"$dir/conf.less"
run() {
	"$INTACT" -B "@@define ROOT $root" -B "@@define DIR $dir" -c "$dir/conf" "$@"
}
# The log has whole seconds: what was done is before the baseline, and what will be done after it.
sleep 1.1
run --init >/dev/null || { echo "FAIL init"; exit 1; }
mv "$dir/db.new" "$dir/db"
run --check >/dev/null
claim "nothing has changed yet" [ $? -eq 0 ]
sleep 1.1

# ---- what the packages do ----

apt install /root/probe_2_all.deb /root/fresh_1_all.deb
apt install --reinstall /root/again_1_all.deb
apt purge gone

# $1: what stands in for a baseline of package changes; report in $dir/NAME
report() {
	local name=$1
	shift
	run --check -A "report_url=file:$dir/$name.ndjson" -B report_format=ndjson "$@" >"$dir/$name.out" 2>"$dir/$name.err"
	status=$?
	[ ! -s "$dir/$name.err" ] || { cat "$dir/$name.err"; claim "$name: no warning" false; }
}

# $1: "on", or "off": the packages themselves are not to be had, only records of them
cache() {
	if [ "$1" = on ]; then
		cp "$root"/root/*.deb "$root/var/cache/apt/archives/"
	else
		rm -f "$root"/var/cache/apt/archives/*.deb
	fi
}
cache off
report clean
claim "an upgrade is a change" [ "$status" -eq 7 ]
report ignored -B report_ignore_explained=yes
claim "what is removed, and was recorded nowhere, is left of an upgrade, and what only has a name ($status)" \
	[ "$status" -eq 7 ]
cache on
report ignored -B report_ignore_explained=yes
claim "nothing is left where the packages themselves are there ($status)" [ "$status" -eq 0 ]
report shipped
claim "... but the exit status has it" [ "$status" -eq 7 ]
cache off

# $1: report, $2: what has to be: a file of "VERDICT PATH"; the rest of the packages' paths is explained
judge() {
	python3 "$here/judge.py" "$dir/$1.ndjson" "$2" "$root/var/lib/dpkg/info"
}
: >"$dir/none"
claim "all that the packages did is explained" judge clean "$dir/none"
claim "... by the packages as well" judge shipped "$dir/none"
claim "... all of it" sh -c '! grep -q "unexplained" "$1"' - "$dir/shipped.ndjson"
run --check >"$dir/plain.out"
claim "the upgrade is a line" grep -q '^probe 1 → 2: .* as shipped: .* by md5 (weak)' "$dir/plain.out"
claim "what is new is a line" grep -q '^fresh 1 (new): .* as shipped: .* by md5 (weak)' "$dir/plain.out"
claim "what was installed again is a line" grep -q '^again 1: .* as shipped' "$dir/plain.out"

cache on
run --check >"$dir/plain.out"
claim "the upgrade is proven strongly" grep -q '^probe 1 → 2: .*all as shipped: .* by package (strong)' "$dir/plain.out"
claim "the removal is a line" grep -q '^gone 1 (removed): .*all as shipped: .* by package (strong)' "$dir/plain.out"
mv "$dir/conf" "$dir/conf.full"
mv "$dir/conf.less" "$dir/conf"
report less
claim "what was not measured contradicts nothing" \
	sh -c 'grep -q "\"verdict\": \"un" "$1" && ! grep -q "\"verdict\": \"contra" "$1"' - "$dir/less.ndjson"
mv "$dir/conf.full" "$dir/conf"
# The package in the cache is another one: damaged, or of other content.
cp "$root/root/probe_1_all.deb" "$root/var/cache/apt/archives/probe_2_all.deb"
report forged
claim "another package in its place explains nothing" sh -c 'grep "/usr/bin/probe\"" "$1" | grep -q contradicted' - \
	"$dir/forged.ndjson"
head -c 1500 "$root/root/probe_2_all.deb" >"$root/var/cache/apt/archives/probe_2_all.deb"
run --check >"$dir/plain.out"
claim "of a damaged one there are the records" grep -q '^probe 1 → 2: .* by md5 (weak)' "$dir/plain.out"
claim "... and it is said" grep -q '^Packages: dpkg, 1 lines or files of the records are not usable' "$dir/plain.out"
cache off

# ---- planted ----

# $1: verdict, $2: path
planted() { printf '%s %s\n' "$1" "$2" >>"$dir/planted"; }
: >"$dir/planted"

# In what was upgraded, with its old times; of the same size.
touch -r "$root/usr/bin/probe" "$dir/times"
printf 'program X\n' >"$root/usr/bin/probe"
touch -r "$dir/times" "$root/usr/bin/probe"
planted contradicted /usr/bin/probe
echo evil >"$root/usr/bin/evil"; planted unexplained /usr/bin/evil
chmod u+s "$root/usr/bin/probe-again"; planted unexplained /usr/bin/probe-again
chown 1000 "$root/usr/lib/probe/libprobe.so.2"; planted unexplained /usr/lib/probe/libprobe.so.2
ln -sfn /tmp/lib "$root/usr/lib/probe/libprobe.so"; planted unexplained /usr/lib/probe/libprobe.so
setfattr -n user.x -v y "$root/usr/share/probe/2/data 1"; planted unexplained "/usr/share/probe/2/data 1"
chmod o+w "$root/usr/share/probe/2/data 2"; planted unexplained "/usr/share/probe/2/data 2"
ln "$root/usr/share/probe/2/data 3" "$root/usr/share/probe/2/third"
planted unexplained "/usr/share/probe/2/third"
echo setting=evil >"$root/etc/probe.conf"; planted unexplained /etc/probe.conf
# In what dpkg keeps: it is run with the next upgrade.
echo /tmp/x >>"$root/var/lib/dpkg/info/probe.postinst"; planted unexplained /var/lib/dpkg/info/probe.postinst
echo /tmp/x >"$root/var/lib/dpkg/info/probe.prerm"; planted unexplained /var/lib/dpkg/info/probe.prerm
# In what is new.
echo more >>"$root/usr/bin/fresh"; planted contradicted /usr/bin/fresh
echo planted >"$root/usr/share/fresh/planted"; planted unexplained /usr/share/fresh/planted
rm "$root/usr/share/fresh/1"; ln -s /etc/passwd "$root/usr/share/fresh/1"; planted contradicted /usr/share/fresh/1
chmod 777 "$root/usr/share/fresh"; planted unexplained /usr/share/fresh
# In what was installed again, and in what no one worked on.
rm "$root/usr/share/again/1"; planted contradicted /usr/share/again/1
echo more >>"$root/usr/bin/kept"; planted contradicted /usr/bin/kept
rm "$root/usr/share/kept/1"; planted contradicted /usr/share/kept/1
echo x >"$root/usr/share/kept/planted"; planted unexplained /usr/share/kept/planted
# In a folder where packages did something, and for a moment only: the folder shows it.
sleep 3
echo x >"$root/usr/share/again/moment"; rm "$root/usr/share/again/moment"
planted unexplained /usr/share/again

report planted
claim "planted: a change" [ "$status" -eq 7 ]
claim "every planted change is there and unexplained, the rest of the packages is not" judge planted "$dir/planted"
# The package itself knows where its links lead, and what dpkg runs.
sed -E 's#^unexplained (/usr/lib/probe/libprobe.so|/var/lib/dpkg/info/probe.postinst)$#contradicted \1#' "$dir/planted" >"$dir/planted.cache"
cache on
report planted
claim "the same by the packages themselves" judge planted "$dir/planted.cache"
report ignored -B report_ignore_explained=yes
claim "no planted change leaves the exit status" [ "$status" -eq 7 ]
run --check >"$dir/plain.out"
claim "what contradicts its package comes first" \
	sh -c 'sed -n "/^NOT WHAT/,/^Added entries/p" "$1" | grep -q ": /usr/bin/probe$"' - "$dir/plain.out"

# ---- records that cannot be believed ----

chmod o+w "$root/var/lib/dpkg/status"
run --check >"$dir/plain.out" 2>"$dir/plain.err"
claim "a status file that others may write to explains nothing" \
	grep -q "^Packages: nothing is explained: 'status' is not root's or ours" "$dir/plain.out"
claim "... and is a warning" grep -q "no change is explained by a package" "$dir/plain.err"
claim "... and no list of explained ones" sh -c '! grep -q "^Explained by packages:$" "$1"' - "$dir/plain.out"
chmod o-w "$root/var/lib/dpkg/status"

# ---- as before where nobody asks ----

sed '/^package_manager/d' "$dir/conf" >"$dir/conf.none"
"$INTACT" -B "@@define ROOT $root" -B "@@define DIR $dir" -c "$dir/conf.none" --check >"$dir/none.out"
claim "without the option a report does not speak of packages" sh -c '! grep -qi package: "$1"' - "$dir/none.out"
ln -s "$INTACT" "$dir/aide"
for conf in conf conf.none; do
	"$dir/aide" --config="$dir/$conf" -B "@@define ROOT $root" -B "@@define DIR $dir" --check 2>&1 |
		sed 's/timestamp: .*//; s/run time: .*//' >"$dir/aide.$conf"
done
claim "called as aide the report is the same with the option" cmp -s "$dir/aide.conf" "$dir/aide.conf.none"
count_claims
