# What was seen and what was found is kept where nobody else can take it away, also with the journal elsewhere.
mkdir -m 700 own
mkdir tree state
echo 1 >tree/file
configure "$stable" "journal=$DIR/own/journal"
baseline
tonight() { intact --state "$DIR/state" -c intact.conf --nightly 2>&1 | grep -E 'ERROR|exit'; }
chmod 777 state; tonight
chmod 775 state; tonight
chmod 755 state; tonight
