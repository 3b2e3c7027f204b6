# The name of the host cannot make a header either.
. "$here/lib_nightly.sh"
need_root
nights
echo 1 >tree/a; baseline; echo 2 >tree/a
unshare -u true 2>/dev/null || skip "needs a host name of its own"
unshare -u python3 - <<'PYTHON'
import os, socket, subprocess
socket.sethostname('ev\u00efl\nBcc: x@y\r\n\x1b[31m')
subprocess.run([os.environ['INTACT'], '-c', 'intact.conf', '--nightly'], stdout=subprocess.DEVNULL)
PYTHON
read_mails
sed '/^$/,$d' mails/0 | sed -E 's/^(Date|Message-ID): .*[0-9]@?/\1: .../'
