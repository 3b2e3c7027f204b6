# One night at a time, said with who holds it; a dead one holds nothing.  Damaged findings begin anew.
. "$here/lib_nightly.sh"
nights
echo 1 >tree/a; baseline; echo 2 >tree/a; night | sed -n '1,1p'
cp "$INTACT_STATE/findings" before
echo "== held"
python3 - <<'PYTHON'
import fcntl, os, subprocess, sys
f = open(os.environ['INTACT_STATE'] + '/nightly.lock', 'r+')
fcntl.flock(f, fcntl.LOCK_EX)
f.truncate(0); f.write('%d 1000000000\n' % os.getpid()); f.flush()
p = subprocess.run([os.environ['INTACT'], '-c', 'intact.conf', '--nightly'], capture_output=True, text=True)
print(p.returncode, p.stdout, str(os.getpid()) in p.stderr)
print(p.stderr.replace(str(os.getpid()), 'N').replace(os.environ['INTACT_STATE'], 'STATE'))
PYTHON
ls mails | wc -l; cmp before "$INTACT_STATE/findings" && echo untouched
echo "== its holder is gone"; night | sed "s#$INTACT_STATE#STATE#"
for damage in cut flipped empty garbage; do
	echo "== findings: $damage"
	cp before "$INTACT_STATE/findings"
	case $damage in
	cut) head -n 2 before >"$INTACT_STATE/findings" ;;
	flipped) sed -i 's/"change":"changed"/"change":"chbnged"/' "$INTACT_STATE/findings" ;;
	empty) : >"$INTACT_STATE/findings" ;;
	garbage) head -c 5000 /dev/urandom >"$INTACT_STATE/findings" ;;
	esac
	night | sed "s#$INTACT_STATE#STATE#"; ls "$INTACT_STATE" | grep damaged
done
