# Where the new baseline goes: folder missing, no space, a second run, a symlink.  Nothing good is lost.
mkdir tree
echo 1 >tree/file
configure "$stable"
baseline
cp intact.db keep.db
sed "s#$DIR/intact.db.new#$DIR/missing/intact.db.new#" intact.conf >missing.conf
intact -c missing.conf --init
sed "s#$DIR/intact.db.new#$DIR/out/full.db#" intact.conf >full.conf
mkdir out; echo old >out/full.db
# No space: a limit on file sizes has the same effect as a full disk.
for i in $(seq 300); do echo "$i" >"tree/f$i"; done
(ulimit -f 1; intact -c full.conf --init 2>&1) | sed -E 's/: (File too large|No space left on device)/: no space/'
cat out/full.db; ls -A out
# The victim of a symlink is left alone; the link is replaced.
echo victim >victim; rm -f intact.db.new; ln -s victim intact.db.new
conf --init | tail -n 1
cat victim; [ -L intact.db.new ] || echo replaced
cmp intact.db keep.db && echo kept
# Bits, not umask, decide who may read a baseline.
rm intact.db.new; (umask 0; conf --init | tail -n 1); stat -c %a intact.db.new
