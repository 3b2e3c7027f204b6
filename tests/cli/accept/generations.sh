# Old generations: so many are kept, no other file is touched; --compare and --history PATH know them.
mkdir tree
me() { sed -E 's/ by [A-Za-z0-9_-]+( for [A-Za-z0-9_-]+)?/ by ME/'; }
echo 1 >tree/a; echo keep >tree/keep
configure $stable generations=3
baseline
next() { conf --update >/dev/null; "$INTACT" -c intact.conf --accept --reason "$1" | sed -n 's/: .*//; /^Generation/p'; }
echo "strange" >intact.db.g000001x
cp intact.db intact.db.g0000001
cp intact.db intact.db.g000077
ln -s intact.db intact.db.g000078
mkdir intact.db.g000079
echo no baseline >intact.db.g000080
echo "== five times"
for i in 2 3 4 5; do echo $i >tree/a; next "change $i" 2>&1; done
rm tree/a; next "gone" 2>&1
ls -d intact.db*
rm -r intact.db.g000001x intact.db.g0000001 intact.db.g00007* intact.db.g000080
echo "== two of them compared"
conf --compare 3 5 | grep -E '^f|Size|exit'
conf --compare 5 3 | grep -E '^f|exit'
conf --compare 4 current | grep -E '^f|exit'
conf --compare 4 6 | grep -E '^f|exit'
conf --compare intact.db.g000003 "$DIR/intact.db.g000004" | grep -E '^f|exit'
echo more >tree/more; conf --update >/dev/null
conf --compare current new | grep -E '^f|exit'
conf --compare 1 current 2>&1 | grep -vE '^$'
conf --compare 7 current 2>&1
conf --compare 3 no-such-file 2>&1
conf --compare 3 2>&1 | sed 's/^[^ ]*: //'
conf --compare 3 4 5 2>&1 | sed 's/^[^ ]*: //'
echo "== the story of one path"
conf --history "$DIR/tree/a" 2>&1 | me
conf --history "$DIR/tree/keep" 2>&1 | me
conf --history "$DIR/tree/none" 2>&1
conf --history tree/a 2>&1
echo "== one of them is damaged"
flip intact.db.g000004 300
conf --history "$DIR/tree/a" 2>&1 | me | grep -E '^(gen|f)|exit|ERROR|WARN' | sed "s/': .*//"
echo "== fewer are wanted, and none"
sed -i s/generations=3/generations=1/ intact.conf; next fewer 2>&1; ls -d intact.db*
sed -i s/generations=1/generations=0/ intact.conf; echo x >tree/x; next none 2>&1; ls -d intact.db*
