# A copy of this machine's /etc: init, eight changes of different kinds, exactly those reported; update;
# clean.  root_prefix keeps the paths as they are.
need_root
command -v setfacl >/dev/null && command -v setfattr >/dev/null || skip "needs setfacl and setfattr"
cp -a /etc root-etc 2>/dev/null
mkdir root && mv root-etc root/etc
mkdir root/etc/zz
cd root/etc/zz
for f in content mode owner removed xattr acl; do echo "$f" >"$f"; done
setfattr -n user.probe -v 1 xattr 2>/dev/null || skip "no user xattrs on this file system"
setfacl -m u:2000:r xattr 2>/dev/null || skip "no ACLs on this file system"
ln -s content link
touch -d '2024-01-02 03:04:05.678 UTC' content
cd "$DIR"
cat >intact.conf <<END
database_in=file:$DIR/intact.db
database_out=file:$DIR/intact.db.new
database_attrs=E
root_prefix=$DIR/root
/etc(/|\$) p+ftype+l+u+g+s+m+i+n+sha256+acl+xattrs+caps
END
chmod 600 intact.conf
baseline
conf --check | grep -E 'found|unverified|exit' | sed -E 's/[0-9]+ entries verified/N entries verified/; s/, [0-9]+ excluded.*//'
cd root/etc/zz
cp -p content stamp; echo CONTENT | head -c 8 >content; touch -r stamp content; rm stamp
touch -d '2024-01-01 UTC' .
chmod 640 mode
chown 1234:4321 owner
setfattr -n user.probe -v 2 xattr
setfacl -m u:2000:rw acl
ln -sfn mode link
rm removed
echo new >new
cd "$DIR"
conf --check | grep -vE 'Total number|^ Inode|^Coverage|^ Mtime|^ SHA256|^     {8}'
conf --update >/dev/null
accept
conf --check | grep -E 'found|exit'
