/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See clerk.h.
 *
 *	the run                        the clerk
 *	   │ ── struct ask, body ──────▶ │   one at a time
 *	   │ ◀── struct answer, body ─── │   below zero: a code, and why
 *
 * Both ends are the same program on the same machine, so the messages are plain structs.  What is
 * asked is checked here all the same: length by length, and once what may be done once.
 */

#include "cli/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/accounts.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "cli/syslog.h"
#include <intact/guard.h>

enum op {
	OP_NAME,
	OP_NUMBER,
	OP_SIGN,
	OP_COMMIT,
	OP_REMEMBER,
	OP_SYSLOG,
	OP_END,
	OP_RECORD,
	OP_HOLDS,
	OP_SPECIAL
};

struct ask {
	uint32_t op;
	uint32_t arg; /* a kind, what is signed, a facility */
	uint32_t len; /* of the body */
};

struct answer {
	int32_t rc;
	uint32_t len;
};

/* The longest body: a report in one message. */
#define BODY_MAX ((uint32_t)64 << 20)

/* The longest answer: a point of the journal, and a sentence. */
#define REPLY_MAX (INTACT_ERROR_MAX + sizeof(struct intact_journal_point) + 1)

struct clerk {
	int fd;
	pid_t pid;
};

/* ---- the clerk's side --------------------------------------------------------------------------
 */

struct desk {
	struct session *session;
	struct clerk_duties duties;
	int fd;
	bool signed_once;
	bool remembered;
	bool recorded;
	bool committed;
	struct buf reply;
};

static const uint8_t *exactly(const struct ask *ask, const char *body, size_t len)
{
	return ask->len == len ? (const uint8_t *)body : NULL;
}

static int unknown(struct intact_error *err)
{
	return intact_fail(err, INTACT_EIO, "the clerk was asked for what it does not do");
}

static enum account_kind kind_of(const struct ask *ask)
{
	return ask->arg == ACCOUNT_GROUP ? ACCOUNT_GROUP : ACCOUNT_USER;
}

static int do_name(struct desk *d, const struct ask *ask, const char *body,
		   struct intact_error *err)
{
	const uint8_t *data = exactly(ask, body, sizeof(uint32_t));
	char name[ACCOUNT_NAME_MAX];
	uint32_t id;

	if (!data)
		return unknown(err);
	memcpy(&id, data, sizeof(id));
	if (account_name(kind_of(ask), id, name))
		buf_add_str(&d->reply, name);
	return 0;
}

static int do_number(struct desk *d, const struct ask *ask, const char *body,
		     struct intact_error *err)
{
	char name[ACCOUNT_NAME_MAX];
	uint32_t id;

	if (ask->len >= sizeof(name) || memchr(body, '\0', ask->len))
		return unknown(err);
	memcpy(name, body, ask->len);
	name[ask->len] = '\0';
	if (account_number(kind_of(ask), name, &id))
		buf_add(&d->reply, &id, sizeof(id));
	return 0;
}

/* One baseline is written, so one is signed. */
static int do_sign(struct desk *d, const struct ask *ask, const char *body,
		   struct intact_error *err)
{
	const uint8_t *digest = exactly(ask, body, INTACT_SIGNED_DIGEST_SIZE);
	uint8_t signature[INTACT_SIGNATURE_SIZE];
	int rc;

	if (!digest || d->signed_once || !d->duties.out || !d->session->trust.signing)
		return unknown(err);
	d->signed_once = true;
	rc = intact_key_sign(d->session->trust.signing, INTACT_SIGNED_BASELINE, digest, signature,
			     err);
	buf_add(&d->reply, signature, sizeof(signature));
	return rc;
}

static int do_commit(struct desk *d, struct intact_error *err)
{
	if (d->committed || !d->duties.out)
		return unknown(err);
	d->committed = true;
	return intact_db_out_commit(d->duties.out, err);
}

/* One baseline is read, and what was seen never becomes less. */
static int do_remember(struct desk *d, const struct ask *ask, const char *body,
		       struct intact_error *err)
{
	const uint8_t *data = exactly(ask, body, sizeof(struct intact_seen));
	struct intact_seen seen;

	if (!data || d->remembered)
		return unknown(err);
	memcpy(&seen, data, sizeof(seen));
	if (seen.generation <= d->session->in.seen.generation)
		return unknown(err);
	d->remembered = true;
	return trust_remember(d->session, &seen, err);
}

/* A character that ends each message, the name of the program, a NUL, the text. */
static int do_syslog(const struct ask *ask, const char *body, struct intact_error *err)
{
	const char *nul = ask->len > 2 ? memchr(body + 1, '\0', ask->len - 1) : NULL;

	if (!nul)
		return unknown(err);
	syslog_send(nul + 1, ask->len - (size_t)(nul + 1 - body), body[0], (int)ask->arg, body + 1);
	return 0;
}

static bool has_journal(const struct desk *d)
{
	return d->duties.record && d->duties.record->journal;
}

/* One run, one record.  The answer: its point, then a warning. */
static int do_record(struct desk *d, const struct ask *ask, const char *body,
		     struct intact_error *err)
{
	struct intact_journal_point point;
	struct intact_error warning;
	int rc;

	if (!has_journal(d) || d->recorded)
		return unknown(err);
	d->recorded = true;
	rc = run_record_append(d->duties.record, body, ask->len, &point, &warning, err);
	if (rc < 0)
		return rc;
	buf_add(&d->reply, &point, sizeof(point));
	if (warning.code)
		buf_add_str(&d->reply, warning.text);
	return 0;
}

static int do_holds(struct desk *d, const struct ask *ask, const char *body,
		    struct intact_error *err)
{
	const uint8_t *data = exactly(ask, body, sizeof(struct intact_journal_point));
	struct intact_journal_point point;
	enum intact_journal_verdict verdict;
	uint32_t number;
	int rc;

	if (!has_journal(d) || !data)
		return unknown(err);
	memcpy(&point, data, sizeof(point));
	rc = intact_journal_holds(d->duties.record->journal, &point, &verdict, err);
	number = rc == 0 ? (uint32_t)verdict : 0;
	buf_add(&d->reply, &number, sizeof(number));
	return rc;
}

static int serve(struct desk *d, const struct ask *ask, const char *body, struct intact_error *err)
{
	switch (ask->op) {
	case OP_NAME:
		return do_name(d, ask, body, err);
	case OP_NUMBER:
		return do_number(d, ask, body, err);
	case OP_SIGN:
		return do_sign(d, ask, body, err);
	case OP_COMMIT:
		return do_commit(d, err);
	case OP_REMEMBER:
		return do_remember(d, ask, body, err);
	case OP_SYSLOG:
		return do_syslog(ask, body, err);
	case OP_RECORD:
		return do_record(d, ask, body, err);
	case OP_HOLDS:
		return do_holds(d, ask, body, err);
	case OP_SPECIAL:
		return d->duties.special ? d->duties.special(d->duties.ctx, body, ask->len, err)
					 : unknown(err);
	default:
		return unknown(err);
	}
}

static bool answer(struct desk *d, int rc, const struct intact_error *err)
{
	struct answer head = { .rc = rc };

	if (rc < 0) {
		buf_clear(&d->reply);
		buf_add_str(&d->reply, err->text);
	}
	if (d->reply.failed) {
		buf_release(&d->reply);
		head.rc = INTACT_ENOMEM;
	}
	head.len = (uint32_t)d->reply.len;
	return file_write(d->fd, &head, sizeof(head)) == 0 &&
	       file_write(d->fd, d->reply.data, d->reply.len) == 0;
}

static bool receive(int fd, void *data, size_t len)
{
	size_t got;

	return file_read(fd, data, len, &got) == 0 && got == len;
}

/* False when the run has ended, or says something that cannot be. */
static bool serve_one(struct desk *d)
{
	struct intact_error err = { 0 };
	struct ask ask;
	char *body;
	bool good;
	int rc;

	if (!receive(d->fd, &ask, sizeof(ask)) || ask.op == OP_END || ask.len > BODY_MAX)
		return false;
	body = malloc((size_t)ask.len + 1);
	good = body && receive(d->fd, body, ask.len);
	if (good) {
		buf_clear(&d->reply);
		rc = serve(d, &ask, body, &err);
		good = answer(d, rc, &err);
	}
	free(body);
	return good;
}

static void close_from_to(int from, int to)
{
#ifdef SYS_close_range
	/* An older kernel leaves them open: they are closed with the run. */
	(void)syscall(SYS_close_range, from, to, 0);
#else
	(void)from;
	(void)to;
#endif
}

/* Whatever the run had open, and would be kept open by us. */
static void close_all_but(const int *keep, size_t n)
{
	int from = STDERR_FILENO + 1;

	for (;;) {
		int next = -1;

		for (size_t i = 0; i < n; i++) {
			if (keep[i] >= from && (next < 0 || keep[i] < next))
				next = keep[i];
		}
		if (next < 0)
			break;
		if (next > from)
			close_from_to(from, next - 1);
		from = next + 1;
	}
	close_from_to(from, INT_MAX);
}

/* Those of the run would seem open to whoever reads them. */
static void leave_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	}
}

/* What writing a baseline in somebody else's folder, with somebody else's owner, takes.  Its reader
 * has none of it. */
#define CLERK_RIGHTS \
	(UINT64_C(1) << CAP_DAC_OVERRIDE | UINT64_C(1) << CAP_CHOWN | UINT64_C(1) << CAP_FOWNER)

_Noreturn static void be_clerk(struct desk *d)
{
	int keep[8] = { d->fd, d->session->apart, -1, -1, -1, -1, -1, -1 };

	/* It ends when the run does, and the run heeds these. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, 0);
	prctl(PR_SET_NAME, "intact-clerk");
	prctl(PR_SET_DUMPABLE, 0);
	if (d->duties.out)
		intact_db_out_fds(d->duties.out, keep + 2);
	if (has_journal(d))
		intact_journal_fds(d->duties.record->journal, keep + 4);
	if (d->duties.hold)
		intact_db_out_fds(d->duties.hold, keep + 6);
	leave_streams();
	close_all_but(keep, 8);
	intact_guard_rights(CLERK_RIGHTS);
	while (serve_one(d))
		;
	if (d->duties.tidy)
		d->duties.tidy(d->duties.ctx);
	intact_db_out_free(d->duties.out);
	intact_db_out_free(d->duties.hold);
	if (d->duties.record)
		run_record_release(d->duties.record);
	/* Only now: who reads the end of this knows that all is tidy. */
	_exit(0);
}

/* ---- the run's side ----------------------------------------------------------------------------
 */

/* The reply's first `size` bytes; *ret_len how many there are.  Returns what the clerk says. */
static int reply_of(struct clerk *c, void *reply, size_t size, size_t *ret_len,
		    struct intact_error *err)
{
	char why[REPLY_MAX];
	struct answer head;

	if (!receive(c->fd, &head, sizeof(head)) || head.len >= sizeof(why) ||
	    !receive(c->fd, why, head.len))
		return intact_fail(err, INTACT_EIO,
				   "the process that writes for this one has ended");
	why[head.len] = '\0';
	if (head.rc < 0)
		return intact_fail(err, (enum intact_code)head.rc, "%s", why);
	*ret_len = head.len < size ? head.len : size;
	memcpy(reply, why, *ret_len);
	return 0;
}

static int ask(struct clerk *c, enum op op, uint32_t arg, const void *body, size_t len, void *reply,
	       size_t size, size_t *ret_len, struct intact_error *err)
{
	struct ask head = { .op = op, .arg = arg, .len = (uint32_t)len };

	if (len > BODY_MAX)
		return intact_fail(err, INTACT_EIO, "more than can be handed over at once");
	if (file_write(c->fd, &head, sizeof(head)) != 0 || file_write(c->fd, body, len) != 0)
		return intact_fail_errno(err, "ask the process that writes for this one");
	return reply_of(c, reply, size, ret_len, err);
}

static bool ask_name(void *ctx, enum account_kind kind, uint32_t id, char ret[ACCOUNT_NAME_MAX])
{
	struct intact_error err;
	size_t len = 0;

	if (ask(ctx, OP_NAME, kind, &id, sizeof(id), ret, ACCOUNT_NAME_MAX - 1, &len, &err) < 0)
		return false;
	ret[len] = '\0';
	return len > 0;
}

static bool ask_number(void *ctx, enum account_kind kind, const char *name, uint32_t *ret)
{
	struct intact_error err;
	size_t len = 0;

	return strlen(name) < ACCOUNT_NAME_MAX &&
	       ask(ctx, OP_NUMBER, kind, name, strlen(name), ret, sizeof(*ret), &len, &err) == 0 &&
	       len == sizeof(*ret);
}

static int ask_sign(void *ctx, enum intact_signed what,
		    const uint8_t digest[INTACT_SIGNED_DIGEST_SIZE],
		    uint8_t ret[INTACT_SIGNATURE_SIZE], struct intact_error *err)
{
	size_t len = 0;
	int rc = ask(ctx, OP_SIGN, what, digest, INTACT_SIGNED_DIGEST_SIZE, ret,
		     INTACT_SIGNATURE_SIZE, &len, err);

	if (rc == 0 && len != INTACT_SIGNATURE_SIZE)
		rc = intact_fail(err, INTACT_EIO, "no signature was made");
	return rc;
}

static int ask_commit(void *ctx, struct intact_error *err)
{
	size_t len;
	char none;

	return ask(ctx, OP_COMMIT, 0, "", 0, &none, 0, &len, err);
}

int clerk_remember(struct clerk *c, const struct intact_seen *seen, struct intact_error *err)
{
	size_t len;
	char none;

	return ask(c, OP_REMEMBER, 0, seen, sizeof(*seen), &none, 0, &len, err);
}

int clerk_special(struct clerk *c, const void *body, size_t len, struct intact_error *err)
{
	size_t got;
	char none;

	return ask(c, OP_SPECIAL, 0, body, len, &none, 0, &got, err);
}

int clerk_syslog(struct clerk *c, const char *text, size_t size, char end, int facility,
		 const char *ident, struct intact_error *err)
{
	struct buf body = { 0 };
	size_t len;
	char none;
	int rc;

	buf_add_char(&body, end);
	buf_add(&body, ident, strlen(ident) + 1);
	buf_add(&body, text, size);
	rc = body.failed ? intact_fail_nomem(err)
			 : ask(c, OP_SYSLOG, (uint32_t)facility, body.data, body.len, &none, 0,
			       &len, err);
	buf_release(&body);
	return rc;
}

int clerk_record(struct clerk *c, const char *members, size_t len, struct intact_journal_point *ret,
		 struct intact_error *ret_warning, struct intact_error *err)
{
	char reply[REPLY_MAX] = "";
	size_t got = 0;
	int rc = ask(c, OP_RECORD, 0, members, len, reply, sizeof(reply) - 1, &got, err);

	if (rc == 0 && got < sizeof(*ret))
		rc = intact_fail(err, INTACT_EIO, "no record was made");
	if (rc < 0)
		return rc;
	memcpy(ret, reply, sizeof(*ret));
	reply[got] = '\0';
	if (got > sizeof(*ret))
		intact_fail(ret_warning, INTACT_EIO, "%s", reply + sizeof(*ret));
	return 0;
}

int clerk_holds(struct clerk *c, const struct intact_journal_point *point,
		enum intact_journal_verdict *ret, struct intact_error *err)
{
	uint32_t number = 0;
	size_t got = 0;
	int rc = ask(c, OP_HOLDS, 0, point, sizeof(*point), &number, sizeof(number), &got, err);

	if (rc == 0 && got != sizeof(number))
		rc = intact_fail(err, INTACT_EIO, "the journal was not asked");
	if (rc == 0)
		*ret = (enum intact_journal_verdict)number;
	return rc;
}

static int hand_over(struct session *s, const struct clerk_duties *duties, struct clerk *c,
		     struct intact_error *err)
{
	int rc = 0;

	accounts_ask(&(struct accounts){ ask_name, ask_number, c });
	if (duties->out)
		intact_db_out_give_away(duties->out, ask_commit, c);
	if (duties->hold)
		intact_db_out_give_away(duties->hold, ask_commit, c);
	/* Who could write to it could also cut it. */
	if (duties->record && duties->record->journal)
		intact_journal_give_away(duties->record->journal);
	if (s->trust.signing)
		rc = intact_key_give_away(s->trust.signing, ask_sign, c, err);
	return rc;
}

int clerk_start(struct session *s, const struct clerk_duties *duties, struct clerk **ret,
		struct intact_error *err)
{
	struct clerk *c = calloc(1, sizeof(*c));
	int fds[2];
	pid_t pid;

	if (!c)
		return intact_fail_nomem(err);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
		free(c);
		return intact_fail_errno(err, "make a pair of sockets");
	}
	/* What is buffered would be written twice. */
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct desk desk = { .session = s, .duties = *duties, .fd = fds[1] };

		close(fds[0]);
		be_clerk(&desk);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		free(c);
		return intact_fail_errno(err, "start the process that writes for this one");
	}
	c->fd = fds[0];
	c->pid = pid;
	*ret = c;
	return hand_over(s, duties, c, err);
}

void clerk_end(struct clerk *c)
{
	struct ask end = { .op = OP_END };
	char none;

	if (!c)
		return;
	accounts_ask(NULL);
	/* The other end is closed when all is tidy. */
	if (file_write(c->fd, &end, sizeof(end)) == 0) {
		while (read(c->fd, &none, 1) < 0 && errno == EINTR)
			;
	}
	close(c->fd);
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(c);
}
