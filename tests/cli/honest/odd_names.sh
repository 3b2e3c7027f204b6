# Names are bytes: newline, escape, invalid UTF-8, 255 bytes, leading blank.  Nothing reaches a terminal raw.
mkdir tree
cd tree
echo 1 >$'new\nline'; echo 1 >$'\033[31mred'; echo 1 >$'bad\xff'; echo 1 >' blank'; echo 1 >'oct\101'
echo 1 >"$(printf 'x%.0s' $(seq 255))"; echo 1 >$'\xe2\x80\xae.bidi'; echo 1 >$'\x01'; echo 1 >'%n'; echo 1 >@@end_db
echo 1 >$'\x1f'; echo 1 >$'\x7f'; echo 1 >$'c1\xc2\x9b31m'; echo 1 >$'\x9b'
cd ..
configure "$stable"
baseline
conf --check | grep -E 'found|exit|Cov'
for f in tree/*; do echo 2 >"$f"; done
echo 2 >$'tree/bad\xff'
conf --check
