# A kernel without one of the layers: the run is the same, the log says it, require_sandbox refuses.
. "$(dirname "$MANUAL")/../tests/cli/lib_sandbox.sh"
[ -x "$WITHOUT" ] || skip "needs tests/cli/without"
mkdir tree; echo 1 >tree/file
configure "$stable"
need_layers
"$WITHOUT" landlock -- true || skip "needs seccomp"
baseline
without() {
	echo "== without $*"
	"$WITHOUT" "$@" -- "$INTACT" --workers "$WORKERS" -c intact.conf -L info --check 2>&1 | grep -E 'sandbox: no [^p]|ERROR|NO diff'
	"$WITHOUT" "$@" -- "$INTACT" --workers "$WORKERS" -c intact.conf --check >out 2>&1
	echo "exit: $?, $(grep -c sandbox out) lines about it"
	"$WITHOUT" "$@" -- "$INTACT" --workers "$WORKERS" -c intact.conf -A require_sandbox=yes --check 2>&1 >/dev/null
	echo "required: $?"
}
without landlock
without seccomp
without landlock seccomp
without open_tree
without close_range
echo "== nothing is missing"
conf -L info -A require_sandbox=yes --check 2>&1 | grep -E 'sandbox|exit'
conf -A require_sandbox=yes --no-sandbox --check
conf --no-sandbox --check | grep -E 'NO diff|exit'
