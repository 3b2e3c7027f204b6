# Whoever starts it ignores SIGCHLD, as some daemons do, and hands that on: the kernel then forgets how children
# ended.  A script of the configuration that failed half-way has failed all the same: its rules are not all there.
mkdir tree bin
echo 1 >tree/file
printf '#!/bin/sh\necho "%s p+sha256"\nexit 3\n' "$DIR/tree/f" >bin/half
chmod 700 bin/half
configure p+sha256
echo "@@x_include $DIR/bin/half" >>intact.conf
ignoring() {
	python3 -c 'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])' \
		"$INTACT" "$@"
	echo "$?"
}
ignoring -c intact.conf --config-check
ignoring -c intact.conf --init
ls intact.db.new 2>&1
printf '#!/bin/sh\necho "%s p+sha256"\n' "$DIR/tree/f" >bin/half
ignoring -c intact.conf --init >/dev/null
mv intact.db.new intact.db
echo 2 >tree/file
ignoring -c intact.conf --check | tail -n 1
