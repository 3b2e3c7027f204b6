# On a terminal the passphrase is asked for, twice for a new key, and never shown.
command -v python3 >/dev/null || skip "needs python3"
cat >ask.py <<'PY'
import os, pty, select, subprocess, sys, termios
# Runs argv[2:] on a terminal of its own and gives one line of argv[1] at each "': " or "again: ".
answers = sys.argv[1].split("|")
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen, at = b"", 0
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
    while answers and seen.find(b": ", at) >= 0 and (seen.endswith(b"): ") or seen.endswith(b"': ") or seen.endswith(b"again: ")):
        at = len(seen)
        echo = termios.tcgetattr(fd)[3] & termios.ECHO
        seen += b"[echo]" if echo else b"[no echo]"
        at = len(seen)
        os.write(fd, answers.pop(0).encode() + b"\n")
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.write(seen.decode().replace("\r\n", "\n") + "exit: %d\n" % status)
PY
ask() { python3 ask.py "$@" | hexless; }
ask 'secret|secret' "$INTACT" --keygen key
head -n 1 key
ask 'secret|other' "$INTACT" --no-color --keygen key2
ask '|' "$INTACT" --no-color --keygen key3
head -n 1 key3
mkdir tree
configure p signing_key="$DIR/key"
ask 'secret' "$INTACT" -c intact.conf --init --no-progress | grep -E 'Passphrase|New|exit'
ask 'wrong' "$INTACT" -c intact.conf --init --no-progress --no-color
