# What a run holds while it reads, and what its clerk does: rights, filter, places that it may write to.
. "$(dirname "$MANUAL")/../tests/cli/lib_sandbox.sh"
need_root
slow_tree
configure "$stable" "$slow"
need_layers
show() {
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		echo "$set: $(bits "$(status_of "$1" $set)")"
	done
	echo "NoNewPrivs: $(status_of "$1" NoNewPrivs)"
	echo "Seccomp: $(status_of "$1" Seccomp)"
}
echo "== the run"
held_up "$INTACT" -c intact.conf --init
show "$run"
[ "$(status_of "$run" CapEff)" = 0000000000000004 ] && echo "the one is CAP_DAC_READ_SEARCH"
echo "== each thread"
for task in /proc/"$run"/task/*; do
	sed -n -E 's/^(CapEff|Seccomp|NoNewPrivs):[[:space:]]*/\1 /p' "$task/status"
done | sort | uniq -c | awk '{ print $2, $3 } END { print NR }'
echo "== open for writing"
for fd in /proc/"$run"/fdinfo/*; do
	target=$(readlink "/proc/$run/fd/${fd##*/}")
	flags=$(sed -n 's/^flags:[[:space:]]*//p' "$fd" 2>/dev/null)
	[ -n "$flags" ] && [ $((0$flags & 3)) -ne 0 ] && echo "$target"
done | sed -E 's/(socket|pipe):.*/\1/; s#/[^ ]*/\#[0-9]+ \(deleted\)#a temporary file#' | sort | uniq
echo "== the clerk"
[ "$(status_of "$clerk" Name)" = intact-clerk ] && echo "is there"
show "$clerk" | grep -E 'CapEff|CapBnd'
[ $((16#$(status_of "$clerk" CapEff) & ~0xb)) -eq 0 ] && echo "chown, dac_override and fowner at the most"
let_go
cat held.out
[ ! -e "/proc/$clerk" ] && echo "no clerk"
ls -A | grep intact-tmp
echo "== without the sandbox"
held_up "$INTACT" -c intact.conf --no-sandbox --init
echo "Seccomp: $(status_of "$run" Seccomp), NoNewPrivs: $(status_of "$run" NoNewPrivs), clerk: $clerk"
[ "$(bits "$(status_of "$run" CapEff)")" -gt 1 ] && echo "all rights"
let_go
