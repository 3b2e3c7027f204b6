#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the log says at the levels rule, compare and config: the lines about which rule matched which path,
# what is added, what changed, and the options as read, beside those of Debian's packaged aide 0.18.  How a
# program gets there (nodes, lists, tokens) is its own business and is left out.
#
# INTACT: the program under test.  Ends with 77 (skipped) where aide 0.18 is not installed.
set -u
INTACT=$(realpath "${INTACT:-$PWD/intact}")
export LC_ALL=C.UTF-8 TZ=UTC
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_aide_0_18
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-levels.XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
ln -s "$INTACT" aide

mkdir -p root/{a/deep,left_out,half,odd}
echo 1 >root/a/file
echo 1 >root/a/deep/file
: >$'root/odd/two\nlines'
ln -s x root/a/link
: >root/half/no
: >root/half/yes
mkdir root/half/neg
printf '%s\n' "root_prefix=$dir/root" "database_in=file:$dir/db" "database_out=file:$dir/db" "@@define A a" \
	"Mine = p+s" "@@include $dir included" '=/$ d p' '/@@{A} f,d Mine+sha256' '!/left_out' '/half p' '!/half/no$ f' \
	'!/half/neg$' 'database_attrs=md5' '@@ifdef A' '/odd p' '@@endif' report_level=list_entries \
	report_url=stdout num_workers=1 >conf
echo "/more u" >included
chmod 600 conf included

# The rule that decided about each path (aide names those that were overruled, too) and the decision; how
# pairs compare; what the configuration sets.
essence() {
	sed -E -e 's/(┝) +/\1 /' -e 's/ \(raw: [0-9]+\)//' -e "s/'stdout:'/'stdout'/" |
		awk '/^   RULE: ┬/ { rule = "" }
			/^   RULE: ┝ .* matches regex/ { rule = $0 }
			/^   RULE: ┴/ { if (rule) print rule; print }
			/^COMPARE: .*(┬ handle .* from disk|have (CHANGED|different|NO [a-z]*) attributes)/
			/^ CONFIG: [^(].*: (set|define|add) / && !/ ┬ /' | sort -u
}

same() {
	"$AIDE" -c conf "$@" 2>&1 >/dev/null | essence >theirs
	./aide --aide-compat 0.18 -c conf "$@" 2>&1 >/dev/null | essence >ours
	if [ -s ours ] && diff theirs ours >difference; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $*"
		cat difference
	fi
}

same -L config --config-check
same -L rule --dry-init
same -L config --init
echo 2 >>root/a/file
chmod 600 root/a/deep/file
echo 1 >root/a/new
same -L rule --check
same -L compare --check
sed -i 's/ p$/ p+u/; s/Mine = p/Mine = u/' conf
same -L compare --check
same -L rule --dry-init --limit /a/deep
count_claims
