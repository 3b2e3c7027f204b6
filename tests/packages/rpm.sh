#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Changes of a real rpm in a root of their own, with planted ones among them: every file of the packages is
# explained, every planted one is unexplained or contradicted.
#
# INTACT: the program under test.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
INTACT=${INTACT:-$PWD/intact}
export LC_ALL=C.UTF-8 TZ=UTC
need_root
for tool in rpm rpmbuild python3 setfattr setcap sqlite3; do
	command -v "$tool" >/dev/null || skip "no $tool"
done
"$INTACT" --version | grep -q '^use rpm (SQLite): yes' || skip "built without SQLite"
umask 022
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-rpm.XXXXXX")
root=$dir/root
export INTACT_STATE=$dir/state HOME=$dir
trap 'rm -rf --one-file-system "$dir"' EXIT

# ---- packages ----

# $1: name, $2: version; the files are in $dir/tree, and the %files of the spec in $dir/files
build() {
	{
		printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: test\nLicense: none\nBuildArch: noarch\n' "$1" "$2"
		printf 'AutoReqProv: no\n%%global __os_install_post %%{nil}\n%%global _binary_payload w1.gzdio\n'
		printf '%%description\ntest\n%%install\nmkdir -p %%{buildroot}\ncp -a %s/. %%{buildroot}/\n%%files\n' "$dir/tree"
		cat "$dir/files"
	} >"$dir/$1.spec"
	rpmbuild -bb --quiet --define "_topdir $dir/top" --define "_rpmdir $dir/rpms" \
		--define '_source_filedigest_algorithm 8' --define '_binary_filedigest_algorithm 8' \
		--define '_build_name_fmt %{NAME}-%{VERSION}.rpm' "$dir/$1.spec" >"$dir/build.out" 2>&1 ||
		{ cat "$dir/build.out"; echo "FAIL rpmbuild $1"; exit 1; }
	rm -rf "$dir/tree" "$dir/files"
}

# $1: its line in %files before the path ("" for none), $2: path, $3: content
file() {
	mkdir -p "$dir/tree/$(dirname "$2")"
	printf '%s\n' "$3" >"$dir/tree/$2"
	printf '%s "/%s"\n' "$1" "$2" >>"$dir/files"
}

# $1: version.  As a library with programs, its data and its configuration.
probe() {
	file '%attr(0755,root,root)' usr/bin/probe "program $1"
	file '%attr(0755,root,root)' usr/bin/probe-again "program $1"
	file '%attr(4755,root,root)' usr/bin/probe-suid "suid $1"
	file '%attr(0755,root,root) %caps(cap_net_raw=ep)' usr/bin/probe-caps "caps $1"
	file '%attr(0640,root,probers)' usr/share/probe/private "private $1"
	file '' "usr/lib/probe/libprobe.so.$1" "library $1"
	ln -s "libprobe.so.$1" "$dir/tree/usr/lib/probe/libprobe.so"
	echo /usr/lib/probe/libprobe.so >>"$dir/files"
	for i in $(seq 60); do file '' "usr/share/probe/$1/data$i" "data $1 $i"; done
	file '' "usr/share/probe/Grüße" "$1"
	file '%doc' usr/share/doc/probe/changelog "$1"
	ln "$dir/tree/usr/share/probe/$1/data4" "$dir/tree/usr/share/probe/$1/second"
	echo "/usr/share/probe/$1/second" >>"$dir/files"
	file '%config(noreplace)' etc/probe.conf "setting=$1"
	file '%ghost' usr/share/probe/state state
	# What it is in the second version is another mode and group.
	mkdir -p "$dir/tree/usr/share/probe/shared"
	echo "%dir %attr($2,root,$3) /usr/share/probe/shared" >>"$dir/files"
	for folder in usr/lib/probe usr/share/probe "usr/share/probe/$1" usr/share/doc/probe; do
		echo "%dir /$folder" >>"$dir/files"
	done
	build probe "$1"
}
probe 1 0755 root
probe 2 2775 probers
for name in gone kept again fresh; do
	file '%attr(0755,root,root)' usr/bin/$name "$name"
	for i in $(seq 20); do file '' usr/share/$name/$i "$name $i"; done
	echo "%dir /usr/share/$name" >>"$dir/files"
	if [ $name = kept ]; then
		mkdir -p "$dir"/tree/etc "$dir"/tree/usr/lib "$dir/tree/usr/share/doc"
		printf '%%dir %s\n' /etc /usr/bin /usr/lib /usr/share /usr/share/doc >>"$dir/files"
	fi
	build $name 1
done

mkdir -p "$root/etc" "$root/usr/lib/sysimage/rpm" "$root/usr/bin" "$root/usr/share/doc" "$root/tmp" "$root/var/tmp"
for name in bin lib; do mkdir -p "$root/usr/$name"; ln -s usr/$name "$root/$name"; done
printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nprobers:x:4711:\n' >"$root/etc/group"
database=${DATABASE:-/usr/lib/sysimage/rpm}
rpm() {
	command rpm --root "$root" --dbpath "$database" --nodeps --noplugins "$@" >>"$dir/rpm.out" 2>&1 ||
		{ cat "$dir/rpm.out"; echo "FAIL rpm $*"; exit 1; }
}
rpm -i "$dir"/rpms/probe-1.rpm "$dir"/rpms/gone-1.rpm "$dir"/rpms/kept-1.rpm "$dir"/rpms/again-1.rpm

# ---- a baseline ----

cat >"$dir/conf" <<'END_CONF'
root_prefix=@@{ROOT}
database_in=file:@@{DIR}/db
database_out=file:@@{DIR}/db.new
package_manager=auto
Full = p+ftype+i+l+n+u+g+s+b+m+c+sha512+acl+xattrs+caps
!/usr/lib/sysimage
/(usr|etc)(/|$) Full
END_CONF
# Other digests: the record's own, or one that makes it read again; and no more than modes.
sed 's/+sha512/+sha256/' "$dir/conf" >"$dir/conf.sha256"
sed 's/^Full = .*/Full = p+u+g/' "$dir/conf" >"$dir/conf.modes"
run() {
	"$INTACT" -B "@@define ROOT $root" -B "@@define DIR $dir" -c "$dir/${conf:-conf}" "$@"
}
sleep 1.1
for conf in conf.sha256 conf.modes conf; do
	run --init >/dev/null || { echo "FAIL init"; exit 1; }
	mv "$dir/db.new" "$dir/db"
	run --check >/dev/null
	claim "nothing has changed yet" [ $? -eq 0 ]
	mv "$dir/db" "$dir/db.$conf"
done
sleep 1.1

# ---- what rpm does ----

rpm -U "$dir/rpms/probe-2.rpm"
rpm -i "$dir/rpms/fresh-1.rpm"
rpm -U --replacepkgs "$dir/rpms/again-1.rpm"
rpm -e gone

# $1: name of the report; the rest are options.  $conf: which configuration
report() {
	local name=$1
	shift
	cp "$dir/db.${conf:-conf}" "$dir/db"
	run --check -A "report_url=file:$dir/$name.ndjson" -B report_format=ndjson "$@" >"$dir/$name.out" 2>"$dir/$name.err"
	status=$?
	[ ! -s "$dir/$name.err" ] || { cat "$dir/$name.err"; claim "$name: no warning" false; }
}
mkdir "$dir/info"
command rpm --root "$root" --dbpath "$database" -qal 2>/dev/null | LC_ALL=C sort -u >"$dir/info/all.list"

# $1: report, $2: what has to be, see judge.py
judge() {
	python3 "$here/judge.py" "$dir/$1.ndjson" "$2" "$dir/info"
}
: >"$dir/none"
for conf in conf conf.sha256; do
	report "clean.$conf"
	claim "an upgrade is a change" [ "$status" -eq 7 ]
	claim "all that the packages did is explained" judge "clean.$conf" "$dir/none"
done
claim "a setuid program, a capability, a group and a folder's mode are explained" \
	sh -c 'for p in bin/probe-suid bin/probe-caps share/probe/private share/probe/shared; do
		grep "/usr/$p\"" "$1" | grep -q "\"explained\"" || { echo "$p"; exit 1; }; done' - "$dir/clean.conf.ndjson"
run --check >"$dir/plain.out"
claim "the manager is named" grep -q '^Packages: rpm$' "$dir/plain.out"
claim "the upgrade is a line" grep -q '^probe 2-1: .* as shipped: .* by sha256 (weak), .* by record (weak)' "$dir/plain.out"

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
chmod u+s "$root/usr/bin/probe-again"; planted contradicted /usr/bin/probe-again
setcap cap_sys_admin=ep "$root/usr/bin/probe-suid"; planted contradicted /usr/bin/probe-suid
setcap -r "$root/usr/bin/probe-caps"; planted contradicted /usr/bin/probe-caps
chown 1000 "$root/usr/lib/probe/libprobe.so.2"; planted contradicted /usr/lib/probe/libprobe.so.2
chgrp 0 "$root/usr/share/probe/private"; planted contradicted /usr/share/probe/private
ln -sfn /tmp/lib "$root/usr/lib/probe/libprobe.so"; planted contradicted /usr/lib/probe/libprobe.so
setfattr -n user.x -v y "$root/usr/share/probe/2/data1"; planted unexplained /usr/share/probe/2/data1
chmod o+w "$root/usr/share/probe/2/data2"; planted contradicted /usr/share/probe/2/data2
ln "$root/usr/share/probe/2/data3" "$root/usr/share/probe/2/third"; planted unexplained /usr/share/probe/2/third
echo setting=evil >"$root/etc/probe.conf"; planted unexplained /etc/probe.conf
echo state >"$root/usr/share/probe/state"; planted unexplained /usr/share/probe/state
chmod o+w "$root/usr/share/probe/shared"; planted contradicted /usr/share/probe/shared
# In what is new.
echo more >>"$root/usr/bin/fresh"; planted contradicted /usr/bin/fresh
echo planted >"$root/usr/share/fresh/planted"; planted unexplained /usr/share/fresh/planted
rm "$root/usr/share/fresh/1"; ln -s /etc/passwd "$root/usr/share/fresh/1"; planted contradicted /usr/share/fresh/1
chmod 777 "$root/usr/share/fresh"; planted contradicted /usr/share/fresh
# In what was installed again, and in what no one worked on.
rm "$root/usr/share/again/1"; planted contradicted /usr/share/again/1
echo more >>"$root/usr/bin/kept"; planted contradicted /usr/bin/kept
chmod u+s "$root/usr/share/kept/2"; planted contradicted /usr/share/kept/2
rm "$root/usr/share/kept/1"; planted contradicted /usr/share/kept/1
echo x >"$root/usr/share/kept/planted"; planted unexplained /usr/share/kept/planted
# In a folder where packages did something, and for a moment only: the folder shows it.
sleep 3
echo x >"$root/usr/share/again/moment"; rm "$root/usr/share/again/moment"
planted unexplained /usr/share/again

for conf in conf conf.sha256; do
	report "planted.$conf"
	claim "every planted change is there and not explained, the rest of the packages is" \
		judge "planted.$conf" "$dir/planted"
done
conf=conf.modes report modes
claim "modes contradict where nothing else was measured" sh -c 'grep "/usr/share/kept/2\"" "$1" | grep -q contradicted' - \
	"$dir/modes.ndjson"
claim "... and explain nothing" sh -c '! grep "/usr/share/probe/2/data9\"" "$1" | grep -q "\"explained\""' - "$dir/modes.ndjson"

# ---- records that are not as usual ----

folder=$root$database
cp -a "$folder" "$dir/saved"
restore() { rm -rf "$folder"; cp -a "$dir/saved" "$folder"; }
conf=conf
# What is in the log only, as while somebody has the database open.
python3 - "$folder/rpmdb.sqlite" <<'END' || { echo "FAIL wal"; exit 1; }
import os, shutil, sqlite3, sys
path = sys.argv[1]
db = sqlite3.connect(path)
db.execute("PRAGMA journal_mode=WAL")
db.execute("PRAGMA wal_autocheckpoint=0")
rows = db.execute("SELECT hnum, blob FROM Packages").fetchall()
# First all of them go away, and back: pages are in the log several times.
db.execute("DELETE FROM Packages")
db.commit()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
for row in rows:
    db.execute("INSERT INTO Packages VALUES (?, ?)", row)
    db.commit()
os.makedirs(path + ".d")
for end in ("", "-wal"):
    shutil.copy(path + end, path + ".d")
db.close()
for end in ("", "-wal"):
    shutil.move(path + ".d/rpmdb.sqlite" + end, path + end)
os.rmdir(path + ".d")
assert os.path.getsize(path + "-wal") > 4096
END
report log
claim "what is in the database's log counts" judge log "$dir/planted"
size=$(stat -c %s "$folder/rpmdb.sqlite-wal")
truncate -s $((size - 100)) "$folder/rpmdb.sqlite-wal"
run --check >"$dir/plain.out"
claim "of a torn log the transactions before" grep -q '^Packages: rpm$' "$dir/plain.out"
rm "$folder/rpmdb.sqlite-wal"
run --check >"$dir/plain.out"
claim "without the log there is nothing" sh -c '! grep -q "as shipped" "$1"' - "$dir/plain.out"
restore

refused() {
	run --check >"$dir/plain.out" 2>"$dir/plain.err"
	claim "$1" grep -q "^Packages: nothing is explained: .*$2" "$dir/plain.out"
	restore
}
chmod o+w "$folder/rpmdb.sqlite"
refused "a database that others may write to explains nothing" "is not root's or ours"
head -c 5000 "$dir/saved/rpmdb.sqlite" >"$folder/rpmdb.sqlite"
refused "nor does a cut one" "rpm's database"
head -c 20000 /dev/urandom >"$folder/rpmdb.sqlite"
refused "nor noise" "rpm's database"
mv "$folder/rpmdb.sqlite" "$folder/Packages.db"
refused "nor another format" "a format of rpm's database that is not read"
sqlite3 "$folder/rpmdb.sqlite" 'ALTER TABLE Packages RENAME TO P; CREATE VIEW Packages AS SELECT hnum, blob FROM P'
refused "nor what a view makes" "no table of packages"
sqlite3 "$folder/rpmdb.sqlite" "DELETE FROM Packages; INSERT INTO Packages VALUES (1, x'00'), (2, randomblob(3000))"
run --check >"$dir/plain.out"
claim "what is no header is counted" grep -q '^Packages: rpm, .* not usable' "$dir/plain.out"
restore
# The place of old.
mkdir -p "$root/var/lib"
mv "$root/usr/lib/sysimage/rpm" "$root/var/lib/rpm"
report old
claim "the database is found in its old place" judge old "$dir/planted"
mv "$root/var/lib/rpm" "$root/usr/lib/sysimage/rpm"
# dpkg is there, as a tool: with records of nothing.
mkdir -p "$root/var/lib/dpkg/info"
: >"$root/var/lib/dpkg/status"
report both
claim "an empty dpkg hides no rpm" judge both "$dir/planted"
count_claims
