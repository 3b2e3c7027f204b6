# As root: what belongs to somebody else is not trusted, and a foreign file in the way is left alone.
need_root
mkdir tree theirs
echo 1 >tree/file
printf '%s\n' "database_out=file:$DIR/theirs/new.db" "$DIR/tree(/|\$) p+ftype" >intact.conf
chmod 600 intact.conf
chown 12345 intact.conf
conf --config-check
chown 0 intact.conf
# A folder of somebody who is trusted with the baseline (Debian: /var/lib/aide): a word, and what can read
# the old baseline can read the new one.
chown 12345 theirs
conf --init | head -n 1
stat -c '%u %a' theirs/new.db
chown 12345:23456 theirs/new.db; chmod 666 theirs/new.db
conf --init >/dev/null
stat -c '%u:%g %a' theirs/new.db
rm theirs/new.db
# With the baseline, not with the rest of the disk.
echo victim >victim
ln -s ../victim theirs/new.db
conf --init | tail -n 1
[ -L theirs/new.db ] || echo replaced
cat victim
rm theirs/new.db
# A pipe there could be a link by the time that it is opened.
mkfifo pipe; cat pipe >got & sleep 0.1
ln -s ../pipe theirs/new.db
timeout 60 "$INTACT" --workers "$WORKERS" -c intact.conf --init 2>/dev/null >&2; echo "exit: $?"
[ -L theirs/new.db ] || echo replaced
timeout 5 sh -c ': >pipe'; wait; wc -c <got
rm theirs/new.db
# Where everybody may make files, the old one may be a trap.
chown 0 theirs; chmod 1777 theirs
echo trap >theirs/new.db; chown 12345 theirs/new.db; chmod 644 theirs/new.db
conf --init | tail -n 1
stat -c '%u %a' theirs/new.db
rm theirs/new.db
echo foreign >theirs/.new.db.intact-tmp; chown 12345 theirs/.new.db.intact-tmp
conf --init
cat theirs/.new.db.intact-tmp; rm theirs/.new.db.intact-tmp
echo victim >victim
ln -s "$DIR/victim" theirs/.new.db.intact-tmp
conf --init
ln -f victim theirs/.new.db.intact-tmp
conf --init
rm theirs/.new.db.intact-tmp; mkfifo theirs/.new.db.intact-tmp
conf --init
rm theirs/.new.db.intact-tmp; mkfifo theirs/new.db
conf --init
rm theirs/new.db; mkdir theirs/new.db
conf --init
rmdir theirs/new.db; ln -s /dev/null theirs/new.db
conf --init | tail -n 1
[ -L theirs/new.db ] || echo replaced
cat victim; ls -A theirs
