# A database of AIDE that has no size of a growing file: what nobody recorded is not 0, and another content
# is not what came behind an empty one.
log() { printf '%s\n' "$1" >tree/log; }
check() { conf --check | grep -E '^(f|exit|intact found)'; }
without_column() { sed -i -E 's/^(@@db_spec name perm) size/\1/; s#^(/[^ ]* [0-9]+) [0-9]+#\1#' intact.db; }
without_value() { sed -i -E 's#^(/[^ ]* [0-9]+) [0-9]+#\1 0#' intact.db; }
mkdir tree
for how in column value; do
	echo "== without the $how"
	configure growing+I+p+ftype+sha256 database_format=aide
	log "the old lines"
	baseline
	without_$how
	log "nothing of what was there, and more of it"
	check
	echo "== and it may have been rotated"
	mv tree/log tree/log.1
	echo "new" >tree/log
	check
	rm tree/log.1
done
echo "== empty, and known to be"
configure growing+I+p+ftype+sha256+s database_format=aide
: >tree/log
baseline
log "the first line"
check
