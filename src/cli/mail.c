/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See mail.h.  News stand first (news.h); the report follows in the same text when it is short, and
 * as an attachment when not.  Its head is never cut.
 */

#include "cli/mail.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/findings.h"
#include "cli/mime.h"
#include "cli/news.h"

/* A report up to this stands in the text itself; of a longer one so much is attached. */
#define INLINE_MAX ((size_t)16 << 10)
#define ATTACHED_MAX ((size_t)1 << 20)

/* ---- the headline ---- */

void mail_headline(struct buf *out, const struct mail *m)
{
	const struct findings_run *r = &m->found->run;
	size_t start = out->len;

	if (m->failure) {
		buf_add_str(out, "the check failed");
		return;
	}
	if (m->night) {
		news_headline(out, m->night);
		return;
	}
	news_part(out, start, r->added, "added");
	news_part(out, start, r->removed, "removed");
	news_part(out, start, r->changed, "changed");
	news_part(out, start, r->unverified, "unverified");
	if (out->len == start)
		buf_add_str(out, "no differences");
}

/* ---- the text ---- */

static void add_foreign(struct buf *out, const char *s, size_t len)
{
	text_escape(out, s, len);
}

static void add_text(struct buf *out, const struct mail *m)
{
	add_foreign(out, m->host, strlen(m->host));
	buf_add_str(out, ": ");
	mail_headline(out, m);
	buf_add_str(out, "\n\n");
	if (m->failure) {
		add_foreign(out, m->failure, strlen(m->failure));
		buf_add_str(out, "\n\nNothing is known of what this run was to check.  Findings of "
				 "earlier runs are as they were.\n\n");
	}
	if (m->note) {
		add_foreign(out, m->note, strlen(m->note));
		buf_add_str(out, "\n\n");
	}
	if (m->night)
		news_lists(out, m->night);
	buf_printf(out, "Exit status of the run: %d\n", m->status);
}

/* ---- the report ---- */

static const char *media_type(enum intact_report_format format)
{
	switch (format) {
	case INTACT_FORMAT_HTML:
		return "text/html; charset=utf-8";
	case INTACT_FORMAT_PLAIN:
		return "text/plain; charset=utf-8";
	case INTACT_FORMAT_JSON:
		return "application/json";
	default:
		return "application/x-ndjson";
	}
}

static const char *suffix(enum intact_report_format format)
{
	return format == INTACT_FORMAT_HTML    ? "html"
	       : format == INTACT_FORMAT_PLAIN ? "txt"
	       : format == INTACT_FORMAT_JSON  ? "json"
					       : "ndjson";
}

static int read_report(struct buf *out, const struct mail *m, uint64_t *ret_whole,
		       struct intact_error *err)
{
	long size;

	*ret_whole = 0;
	if (!m->report)
		return 0;
	if (fseek(m->report, 0, SEEK_END) != 0 || (size = ftell(m->report)) < 0 ||
	    fseek(m->report, 0, SEEK_SET) != 0)
		return intact_fail_errno(err, "read the report for the mail");
	*ret_whole = (uint64_t)size;
	if (*ret_whole > ATTACHED_MAX)
		size = ATTACHED_MAX;
	if (!buf_reserve(out, (size_t)size + 1))
		return intact_fail_nomem(err);
	out->len = fread(out->data, 1, (size_t)size, m->report);
	out->data[out->len] = '\0';
	return 0;
}

/* After a whole line, with a word about it. */
static void cut(struct buf *report, uint64_t whole)
{
	while (report->len && report->data[report->len - 1] != '\n')
		report->len--;
	if (report->data)
		report->data[report->len] = '\0';
	buf_printf(report, "[cut here: the whole report has %" PRIu64 " bytes]\n", whole);
}

/* ---- the message ---- */

/* What may stand in an address and in a Message-ID. */
static void add_domain(struct buf *out, const char *host)
{
	size_t start = out->len;

	for (; *host; host++) {
		unsigned char c = (unsigned char)*host;

		if (c < 0x80 && (isalnum(c) || c == '-' || (c == '.' && out->len > start)))
			buf_add_char(out, (char)c);
	}
	if (out->len == start || out->data[out->len - 1] == '.')
		buf_add_str(out, "localhost");
}

static void add_random(struct buf *out)
{
	unsigned char bytes[12];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		memset(bytes, 0, sizeof(bytes));
	text_hex(out, bytes, sizeof(bytes));
}

static void add_headers(struct buf *out, const struct mail *m)
{
	struct buf subject = { 0 };

	buf_add_str(out, "From: intact <");
	buf_add_str(out, m->from);
	buf_add_char(out, '@');
	add_domain(out, m->host);
	buf_add_str(out, ">\n");
	buf_printf(out, "To: ");
	/* One a line: no line gets too long. */
	for (const char *s = m->to; *s; s++) {
		buf_add_char(out, *s);
		if (*s == ',')
			buf_add_str(out, "\n ");
	}
	buf_printf(&subject, "intact: %s: ", m->host);
	mail_headline(&subject, m);
	buf_add_char(out, '\n');
	mime_header(out, "Subject", subject.data ? subject.data : "");
	out->failed |= subject.failed;
	buf_release(&subject);
	buf_add_str(out, "Date: ");
	news_time(out, m->time, "%a, %d %b %Y %H:%M:%S %z");
	buf_printf(out, "\nMessage-ID: <%" PRId64 ".%d.", m->time, (int)getpid());
	add_random(out);
	buf_add_char(out, '@');
	add_domain(out, m->host);
	buf_add_str(out, ">\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n");
}

static void add_text_part(struct buf *out, const struct buf *text)
{
	buf_add_str(out, "Content-Type: text/plain; charset=utf-8\n"
			 "Content-Transfer-Encoding: quoted-printable\n\n");
	mime_quoted(out, text->data, text->len);
}

static void add_parts(struct buf *out, const struct mail *m, const struct buf *text,
		      const struct buf *report)
{
	struct buf boundary = { 0 };

	/* '=' and '_' side by side stand in neither of the encodings. */
	buf_add_str(&boundary, "=_intact_");
	add_random(&boundary);
	if (boundary.failed) {
		out->failed = true;
		return;
	}
	buf_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\"\n\n--%s\n", boundary.data,
		   boundary.data);
	add_text_part(out, text);
	buf_printf(out,
		   "--%s\nContent-Type: %s\nContent-Transfer-Encoding: base64\n"
		   "Content-Disposition: attachment; filename=\"intact-report.%s\"\n\n",
		   boundary.data, media_type(m->format), suffix(m->format));
	mime_base64(out, report->data, report->len);
	buf_printf(out, "--%s--\n", boundary.data);
	buf_release(&boundary);
}

int mail_compose(struct buf *out, const struct mail *m, struct intact_error *err)
{
	struct buf text = { 0 }, report = { 0 };
	uint64_t whole = 0;
	int rc = read_report(&report, m, &whole, err);

	if (rc == 0 && whole > report.len)
		cut(&report, whole);
	add_headers(out, m);
	add_text(&text, m);
	if (whole && (whole > INLINE_MAX || m->format != INTACT_FORMAT_PLAIN)) {
		buf_add_str(&text, "The report is attached.\n");
		add_parts(out, m, &text, &report);
	} else {
		if (report.len) {
			buf_add_str(&text, "\n---- the report ----\n\n");
			buf_add(&text, report.data, report.len);
		}
		add_text_part(out, &text);
	}
	if (rc == 0 && (out->failed || text.failed || report.failed))
		rc = intact_fail_nomem(err);
	buf_release(&text);
	buf_release(&report);
	return rc;
}
