# What each log level adds: which rule matched which path, what was compared, the options as read.
mkdir -p root/a/deep root/left_out root/half
echo 1 >root/a/file
echo 1 >root/a/deep/file
echo 1 >$'root/a/two\nlines'
: >root/half/no
printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/db" "database_out=file:$DIR/db.new" database_attrs=E \
	"@@define A a" "Mine = p+s" "@@x_include $DIR/included" "=/\$ d p" "/@@{A}(/|\$) f,d Mine+sha256" \
	"-/left_out" "/half(/|\$) p" "!/half/no\$ f" >intact.conf
echo "/more p" >included
chmod 600 intact.conf included
conf --init >/dev/null
mv db.new db
echo 2 >>root/a/file
chmod 600 root/a/deep/file
echo 1 >root/a/new
rm $'root/a/two\nlines'
seen() { sed -E -e 's/ [0-9]+ bytes/ N bytes/' -e 's/with [0-9]+ worker/with N worker/'; }
for level in error warning notice info compare rule config debug limit thread trace; do
	echo "--- $level"
	"$INTACT" --workers "$WORKERS" -c intact.conf -L "$level" --check 2>&1 >/dev/null |
		case $level in error | warning | notice | info | compare) cat ;; *) sed -n "s/^ *${level^^}: /&/p" ;; esac | seen
done
echo "--- limit"
"$INTACT" -c intact.conf -L limit --limit /a/deep --check 2>&1 >/dev/null | grep LIMIT
echo "--- 0.18: rule comes before compare"
for level in rule compare; do
	"$INTACT" -c intact.conf -L $level --aide-compat 0.18 2>&1 >/dev/null | grep -v "sandbox: no seccomp" | cut -d : -f 1 | sort | uniq -c
done
echo "--- without a run"
"$INTACT" -c intact.conf -L rule -p f:/a/file
"$INTACT" -c intact.conf -L rule --dry-init 2>&1 | grep /half | sed -E 's/^(\[.\] .)=[a-z0-9]+:/\1:/'
echo "--- written"
"$INTACT" -c intact.conf -L trace --update 2>&1 >/dev/null | grep TRACE
echo "--- of the configuration"
"$INTACT" -c intact.conf -B log_level=info 2>&1 >/dev/null
echo "--- in full"
long=/$(printf 'd%.0s' {1..200})
long=$long$long$long$long$long$long
"$INTACT" -c intact.conf -L rule -p "f:/a$long" 2>&1 | grep ADD | wc -c
