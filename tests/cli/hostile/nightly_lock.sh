# The lock of a night is emptied and written to: never what else a file of that name may be.
mkdir tree state
echo 1 >tree/file
configure "$stable"
baseline
chmod 755 state
tonight() { intact --state "$DIR/state" -c intact.conf --nightly 2>&1 | grep -E 'ERROR|exit'; cat victim; rm -f state/nightly.lock; }
echo victim >victim; chmod 600 victim
ln victim state/nightly.lock; tonight
ln -s ../victim state/nightly.lock; tonight
: >state/nightly.lock; chmod 666 state/nightly.lock; tonight
mkfifo state/nightly.lock; tonight
tonight
