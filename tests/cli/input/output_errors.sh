# Where the new baseline goes: folder missing, no space, a second run, a link.  Nothing good is lost.
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
# A link is followed and stays; one that leads to no file is an error, and stays as well.
echo old >elsewhere; rm -f intact.db.new; ln -s elsewhere intact.db.new
conf --init | tail -n 1
conf -B "database_in=file:$DIR/elsewhere" --check | grep -E 'found|exit'
for to in nowhere intact.db.new /dev/zero tree; do
	ln -sfn $to intact.db.new
	conf --init 2>&1 | tail -n 2
	readlink intact.db.new
done
# In a folder where others make names it may be theirs.
mkdir sticky; chmod 1777 sticky; echo victim >victim; ln -s ../victim sticky/new.db; ln -s /dev/null sticky/null
conf -B "database_out=file:$DIR/sticky/new.db" --init | tail -n 1
conf -B "database_out=file:$DIR/sticky/null" --init | tail -n 1
cat victim; find sticky -type l
cmp intact.db keep.db && echo kept
# Bits, not umask, decide who may read a baseline.
rm intact.db.new; (umask 0; conf --init | tail -n 1); stat -c %a intact.db.new
