# A signed baseline from its first generation to the next, and back to none.
key_pair key
mkdir tree; echo 1 >tree/file
configure "$stable" signing_key="$DIR/key" verify_key="$DIR/key.pub"
signed --init
accept
signed --check
ls state | hexless
hexless <"$(echo state/seen-*)"
echo 2 >tree/file
signed --update | grep -E 'aseline|Changed entries|exit'
accept
signed
echo "== --verify"
signed --verify | grep -vE "Created|Version"
signed --verify intact.db | grep -E '^(Baseline|Signature)|exit'
echo "== made anew it goes on counting"
signed --init | grep aseline
accept
signed | grep -E 'Baseline|exit'
echo "== JSON"
signed -B report_format=json --update | grep baseline
signed -B report_format=ndjson --update | grep baseline
echo "== list and compare"
signed --list "$DIR/tree/file" | head -n 2
cp intact.db second.db
signed -B "database_new=file:$DIR/second.db" --compare | grep -E 'aseline|NO differences|exit'
echo "== without keys"
configure "$stable"
conf --state state | grep -E 'aseline|NO differences|exit'
