# SPDX-License-Identifier: BSD-2-Clause
#
# Sourced by run.sh: the proof that the suite can fail.  Each variant is a wrapper named aide around the
# program under test that spoils one thing; a suite that does not notice is itself broken.

# $1: name, $2: what the wrapper does after the program ran: $out and $err (files) have what it said, $rc its
# status, $db the database it wrote, if any.  $3: what it does before.  The rest: options of the driver.
variant() {
	local name=$1 after=$2 before=${3:-}
	mkdir -p "$work/broken/$name"
	shift 2
	[ $# -eq 0 ] || shift
	printf '%s\n' "$@" >"$work/broken/$name/options"
	cat >"$work/broken/$name/aide" <<END
#!/bin/bash
out=\$(mktemp $work/out.XXXXXX) err=\$(mktemp $work/err.XXXXXX) db=out.db
[ ! -e "\$db" ] || touch -d @1 "\$db"
has() { for each in "\${words[@]}"; do case " \$* " in *" \$each "*) return 0 ;; esac; done; return 1; }
words=("\$@")
fresh() { [ -e "\$db" ] && [ "\$(stat -c %Y "\$db")" -gt 1 ] && head -c 2 "\$db" | grep -q '^@@'; }
# In the column \$1 of the database every value that is not 0 becomes another.
column() {
	fresh && awk -v name="\$1" '
		\$1 == "@@db_spec" { for (i = 2; i <= NF; i++) if (\$i == name) at = i - 1 }
		/^\\// && at && \$at != "0" { \$at = substr(\$at, 1, length(\$at) - 1) (\$at ~ /1\$/ ? "2" : "1") }
		{ print }' "\$db" >tmp.db && cat tmp.db >"\$db"
	rm -f tmp.db
}
# The attribute \$1 (bit \$2) is asked for and not honoured: only where nothing but its effect can be seen.
lame() {
	has --check -C || return 0
	cp in.db kept.db
	awk -v bit=\$((1 << \$2)) '
		\$1 == "@@db_spec" { for (i = 2; i <= NF; i++) if (\$i == "attr") at = i - 1 }
		/^\\// && at && int(\$at / bit) % 2 { \$at = sprintf("%.0f", \$at - bit) }
		{ print }' kept.db >in.db
}
undo_lame() {
	[ ! -e kept.db ] || mv kept.db in.db
	for each in "\$out" "\$err" report report2; do
		[ ! -e "\$each" ] || sed -i -E "s/(has different attributes: .*)[+]\$1([+-]|\$)/\1\2/; /attributes: \$/d; s/attributes: [+]/attributes: /" "\$each"
	done
}
$before
"$work/bin/aide" "\${words[@]}" >"\$out" 2>"\$err"
rc=\$?
$after
cat "\$out"
cat "\$err" >&2
rm -f "\$out" "\$err"
exit "\$rc"
END
	chmod +x "$work/broken/$name/aide"
}

broken_variants() {
	local field
	variant drops-a-line 'sed -i "5d" "$out"'
	variant adds-a-line 'echo "Coverage: everything" >>"$out"'
	variant changes-the-status '[ "$rc" -ne 4 ] || rc=0'
	variant says-nothing-on-errors '[ "$rc" -ne 17 ] || rc=0'
	variant hides-a-change 'sed -i -E "/^f [^:]*: /d; /\"f [^\"]*\"/d" "$out"'
	variant hides-an-addition 'sed -i -E "/^[a-z][+]{17}: /d; /\"[a-z][+]{17}\"/d" "$out"'
	variant hides-a-removal 'sed -i -E "/^[a-z]-{17}: /d; /\"[a-z]-{17}\"/d" "$out"'
	variant flips-a-summary-letter 'sed -i -E "s/^(\"?[fd] .{6,14})[.]/\1:/; s/(\"[fd] .{6,14})[.]/\1:/" "$out"'
	variant counts-wrong 'sed -i -E "s/^(  Total number of entries:.)[0-9]/\11/" "$out"'
	variant says-another-old-value 'sed -i -E "s/^( (Perm|Mtime|Ctime|Size|Inode) +: )./\1x/" "$out"'
	variant says-another-new-value 'sed -i -E "s/^( (Perm|Mtime|Ctime|Size|Inode) .*[|] )./\1x/" "$out"'
	variant drops-a-detail 'sed -i -E "/^ (Mtime|Ctime|Size) /d" "$out"'
	variant says-another-old-value-in-json 'sed -i -E "s/^(        \"old\": )[0-9]/\19/; s/^(        \"old\": \")./\1x/" "$out"'
	variant says-another-new-value-in-json 'sed -i -E "s/^(        \"new\": )[0-9]/\19/; s/^(        \"new\": \")./\1x/" "$out"'
	variant says-another-acl 'sed -i -E "s/^((| ACL) +[: ] .*[AD]: (user|group|other):.*)-/\1w/" "$out"'
	variant says-another-xattr 'sed -i -E "s/^((| XAttrs) +[: ] (num|.*\[[0-9]+\]).*)./\1/" "$out"'
	variant says-other-capabilities 'sed -i -E "s/^( Caps .*cap_)/\1x/" "$out"'
	variant says-other-flags 'sed -i -E "s/^( E2FSAttrs : .*)-/\1d/" "$out"'
	variant says-another-digest 'sed -i -E "s/^( (MD5|SHA[0-9]+|RMD160) +: )./\1/" "$out"'
	variant says-another-limit 'sed -i -E "s/^(Limit: .)/\1x/; s/^(  \"limit\": \".)/\1x/" "$out"'
	variant forgets-the-limit '' 'for ((i = 0; i < ${#words[@]}; i++)); do case ${words[i]} in -l | --limit) words[i + 1]=/ ;; esac; done'
	variant hides-a-transition 'sed -i -E "/has different attributes: /d" "$out"'
	variant says-another-transition 'sed -i -E "s/(has different attributes: .*)[+][a-z0-9]+/\1/" "$out"'
	variant hides-a-change-in-compare 'has -E --compare && sed -i -E "/^f [^:]*: /d; /\"f [^\"]*\"/d" "$out"'
	variant says-another-status-of-compare 'has -E --compare && rc=$((rc ^ 4))'
	variant forgets-an-entry 'fresh && sed -i "4d" "$db"'
	variant forgets-the-end 'fresh && sed -i "\$d" "$db"'
	variant leaves-entries-unsorted 'fresh && awk "/^\\// { if (last) print; last = held; held = \$0; next } { if (held) print held; if (last) print last; held = last = \"\"; print }" "$db" >tmp.db && cat tmp.db >"$db"; rm -f tmp.db'
	for field in perm uid gid size atime ctime mtime inode bcount lcount md5 sha1 sha256 sha512 attr acl xattrs \
		lname e2fsattrs capabilities; do
		variant "writes-another-$field" "column $field"
	done
	variant says-too-much 'echo "WARNING: all is well" >&2'
	variant hides-messages 'sed -i "/^WARNING: /d; /^ NOTICE: /d" "$err"'
	variant says-another-place 'sed -i -E "s/^(  ERROR: [^:]*:)[0-9]+/\10/" "$err"'
	variant names-another-rule 'sed -i -E "s/selective rule/equal rule/" "$out"'
	variant takes-another-path 'has -p --path-check && { sed -i "s/^\[X\]/[ ]/" "$out"; [ "$rc" -ne 0 ] || rc=1; }'
	variant walks-elsewhere 'has -n --dry-init && sed -i "\$d" "$out"'
	variant takes-another-in-dry-init 'has -n --dry-init && sed -i "0,/^\[X\]/s//[ ]/" "$out"'
	variant reports-nothing-to-files ': >report; : >report2'
	variant takes-no-notice-of-growing 'undo_lame growing' 'lame growing 40' --bias growing
	variant takes-no-notice-of-I 'undo_lame I' 'lame I 27' --bias I
	variant takes-no-notice-of-ARF 'undo_lame ARF' 'lame ARF 29' --bias ARF
	variant takes-no-notice-of-S 'sed -i -E "s/^ Size \(>\)/ Size    /" "$out"' '' --bias S
	variant takes-no-notice-of-ANF 'mv ../kept.conf ../x.conf 2>/dev/null; sed -i "/has different attributes: -ANF$/d" "$out"' \
		'has --check -C && cp -p ../x.conf ../kept.conf && sed -i "s/[+]ANF//g" ../x.conf' --bias ANF
}

# Adds to $passed and $failed.
broken_all() {
	local dir name options each=0 running=()
	broken_variants
	for dir in "$work"/broken/*/; do
		name=$(basename "$dir")
		mapfile -t options < <(grep . "$dir/options")
		"$DIFFER" --aide "$AIDE" --ours "$dir/aide" --digests-of "$work/bin/aide" --first "${options[@]}" \
			"$seed" 400 >"$dir/out" 2>&1 &
		running+=($!)
		each=$((each + 1))
		[ $((each % jobs)) -ne 0 ] || wait "${running[@]}"
	done
	wait "${running[@]}"
	for dir in "$work"/broken/*/; do
		name=$(basename "$dir")
		if grep -q '^FAIL seed' "$dir/out"; then
			passed=$((passed + 1))
			printf 'broken variant that %s: caught in case %d\n' "$name" \
				"$(awk '/^[0-9]+ passed, / { print $1 + $3 }' "$dir/out")"
		else
			echo "FAIL: the suite does not notice a variant that $name"
			tail -n 1 "$dir/out"
			failed=$((failed + 1))
		fi
	done
}
