/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See journald.h.  A field is "NAME=value" where it has no newline, and in any case may be its
 * name, a newline, its length in 64 little-endian bits, its bytes: so that a path is what it is.
 */

#include "cli/journald.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/findings.h"

#define SOCKET "/run/systemd/journal/socket"

/* What a message is about, whatever its words. */
#define ID_FINDING "812f19bc3872482797a58702ef3e5e08"
#define ID_RUN "48392d0596af4365a924fc75aef6d77e"
#define ID_FAILED "d6a0210804dd4dc58efa6e794a8cff57"

int journald_open(const char *path, struct intact_error *err)
{
	/* One that takes nothing must not keep us for ever. */
	const struct timeval patience = { .tv_sec = 30 };
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd;

	path = *path ? path : SOCKET;
	if (strlen(path) >= sizeof(name.sun_path))
		return intact_fail(err, INTACT_ECONFIG, "the socket's path is too long: '%s'",
				   path);
	memcpy(name.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&name, sizeof(name)) == 0)
		return fd;
	intact_fail_errno(err, "a report to journald would be lost: connect to '%s'", path);
	if (fd >= 0)
		close(fd);
	err->code = INTACT_ECONFIG;
	return INTACT_ECONFIG;
}

/* ---- fields ---- */

static void field(struct buf *out, const char *name, const void *data, size_t len)
{
	buf_add_str(out, name);
	buf_add_char(out, '\n');
	for (int i = 0; i < 64; i += 8)
		buf_add_char(out, (char)((uint64_t)len >> i & 0xff));
	buf_add(out, data, len);
	buf_add_char(out, '\n');
}

/* Those that are not there are left out. */
static void text(struct buf *out, const char *name, const char *value)
{
	if (*value)
		field(out, name, value, strlen(value));
}

static void number(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, "%s=%" PRIu64 "\n", name, n);
}

static void head(struct buf *out, const char *id, int priority, const char *run)
{
	buf_clear(out);
	buf_printf(out, "SYSLOG_IDENTIFIER=intact\nMESSAGE_ID=%s\nPRIORITY=%d\nINTACT_RUN=%s\n", id,
		   priority, run);
}

/* ---- sending ---- */

/* Longer than a datagram may be: in a file that nobody can change any more. */
static int send_file(int fd, const struct buf *b)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = { .msg_control = &control, .msg_controllen = sizeof(control.room) };
	int file = memfd_create("intact-journal", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int rc = -1;

	memset(&control, 0, sizeof(control));
	if (file >= 0 && file_write(file, b->data, b->len) == 0 &&
	    fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) ==
		    0) {
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &file, sizeof(file));
		rc = sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -1 : 0;
	}
	if (file >= 0)
		close(file);
	return rc;
}

static int send_one(int fd, const struct buf *b, struct intact_error *err)
{
	ssize_t n;

	if (b->failed)
		return intact_fail_nomem(err);
	do
		n = send(fd, b->data, b->len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EMSGSIZE || errno == ENOBUFS))
		n = send_file(fd, b);
	return n < 0 ? intact_fail_errno(err, "write to journald") : 0;
}

/* ---- messages ---- */

static bool is_news(enum finding_turn turn)
{
	return turn != FINDING_OPEN && turn != FINDING_UNSEEN && turn != FINDING_CLOSED;
}

static bool is_over(const struct journald_run *run, const struct finding *x)
{
	return run->night && (x->turn == FINDING_ACCEPTED || x->turn == FINDING_GONE);
}

static int priority_of(const struct journald_run *run, const struct finding *x)
{
	static const int by_line[] = {
		[INTACT_SEVERITY_INFO] = LOG_INFO,	[INTACT_SEVERITY_LOW] = LOG_NOTICE,
		[INTACT_SEVERITY_MEDIUM] = LOG_WARNING, [INTACT_SEVERITY_HIGH] = LOG_ERR,
		[INTACT_SEVERITY_CRITICAL] = LOG_CRIT,
	};

	if (is_over(run, x))
		return LOG_INFO;
	if (x->by_line)
		return by_line[x->severity];
	if (strcmp(x->explanation, "contradicted") == 0)
		return LOG_ERR;
	return strcmp(x->explanation, "explained") == 0 ? LOG_NOTICE : LOG_WARNING;
}

static void finding(struct buf *out, const struct journald_run *run, const struct finding *x,
		    const char *id)
{
	const char *status = run->night ? finding_turn_name(x->turn) : "found";
	struct buf message = { 0 };

	head(out, ID_FINDING, priority_of(run, x), id);
	buf_printf(&message, "%s: %s ", status, x->change);
	text_escape(&message, x->path, x->path_len);
	field(out, "MESSAGE", message.data ? message.data : "", message.len);
	out->failed |= message.failed;
	buf_release(&message);
	field(out, "INTACT_PATH", x->path, x->path_len);
	text(out, "INTACT_CHANGE", x->change);
	text(out, "INTACT_STATUS", status);
	text(out, "INTACT_ATTRIBUTES", x->attributes);
	text(out, "INTACT_REASON", x->reason);
	text(out, "INTACT_EXPLANATION", x->explanation);
	text(out, "INTACT_PACKAGE", x->package);
	text(out, "INTACT_SEVERITY", intact_severity_name(x->severity));
	text(out, "INTACT_STATE", x->state);
	if (run->night)
		number(out, "INTACT_FIRST_SEEN", (uint64_t)x->first);
}

static void summary(struct buf *out, const struct journald_run *run, const char *id)
{
	const struct findings_run *r = &run->f->run;
	const size_t *turns = run->f->turns;
	struct buf message = { 0 };

	head(out, run->failure ? ID_FAILED : ID_RUN,
	     run->failure  ? LOG_ERR
	     : run->status ? LOG_WARNING
			   : LOG_INFO,
	     id);
	text_escape(&message, run->headline, strlen(run->headline));
	if (run->failure) {
		buf_add_str(&message, ": ");
		text_escape(&message, run->failure, strlen(run->failure));
	}
	field(out, "MESSAGE", message.data ? message.data : "", message.len);
	out->failed |= message.failed;
	buf_release(&message);
	text(out, "INTACT_HOST", run->host);
	buf_printf(out, "INTACT_EXIT_STATUS=%d\n", run->status);
	if (run->failure)
		return;
	number(out, "INTACT_ENTRIES", r->entries);
	number(out, "INTACT_ADDED", r->added);
	number(out, "INTACT_REMOVED", r->removed);
	number(out, "INTACT_CHANGED", r->changed);
	number(out, "INTACT_UNVERIFIED", r->unverified);
	if (!run->night)
		return;
	number(out, "INTACT_NEW", turns[FINDING_NEW] + turns[FINDING_AGAIN] + run->f->more);
	number(out, "INTACT_RETURNED", turns[FINDING_RETURNED]);
	number(out, "INTACT_OPEN", turns[FINDING_OPEN] + turns[FINDING_UNSEEN]);
	number(out, "INTACT_ACCEPTED", turns[FINDING_ACCEPTED]);
	number(out, "INTACT_GONE", turns[FINDING_GONE]);
}

static void closing(struct buf *out, uint64_t more, const char *id)
{
	head(out, ID_RUN, LOG_WARNING, id);
	buf_printf(out, "MESSAGE=%" PRIu64 " more findings are in the report\n", more);
	number(out, "INTACT_MORE", more);
}

static int send_findings(int fd, const struct journald_run *run, const char *id, struct buf *b,
			 struct intact_error *err)
{
	uint64_t sent = 0, more = run->f->more;
	int rc = 0;

	for (size_t i = 0; i < run->f->n && rc == 0; i++) {
		const struct finding *x = &run->f->list[i];

		if (run->night && !is_news(x->turn))
			continue;
		if (sent == JOURNALD_MAX) {
			more++;
			continue;
		}
		finding(b, run, x, id);
		rc = send_one(fd, b, err);
		sent++;
	}
	if (rc < 0 || !more)
		return rc;
	closing(b, more, id);
	return send_one(fd, b, err);
}

int journald_send(int fd, const struct journald_run *run, struct intact_error *err)
{
	unsigned char bytes[16] = { 0 };
	struct buf id = { 0 }, b = { 0 };
	int rc = 0;

	(void)!getrandom(bytes, sizeof(bytes), 0);
	text_hex(&id, bytes, sizeof(bytes));
	if (id.failed)
		return intact_fail_nomem(err);
	if (!run->failure)
		rc = send_findings(fd, run, id.data, &b, err);
	if (rc == 0) {
		summary(&b, run, id.data);
		rc = send_one(fd, &b, err);
	}
	buf_release(&b);
	buf_release(&id);
	return rc;
}
