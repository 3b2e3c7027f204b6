#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Where things are: what is never opened, disks that are full, trees on other file systems.
. "$(dirname "$0")/lib.sh"

# No FIFO, socket or device is opened but with O_PATH, whoever asks for its content.
specials="fifo socket char block"
mkdir tree
mkfifo tree/fifo
has python3 && python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/socket")' 2>/dev/null
if is_root; then
	mknod tree/char c 1 5 2>/dev/null
	mknod tree/block b 7 200 2>/dev/null
fi
ln -s /dev/zero tree/zero
ln -s fifo tree/to-fifo
echo 1 >tree/file
configure p+ftype+l+n+s+sha256+md5+acl+xattrs+e2fsattrs+caps+selinux
if has strace && strace -o /dev/null true 2>/dev/null; then
	for workers in 0 2; do
		strace -f -qq -o calls -e trace=open,openat,openat2 "$INTACT" -c intact.conf --workers $workers \
			--init >out 2>&1
		rc=$?
		claim "special files: exit $rc" [ $rc -eq 0 ]
		odd=$(grep -E "\"($(echo $specials zero to-fifo | tr ' ' '|'))\"" calls | grep -v O_PATH)
		claim "special files opened: $odd" [ -z "$odd" ]
		# What is held with O_PATH is opened through /proc; that must be as many as there are files.
		claim "files opened" [ "$(grep -cE '^[0-9]+ +openat\([0-9]+, "[0-9]+", O_RDONLY' calls)" -le 3 ]
	done
	rm -f intact.db.new
else
	skip "what is opened: needs strace, and leave to trace"
fi
rm -rf tree

if is_root && mkdir full && mount -t tmpfs -o size=256k none full 2>/dev/null; then
	mounted="$DIR/full"
	mkdir tree
	"$STRESS_TOOLS/build" many tree 20000
	configure p+ftype+s+sha256 "report_url=stdout"
	sed -i "s#^database_out=.*#database_out=file:$DIR/full/new.db#" intact.conf
	head -c 4000 /dev/zero >full/filler
	echo old >full/new.db
	run --init
	claim "no space: exit $rc: $(tail -n 1 out)" [ "$rc" -eq 18 ]
	claim "no space: said so" grep -q 'No space left on device' out
	claim "no space: the old one stays" grep -q old full/new.db
	claim "no space: left behind: $(ls -A full)" [ "$(ls -A full | wc -l)" -eq 2 ]
	# The list of changes and the report have no space.
	sed -i "s#^database_out=.*#database_out=file:$DIR/intact.db.new#" intact.conf
	baseline
	chmod -R 600 tree
	rc=0
	TMPDIR=$DIR/full "$INTACT" -c intact.conf --check >out 2>&1 || rc=$?
	claim "no space for changes: exit $rc: $(tail -n 1 out)" [ $rc -eq 18 ]
	run --check -B "report_url=file:$DIR/full/report"
	claim "no space for the report: exit $rc: $(tail -n 1 out)" [ "$rc" -eq 18 ]
	claim "no space for the report: the verdict is told" grep -q 'result of the run: 4' out
	umount full
	mounted=
	rm -rf tree

	# Another file system where the tree was; one on top of it.
	mkdir -p tree/sub
	echo 1 >tree/sub/file
	configure p+ftype+s+sha256
	baseline
	mount -t tmpfs none tree && mounted="$DIR/tree"
	run --check
	claim "another file system over the tree: exit $rc" [ $((rc & 2)) -ne 0 ]
	umount tree
	mount -t tmpfs none tree/sub && mounted="$DIR/tree/sub"
	run --check
	claim "another file system in the tree: exit $rc" [ $((rc & 2)) -ne 0 ]
	umount tree/sub
	mounted=
	run --check
	claim "the tree again: exit $rc" [ "$rc" -eq 0 ]
else
	skip "full disks and other file systems: needs root and leave to mount"
fi

# A file of 5 GiB without content has the digest that everybody computes.
rm -rf tree
mkdir tree
if truncate -s 5G tree/sparse 2>/dev/null; then
	printf end | dd of=tree/sparse bs=1 seek=5368709117 conv=notrunc status=none
	printf middle | dd of=tree/sparse bs=1 seek=2147483647 conv=notrunc status=none
	configure s+sha256
	baseline
	ours=$("$INTACT" -c intact.conf --list "$DIR/tree/sparse" | sed -n 's/^  SHA256 *: //p')
	# As sha256sum has it, which takes its time.
	claim "digest of a sparse file: $ours" \
		[ "$ours" = 99b36bdb00dd00772bca42416e03b73e71eb334bc03a823c2cc262d5d4bc810b ]
else
	skip "no sparse file of 5 GiB here"
fi
finish
