# Less space than half of the old baseline: said before anything is measured, and nothing is touched.
need_root
mkdir tree full; for i in $(seq 3000); do echo "$i" >"tree/$i"; done
unshare -m --propagation private mount -t tmpfs -o size=64k none full 2>/dev/null || skip "needs a mount namespace"
configure "$stable"
baseline; cp -p intact.db keep.db
sed -i "s#$DIR/intact.db.new#$DIR/full/new.db#" intact.conf
size=$(($(stat -c %s intact.db) / 1024))
# $1: KiB for the new baseline and a file that stands in its place; the rest: options
within() {
	local room=$1 rc=0
	shift
	ROOM=$room unshare -m --propagation private sh -c 'mount -t tmpfs -o size=$((ROOM + 4))k none full && printf old >full/new.db &&
		"$INTACT" -c intact.conf --state full/state "$@"; rc=$?; [ "$(cat full/new.db 2>&1)" != old ] || echo "the file is as it was"; exit $rc' sh "$@" \
		>out 2>err || rc=$?
	grep -a ERROR err | sed -E 's/: [0-9]+ bytes are free(.*) has [0-9]+$/: N bytes are free\1 has N/'; grep -a 'NO differences\|successfully\|as it was' out
	echo "exit: $rc"
	cmp intact.db keep.db || echo "the baseline is another one"
}
echo "== a quarter"; within $((size / 4 / 4 * 4)) -A journal=no --update
read_any() { grep -qa "tree/2999" err && echo "files were looked at" || echo "no file was looked at"; }
echo "== not a file was read"; within $((size / 4 / 4 * 4)) -A journal=no -L debug --update >/dev/null; read_any
echo "== by night"; within $((size / 4 / 4 * 4)) -A journal=no -A report_keep=no --nightly
echo "== two thirds: it is tried, and does not fit"; within $((size * 2 / 3 / 4 * 4)) -A journal=no --update
echo "== enough"; within $((size + 40)) -A journal=no -L debug --update 2>&1 | grep -v DEBUG; read_any
echo "== other rules, another format, no old one: nobody can know"
within 64 -A journal=no -A "!$DIR/tree/[0-9]" --update
within $((size / 4 / 4 * 4)) -A journal=no -A "database_format=aide" -A gzip_dbout=yes --update | sed 's/: No space.*//'
within $((size / 4 / 4 * 4)) -A journal=no --init | sed 's/: No space.*//'
