# SPDX-License-Identifier: BSD-2-Clause
#
# Nights: a sendmail that keeps what it gets in ./mails, and what Python's parser reads in it.

need_python() { command -v python3 >/dev/null || skip "needs python3"; }

# $1...: further lines of the configuration
nights() {
	need_python
	mkdir -p tree mails
	printf '#!/bin/sh\n[ ! -e "%s/broken" ] || { echo "no \033[31mroute"; echo 2nd; exit 75; }\ncat >"%s/mails/$(ls "%s/mails" | wc -l)"\necho "$@" >"%s/args"\n' "$DIR" "$DIR" "$DIR" "$DIR" >sendmail
	chmod 755 sendmail
	configure "$stable" "sendmail=$DIR/sendmail" "report_url=mailto:root,admin@example.org" "$@"
}

# One night; the exit status, what was said, and the mail.
night() {
	local rc=0
	rm -f mails/*
	"$INTACT" --workers "$WORKERS" -c intact.conf "$@" --nightly >out 2>err || rc=$?
	sed 's/process [0-9]*/process N/' err
	echo "exit: $rc"
	read_mails
}

read_mails() {
	python3 - <<'PYTHON'
import email, email.policy, os, re, socket, sys
names = sorted(os.listdir('mails'))
if not names:
    print('no mail')
for name in names:
    raw = open('mails/' + name, 'rb').read()
    for line in raw.split(b'\n'):
        assert len(line) <= 998, len(line)
        assert all(32 <= c < 127 or c == 9 for c in line), line
    m = email.message_from_bytes(raw, policy=email.policy.default)
    assert not m.defects, m.defects
    for part in m.walk():
        assert not part.defects, part.defects
    assert m['Date'].datetime and re.fullmatch(r'<[^<>@ ]+@[^<>@ ]+>', m['Message-ID'])
    assert m['Auto-Submitted'] == 'auto-generated' and m['MIME-Version'] == '1.0'
    assert [a.addr_spec for a in m['To'].addresses][1] == 'admin@example.org', m['To']
    assert len(m.keys()) == len(set(m.keys())) == 8 + m.is_multipart() * 0 + ('Content-Transfer-Encoding' in m), m.keys()
    host = socket.gethostname()
    body = m.get_body(('plain',)) if m.is_multipart() else m
    text = body.get_content().replace(host, 'HOST')
    print('Subject:', m['Subject'].replace(host, 'HOST'))
    text = re.sub(r'since \d{4}-\d\d-\d\d', 'since DATE', text)
    print(text.split('---- the report')[0].rstrip().encode('unicode_escape').replace(b'\\n', b'\n').decode())
    if '---- the report' in text:
        print('with the report:', 'Start timestamp' in text and 'End timestamp' in text)
    for part in m.iter_attachments() if m.is_multipart() else ():
        data = part.get_content()
        data = data.encode() if isinstance(data, str) else data
        open('attached', 'wb').write(data)
        print('attached:', part.get_content_type(), part.get_filename())
PYTHON
}
