# Where the journal is, and where it cannot be.
mkdir tree; echo 1 >tree/file
configure p
baseline
try() { signed "$@" 2>&1 | grep -E 'ERROR|WARNING|exit'; }
echo "== none"
configure p journal=no
try; try --reason why; try --history
ls state 2>/dev/null
configure p journal=
try; ls state 2>/dev/null
echo "== a name, a URL, a second one, a slip"
configure p "journal=$DIR/here"; try
configure p "journal=file:$DIR/there"; try
configure p "journal=$DIR/first" "journal=$DIR/second"; try
configure p journal=yes; try
configure p journal=off; try
configure p journal=http://x/y; try
configure p journal=file:; try
ls -d here there first second state/journal 2>&1
echo "== a folder that is not there, or that others may write"
configure p "journal=$DIR/none/journal"; try
mkdir open; chmod 777 open
configure p "journal=$DIR/open/journal"; try; ls open
chmod 1777 open; try
echo "== something else in its place"
ln -s "$DIR/victim" link; configure p "journal=$DIR/link"; try; try --history; ls victim 2>&1
echo precious >victim; try; cat victim
mkfifo fifo; configure p "journal=$DIR/fifo"; try; try --history
configure p "journal=$DIR/tree"; try
configure p "journal=$DIR/victim"; chmod 600 victim; try; try --history; cat victim
configure p "journal=$DIR/intact.db"; try; try --check -B "database_in=file:$DIR/other.db"
configure p "journal=$DIR/intact.db.new"; try --init; ls intact.db.new 2>&1
configure p "journal=$DIR/intact.conf"; try
configure p "journal=$DIR/log" "report_url=file:$DIR/log"; try; rm -f log
ln first linked; configure p "journal=$DIR/first"; try; rm linked
chmod 620 first; try; chmod 600 first; try
echo "== a descriptor that is closed does not become the journal's"
configure p "journal=$DIR/first"
before=$(cksum <first)
signed --init -B database_out=fd:3 3>&- | grep -E 'ERROR|exit'
signed --check -B report_url=fd:3 3>&- | grep -E 'ERROR|exit'
[ "$before" = "$(cksum <first)" ] && echo "as it was"
echo "== it may grow while it is watched"
configure p "database_in=file:$DIR/w.db" "$DIR/tree/journal\$ f p+u+g+i+n+ftype+growing+s+sha256" "journal=$DIR/tree/journal"
: >tree/journal; chmod 600 tree/journal
signed --init -B "database_out=file:$DIR/w.db" >/dev/null
signed --check -B "database_in=file:$DIR/w.db" | grep -E '^f.*journal|found|exit'
