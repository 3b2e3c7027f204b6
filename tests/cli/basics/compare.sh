# Two baselines against each other; the disk is not looked at.
mkdir tree
echo 1 >tree/changed; echo 2 >tree/gone
configure "$stable" "database_new=file:$DIR/second.db"
baseline
echo x >tree/changed; rm tree/gone; echo n >tree/new
"$INTACT" -c intact.conf --init >/dev/null
mv intact.db.new second.db
rm -r tree
conf --compare
conf --compare --limit "$DIR/tree/[ng]"
