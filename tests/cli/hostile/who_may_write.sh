# Whoever could write a configuration, or its folder, decides what we do: refused.
mkdir safe open tree
echo 1 >tree/file
chmod 755 safe
conf_at() { printf '%s\n' "/nowhere p" >"$1"; chmod "$2" "$1"; }
check() { intact -c "$1" --config-check; }
for mode in 600 644 660 646; do
	conf_at safe/conf $mode
	echo "--- mode $mode"
	check safe/conf
done
conf_at open/conf 600
for mode in 755 775 757 1777; do
	chmod $mode open
	echo "--- folder $mode"
	check open/conf
done
echo "--- included"
chmod 755 open
printf '%s\n' "@@include $DIR/open/part" >safe/conf; chmod 600 safe/conf
conf_at open/part 646
check safe/conf
chmod 600 open/part; chmod 777 open
check safe/conf
chmod 755 open
check safe/conf
printf '%s\n' "@@include $DIR/open .*" >safe/conf
chmod 775 open
check safe/conf
chmod 755 open
ln -s part open/link
check safe/conf
printf '%s\n' "@@include $DIR/open/link" >safe/conf
check safe/conf
echo "--- program"
printf '%s\n' "@@x_include $DIR/open/program" >safe/conf
printf '#!/bin/sh\necho /nowhere p\n' >open/program; chmod 755 open/program
check safe/conf
chmod 775 open/program
check safe/conf
chmod 755 open/program; chmod 777 open
check safe/conf
# A file on the same way is fine: it is read through the descriptor that was looked at.
mkdir open/inner; chmod 755 open/inner
mv open/program open/inner
printf '%s\n' "@@x_include $DIR/open/inner/program" >safe/conf
check safe/conf
printf '%s\n' "@@include $DIR/open/inner/part" >safe/conf
conf_at open/inner/part 600
check safe/conf
mkdir fine; mv open/inner fine; ln -s ../fine/inner open/link-to-it
printf '%s\n' "@@x_include $DIR/fine/inner/program" >safe/conf
check safe/conf
printf '%s\n' "@@x_include $DIR/open/link-to-it/program" >safe/conf
check safe/conf
chmod 1777 open
check safe/conf
echo "--- where the new baseline goes"
chmod 700 open
printf '%s\n' "database_out=file:$DIR/open/new.db" "$DIR/tree p+ftype" >safe/conf
for mode in 755 775 757 1777; do
	chmod $mode open
	intact -c safe/conf --init | tail -n 1
	rm -f open/new.db
done
