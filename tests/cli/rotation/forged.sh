# What looks like a rotation and is none, and what looks like none and is one.  The log's old content must be
# the beginning of one new file in its folder that is otherwise like it.
rules='log ActLog
log\.[0-9]+ RotLog
log\.[0-9]+\.gz CompSerLog
.*/x RotLog'

begin() {
	echo "$*:"
	rm -rf tree
	mkdir -p tree/log.d
	configure_logs <<<"$rules"
	printf 'one\ntwo\nthree\n' >tree/log
	touch -d "2020-01-01 10:00:00" tree/log
	baseline
	echo four >>tree/log
}

# copytruncate by hand.
copy() { cp -p tree/log "tree/$1"; echo new >tree/log; }

begin "a rotation by copy"
copy log.1
names --check -L info | grep -vE 'INFO: (read (old|new) entries|generate reports)'

begin "a rotation by copy that was compressed"
copy log.1
gzip tree/log.1
names --check -L info | grep -vE 'INFO: (read (old|new) entries|generate reports)'

begin "a line was changed"
copy log.1
sed -i 's/two/tWo/' tree/log.1
names --check

begin "a line was left out"
copy log.1
sed -i 2d tree/log.1
names --check

begin "a line was put before it"
copy log.1
sed -i '1i zero' tree/log.1
names --check

begin "the end is missing"
copy log.1
truncate -s 10 tree/log.1
names --check

begin "the copy has another mode"
copy log.1
chmod g+w tree/log.1
names --check

begin "the copy has a link"
copy log.1
ln tree/log.1 hidden
names --check

begin "the copy is older than the log"
copy log.1
touch -d "2019-01-01 10:00:00" tree/log.1
names --check

begin "the copy is a link"
copy log.1
mv tree/log.1 copy
ln -s ../copy tree/log.1
names --check

begin "the copy is elsewhere"
copy log.1
mv tree/log.1 tree/log.d/x
names --check

begin "the rule of the copy asks for something else"
sed -i 's/^RotLog = Full/RotLog = Full-sha512-g/' intact.conf
copy log.1
names --check

begin "the log still has its content"
cp -p tree/log tree/log.1
names --check

begin "the log got another mode as well"
copy log.1
chmod o+w tree/log
sed -i 's/ANF+//' intact.conf
names --check

begin "two copies"
copy log.1
cp -p tree/log.1 tree/log.2
names --check

begin "damaged when it was compressed"
copy log.1
touch -r tree/log.1 stamp
gzip tree/log.1
printf '\1\2\3\4' | dd of=tree/log.1.gz bs=1 conv=notrunc status=none seek=$(($(stat -c %s tree/log.1.gz) - 8))
names --check -L notice

begin "something is behind the gzip data"
copy log.1
gzip tree/log.1
printf 'hidden' >>tree/log.1.gz
names --check -L notice

begin "the gzip data is cut short"
copy log.1
gzip tree/log.1
truncate -s -4 tree/log.1.gz
names --check -L notice

begin "no rotations are followed"
echo follow_rotation=no >>intact.conf
copy log.1
names --check

echo "called as aide:"
mkdir bin
ln -s "$INTACT" bin/aide
begin "a rotation by copy"
copy log.1
INTACT=$DIR/bin/aide names --check
sed -i '1i follow_rotation=yes' intact.conf
INTACT=$DIR/bin/aide names --check
