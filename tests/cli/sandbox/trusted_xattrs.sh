# trusted.* attributes cost a right: they are recorded if asked for, and for whoever calls us aide.
. "$(dirname "$MANUAL")/../tests/cli/lib_sandbox.sh"
need_root
slow_tree
setfattr -n trusted.t -v 1 tree/slow 2>/dev/null || skip "needs trusted attributes"
configure xattrs
need_layers
for how in "" "-A trusted_xattrs=yes" "--no-sandbox" "--no-sandbox -A trusted_xattrs=yes"; do
	"$INTACT" -c intact.conf $how --init >/dev/null
	"$INTACT" -c intact.conf -B "database_in=file:$DIR/intact.db.new" --list | grep -c 'trusted.t'
done
ln -s "$INTACT" aide
./aide -c intact.conf --init >/dev/null; grep -c 'trusted.t' intact.db.new
echo io_limit=10K >>intact.conf
sed -i 's/ xattrs$/ xattrs+sha256/' intact.conf
held_up "$INTACT" -c intact.conf -A trusted_xattrs=yes --init
echo "CapEff: $(status_of "$run" CapEff)"
let_go
