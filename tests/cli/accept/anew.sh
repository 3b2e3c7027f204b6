# A baseline that is made anew goes on counting behind the generations that are kept: their names are taken.
mkdir tree
echo 1 >tree/a
configure $stable
baseline
change() { echo "$1" >tree/a; conf --update >/dev/null; conf --accept; ls intact.db*; }
echo "== accepted once"
change 2
echo "== made anew"
baseline
change 3
echo "== made anew, and the old one was removed first"
rm intact.db
baseline
change 4
