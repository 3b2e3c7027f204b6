# report_ignore_explained: the exit status leaves out what is proven, and never what only a name explains.
need_root
mkdir -p root/usr/bin root/var/lib/dpkg/info
printf 'Package: hello\nStatus: install ok installed\nVersion: 1.0\nArchitecture: all\n\n' >root/var/lib/dpkg/status
printf '%s\n' /. /usr /usr/bin /usr/bin/hello /usr/bin/hi >root/var/lib/dpkg/info/hello.list
echo old >root/usr/bin/hello
echo "$(echo new | md5sum | cut -d' ' -f1)  usr/bin/hello" >root/var/lib/dpkg/info/hello.md5sums
printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
	database_attrs=E package_manager=dpkg report_level=list_entries report_ignore_explained=yes \
	'/usr/bin p+u+g+ftype+l+s+sha256' >intact.conf
chmod 600 intact.conf
told() { conf "$@" 2>&1 | grep -E '^[fl][ +].*:|: by |[0-9] by |exit|WARN|ERROR'; }
baseline
echo "== content as recorded"
echo new >root/usr/bin/hello
told
sed s/report_ignore_explained=yes// intact.conf >counts.conf
intact -c counts.conf 2>&1 | grep exit
echo "== a link that the package has a name for"
ln -s hello root/usr/bin/hi
told
echo "== another content"
rm root/usr/bin/hi
echo evil >root/usr/bin/hello
told
