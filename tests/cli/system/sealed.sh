# Files on which fs-verity is enabled: the kernel's digest is the one that is computed of others.
need_root
[ -e /sys/fs/ext4/features/verity ] || skip "no fs-verity in this kernel's ext4"
PATH=$PATH:/usr/sbin:/sbin
command -v fsverity >/dev/null || skip "needs fsverity"
command -v mkfs.ext4 >/dev/null || skip "needs mkfs.ext4"
unshare -m true 2>/dev/null || skip "may not mount"
truncate -s 64M image
mkfs.ext4 -q -b 4096 -O verity image
mkdir tree
configure fsverity "!$DIR/tree/lost\\+found"
unshare -m sh -c "mount --make-rprivate / && mount -o loop image tree || exit 77
	printf abc >tree/plain
	printf abc >tree/sealed
	printf abc >tree/salted
	fsverity enable tree/sealed && fsverity enable --salt=5a tree/salted || exit 77
	'$INTACT' --workers $WORKERS -c intact.conf --init >out; echo \"exit: \$?\"
	grep -E '^Coverage' out
	mv intact.db.new intact.db
	'$INTACT' --workers $WORKERS -c intact.conf --list | grep -E '^/|FSVERITY'
	'$INTACT' --workers $WORKERS -c intact.conf --check >out; echo \"exit: \$?\"" || skip "cannot seal a file"
