#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Debian's own wrappers from aide-common, aideinit and dailyaidecheck, unchanged, over Debian's own
# configuration with its executable includes, as the user _aide with the capabilities that they give it:
# once with the packaged aide and once with a link named aide to intact first in PATH.  The databases hold
# the same entries with the same attributes and values; what the wrappers log and mail is the same.
#
# The system they look at is a small one: this machine's /etc and the programs that the wrappers call, in a
# folder of its own with a private mount namespace around it.
#
# INTACT: built to stand in for 0.18, whose configuration and wrappers these are.
# Ends with 77 (skipped) without root, aide-common, or the right to mount.
set -u
INTACT=$(realpath "${INTACT_0_18:-$PWD/tests/aide/intact-0.18}")
export LC_ALL=C TZ=UTC
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

need_root
[ -x /usr/sbin/aideinit ] && [ -x /usr/share/aide/bin/dailyaidecheck ] || skip "aide-common is not installed"
command -v capsh >/dev/null && id -u _aide >/dev/null 2>&1 || skip "needs capsh and the user _aide"
need_aide_0_18
in_own_namespace "${BASH_SOURCE[0]}"

dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-debian.XXXXXX")
root=$dir/root
# Never through a mount.
trap 'umount -lR "$root"; rm -rf --one-file-system "$dir"' EXIT
# The user _aide must get through.
chmod 755 "$dir"

# ---- a small system ----------------------------------------------------------------------------------

# $*: programs; each with the libraries that it needs, under the same path.
bring() {
	local each path
	for each in "$@"; do
		path=$(type -P "$each") || continue
		printf '%s\n' "$path" "$(realpath "$path")"
		ldd "$path" 2>/dev/null | grep -o '/[^ ]*'
	done | sort -u | while read -r path; do
		mkdir -p "$root$(dirname "$path")"
		# -L: with alternatives and merged folders each name is a file of its own.
		[ -e "$root$path" ] || cp -pL "$path" "$root$path"
	done
}

small_system() {
	mkdir "$root"
	mount --bind "$root" "$root"
	mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,usr/share,proc,dev,run/aide,tmp,root} \
		"$root"/var/{lib/aide,log/aide,tmp,mail}
	for each in bin sbin lib lib64; do ln -s "usr/$each" "$root/$each"; done
	chmod 1777 "$root/tmp" "$root/var/tmp"
	cp -a /etc "$root/etc"
	# Links into what is not here are no error, only many.
	cp -a --parents /usr/share/aide "$root/"
	bring bash sh capsh env hostname dnsdomainname date stat sed grep egrep cut head tail mktemp mkdir chmod \
		chown touch cat wc awk savelog logger sha256sum pidof id printf sort cp mv rm ln ls tr find xargs \
		fold dotlockfile uniq dirname basename expr dpkg gzip sleep tty true aide
	cp -p /usr/sbin/aideinit "$root/usr/sbin/"
	cp -p "$INTACT" "$root/usr/bin/intact"
	ldd "$INTACT" | grep -o '/[^ ]*' | while read -r each; do
		mkdir -p "$root${each%/*}"
		cp -pL "$each" "$root$each"
	done
	# Whirlpool and ripemd160 are in a module of libcrypto.
	cp -a --parents "$(openssl version -m | sed 's/.*"\(.*\)"/\1/')" "$root/" 2>/dev/null
	# What is mailed is kept.  Only this, in the file that is there for settings.
	printf '#!/bin/sh\n{ echo "mail $*"; cat; } >&9\n' >"$root/usr/bin/keep-mail"
	chmod 755 "$root/usr/bin/keep-mail"
	printf 'MAILCMD=/usr/bin/keep-mail\nFIGLET=no\n' >>"$root/etc/default/aide"
	mount -t proc proc "$root/proc"
	for each in null zero urandom; do
		: >"$root/dev/$each"
		mount --bind "/dev/$each" "$root/dev/$each"
	done
}

# ---- the wrappers ------------------------------------------------------------------------------------

# Who stands behind the name aide, and the folders of its own that come with it.
use() {
	local each
	who=$1
	for each in lib/aide log/aide; do
		umount "$root/var/$each" 2>/dev/null
		mkdir -p "$dir/$who/$each"
		# As aide-common has them.
		chown "_aide:$(stat -c %g "/var/$each")" "$dir/$who/$each"
		chmod "$(stat -c %a "/var/$each")" "$dir/$who/$each"
		mount --bind "$dir/$who/$each" "$root/var/$each"
	done
	chown _aide "$root/run/aide"
	ln -sf "$2" "$root/usr/sbin/aide"
	# Made again for each of them: its times say when.
	touch -h -d '2024-01-01' "$root/usr/sbin/aide"
	touch -d '2024-01-01' "$root/usr/sbin"
}

in_system() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TZ=UTC chroot "$root" "$@" </dev/null; }

init() {
	# The log of the daily check is there; a system where it never ran reports its first one.
	install -o _aide -g adm -m 640 /dev/null "$dir/$who/log/aide/aide.log"
	in_system aideinit -y -f >"$dir/$who/init.out" 2>&1
	rc=$?
	claim "$who: aideinit: exit $rc: $(cat "$dir/$who/init.out" "$dir/$who/log/aide/aideinit.errors")" [ $rc -eq 0 ]
	claim "$who: aideinit left errors" [ ! -s "$dir/$who/log/aide/aideinit.errors" ]
	claim "$who: no database" [ -s "$dir/$who/lib/aide/aide.db" ]
}

# As /etc/cron.daily/aide runs it.  $1: name of the run
daily() {
	in_system capsh --caps='cap_dac_read_search,cap_audit_write+eip cap_setpcap,cap_setuid,cap_setgid+ep' \
		--keep=1 --user=_aide --addamb=cap_dac_read_search,cap_audit_write -- \
		-c '/usr/share/aide/bin/dailyaidecheck --crondaily' >"$dir/$who/$1.out" 2>&1 9>"$dir/$who/$1.mail"
	rc=$?
	claim "$who: dailyaidecheck: exit $rc: $(cat "$dir/$who/$1.out")" [ $rc -eq 0 ]
	cp "$dir/$who/log/aide/aide.log" "$dir/$who/$1.log"
}

# ---- comparing ---------------------------------------------------------------------------------------

# Digests that this build cannot compute are not in the database.
missing=$("$INTACT" --version | sed -n 's/^\([a-z0-9]*\): no$/\1/p' | tr '\n' ' ')

# A database as lines "NAME FIELD VALUE".  Not what lies in the folders that each run makes anew, nor
# the link that differs.
entries() {
	zcat "$1" | awk -v missing="$missing" '
		BEGIN {
			split("name l p u g s a c m i b n md5 sha1 rmd160 tiger crc32 haval gost crc32b", bits, " ")
			for (i in bits) bit[bits[i]] = i - 1
			bit["sha256"] = 30; bit["sha512"] = 31; bit["whirlpool"] = 34
			bit["stribog256"] = 38; bit["stribog512"] = 39
			n = split(missing, list, " ")
			for (i = 1; i <= n; i++) absent[list[i]] = 1
		}
		function without(mask, each) {
			for (each in absent) if (int(mask / 2 ^ bit[each]) % 2) mask -= 2 ^ bit[each]
			return sprintf("%.0f", mask)
		}
		$1 == "@@db_spec" { for (i = 2; i <= NF; i++) field[i - 1] = $i; next }
		/^[@#]/ || $1 ~ "^/(run/aide|var/(lib|log)/aide|usr/sbin/aide)(/|$)" || $1 == "/usr/sbin" { next }
		{ for (i = 2; i <= NF; i++)
			if (!(field[i] in absent)) print $1, field[i], field[i] == "attr" ? without($i) : $i }'
}

# A log or a mail without times, digests, and what differs between two runs.  The link named aide is made
# anew for each program, and its inode may be the old one or not; the log of aideinit may have been looked
# at and finished in the same second or not.
text() {
	sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?( [+-][0-9]{4})?/@TIME@/g' \
		-e 's/run time:? [0-9]+( seconds|m [0-9]+s)/@RUNTIME@/' -e 's/^[0-9a-f]{64} /@DIGEST@ /' \
		-e 's/^sha256sum: [0-9a-f]{64}/sha256sum: @DIGEST@/' -e 's/\([0-9]+ lines\)/(@N@ lines)/' -e 's/^( Inode +:).*/\1/' \
		-e 's#^(l.=.... .c)[i.](.*: /usr/sbin/aide)$#\1?\2#' \
		-e 's#^(f.>b... )[m.][c.](.*: /var/log/aide/aideinit\.log)$#\1??\2#' "$1" |
		awk -v missing="$missing" '
			BEGIN { n = split(toupper(missing), list, " "); for (i in list) absent[list[i]] = 1 }
			/^The attributes of the \(uncompressed\) database/ { cut = 1 }
			/^End timestamp/ { cut = 0 }
			# What aideinit logged: digests and times.
			/^(File|Link): / { own = $2 == "/var/log/aide/aideinit.log" || $2 == "/usr/sbin/aide" }
			/^ [A-Z]/ { unknown = $1 in absent }
			!/^ / { unknown = 0 }
			/^$/ { own = 0 }
			!cut && !own && !unknown'
}

same() {
	text "$dir/packaged/$1" >"$dir/theirs"
	text "$dir/intact/$1" >"$dir/ours"
	claim "$1 differs: $(diff "$dir/theirs" "$dir/ours" | head -n 40)" cmp -s "$dir/theirs" "$dir/ours"
}

# ---- the story ---------------------------------------------------------------------------------------

small_system
for each in packaged:../bin/aide intact:../bin/intact; do
	use "${each%%:*}" "${each#*:}"
	init
	# This one finds what aideinit has logged.
	daily first
	cp -p "$dir/$who/lib/aide/aide.db" "$dir/$who/first.db"
	cp "$dir/$who/lib/aide/aide.db.new" "$dir/$who/lib/aide/aide.db"
	daily quiet
	claim "$who: the quiet check found something: $(grep -E '^[a-z].{17}: /' "$dir/$who/quiet.mail")" \
		grep -q 'found NO differences' "$dir/$who/quiet.mail"
	claim "$who: the quiet check said something" grep -q '^AIDE produced no errors' "$dir/$who/quiet.mail"
done
entries "$dir/packaged/first.db" >"$dir/theirs"
entries "$dir/intact/first.db" >"$dir/ours"
n=$(cut -d ' ' -f 1 "$dir/ours" | sort -u | wc -l)
claim "few entries: $n" [ "$n" -gt 500 ]
claim "the databases differ: $(diff "$dir/theirs" "$dir/ours" | head -n 20)" cmp -s "$dir/theirs" "$dir/ours"
for each in first quiet; do
	same $each.log
	same $each.mail
done

echo planted >"$root/usr/bin/planted"
echo more >>"$root/etc/hosts"
rm "$root/etc/issue"
for each in packaged:../bin/aide intact:../bin/intact; do
	use "${each%%:*}" "${each#*:}"
	daily changed
	claim "$who: the change is not in the mail" grep -q 'f+* */*.*: /usr/bin/planted' "$dir/$who/changed.mail"
done
same changed.log
same changed.mail
printf 'entries compared: %d; not compared: %s\n' "$n" "${missing:-nothing}"
count_claims
