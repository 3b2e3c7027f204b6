# SPDX-License-Identifier: BSD-2-Clause
#
# Sourced by run.sh: the proof that the suite can fail.  Each variant is a wrapper named aide around the
# program under test that spoils one thing; a suite that does not notice is itself broken.

# $1: name, $2: what the wrapper does after the program ran: $out (a file) has its output, $rc its status,
# $db the database it wrote, if any
variant() {
	mkdir -p "$work/broken/$1"
	cat >"$work/broken/$1/aide" <<END
#!/bin/bash
out=\$(mktemp $work/out.XXXXXX) db=out.db
[ ! -e "\$db" ] || touch -d @1 "\$db"
"$work/bin/aide" "\$@" >"\$out"
rc=\$?
fresh() { [ -e "\$db" ] && [ "\$(stat -c %Y "\$db")" -gt 1 ] && head -c 2 "\$db" | grep -q '^@@'; }
$2
cat "\$out"
rm -f "\$out"
exit "\$rc"
END
	chmod +x "$work/broken/$1/aide"
}

broken_variants() {
	variant drops-a-line 'sed -i "5d" "$out"'
	variant adds-a-line 'echo "Coverage: everything" >>"$out"'
	variant changes-the-status '[ "$rc" -ne 4 ] || rc=0'
	variant hides-a-change 'sed -i -E "/^f [^:]*: /d; /\"f [^\"]*\"/d" "$out"'
	variant hides-an-addition 'sed -i -E "/^[a-z][+]{17}: /d; /\"[a-z][+]{17}\"/d" "$out"'
	variant flips-a-summary-letter 'sed -i -E "s/^(\"?[fd] .{6,14})[.]/\1:/; s/(\"[fd] .{6,14})[.]/\1:/" "$out"'
	variant writes-a-wrong-digest 'fresh && sed -i -E "s/([A-Za-z0-9+\\/]{20})=/Q\1=/" "$db"'
	variant forgets-an-entry 'fresh && sed -i "4d" "$db"'
	variant says-nothing-on-errors '[ "$rc" -ne 17 ] || rc=0'
	variant says-too-much 'echo "WARNING: all is well" >&2'
	variant wrong-rule 'sed -i -E "s/selective rule/equal rule/" "$out"'
}

# Adds to $passed and $failed.
broken_all() {
	local dir name
	broken_variants
	for dir in "$work"/broken/*/; do
		name=$(basename "$dir")
		if "$DIFFER" --aide "$AIDE" --ours "$dir/aide" --digests-of "$work/bin/aide" --first "$seed" 100 >"$work/broken.out" 2>&1; then
			echo "FAIL: the suite does not notice a variant that $name"
			failed=$((failed + 1))
		else
			passed=$((passed + 1))
		fi
	done
	echo "broken variants caught: $(ls "$work/broken" | wc -l) tried"
}
