# Where others may make names, a report is written through no link of theirs, and over no file of theirs or
# with a second name: the report is evidence, and the victim stays.
mkdir tree shared
echo 1 >tree/file
configure "$stable"
baseline
echo 2 >tree/file
try() { conf -B "report_url=file:$DIR/shared/report" --check; cat victim; }
for mode in 777 1777 775; do
	chmod $mode shared
	echo "--- folder $mode"
	echo victim >victim; chmod 600 victim
	ln -s ../victim shared/report; try; [ -L shared/report ] || echo replaced; rm shared/report
	ln -s ../nowhere shared/report; try; [ ! -e nowhere ] || echo made; rm shared/report
	ln victim shared/report; try; rm shared/report
	# The first is made, the second written over it.
	try; try; stat -c %a shared/report; grep -c differences shared/report; rm shared/report
done
echo "--- nobody else's"
chmod 755 shared; ln -s ../elsewhere shared/report; try; [ -L shared/report ] && grep -c differences elsewhere
echo "--- a folder on the way that others may exchange"
chmod 777 shared; mkdir victims shared/real; echo victim >victims/report
deep() { conf -B "report_url=file:$DIR/shared/$1/report" --check; cat victims/report; }
ln -s ../victims shared/link; deep link
ln -s .. shared/real/up; deep real/up/link
: >shared/file; deep file; deep none
deep real; grep -c differences shared/real/report
echo "--- and one that they may not"
chmod 1777 shared; deep real; deep link
chmod 755 shared; deep link | grep -v "^[A-Z].*timestamp" | head -n 1; grep -c differences victims/report
