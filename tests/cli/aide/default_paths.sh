# Called as aide, without -c: AIDE's configuration file, and with it AIDE's databases.
need_root
unshare -m true 2>/dev/null || skip "may not mount"
ln -s "$INTACT" aide
etc=$(./aide --version | sed -n 's#^database_in: file:\(.*\)/aide.db$#\1#p')
[ -d "$etc" ] || skip "there is no $etc"
mkdir tree
echo 1 >tree/file
echo "$DIR/tree p+ftype+s+sha256" >aide.conf
chmod 600 aide.conf
unshare -m --propagation private bash -c '
	mount -t tmpfs none "'"$etc"'" && mkdir -p /etc && cp aide.conf "'"$etc"'/aide.conf" || exit
	run() { ./aide --workers $WORKERS "$@"; echo "exit: $?"; }
	./aide --version | grep -A 3 "^Default config"
	run --init
	ls -A "'"$etc"'"
	mv "'"$etc"'/aide.db.new" "'"$etc"'/aide.db"
	echo 2 >>tree/file
	run | grep -E "exit|AIDE|^f"
	echo "--- with another file there is no default"
	run -c aide.conf
	run -c aide.conf --init' 2>&1 | sed "s#$etc#SYSCONFDIR#g"
