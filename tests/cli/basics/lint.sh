# --lint: rules that do not do what they seem to.
mkdir -p root/etc/app root/usr/bin root/var/log
echo 1 >root/etc/app/conf; echo 1 >root/etc/passwd; echo 1 >root/usr/bin/tool; echo 1 >root/var/log/log
lint() {
	printf '%s\n' "root_prefix=$DIR/root" 'Static = p+s+sha256' "$@" >conf
	chmod 600 conf
	intact --state state -c conf --lint 2>&1
}
echo "== nothing to say"
lint '/etc Static' '/usr Static' '!/etc/app' '/var/log$ d p'
echo "== patterns"
lint '/etc/$ Static' '/usr//bin Static' '/var/log/* Static' '/etc/[/*]app\$ Static' '/$ d p' '=/usr Static' '/etc//?passwd$ Static' '/usr/bin|//x Static'
echo "== digests"
lint '/etc p+s' '/usr p+md5+sha1' '/var d p' '=/etc/app$ f,d p+n'
echo "== never decide"
lint '/etc/.* Static' '/etc/pass.*$ f p+sha512' '!/etc/app$ f' '-/usr/bin' '/usr/bin/tool$ Static' '/usr Static'
echo "== none"
lint
# What ships knows places that a system need not have: that is for who asks, and nothing else is wrong.
intact --config '' --state state -B "root_prefix=$DIR/root" --lint
"$INTACT" --config '' --state state -B "root_prefix=$DIR/root" -L info --lint 2>&1 | grep -c 'INFO: (built-in):.*: not used on this system' | sed 's/[1-9].*/many/'
