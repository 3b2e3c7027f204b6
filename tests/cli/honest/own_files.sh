# The baseline is in the tree it is about: what the run itself writes under a passing name is no entry.
mkdir tree tree/other
echo 1 >tree/file
configure "$stable"
sed -i "s#$DIR/intact.db#$DIR/tree/db#" intact.conf
names() { "$INTACT" -c intact.conf --list | sed -n "s#^$DIR/##p"; }
# A name alone is nothing special.
echo hidden >tree/other/.db.new.intact-tmp
conf --init | grep -E 'exit|Number'
cp tree/db.new tree/db
echo "--- in the baseline"
names
echo "--- a check, and an update after a killed one"
conf --check | grep -E 'exit|^[fd].*:'
: >tree/.db.new.intact-tmp
chmod 600 tree/.db.new.intact-tmp
conf --check | grep -E 'exit|^[fd].*:'
conf --update | grep -E 'exit|^[fd].*:'
ls -A tree
echo "--- called aide the new database has its name from the start"
ln -s "$INTACT" aide
rm tree/db*
./aide -c intact.conf --init | grep -E 'AIDE|Number'
zcat -f tree/db.new | grep -c 'tree/db.new '
echo "--- unless it fails"
rm tree/db*
# The signal is ignored from the start: a sanitizer writes a file of its own before main.
aide_without_space() { (trap '' XFSZ; ulimit -f 0; exec ./aide -c intact.conf --init 2>&1) | cat; }
aide_without_space
ls -A tree
: >tree/db.new
aide_without_space
ls -A tree
