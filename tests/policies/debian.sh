#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The policy for Debian over a Debian of its own: a day of normal operation gives no report, and each of the
# classic tricks to come back does.
#
# INTACT: the program under test.  INTACT_CHROOT_TAR: a tar archive of such a Debian (see bootstrap), so that none
# has to be made from the network.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../lib.sh"
INTACT=${INTACT:-$PWD/intact}
policies=$(cd "$here/../../rules/policies" && pwd)
export LC_ALL=C TZ=UTC DEBIAN_FRONTEND=noninteractive
need_root
command -v chroot >/dev/null || skip "no chroot"
in_own_namespace "$0" "$@"
umask 022
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-policies.XXXXXX")
root=$dir/root
trap 'umount "$root/proc" 2>/dev/null; rm -rf --one-file-system "$dir"' EXIT

# ---- a Debian ------------------------------------------------------------------------------------

mkdir "$root"
unpack_debian "$root"
inside() { chroot "$root" "$@" >>"$dir/inside.out" 2>&1 </dev/null; }
for tool in cron logrotate mandb systemd-tmpfiles; do
	inside sh -c "command -v $tool" || skip "no $tool in that Debian"
done
mount -t proc proc "$root/proc" || skip "may not mount"
# No network here, and no waiting for half an hour so that not all hosts ask at once.
echo 'APT::Periodic { Enable "0"; RandomSleep "0"; };' >"$root/etc/apt/apt.conf.d/00soon"
inside useradd -m -s /bin/bash alice
inside sh -c 'mkdir -m 700 /root/.ssh /home/alice/.ssh; echo "ssh-ed25519 AAAA admin" >/root/.ssh/authorized_keys
	chown alice:alice /home/alice/.ssh; echo "0 5 * * * true" | crontab -'

# $1: policy
configure() {
	printf '%s\n' "root_prefix=$root" "database_in=file:$dir/intact.db" "database_out=file:$dir/intact.db.new" \
		report_level=list_entries report_format=ndjson "@@define POLICIES $policies" "@@include $policies/$1.conf" >"$dir/conf"
}

# Sets $status.
check() {
	status=0
	"$INTACT" --state "$dir/state" -c "$dir/conf" --check >"$dir/report" 2>"$dir/err" || status=$?
}

baseline() {
	"$INTACT" --state "$dir/state" -c "$dir/conf" --init >"$dir/init" 2>&1 || { cat "$dir/init"; exit 1; }
	mv "$dir/intact.db.new" "$dir/intact.db"
}

# ---- a day ---------------------------------------------------------------------------------------

a_day() {
	# cron's and the timers' work: logs, packages to be had, pages of the manual, old files.
	inside apt-get -qq -s upgrade
	inside apt-get -qq autoclean
	inside run-parts /etc/cron.daily
	inside run-parts /etc/cron.weekly
	inside logrotate -f /etc/logrotate.conf
	inside mandb -q
	inside systemd-tmpfiles --create --clean --remove
	inside dpkg --audit
	inside fstrim -a
	inside journalctl --vacuum-size=1M
	# Somebody logs in and works.
	inside su - alice -c 'echo ls >>~/.bash_history; mkdir -p ~/.cache/x ~/src; echo 1 >~/src/file
		echo "host key" >>~/.ssh/known_hosts; date >~/.lesshst'
	inside sh -c 'echo ls >>/root/.bash_history; touch /var/log/wtmp /var/log/lastlog; echo line >>/var/log/syslog
		echo x >/var/tmp/scratch; echo nameserver 192.0.2.1 >/etc/resolv.conf.tmp; mv /etc/resolv.conf.tmp /etc/resolv.conf
		echo 0.0 0 0.0 >/etc/adjtime; echo job >/var/spool/cron/crontabs/.tmp; rm /var/spool/cron/crontabs/.tmp'
}
for policy in minimal debian pci-dss; do
	configure $policy
	baseline
	a_day
	check
	claim "$policy: a day of normal operation is quiet ($status): $(grep -vE '"type": "(start|summary|coverage|end|database)' "$dir/report" | head -n 5)" \
		[ "$status" -eq 0 ]
done

# ---- tricks --------------------------------------------------------------------------------------

# $1: path, $2: line to append
plant() {
	mkdir -p "$root$(dirname "$1")"
	printf '%s\n' "$2" >>"$root$1"
	planted+=("$1")
}
planted=()
configure debian
baseline
plant /etc/cron.d/backup '* * * * * root /tmp/x'
plant /var/spool/cron/crontabs/root '* * * * * /tmp/x'
plant /var/spool/cron/atjobs/a0000101 '/tmp/x'
plant /etc/systemd/system/net.service 'ExecStart=/tmp/x'
plant /home/alice/.config/systemd/user/x.service 'ExecStart=/tmp/x'
plant /etc/pam.d/common-auth 'auth sufficient pam_x.so'
plant /lib/x86_64-linux-gnu/security/pam_x.so 'ELF'
plant /etc/ld.so.preload /tmp/x.so
plant /etc/ld.so.conf.d/x.conf /tmp
plant /root/.ssh/authorized_keys 'ssh-ed25519 AAAA evil'
plant /home/alice/.ssh/authorized_keys 'ssh-ed25519 AAAA evil'
plant /etc/sudoers.d/x 'alice ALL=(ALL) NOPASSWD: ALL'
plant /lib/modules/6.1.0/extra/x.ko 'ELF'
plant /etc/modules-load.d/x.conf x
plant /etc/profile.d/x.sh /tmp/x
plant /home/alice/.bashrc /tmp/x
plant /root/.profile /tmp/x
plant /etc/apt/apt.conf.d/99x 'DPkg::Pre-Invoke {"/tmp/x";};'
plant /etc/udev/rules.d/99-x.rules 'RUN+="/tmp/x"'
plant /etc/rc.local /tmp/x
plant /etc/init.d/x /tmp/x
plant /etc/passwd 'toor:x:0:0::/root:/bin/sh'
plant /etc/logrotate.d/x 'postrotate /tmp/x'
plant /etc/update-motd.d/00-x /tmp/x
plant /usr/lib/python3/dist-packages/sitecustomize.py 'import x'
plant /var/lib/dpkg/info/bash.postinst /tmp/x
plant /run/systemd/system/x.service 'ExecStart=/tmp/x'
cp "$root/bin/sh" "$root/usr/local/bin/.x" && chmod 4755 "$root/usr/local/bin/.x"
planted+=(/usr/local/bin/.x)
chmod u+s "$root/usr/bin/env"
planted+=(/usr/bin/env)
setcap cap_setuid+ep "$root/usr/bin/perl" 2>/dev/null && planted+=(/usr/bin/perl)
check
for path in "${planted[@]}"; do
	# /bin and /lib are links to below /usr.
	seen=$(chroot "$root" realpath "$path" 2>/dev/null)
	claim "$path is reported" grep -qF "\"$seen\"" "$dir/report"
done
claim "... by the exit status ($status)" [ "$status" -eq 5 ]
count_claims
