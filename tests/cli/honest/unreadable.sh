# What an ordinary user may not read is unverified, not equal, not removed; the run goes on.
need_user
mkdir -p tree/closed
echo 1 >tree/file; echo 2 >tree/secret; echo 3 >tree/closed/inside
configure "$stable"
baseline
conf --check | tail -n 3
chmod 0 tree/secret
chmod 0 tree/closed
conf --check
# An update keeps what is known of them.
conf --update | tail -n 3
accept
chmod 644 tree/secret
chmod 755 tree/closed
conf --check
