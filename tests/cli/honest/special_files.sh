# FIFOs, sockets and links are recorded, never opened; nothing hangs.
mkdir tree
mkfifo tree/fifo
ln -s nowhere tree/dangling
ln -s loop2 tree/loop1; ln -s loop1 tree/loop2
ln -s /dev/zero tree/zero
python3 - <<'END' 2>/dev/null || perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "tree/socket", Listen => 1)'
import socket
s = socket.socket(socket.AF_UNIX)
s.bind("tree/socket")
END
configure p+ftype+l+n+sha256
timeout 10 "$INTACT" -c intact.conf --init | tail -n 4 | head -n 2
accept
timeout 10 "$INTACT" -c intact.conf --check; echo "exit: $?"
rm tree/fifo; echo x >tree/fifo
ln -sfn elsewhere tree/dangling
timeout 10 "$INTACT" -c intact.conf --check; echo "exit: $?"
