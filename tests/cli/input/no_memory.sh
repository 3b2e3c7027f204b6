# 22: a configuration near its largest size, in less and less memory: read, or refused for want of memory.
! grep -qE '__(asan|tsan)_init' "$INTACT" || skip "a sanitizer takes more memory than there is"
mkdir tree
configure p
yes '/a/rule/that/takes/memory/for/its/pattern$ p+u+g+s+sha256' | head -n 60000 >>intact.conf
seen=
for kilobytes in 60000 30000; do
	rc=0
	(ulimit -v $kilobytes; exec "$INTACT" -c intact.conf --config-check) >out 2>&1 || rc=$?
	case $rc in 0 | 22) seen="$seen $rc" ;; *) echo "$kilobytes: $rc"; cat out ;; esac
done
case $seen in *22*) echo 22 ;; *) echo "memory was enough: $seen" ;; esac
