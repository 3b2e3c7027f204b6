# Without a configuration and without PATH: the built-in rules, here over a small system below root_prefix.
mkdir -p root/{usr/bin,etc/lvm/cache,var/log,home/me,root/.ssh,boot/grub,proc/1}
for f in usr/bin/tool etc/passwd etc/mtab etc/lvm/cache/x var/log/syslog home/me/file root/.ssh/authorized_keys \
	boot/vmlinuz boot/grub/grubenv proc/1/status; do echo "$f" >root/$f; done
builtin() { intact --config '' --state state -B "root_prefix=$DIR/root" -B 'database_attrs=E' "$@"; }
builtin --init | tail -n 4
builtin --list | grep -E '^/'
echo changed >root/usr/bin/tool; echo changed >root/var/log/syslog; echo key >>root/root/.ssh/authorized_keys
builtin --check | grep -E '^f|exit'
