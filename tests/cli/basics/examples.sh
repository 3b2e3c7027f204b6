# The examples of the manual pages do what is said beside them.
docs=$(dirname "$MANUAL")
plain() { sed -e 's/\\-/-/g' -e 's/\\(aq/'"'"'/g' -e 's/\\e/\\/g'; }
# The examples are about /etc, ours are about a folder like it, and the places of the program are those of this test.
mkdir -p tree/etc/aide tree/usr/local/cache tree/usr/bin home
echo root >tree/etc/passwd; echo 1 >tree/etc/mtab; echo 1 >tree/usr/bin/ls; echo 1 >tree/usr/local/cache/x
echo "/etc p+sha256" >tree/etc/aide/aide.conf; chmod 600 tree/etc/aide/aide.conf
intact() { "$INTACT" --workers "$WORKERS" "$@"; echo "exit: $?"; }
echo "== intact(1)"
sed -n '/^\.SH EXAMPLES/,/^\.fi/p' "$MANUAL" | grep '^intact' | sed -E 's/   +.*//' | plain | sed "/ -p /!s#/etc#$DIR/tree/etc#g" >said
wc -l <said
"$INTACT" --keygen key >/dev/null 2>&1
# Whatever configuration this computer has.
while read -r line; do
	case $line in
	*' -c '*) command=$line ;;
	*'--verify-key'*)
		"$INTACT" --config '' --sign --signing-key key state/intact.db >/dev/null 2>&1
		cp key.pub state; cd state; command="intact --config '' ${line#intact}"
		;;
	*) command=$(sed -E "s#(^|; )intact#\1intact --config '' --state $DIR/state#g" <<<"$line") ;;
	esac
	echo "\$ $line"
	eval "$command" >"$DIR/out" 2>&1
	cd "$DIR"
	# The digest of a record is another one each time.
	grep -aE 'exit|ERROR|NO differences|found differences|^f.*: /|Generation [0-9]+ is|^[0-9]+ records?;|^Signature|^\[' out | sed -E "s/digest: .*//; s/f=[a-z0-9]+:/f:/; s/ \(none\) .*//"
	# Between two lines of the page somebody is at work.
	case $line in *--init*) echo backdoor >>tree/etc/passwd ;; esac
done <said
echo "== intact.conf(5), EXAMPLE"
sed -n '/^\.SH EXAMPLE/,/^\.fi/p' "$docs/intact.conf.5" | sed '1,2d;$d' | plain |
	sed -E "s#(:|=file:)/var/(lib/intact|log)/#\1$DIR/#" >example.conf
chmod 600 example.conf; wc -l <example.conf
echo "root_prefix=$DIR/tree" >>example.conf
"$INTACT" -c example.conf --state s2 --init | grep -a 'Number of'
mv intact.db.new intact.db
"$INTACT" -c example.conf --state s2 --list | grep -aoE '^/[^ ]*'
echo 2 >>tree/etc/passwd; echo 2 >>tree/etc/mtab; echo 2 >>tree/usr/local/cache/x
intact -c example.conf --state s2 --check | grep -aE '^f|exit'
cmp <("$INTACT" -c example.conf --state s2 --check | grep -a '^f') <(grep -a '^f' intact.log) && echo "the log has it, too"
echo "== intact.conf(5): every other piece of configuration is one"
awk '/^\.nf/ { n++; on = 1; next } /^\.fi/ { on = 0 } on { print > ("piece" n) }' "$docs/intact.conf.5"
for piece in $(grep -lE '^([a-z_]+=|[A-Z][A-Za-z]* += |[!-]?\\?-?/[a-z])' piece* | sort -V); do
	{ plain <"$piece"; grep -q '[ =]/.* \|^.*= ' "$piece" || echo '/x p'; } >piece.conf
	chmod 600 piece.conf
	echo "$(head -n 1 "$piece" | plain | cut -c 1-40): $(intact -c piece.conf --config-check 2>&1)"
done
