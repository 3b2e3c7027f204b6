# A gzip file that becomes ten gigabytes costs a message and little time and memory; it is a new file like others.
mkdir tree
configure_logs <<'END'
log ActLog
.*\.gz CompSerLog
END
sed -i 's/+sha512//' intact.conf
echo "the first line" >tree/log
baseline
# One hundredth at a time, as members: ten megabytes in all.
head -c 104857600 /dev/zero | gzip -9 >part
for i in $(seq 100); do cat part; done >tree/bomb.gz
cp part tree/small.gz
start=$SECONDS
names --check -L notice
[ $((SECONDS - start)) -lt 120 ] || echo "took $((SECONDS - start)) seconds"
# Nothing is decompressed where the rules do not ask for it, and nothing at --init.
names --init -L notice
