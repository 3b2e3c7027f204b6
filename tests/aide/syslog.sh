#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Reports to syslog: Debian's packaged aide 0.18 and the program under test, each with a private /dev/log.
# What arrives is the same to the byte, but for times and the digests of the databases (which hold a time).
#
# INTACT: the program under test.  HEAR: the built tests/cli/hear.
# Ends with 77 (skipped) without root, aide 0.18, or the right to mount.
set -u
INTACT=$(realpath "${INTACT:-$PWD/intact}")
HEAR=$(realpath "${HEAR:-$PWD/tests/cli/hear}")
export LC_ALL=C TZ=UTC
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

need_root
need_aide_0_18
in_own_namespace "${BASH_SOURCE[0]}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-syslog.XXXXXX")
trap 'umount -l "$dir/dev"; rm -rf --one-file-system "$dir"' EXIT
cd "$dir" || exit 1
mkdir dev
mount -t tmpfs none dev
for each in null zero full urandom; do
	: >"dev/$each"
	mount --bind "/dev/$each" "dev/$each"
done
mount --rbind dev /dev

mkdir old
for each in a b c gone $'new\nline' $'control\033' "$(printf 'l%.0s' $(seq 200))"; do echo 1 >"old/$each"; done
ln -s "$(printf 't%.0s' $(seq 100))" old/link
rules="$dir/tree p+s+sha256+l+ftype+acl+xattrs"

# $1: report options; the rest: more attributes.  The configuration of a run.
configure() {
	printf '%s\n' "database_in=file:$dir/db" "database_out=file:$dir/db" database_attrs=md5 "$1" "${2:-report_url=stdout}" \
		"$rules${3:-}" >conf
	chmod 600 conf
}

change() {
	echo 2 >>tree/a
	: >tree/added
	: >tree/added2
	rm tree/gone
	chmod 600 tree/$'control\033'
	echo much longer >>"$(echo tree/lll*)"
	setfacl -m u:1:r tree/b
	setfattr -n user.x -v 1 tree/b
	setfattr -n user.y -v "$(printf 'v%.0s' $(seq 80))" tree/b
}

# $1: options, $2: facility, $3: the program; the rest: its arguments.
hear() {
	local options=$1 facility=$2
	shift 2
	rm -rf tree db
	cp -a old tree
	configure "$options"
	"$@" -c conf --init >/dev/null || echo "init failed"
	change
	configure "$options" "report_url=syslog:$facility"
	"$HEAR" /dev/log "$@" -c conf --check --limit "$dir/tree"
	configure "$options" "report_url=syslog:$facility" +sha512
	"$HEAR" /dev/log "$@" -c conf --check
	"$HEAR" /dev/log "$@" -c conf --init
}

masked() {
	sed -E -e 's/^(<[0-9]+>).{15} /\1 /' -e 's/[0-9]{4}-[0-9-]+ [0-9:]+ \+0000/@TIME@/g' \
		-e 's/run time: [0-9]+m [0-9]+s/@RUNTIME@/' -e 's/"run_time_seconds": [0-9]+/@RUNTIME@/' \
		-e 's/(MD5 +: |"md5": ").*/\1@DIGEST@/' \
		-e 's/u0027/u001b/' # as documented: JSON escapes are hexadecimal
}

ln -s "$INTACT" aide
while read -r facility options; do
	options=${options// /$'\n'}
	hear "$options" "$facility" /usr/bin/aide | masked >theirs
	hear "$options" "$facility" ./aide --aide-compat 0.18 | masked >ours
	if [ "$(wc -l <ours)" -ge 3 ] && diff theirs ours >difference; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL syslog:%s %s\n' "$facility" "$options"
		head -n 20 difference
	fi
done <<'END'
LOG_MAIL
log_local3 report_level=added_removed_entries
LOG_USER report_format=json
LOG_DAEMON report_format=json report_level=added_removed_entries
LOG_AUTH report_grouped=no config_version=5 report_ignore_changed_attrs=s report_ignore_added_attrs=sha512 report_level=list_entries
LOG_CRON report_summarize_changes=no report_format=json
LOG_SYSLOG report_summarize_changes=no report_level=added_removed_attributes report_force_attrs=ftype
LOG_NEWS report_level=minimal
LOG_LPR report_level=minimal report_format=json
LOG_UUCP report_quiet=yes report_level=summary report_detailed_init=yes
LOG_LOCAL7 report_detailed_init=yes
LOG_NONE
END
count_claims
