# The root of what is watched is gone, empty, another one, or another file system: never clean.
mkdir -p root/etc
echo 1 >root/etc/file
printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
	"/etc(/|\$) p+ftype+s+sha256" >intact.conf
chmod 600 intact.conf
baseline
verdict() { conf --check | grep -E 'found|exit|ERROR|entries:	[1-9]'; }
verdict
mv root away; verdict
conf --check
mkdir root; verdict
mkdir root/etc; verdict
rmdir root/etc; ln -s ../away/etc root/etc; verdict
rm root/etc; echo x >root/etc; verdict
rm -r root; : >root; conf --check
rm root; ln -s away root; verdict
rm root; ln -s nowhere root; conf --check
rm root; mkfifo root; conf --check
rm root
if mkdir root && mount -t tmpfs none root 2>/dev/null; then
	umount_later=1; "$INTACT" -c intact.conf --check | grep -c 'NO differences'; umount root
else
	echo 0
fi
# The link that leads out of the root is a link, whoever watches below it.
rmdir root; mv away root
mkdir outside; echo 1 >outside/secret
ln -s "$DIR/outside" root/etc/out
ln -s / root/etc/top
conf --check | grep -E '^[fld]|exit'
