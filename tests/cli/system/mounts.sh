# What is mounted below the tree is looked into, also a mount that cannot be cloned; a pruned one is counted.
need_root
unshare -m true 2>/dev/null || skip "may not mount"
mkdir -p tree/plain tree/unbindable tree/left_out
configure "$stable" "-$DIR/tree/left_out\$"
run() {
	unshare -m sh -c "mount --make-rprivate / && mount -t tmpfs none tree/plain && echo 1 >tree/plain/file &&
		mount -t tmpfs none tree/left_out && $1
		'$INTACT' --workers $WORKERS -c intact.conf --init >out; echo \"exit: \$?\""
	grep -E '^Coverage' out
	accept
	"$INTACT" -c intact.conf --list | grep "^$DIR"
}
run ''
run 'mount -t tmpfs none tree/unbindable && mount --make-unbindable tree/unbindable && echo 1 >tree/unbindable/file &&'
