# nightly_accept: what a package itself proves is accepted by the night; the rest stays, and is reported.
. "$here/lib_nightly.sh"
need_root
need_python
command -v dpkg-deb >/dev/null || skip "needs dpkg-deb"
mkdir -p mails debs/DEBIAN debs/usr/bin debs/usr/share/strong root/usr/bin root/usr/share/strong root/var/lib/dpkg/info root/var/cache/apt/archives root/var/log
D=root/var/lib/dpkg
printf 'Package: strong\nStatus: install ok installed\nVersion: 2\nArchitecture: all\n\nPackage: weak\nStatus: install ok installed\nVersion: 7\nArchitecture: all\n\n' >$D/status
printf '%s\n' /. /usr /usr/bin /usr/bin/strong /usr/share /usr/share/strong /usr/share/strong/data >$D/info/strong.list
printf '%s\n' /. /usr /usr/bin /usr/bin/weak >$D/info/weak.list
sum() { printf '%s  %s\n' "$(echo "$1" | md5sum | cut -d' ' -f1)" "$2"; }
{ sum new usr/bin/strong; sum data2 usr/share/strong/data; } >$D/info/strong.md5sums
sum new usr/bin/weak >$D/info/weak.md5sums
printf 'Package: strong\nVersion: 2\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: x\n' >debs/DEBIAN/control
echo new >debs/usr/bin/strong; echo data2 >debs/usr/share/strong/data
chmod -R u=rwX,go=rX debs
dpkg-deb --root-owner-group -b debs root/var/cache/apt/archives/strong_2_all.deb >/dev/null
printf '#!/bin/sh\ncat >"%s/mails/$(ls "%s/mails" | wc -l)"\n' "$DIR" "$DIR" >sendmail; chmod 755 sendmail
settings() {
	printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
		"sendmail=$DIR/sendmail" "report_url=mailto:root,admin@example.org" package_manager=dpkg "$@" \
		'/usr/(bin|share)/. p+u+g+ftype+l+s+sha256' >intact.conf
	chmod 600 intact.conf
}
before() {
	rm -rf "$INTACT_STATE" intact.db.g*
	echo old >root/usr/bin/strong; echo old >root/usr/bin/weak; echo data >root/usr/share/strong/data; echo x >root/usr/bin/own
	chmod 644 root/usr/bin/* root/usr/share/strong/data
	baseline
	echo new >root/usr/bin/strong; echo new >root/usr/bin/weak; echo data2 >root/usr/share/strong/data
	[ "$1" = packages ] || echo y >root/usr/bin/own
}
state() { ls intact.db*; "$INTACT" -c intact.conf -A report_url=stdout -A report_level=list_entries --check | grep -E '^[fl][ +].*: '; }
echo "== strong proof only"
settings nightly_accept=explained; before all; night; state
"$INTACT" -B report_format=ndjson -c intact.conf --history | grep -o '"\(command\|reason\|accepted\|not_accepted\|explained_only\)":[^,}]*'
echo "== in the morning what is left can be accepted from what the night measured, and once"
cp -p intact.db.new left.db; cp -p intact.db night.db; cp -a "$INTACT_STATE" night.state
conf --accept --limit "/usr/bin/own"; state; cp -p left.db intact.db.new; conf --accept; rm intact.db.new
"$INTACT" -B report_format=ndjson -c intact.conf --history | grep -o '"left_reviewed":"[0-9a-f]*"' | sed -E 's/[0-9a-f]{64}/HEX/'
echo "== only from that: not from what an --init made, and not without the night's record"
again() { cp -p night.db intact.db; rm -rf "$INTACT_STATE" intact.db.g000002; cp -a night.state "$INTACT_STATE"; rm -f intact.db.new; }
again; "$INTACT" -c intact.conf -A report_url=stdout --init >/dev/null; cp -p intact.db.new init.db; cp -p init.db intact.db
"$INTACT" -c intact.conf -A report_url=stdout --init >/dev/null; conf --accept 2>&1 | sed 's/(run.*//'
again; cp -p left.db intact.db.new; conf -A journal=no --accept 2>&1 | sed 's/(run.*//'
head -n 2 night.state/journal >"$INTACT_STATE/journal"; conf --accept 2>&1 | sed 's/(run.*//' | grep -v WARNING
again; cp -p left.db intact.db.new; echo z >root/usr/bin/own; conf --accept; rm -f intact.db.new
echo "== all of the rest at once, where it is as it was measured"
again; cp -p left.db intact.db.new; echo y >root/usr/bin/own; conf --accept; conf -A report_url=stdout -A report_level=summary --check | sed -n 2p
again
echo "== the next night: nothing more to say of it"
night
echo "== what was accepted returns as another"
echo evil >root/usr/bin/strong; night
echo "== a folder is as good as what happened in it: only where nothing weak is left"
settings nightly_accept=explained; sed -i 's#^/usr/(bin|share)/. #/usr/(bin|share) m+c+#' intact.conf
printf '%s\n' '2037-01-01 00:00:00 upgrade strong:all 1 2' '2037-01-01 00:00:00 status installed strong:all 2' \
	'2037-01-01 00:00:00 upgrade weak:all 6 7' '2037-01-01 00:00:00 status installed weak:all 7' >root/var/log/dpkg.log
touch -d 2020-01-01 root/usr/bin root/usr/share/strong; before packages
for f in bin/strong bin/weak share/strong/data; do cp -p root/usr/$f root/usr/$f.tmp; mv root/usr/$f.tmp root/usr/$f; done
night; "$INTACT" -A report_url=stdout -c intact.conf -A package_manager=none -A report_level=list_entries --check | grep -E '^[fld][ =].*: '
rm root/var/log/dpkg.log
echo "== weak proof as well"
settings nightly_accept=explained_weak; before all; night; state
echo "== no"
settings; before all; night | sed -n 1,2p; state
echo "== nothing explains: said in one line, and on"
settings nightly_accept=explained package_manager=none 2>&1; sed -i '/^package_manager=dpkg/d' intact.conf; before all; night | sed -n 1,3p
echo "== verify_key without signing_key: said in one line, and on"
settings; sed -i 1i"signing_key=$DIR/k\nverify_key=$DIR/k.pub" intact.conf
printf '' | "$INTACT" --keygen k >/dev/null 2>&1; before all
sed -i '/^signing_key/d' intact.conf; echo nightly_accept=explained | cat - intact.conf >x; cat x >intact.conf
night | sed -n 1,3p; state
echo "== with it"
settings nightly_accept=explained; sed -i 1i"signing_key=$DIR/k\nverify_key=$DIR/k.pub" intact.conf; before all; night | sed -n 1,2p
"$INTACT" -c intact.conf --verify | sed -E 's/key .*//' | head -2
conf --accept; "$INTACT" -c intact.conf --verify | sed -E 's/key .*//' | head -2
echo "== a key with a passphrase, which can be read once, and two sign"
settings nightly_accept=explained; before all; rm -f k k.pub; echo secret >pass
"$INTACT" --keygen k --passphrase-fd 9 9<pass >/dev/null; sed -i "1isigning_key=$DIR/k" intact.conf
night --passphrase-fd 9 9<pass | sed -n 1,5p
"$INTACT" -c intact.conf --verify --verify-key k.pub | sed -E 's/key .*//' | grep -E '^(Generation|Signature)'
rm "$INTACT_STATE/findings"; echo z >root/usr/bin/own; echo wrong >pass; night --passphrase-fd 9 9<pass | sed -n 1,4p
echo "== without a journal nobody can tell what the state is: it is used up"
settings nightly_accept=explained journal=no; before all; night | sed -n 1,2p; ls intact.db*
echo "== AIDE's format has no generations: said, and all is mailed"
settings nightly_accept=explained database_format=aide; before all; night | sed -n 1,5p
echo "== a wrong word"
settings nightly_accept=all; conf --config-check
