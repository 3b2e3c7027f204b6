# SPDX-License-Identifier: BSD-2-Clause
#
# What the cases about digests share.  Each digest is tried alone; what is printed must not depend on
# what the build has, so that is judged here.

data=$(cd "$(dirname "${BASH_SOURCE[0]}")/../data/digests" && pwd)
. "$data/tree.sh"

version=$("$INTACT" --version)
has() { [[ $version == *$'\n'"$1: yes"* ]]; }
built_with() { [[ $version == *$'\n'"use $1: yes"* ]]; }

# Check the folder $1 of the tree alone, under the rules of the rest: `report` and `status`.
check_folder() {
	local name=$1 line
	shift
	{
		printf '%s\n' "root_prefix=$DIR" "database_in=file:$DIR/db" "database_attrs=E"
		for line; do printf '%s\n' "$line"; done
	} >check.conf
	status=0
	"$INTACT" --workers "$WORKERS" -c check.conf --check --limit "/tree/$name/" >report 2>errors || status=$?
}

# expect NAME STATUS TEXT: status and what the report must say.
expect() {
	[ "$status" -eq "$2" ] && grep -qF -- "$3" report && return
	echo "$1: exit status $status, not $2 with '$3'"
	cat errors report
	return 1
}

# Is the folder $1 with the digest $2 verified, as $3 (exit status) and $4 (text) say, under both
# versions, and a file with a changed byte found?
verify() {
	local name=$1 digest=$2 rules
	local old="/tree/ f s+$digest" new="/tree/ f s+sha256"
	for rules in "aide_compat=0.18 $old" "aide_compat=0.18 /tree/ f s+H" "$new"; do
		case $rules in
		aide_compat=*) check_folder "$name" "${rules%% *}" "${rules#* }" ;;
		*) check_folder "$name" "$rules" ;;
		esac
		expect "$name: $rules" "$3" "$4" || return
	done
	[ "$3" -eq 0 ] || { echo "$name: ok"; return; }
	printf '\200' | dd of="tree/$name/b4097" bs=1 seek=4000 conv=notrunc status=none
	for rules in "aide_compat=0.18 $old" "$new"; do
		case $rules in
		aide_compat=*) check_folder "$name" "${rules%% *}" "${rules#* }" ;;
		*) check_folder "$name" "$rules" ;;
		esac
		expect "$name, changed: $rules" 4 "/tree/$name/b4097" || return
		expect "$name, changed: $rules" 4 "Changed entries:		1" || return
	done
	echo "$name: ok"
}

# What this build lacks: said by name, and nothing called changed.
lacks() {
	local rules
	for rules in "/tree/ f s+sha256" "/tree/ f s+$2"; do
		case $rules in
		*sha256) check_folder "$1" "$rules" ;;
		*) check_folder "$1" aide_compat=0.18 "$rules" ;;
		esac
		expect "$1: $rules" 32 "this build cannot compute: $2" || return
		expect "$1: $rules" 32 "NO differences in what it could verify" || return
	done
	echo "$1: ok"
}
