# As an ordinary user: a configuration, a baseline or a folder that may not be read is an error.
need_user
mkdir tree
echo 1 >tree/file
configure "$stable"
baseline
chmod 0 intact.conf; conf --check; chmod 600 intact.conf
chmod 0 intact.db; conf --check; conf --list; conf --update; chmod 600 intact.db
mkdir closed; cp intact.conf closed; chmod 0 closed
intact -c closed/intact.conf --check
chmod 700 closed
sed "s#$DIR/intact.db.new#$DIR/closed/new.db#" intact.conf >closed/out.conf; chmod 600 closed/out.conf
chmod 500 closed
intact -c closed/out.conf --init
chmod 700 closed
# A file that could not be read at --init: it is not "equal" once it can.
chmod 0 tree/file
conf --init | grep -E 'exit|sha256'
accept
chmod 644 tree/file
configure ftype+sha256
conf --check | grep -E 'exit|sha256|found'
conf --update | grep -E 'exit'
accept
conf --check | grep -E 'exit|found'
