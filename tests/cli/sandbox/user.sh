# An ordinary user with the right to read everything, and one without: the same door.
. "$(dirname "$MANUAL")/../tests/cli/lib_sandbox.sh"
need_root
command -v setpriv >/dev/null || skip "needs setpriv"
slow_tree
mkdir tree/locked; echo secret >tree/locked/file; chmod 700 tree/locked; chmod 600 tree/slow
configure "$stable" "$slow"
need_layers
chown -R 65534:65534 . ; chown -R 0:0 tree; chmod 755 "$DIR" tree
cp "$INTACT" ./program; chmod 755 program
user="setpriv --reuid=65534 --regid=65534 --clear-groups"
reader="$user --inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search --bounding-set=-all,+dac_read_search"
$reader true 2>/dev/null || skip "needs ambient capabilities"
echo "== with CAP_DAC_READ_SEARCH"
held_up $reader ./program -c intact.conf --init
echo "CapEff: $(status_of "$run" CapEff), CapAmb: $(bits "$(status_of "$run" CapAmb)"), NoNewPrivs: $(status_of "$run" NoNewPrivs), Seccomp: $(status_of "$run" Seccomp)"
echo "its clerk: CapEff: $(status_of "$clerk" CapEff)"
let_go
sed -i '/io_limit/d' intact.conf
$reader ./program -c intact.conf --init | grep -E '^(Number|Coverage)'
echo "== without"
rm -f intact.db.new
$user ./program -c intact.conf --init | grep -E '^Coverage'
echo io_limit=10K >>intact.conf; chmod 644 tree/slow
held_up $user ./program -c intact.conf --init
echo "CapEff: $(status_of "$run" CapEff), NoNewPrivs: $(status_of "$run" NoNewPrivs), Seccomp: $(status_of "$run" Seccomp)"
let_go
