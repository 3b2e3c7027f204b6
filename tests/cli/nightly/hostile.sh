# Names cannot make headers, lines, parts or escape sequences.
. "$here/lib_nightly.sh"
nights
baseline
touch "tree/$(printf 'a\nBcc: evil@example.org\n\n--=_intact_')" "tree/$(printf 'esc\033[31mred\033]0;x\007')" \
	"tree/$(printf 'not\377utf8')" tree/ümlaut tree/. "tree/$(printf 'cr\r\nX-Evil: 1')" "tree/ From x" "tree/=?UTF-8?B?eA==?="
night
echo "== twice is open"; night
echo "== a long report is attached, whole from its head"
nights report_level=added_removed_entries
for i in $(seq 300); do printf '%0200d' "$i" | xargs -I{} touch tree/{}; done
night | tail -n 6; head -n 3 attached
echo "== cut at a line, said"
for i in $(seq 4600); do echo "tree/x$i$(printf '%0240d' 0)"; done | xargs touch
night | tail -n 2; tail -n 1 attached | sed 's/[0-9]* bytes/N bytes/'; [ "$(stat -c %s attached)" -lt 1100000 ] && echo small
echo "== addresses"
for bad in 'a b@c' '-oQ/tmp' 'a@b,' '' 'a@b c' 'a;b@c"' '<a@b>'; do
	nights; sed -i "s#^report_url=.*#report_url=mailto:$bad#" intact.conf
	"$INTACT" -c intact.conf --config-check 2>&1 | sed 's/.*invalid/invalid/'
done
