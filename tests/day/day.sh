#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# A day in the life, in a Debian of its own: install, a signed baseline, a quiet night, an upgrade with a backdoor
# among it, the nightly report, the upgrade accepted and nothing else, and the next night; then a night that accepts
# an upgrade by itself, and a morning for what it left.
#
# INTACT: the program under test, in the folder of its build.  INTACT_CHROOT_TAR: see tests/packages/debian.sh.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
. "$here/../packages/lib.sh"
INTACT=${INTACT:-$PWD/intact}
export LC_ALL=C TZ=UTC DEBIAN_FRONTEND=noninteractive
need_root
for tool in dpkg-deb chroot ldd make; do
	command -v "$tool" >/dev/null || skip "no $tool"
done
in_own_namespace "$0" "$@"
umask 022
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-day.XXXXXX")
root=$dir/root
trap 'umount "$root/proc" 2>/dev/null; rm -rf --one-file-system "$dir"' EXIT

inside() { chroot "$root" env -u INTACT_STATE "$@"; }

# ---- install -------------------------------------------------------------------------------------

mkdir "$root"
unpack_debian "$root"
mount -t proc proc "$root/proc" || skip "may not mount"
make -s -C "$(dirname "$INTACT")" install DESTDIR="$root" >"$dir/install.out" 2>&1 ||
	{ cat "$dir/install.out"; exit 1; }
# The libraries that a package would bring, unless that Debian has its own.
ldd "$INTACT" | awk '/=> \// { print $3 }' | while read -r lib; do
	[ -n "$(find "$root"/lib/ "$root"/usr/lib -name "${lib##*/}" 2>/dev/null)" ] || cp -L "$lib" "$root/usr/lib/"
done
inside ldconfig
intact=$(cd "$root" && find usr/local/bin usr/bin -name intact 2>/dev/null | head -n 1)
inside "/$intact" --version >"$dir/version" 2>&1 || skip "that Debian is not like this one: $(tail -n 1 "$dir/version")"

# No waiting for half an hour so that not all hosts ask at once.
echo 'APT::Periodic { Enable "0"; RandomSleep "0"; };' >"$root/etc/apt/apt.conf.d/00soon"

# A library with the programs that use it, and something else.
tls() {
	for i in $(seq 12); do file "usr/lib/libtls/part$i.so" "tls $i $1"; done
	file usr/bin/tls-tool "tool $1"
	build libtls "$1"
	file usr/sbin/webd "webd $1"
	file usr/share/webd/index.html "webd $1"
	file etc/webd.conf "port=443"
	build webd "$1"
}
tls 3.0.14
tls 3.0.15
tls 3.0.16
apt install /root/libtls_3.0.14_all.deb /root/webd_3.0.14_all.deb
# What sendmail is given, mail by mail.
mkdir "$root/mails"
cat >"$root/usr/sbin/sendmail" <<'END_MAIL'
#!/bin/sh
n=$(ls /mails | wc -l)
printf '%s\n' "$*" >"/mails/$n.args"
cat >"/mails/$n.mail"
END_MAIL
chmod 755 "$root/usr/sbin/sendmail"

# ---- a signed baseline ---------------------------------------------------------------------------

policy=$(cd "$root" && find usr -path '*/intact/policies/debian.conf' | head -n 1)
mkdir -p "$root/etc/intact"
install -m 600 /dev/stdin "$root/etc/intact.conf" <<END_CONF
database_in=file:/var/lib/intact/intact.db
database_out=file:/var/lib/intact/intact.db.new
package_manager=auto
signing_key=/etc/intact/key
verify_key=/etc/intact/key.pub
report_url=mailto:root
@@include /$policy
END_CONF
mkdir -p "$root/var/lib/intact"

# As root in there, with the key's passphrase.
program() {
	status=0
	inside sh -c 'exec 9</dev/passphrase; exec "$@" 9<&9' - "/$intact" -c /etc/intact.conf --state /var/lib/intact \
		--passphrase-fd 9 "$@" || status=$?
}
printf 'secret\n' >"$root/dev/passphrase"
program --keygen /etc/intact/key >"$dir/keygen" 2>&1
program --init >"$dir/init" 2>&1
claim "a baseline: $status: $(cat "$dir/keygen" "$dir/init")" [ "$status" -eq 0 ]
mv "$root/var/lib/intact/intact.db.new" "$root/var/lib/intact/intact.db"
program --verify >"$dir/verify" 2>&1
claim "it is signed: $(cat "$dir/verify")" [ "$status" -eq 0 ]

program --lint >"$dir/lint" 2>&1
claim "what ships has nothing to be said of it: $status: $(cat "$dir/lint")" [ "$status:$(cat "$dir/lint")" = 0: ]

# Sets $status, and $mail: what was sent, or nothing.  $@: options
night() {
	rm -f "$root"/mails/*
	# The log of dpkg has whole seconds.
	sleep 1.1
	program --nightly "$@" >"$dir/night" 2>&1
	mail=$(python3 - "$root/mails" <<'END_PYTHON'
import email, email.policy, glob, sys
for name in sorted(glob.glob(sys.argv[1] + "/*.mail")):
    mail = email.message_from_binary_file(open(name, "rb"), policy=email.policy.default)
    print("Subject:", mail["subject"])
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            print(part.get_content())
END_PYTHON
)
	sleep 1.1
}

# ---- a quiet night -------------------------------------------------------------------------------

inside sh -c 'run-parts /etc/cron.daily; logrotate -f /etc/logrotate.conf; mandb -q; systemd-tmpfiles --create --clean' \
	>"$dir/quiet" 2>&1 </dev/null
night
claim "a quiet night: $status: $(cat "$dir/night")" [ "$status" -eq 0 ]
claim "... without a mail: $mail" [ -z "$mail" ]
claim "... without a word: $(cat "$dir/night")" [ ! -s "$dir/night" ]

# ---- an upgrade, and a backdoor among it ---------------------------------------------------------

apt install /root/libtls_3.0.15_all.deb /root/webd_3.0.15_all.deb
cp "$root"/root/*_3.0.15_all.deb "$root/var/cache/apt/archives/"
# What came with the upgrade, but for one line; its times are those of its neighbours.
echo 'backdoor' >>"$root/usr/lib/libtls/part7.so"
touch -r "$root/usr/lib/libtls/part6.so" "$root/usr/lib/libtls/part7.so"
night
printf '%s\n' "$mail" >"$dir/mail"
claim "the night after: $status" [ "$status" -gt 0 ] && [ "$status" -lt 8 ]
claim "its subject counts apart: $(head -n 1 "$dir/mail")" \
	grep -qE -m 1 '^Subject: .*: 1 new NOT as shipped, [1-4] new unexplained, [0-9]+ new explained$' "$dir/mail"
first=$(sed -n '/^New (/{n;p;q}' "$dir/mail")
claim "the backdoor is the first line of it: $first" grep -q '/usr/lib/libtls/part7.so .*NOT as shipped' <<<"$first"
claim "the upgrade is two lines of it" [ "$(grep -cE '^  [0-9]+ entries explained by (libtls|webd) 3.0.15$' "$dir/mail")" -eq 2 ]
line_of() { grep -nE -m 1 -e "$1" "$dir/mail" | cut -d: -f1; }
backdoor=$(line_of ': /usr/lib/libtls/part7.so$')
upgrade=$(line_of '^libtls 3.0.14 → 3.0.15: .*NOT explained')
claim "the backdoor is in the mail" [ -n "$backdoor" ]
claim "the upgrade is a line of it" [ -n "$upgrade" ]
claim "the backdoor stands above it" [ "${backdoor:-9999}" -lt "${upgrade:-0}" ]
claim "... as what it is" grep -q 'NOT the content that the package ships' "$dir/mail"
claim "the other package is a line: $(grep webd "$dir/mail")" grep -q '^webd 3.0.14 → 3.0.15: .*all as shipped' "$dir/mail"
unexplained=$(sed -n '/unexplained:$/,/^Explained/p' "$dir/mail" | grep -cE '^[fdl].*: /')
claim "little beside it is unexplained ($unexplained)" [ "$unexplained" -le 4 ]
[ -z "${DAY_MAIL:-}" ] || cp "$dir/mail" "$DAY_MAIL"

# ---- the upgrade is accepted, the backdoor is not ------------------------------------------------

# First what the packages contradict (no), then folder by folder what nothing explains (all of it), then the
# packages (all of them).
{ echo n; yes a | head -n 50; } >"$root/answers"
program --accept --interactive --reason "libtls 3.0.15" <"$root/answers" >"$dir/accept" 2>&1
claim "the upgrade is accepted: $status: $(tail -n 4 "$dir/accept")" [ "$status" -eq 0 ]
claim "... as the next generation" grep -q '^Generation 2 is in place' "$dir/accept"
program --verify >"$dir/verify" 2>&1
claim "... which is signed" [ "$status" -eq 0 ]
program --history >"$dir/history" 2>&1
claim "who did it, and why, is in the journal" grep -q 'libtls 3.0.15' "$dir/history"

# ---- the next night ------------------------------------------------------------------------------

night
claim "the next night: $status" [ "$status" -eq 4 ]
program --check -B report_url=stdout >"$dir/check" 2>&1
claim "it reports the backdoor: $(cat "$dir/check")" grep -q ': /usr/lib/libtls/part7.so$' "$dir/check"
claim "... and nothing else" [ "$(grep -cE '^[fdl].*: /' "$dir/check")" -eq 1 ]
[ -z "${DAY_MAIL:-}" ] || printf "%s\n" "$mail" >"$DAY_MAIL.next"
claim "... of which nobody is told twice as news: $(printf '%s' "$mail" | head -n 1)" sh -c '! printf "%s" "$1" | grep -q "Subject:.* new"' - "$mail"

# ---- a night that accepts an upgrade, and the morning after ---------------------------------------

apt install /root/libtls_3.0.16_all.deb /root/webd_3.0.16_all.deb
cp "$root"/root/*_3.0.16_all.deb "$root/var/cache/apt/archives/"
echo 'port=8443' >>"$root/etc/webd.conf"
night -A nightly_accept=explained -A 'report_severity=critical:/etc/webd.conf$'
printf '%s\n' "$mail" >"$dir/mail"
claim "the night that accepts: $status: $(cat "$dir/night")" [ "$status" -gt 0 ] && [ "$status" -lt 8 ]
claim "the subject says what was, and what weighs most: $(head -n 1 "$dir/mail")" \
	grep -qE -m 1 '^Subject: .* accepted.*; highest: critical$' "$dir/mail"
claim "the policy is named" grep -q '^Accepted by nightly_accept=explained: .* as generation 3: .*libtls 3.0.16' "$dir/mail"
first=$(sed -n '/^New (/{n;p;q}' "$dir/mail")
claim "what the admin ranked stands first: $first" grep -qE '^  critical  changed +/etc/webd.conf' <<<"$first"
program --accept --limit /etc/webd.conf --reason "another port" >"$dir/accept" 2>&1
claim "in the morning it is accepted at once: $status: $(cat "$dir/accept")" [ "$status" -eq 0 ]
claim "... as the next generation" grep -q '^Generation 4 is in place' "$dir/accept"
program --check -B report_url=stdout >"$dir/check" 2>&1
claim "and nothing of the packages is left: $(cat "$dir/check")" \
	sh -c '! grep -E "^[fdl].*: /(usr/lib/libtls/part|usr/bin/tls|usr/sbin/webd|etc/webd)" "$1"' - "$dir/check"
count_claims
