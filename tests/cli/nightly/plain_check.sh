# A check mails its whole report, if there is something in it.
. "$here/lib_nightly.sh"
nights
echo 1 >tree/a; baseline
check() { rm -f mails/*; conf --check; read_mails; }
check
echo 2 >tree/a; check
ls "$INTACT_STATE"/findings 2>&1 | grep -c 'No such'
echo "== two baselines"
nights "database_new=file:$DIR/intact.db.new"; conf --update >/dev/null; rm -f mails/*; conf --compare; read_mails
echo "== broken"; touch broken; check
