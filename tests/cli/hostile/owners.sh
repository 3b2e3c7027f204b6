# As root: ids at the end of the range and without a name; link count; ACL; capabilities; device number.
need_root
mkdir tree
echo 1 >tree/owned; echo 1 >tree/linked; echo 1 >tree/acl; mkdir tree/acl-dir; cp /bin/true tree/capable
chown 4294967290:4294967290 tree/owned
configure u+g+n+acl+caps+ftype
have_acl= have_caps=
setfacl -m u:4294967290:r tree/acl 2>/dev/null && setfacl -d -m g:54321:rx tree/acl-dir && have_acl=1
setcap cap_net_raw=ep tree/capable 2>/dev/null && have_caps=1
[ "$have_acl$have_caps" = 11 ] || skip "needs setfacl and setcap, and a file system that knows them"
baseline
conf --check | grep -E 'found|exit'
chown 4294967291 tree/owned
ln tree/linked tree/linked2
setfacl -m u:4294967290:rw tree/acl
setfacl -k tree/acl-dir
setcap -r tree/capable
conf --check
conf --update | grep exit
accept
setfacl -d -m g:54321:rx tree/acl-dir
setcap cap_net_raw=p tree/capable
conf --check | grep -E '^[fd] |exit|^ (Caps|ACL|Cap)'
