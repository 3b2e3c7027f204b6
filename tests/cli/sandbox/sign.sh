# --sign looks at no byte of a baseline before the door is shut: whoever has the key parses nothing.
. "$(dirname "$MANUAL")/../tests/cli/lib_sandbox.sh"
# Names of descriptors of a process that hides are for root.
need_root
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || skip "needs strace"
mkdir tree
echo 1 >tree/one
configure "$stable"
need_layers
baseline
"$INTACT" --keygen key >/dev/null 2>&1
for how in '' '--detached signature'; do
	echo "== --sign $how"
	strace -f -y -e trace=seccomp,read,pread64 -o calls "$INTACT" -c intact.conf --sign --signing-key key $how >out 2>&1
	echo "exit: $?"
	door=$(grep -n -m 1 'SECCOMP_SET_MODE_FILTER, [^,]*, {len=' calls | cut -d: -f1)
	first=$(grep -n -m 1 'read.*/intact\.db>' calls | cut -d: -f1)
	[ "${first:-0}" -gt "${door:-999999}" ] && echo "first the door, then the baseline"
	grep -E 'read.*/intact\.db>' calls | cut -d' ' -f1 | sort -u >readers
	echo "processes that read the baseline: $(wc -l <readers)"
done
