# A pattern that never ends: its names are unverified and the rule is named; a thousand of them end the run.
mkdir tree
for i in $(seq 3); do : >"tree/$(printf 'a%.0s' $(seq 40))$i.conf"; done
cat >intact.conf <<END
database_in=file:$DIR/intact.db
database_out=file:$DIR/intact.db.new
database_attrs=E
$DIR/tree/((a+)+b|.*[.]conf)\$ p
END
chmod 600 intact.conf
conf --init
for i in $(seq 1000); do : >"tree/$(printf 'a%.0s' $(seq 40))$i.conf"; done
conf --init
ls
