# Every init, check and update has its record; who removes, changes, moves or repeats one is found.
key_pair key
mkdir tree; echo 1 >tree/file
configure "$stable" signing_key="$DIR/key" verify_key="$DIR/key.pub"
signed --init --reason "first baseline" >/dev/null
accept
signed >/dev/null
echo 2 >tree/file
signed --check --reason $'\033[31mred\n"quoted" \\ \xff\xe2\x80\xae' >/dev/null
signed --update --reason ticket >/dev/null
signed --check --limit /nowhere >/dev/null
history
stat -c '%a %n' state/journal
echo "== what a record says"
one() { sed -n "$1p" state/journal | hexless | sed -E -e 's/"(time|start)":"[0-9TZ:.-]+"/"\1":"TIME"/g' -e 's/"version":"[^"]*"/"version":"V"/' \
	-e 's/"(uid|euid|login_uid)":[0-9]+,("(user|login)":"[^"]*",)?//g'; }
one 1; one 3; one 4; one 5
grep -o '"uid":[0-9]*' state/journal | sort -u | sed "s/$(id -u)/OURS/"
echo "== removed"
arrange 1 2 4 5; history; undo
arrange 2 3 4 5; history; undo
echo "== moved, repeated"
arrange 1 3 2 4 5; history; undo
arrange 1 2 2 3 4 5; history; undo
echo "== changed"
cp state/journal kept; sed -i '3s/"exit":4/"exit":0/' state/journal; history
echo "== and every run says so"
signed --check 2>&1 | grep -E 'WARNING|exit'
undo
echo "== cut at its end"
arrange 1 2 3; history
signed --check 2>&1 | grep -E 'WARNING|exit'
history
undo
echo "== not there any more"
rm state/journal; history
mv kept state/journal; history | tail -n 5
echo "== torn"
head -c -40 state/journal >cut; cp state/journal kept; cat cut >state/journal; rm state/journal-*
history
signed --check >/dev/null
history
