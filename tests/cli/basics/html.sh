# A page to look at: what a browser would show of it, without what differs from run to run.
mkdir tree tree/folder
echo 1 >tree/changed
echo 1 >tree/folder/removed
echo 1 >tree/folder/kept
configure "$stable" report_format=html report_level=added_removed_entries "report_url=file:$DIR/page.html" \
	report_format=plain report_level=minimal report_url=stdout
show() {
	sed -e 's#<style>.*##' -e '/^[^<]*{.*}$/d' -e "s#<title>[^<]*</title>##" page.html |
		grep -E '^(<h1|<li>|<details|<section|.*class="cards")' | sed -e 's/<[^>]*>/ /g' -e 's/  */ /g'
}
baseline
show
echo 2 >>tree/changed
rm tree/folder/removed
touch "tree/folder/<b>&\"'"
chmod 4755 tree/folder/kept
conf --check
show
echo "-- a second run writes the page anew"
conf --check
grep -c '<!DOCTYPE html>' page.html
