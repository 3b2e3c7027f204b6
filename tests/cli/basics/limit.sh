# --limit: outside of it nothing is compared, and an update keeps the old entries.
mkdir -p tree/a tree/b
echo 1 >tree/a/1; echo 2 >tree/a/2; echo 1 >tree/b/1; echo 2 >tree/b/2
configure "$stable"
baseline
echo x >tree/a/1; rm tree/a/2; echo n >tree/a/new
echo x >tree/b/1; rm tree/b/2; echo n >tree/b/new
conf --check --limit "$DIR/tree/a"
conf --update --limit "$DIR/tree/a"
accept
# What lay outside is still as it was.
conf --check
intact -c intact.conf --list --limit "$DIR/tree/a/" | grep -E '^/|exit'
