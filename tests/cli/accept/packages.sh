# --package and --explained: what a package proves, nothing that it does not.
need_root
mkdir -p root/usr/bin root/usr/lib root/var/lib/dpkg/info
D=root/var/lib/dpkg
printf 'Package: hello\nStatus: install ok installed\nVersion: 1.0\nArchitecture: all\n\nPackage: libfoo\nStatus: install ok installed\nVersion: 3\nArchitecture: amd64\nMulti-Arch: same\n\n' >$D/status
printf '%s\n' /. /usr /usr/bin /usr/bin/hello /usr/bin/hi /usr/bin/bad >$D/info/hello.list
printf '%s\n' /. /usr /usr/lib /usr/lib/foo.so >$D/info/libfoo:amd64.list
sum() { printf '%s  %s\n' "$(echo "$1" | md5sum | cut -d' ' -f1)" "$2"; }
{ sum new usr/bin/hello; sum good usr/bin/bad; } >$D/info/hello.md5sums
sum 3 usr/lib/foo.so >$D/info/libfoo:amd64.md5sums
echo old >root/usr/bin/hello; echo good >root/usr/bin/bad; echo 2 >root/usr/lib/foo.so; echo x >root/usr/bin/own
printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
	database_attrs=E package_manager=dpkg report_level=list_entries '/usr/(bin|lib)/. p+u+g+ftype+l+s+sha256' >intact.conf
chmod 600 intact.conf
baseline
cp intact.db base.db
review() {
	rm -f intact.db.g*; cp base.db intact.db
	echo new >root/usr/bin/hello; ln -sf hello root/usr/bin/hi; echo evil >root/usr/bin/bad
	echo 3 >root/usr/lib/foo.so; echo y >root/usr/bin/own
	conf --update >/dev/null
}
left() { "$INTACT" -c intact.conf -A package_manager=none --check | grep -E '^[fl][ +].*: '; }
echo "== one package: not what contradicts it, not what only its name explains"
review; conf --accept --package hello; left
echo "== all that is explained"
review; conf --accept --explained; left
echo "== two packages, one by its name without the architecture"
review; conf --accept --package hello --package libfoo; left
echo "== with a limit"
review; conf --accept --explained --limit /usr/lib; left
echo "== changed again: another content than was reviewed, although a package may ship it"
review; echo good >root/usr/bin/bad; echo 2 >root/usr/lib/foo.so; conf --accept --explained; left
echo "== no such package; nobody who could say"
review; conf --accept --package helloo 2>&1
conf -A package_manager=none --accept --package hello 2>&1
echo "== asked, in groups"
review; printf 'n\nn\nn\na\n' | conf --accept --interactive; left
