# --path-check: where a rule asks for the file system of a path, the disk is asked, as in a run.
mkdir -p tree/dir; echo 1 >tree/dir/file; ln -s dir tree/link
# Of the current folder, and one that is never of that type.
here=0x$(stat -f -c %t .)
rules() { printf '%s\n' "$@" >conf; chmod 600 conf; }
check() { intact -c conf --state state "$@" 2>&1 | sed -E "s/([fdl])=[a-z0-9]+:/\1=HERE:/; s/=(0x)?[a-z0-9]+( \(none\)| p|')/=HERE\2/g"; }
echo "== no rule asks, nobody looks"
rules "$DIR p"; check -p "f:$DIR/tree/dir/file"
echo "== a rule for this file system, and none for another"
rules "$DIR d p" "$DIR/tree f=$here p"; check -p "f:$DIR/tree/dir/file"; check -p "f:$DIR/tree/dir/not/there"; check -p "f:$DIR/tree/link/file"; check -p "d:$DIR/tree//dir"
rules "-$DIR/tree/dir d=$here" "$DIR p"; check -p "f:$DIR/tree/dir/file"
echo "== what the command line says counts for the path itself"
rules "$DIR p" "-/.* f=nfs"; check -p "f=nfs:$DIR/x" | sed 's/nfs/HERE/g'; check -p "f:$DIR/tree/dir/file" | sed "s#$DIR##"
echo "== as a run does"
rules '/proc p' '-/.* =proc'; intact -c conf --state state -p f:/proc/self/status; intact -c conf --state state -p d=ext:/proc
echo "== below root_prefix"
mkdir -p root/proc; rules "root_prefix=$DIR/root" '/proc p' '-/.* =proc'; check -p f:/proc/self/status
rules "root_prefix=$DIR/nowhere" '/proc p' '-/.* =proc'; check -p f:/proc/self/status
echo "== called as aide nobody looks"
ln -s "$INTACT" aide; rules '/proc p' '-/.* =proc'; ./aide --config conf -p f:/proc/self/status 2>&1
