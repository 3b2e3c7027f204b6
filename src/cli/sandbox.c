/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See sandbox.h.
 */

#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include <intact/guard.h>

#define CAP(name) (UINT64_C(1) << CAP_##name)

/* ---- before ---- */

int sandbox_open_ahead(struct session *s, struct place *place, struct intact_error *err)
{
	int rc = trust_prepare(s, place, err);

	if (rc < 0 || place->ahead >= 0)
		return rc;
	rc = intact_db_open_ahead(place->path, place->fd, &place->ahead, err);
	return rc < 0 ? session_not_open(s, place, err) : 0;
}

/* AIDE's text is copied before it is verified. */
static int open_spare(struct session *s, struct intact_error *err)
{
	if ((!s->trust.nkeys && !s->trust.signing) || s->spare >= 0)
		return 0;
	s->spare = file_temporary(err);
	return s->spare < 0 ? s->spare : 0;
}

static int look_up(struct session *s, const struct sandbox_needs *needs, struct intact_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0; i++) {
		if (needs->reads[i])
			rc = sandbox_open_ahead(s, needs->reads[i], err);
	}
	if (rc == 0)
		rc = open_spare(s, err);
	/* What libraries would read when they are first used. */
	tzset();
	intact_digests_prepare();
	return rc;
}

/* ---- the policy ---- */

/* In a private clone no access time moves; elsewhere only the owner may ask for that. */
static uint64_t rights_for(const struct session *s, bool clone)
{
	uint64_t keep = CAP(DAC_READ_SEARCH);

	if (!clone)
		keep |= CAP(FOWNER);
	if (s->config->trusted_xattrs)
		keep |= CAP(SYS_ADMIN);
	return keep;
}

static int say_missing(struct session *s, const struct intact_guard_result *result,
		       struct intact_error *err)
{
	for (int i = 0; i < INTACT_LAYERS; i++) {
		if (result->on[i])
			continue;
		log_say(&s->log, INTACT_LOG_INFO, "sandbox: no %s: %s",
			intact_layer_name((enum intact_layer)i), result->why[i]);
		if (s->config->require_sandbox)
			return intact_fail(err, INTACT_ECONFIG, "require_sandbox: no %s: %s",
					   intact_layer_name((enum intact_layer)i), result->why[i]);
	}
	return 0;
}

static int shut(struct session *s, const struct sandbox_needs *needs, struct intact_error *err)
{
	/* Lists of mounts and of descriptors, how busy the machine is. */
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct intact_guard_policy policy = { .below = &proc, .nbelow = proc >= 0 };
	struct intact_guard_result result;
	bool clone = false;

	if (needs->scan) {
		clone = intact_scan_has_clone(needs->scan);
		policy.read_all = true;
		policy.keep = rights_for(s, clone);
	}
	if (needs->scan && !clone && geteuid() == 0)
		log_say(&s->log, INTACT_LOG_INFO, "sandbox: no private clone of the root");
	intact_guard_enter(&policy, &result);
	if (proc >= 0)
		close(proc);
	return say_missing(s, &result, err);
}

int sandbox_enter(struct session *s, const struct sandbox_needs *needs, struct intact_error *err)
{
	int rc = 0;

	if (s->options->no_sandbox && s->config->require_sandbox)
		return intact_fail(err, INTACT_EUSAGE,
				   "(--no-sandbox): the configuration says require_sandbox=yes");
	if (s->options->no_sandbox)
		return 0;
	rc = look_up(s, needs, err);
	if (rc == 0)
		rc = clerk_start(s, &needs->duties, &s->clerk, err);
	return rc == 0 ? shut(s, needs, err) : rc;
}

/* ---- a text by itself ---- */

/* What the other process says first. */
struct head {
	int rc;
	struct intact_error err;
	uint64_t len;
};

/* No configuration of ours is longer; the baseline's reader has a limit of its own. */
#define TEXT_MAX ((uint64_t)64 << 20)

_Noreturn static void read_and_send(struct session *s, struct place *place, sandbox_read_fn *read,
				    int to)
{
	struct sandbox_needs needs = { .reads = { place } };
	struct buf text = { 0 };
	struct head head;

	memset(&head, 0, sizeof(head));
	s->peeks = true;
	head.rc = look_up(s, &needs, &head.err);
	if (head.rc == 0)
		head.rc = shut(s, &needs, &head.err);
	if (head.rc == 0)
		head.rc = read(s, &text, &head.err);
	if (head.rc == 0 && text.failed)
		head.rc = intact_fail_nomem(&head.err);
	head.len = head.rc == 0 ? text.len : 0;
	_exit(file_write(to, &head, sizeof(head)) == 0 &&
			      file_write(to, text.data, (size_t)head.len) == 0
		      ? 0
		      : 1);
}

static int receive(int from, struct buf *ret, struct intact_error *err)
{
	struct head head;
	size_t got;

	if (file_read(from, &head, sizeof(head), &got) != 0 || got != sizeof(head) ||
	    head.len > TEXT_MAX)
		return intact_fail(err, INTACT_EIO,
				   "the process that reads the baseline's rules has "
				   "ended");
	head.err.text[sizeof(head.err.text) - 1] = '\0';
	if (head.rc < 0)
		return intact_fail(err, (enum intact_code)head.rc, "%s", head.err.text);
	if (!buf_reserve(ret, (size_t)head.len + 1))
		return intact_fail_nomem(err);
	if (file_read(from, ret->data + ret->len, (size_t)head.len, &got) != 0 || got != head.len)
		return intact_fail(err, INTACT_EIO, "the baseline's rules are cut short");
	ret->len += got;
	ret->data[ret->len] = '\0';
	return 0;
}

int sandbox_read_apart(struct session *s, struct place *place, sandbox_read_fn *read,
		       struct buf *ret, struct intact_error *err)
{
	int fds[2], rc;
	pid_t pid;

	if (s->options->no_sandbox)
		return read(s, ret, err);
	if (pipe2(fds, O_CLOEXEC) != 0)
		return intact_fail_errno(err, "make a pipe");
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		read_and_send(s, place, read, fds[1]);
	}
	close(fds[1]);
	rc = pid < 0 ? intact_fail_errno(err, "start a process") : receive(fds[0], ret, err);
	close(fds[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return rc;
}
