# Each bad configuration: one line with its place, the right exit status, nothing written.
try() {
	printf '%b' "$1" >bad.conf
	chmod 600 bad.conf
	echo "--- $1"
	intact -c bad.conf --check
}
mkdir tree
try 'nosuchoption_here=1\n'
try 'report_levl=summary\n'
try '/etc sha25\n'
try '/etc p+\n'
try '/(unclosed p\n'
try 'etc p\n'
try '@@include /nonexistent/file\n/etc p\n'
try '@@if defined X\n/etc p\n'
try '# only a comment\n'
try '\n'
try 'database_in=nonsense\n/etc p\n'
try '@@include bad.conf\n/etc p\n'
intact -c /nonexistent.conf
intact -c "$DIR"
ls
