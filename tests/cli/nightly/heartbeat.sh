# Without news there is no mail, unless a heartbeat is asked for.
. "$here/lib_nightly.sh"
nights mail_heartbeat=daily
echo 1 >tree/a; baseline
night
echo "== weekly: the first, then not for a week"
rm "$INTACT_STATE/findings"; nights mail_heartbeat=weekly; night; night
sed -i -E "s/\"mailed\":[0-9]+/\"mailed\":$(($(date +%s) - 7 * 86400))/" "$INTACT_STATE/findings"; night
echo "== an open finding is in it"; echo 2 >tree/a; night | sed -n '1,2p'
sed -i -E 's/"mailed":[0-9]+/"mailed":1000/' "$INTACT_STATE/findings"; night
echo "== does mail arrive? asked for once"
rm "$INTACT_STATE/findings"; nights; baseline; night; night -A mail_heartbeat=daily | sed -n '1,2p'
