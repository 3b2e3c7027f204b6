# init, a clean check, changes of every kind, update, a clean check after it.
mkdir -p tree/sub
echo one >tree/one
echo two >tree/two
echo gone >tree/sub/gone
ln -s one tree/link
configure "$stable"
conf --init
accept
conf --check
echo ONE >tree/one
chmod 600 tree/two
rm tree/sub/gone
echo new >tree/sub/new
ln -sf two tree/link
conf --check
conf --update
accept
conf
