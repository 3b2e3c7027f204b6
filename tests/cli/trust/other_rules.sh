# A baseline made under other rules is named as such, with every rule that differs.
key_pair key
mkdir tree; : >tree/a
configure "p+ftype" signing_key="$DIR/key" verify_key="$DIR/key.pub" '!/nowhere' "$DIR/tree/only/then p"
"$INTACT" --state state -c intact.conf --init >/dev/null; accept
configure "p+ftype+s" verify_key="$DIR/key.pub" '!/nowhere' "$DIR/tree/only/now p"
signed | grep -E '^(Rules|Baseline|  [-+])'
signed -B report_format=json | sed -n '/"rules"/,/]/p'
signed -B report_format=ndjson | grep '"rules'
