# Reports to syslog: a message a line, to the facility that each report names, whatever is in a name.
need_root
unshare -m true 2>/dev/null || skip "may not mount"
[ -x "${HEAR:-}" ] || skip "needs tests/cli/hear"
mkdir tree dev
echo 1 >tree/a
echo 1 >$'tree/two\nlines\033[31m %s %n'
echo 1 >"tree/$(printf 'l%.0s' {1..200})"
ln -s "$(printf 't%.0s' {1..40})" tree/link
configure l+s+ftype report_level=added_removed_entries "report_url=syslog:LOG_MAIL" report_level=minimal \
	report_url=syslog:log_local5 report_format=json report_url=syslog:LOG_NONE \
	report_level=added_removed_entries report_format=ndjson report_url=syslog:
private() {
	unshare -m --propagation private bash -c 'mount -t tmpfs none dev &&
		for each in null zero full urandom; do : >dev/$each; mount --bind /dev/$each dev/$each; done &&
		mount --rbind dev /dev && "$@"' - "$@" 2>&1
}
private "$HEAR" /dev/log "$INTACT" -c intact.conf --init >/dev/null
accept
rm tree/link; ln -s uu tree/link; ln -s "$(printf 'u%.0s' {1..3000})" tree/long
echo 2 >>$'tree/two\nlines\033[31m %s %n'
echo 2 >"tree/$(printf 'm%.0s' {1..200})"
rm tree/lll*
private "$HEAR" /dev/log "$INTACT" --workers "$WORKERS" -c intact.conf |
	sed -E -e 's/^(<[0-9]+>).{15} /\1 /' -e 's/(.{100}).{800,}(.{100})$/\1...\2/'
echo "--- nobody listens"
private "$INTACT" --workers "$WORKERS" -c intact.conf
