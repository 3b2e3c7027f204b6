# An AIDE database with columns that nobody knows, or without masks: read, and said once.
mkdir tree
echo 1 >tree/file
configure p+n
db() {
	printf '%s\n' @@begin_db "@@db_spec name perm lcount $1" \
		"$(stat -c "$DIR/tree %a 40%a %h $2" tree | cut -d' ' -f1,3-)" \
		"$(stat -c "$DIR/tree/file %a 100%a %h $2" tree/file | cut -d' ' -f1,3-)" @@end_db >intact.db
	"$INTACT" -c intact.conf "$3" | grep -E "$4"
	echo "exit: ${PIPESTATUS[0]}"
}
mask=$((1 | 1 << 2 | 1 << 11))
db "attr zzz yyy" "$mask x y" --check found
db "attr" "$mask" --check found
db "zzz attr" "x $mask" --list '^/'
db "" "" --check found
