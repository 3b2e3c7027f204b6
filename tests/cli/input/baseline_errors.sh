# A baseline that is missing, empty, something else, or half: an error at once, never a report.
mkdir tree
echo 1 >tree/file
configure "$stable"
conf --check
: >intact.db
conf --check
echo 'some text' >intact.db
conf --check
rm intact.db; mkdir intact.db
conf --check
rmdir intact.db; mkfifo intact.db
conf --check
rm intact.db
ln -s /dev/zero intact.db
conf --check
rm intact.db
baseline
cp intact.db whole.db
head -c 300 whole.db >intact.db
conf --check 2>&1 | sed -E 's/[0-9]+ bytes/N bytes/g'
{ cat whole.db; echo x; } >intact.db
conf --check 2>&1 | sed -E 's/[0-9]+ bytes/N bytes/g'
cp whole.db intact.db
conf --check | tail -n 1
