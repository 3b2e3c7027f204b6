# The recipe of the manual verifies the chain, and finds what --history finds.
mkdir tree; echo 1 >tree/file
configure p
baseline
for reason in one 'with "quotes" and \ and $(id) and %s' $'\xff\n,"sha256":"x"}'; do signed --check --reason "$reason" >/dev/null; done
sed -n '/^n=0 previous/,/^echo/p' "$MANUAL" | sed -e "s/\\\\(aq/'/g" -e 's/\\-/-/g' >recipe
wc -l <recipe
verify() { (cd state && sh ../recipe) | sed -E 's/[0-9a-f]{64}/HEX/'; }
verify
last=$(tail -n 1 state/journal | sed 's/.*"sha256":"\(.*\)"}/\1/')
(cd state && sh ../recipe) | grep -c "3 records, the last one's digest: $last"
"$INTACT" -c intact.conf --state state --history | grep -c "3 records; the last one's digest: $last"
arrange 1 3; verify; undo
arrange 2 1 3; verify; undo
cp state/journal kept; sed -i '2s/"uid":/"Uid":/' state/journal; verify; undo
verify
