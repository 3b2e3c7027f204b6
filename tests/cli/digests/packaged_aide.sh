# Beside Debian's packaged aide 0.18, over more sizes: what it writes is verified, each digest alone, and
# what we write is what it writes.
case $(aide --version 2>/dev/null | head -n 1) in
"AIDE 0.18"*) ;;
*) skip "aide 0.18 is not installed" ;;
esac
. "$(dirname "${BASH_SOURCE[0]}")/../lib_digests.sh"
names="md5 sha1 sha256 sha512 rmd160 tiger crc32 crc32b haval whirlpool gost"
digest_tree tree "$small_sizes $large_sizes" $names
{
	printf '%s\n' "root_prefix=$DIR" "database_in=file:$DIR/db" "database_out=file:$DIR/new" database_add_metadata=no
	for name in $names; do
		built_with Mhash || case $name in haval | gost) continue ;; esac
		! has "$name" || printf '/tree/%s/ f s+%s\n' "$name" "$name"
	done
} >init.conf
mkdir bin
ln -s "$INTACT" bin/aide

# What differs between two runs of one program is not looked at.
report_of() { grep -vE '^(Start|End) timestamp' | sed 's/AIDE 0.18.3//'; }

aide -c init.conf --init | report_of >theirs
mv new db
bin/aide --aide-compat 0.18 --workers "$WORKERS" -c init.conf --init | report_of >ours
cmp db new
# The databases' section has all that aide has only where Mhash is built in.
! built_with Mhash || diff theirs ours
mv new ours.db
aide -c init.conf --check --after "database_in=file:$DIR/ours.db" >report || { echo "aide finds differences"; cat report; }
for name in $(sed -n 's,^/tree/\(.*\)/ .*,\1,p' init.conf); do
	verify "$name" "$name" 0 "NO differences"
done | grep -v ': ok$'
echo done
