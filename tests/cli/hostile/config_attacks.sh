# Configurations made to break the reader: one line with its place, status 17, at once.
try() {
	echo "--- $1"
	chmod 600 bad.conf
	timeout 10 "$INTACT" -c bad.conf --config-check 2>&1 | cut -c 1-200 | head -n 3
	echo "exit: ${PIPESTATUS[0]}"
}
repeat() { head -c "$(($2 * ${#1}))" < <(yes "$1" | tr -d '\n'); }
printf '/etc p\n/a\0b p\n' >bad.conf
try "NUL in a rule"
printf 'a\0b' >bad.conf
try "NUL, no newline"
{ printf '/'; repeat a 1048576; printf ' p\n'; } >bad.conf
try "a line of a megabyte"
{ printf '/'; repeat '(' 5000; repeat ')' 5000; printf ' p\n'; } >bad.conf
try "5,000 brackets"
{ printf '/'; repeat '[' 5000; printf ' p\n'; } >bad.conf
try "5,000 open brackets"
{ yes '@@if defined X' | head -n 20000; echo '/etc p'; } >bad.conf
try "20,000 open @@if"
{ yes '@@if defined X' | head -n 20000; yes '@@endif' | head -n 20000; echo '/etc p'; } >bad.conf
try "20,000 nested @@if"
{ echo '@@define A0 xxxxxxxxxx'; for i in $(seq 60); do echo "@@define A$i @@{A$((i - 1))}@@{A$((i - 1))}"; done; echo '/@@{A60} p'; } >bad.conf
try "a variable that doubles sixty times"
echo "@@include $DIR/loop.conf" >bad.conf
echo "@@include $DIR/loop2.conf" >loop.conf
echo "@@include $DIR/bad.conf" >loop2.conf
chmod 600 loop.conf loop2.conf
try "an include loop over three files"
for i in $(seq 40); do echo "@@include $DIR/chain$((i + 1)).conf" >chain$i.conf; done
echo '/etc p' >chain41.conf; chmod 600 chain*.conf
echo "@@include $DIR/chain1.conf" >bad.conf
try "forty files deep"
echo "@@include $DIR" >bad.conf
try "include of a directory"
mkfifo fifo
echo "@@include $DIR/fifo" >bad.conf
try "include of a FIFO"
echo "@@include /dev/zero" >bad.conf
try "include of /dev/zero"
printf 'report_url=file:%s/x\n/etc p' "$DIR" >bad.conf
try "no newline at the end"
printf '/etc p\n/usr p+sha2' >bad.conf
try "cut in the middle of a word"
printf '/etc p\n/usr' >bad.conf
try "cut in the middle of a rule"
printf '/etc p\nX=\n' >bad.conf
try "a group of nothing"
printf '\xff\xfe/etc p\n' >bad.conf
try "bytes that are no text"
printf '/etc p\n\033[31m/red p\n' >bad.conf
try "an escape"
printf '/a{65535}{65535} p\n' >bad.conf
try "a regex that is too large"
printf '/(?<n>a)(?&n)\\K(*UTF8) p\n' >bad.conf
try "an odd regex"
rm bad.conf; mkfifo bad.conf
{ echo '/etc p' >bad.conf; } &
try "a configuration from a FIFO"
wait
