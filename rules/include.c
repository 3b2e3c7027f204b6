/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See include.h.  The statements: aide-compat 2.8.
 *
 * Beyond AIDE: whatever is read or run, and the directory it is in, must belong to root or to us
 * and must not be writable for others; a file does not include itself, however far around; all
 * sources together have a limit.
 */

#include "rules/include.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "rules/execute.h"
#include "rules/parser.h"
#include "rules/regex.h"

/* What a statement asks for, expanded. */
struct include {
	struct reader *r;
	const struct place *place;
	const char *word; /* "@@include" */
	bool execute;
	struct buf path;
	struct buf regex;
	struct buf prefix; /* with the prefix of the file that includes */
};

/* ---- whom to trust ------------------------------------------------------------------------- */

static bool is_ours(const struct stat *st)
{
	return file_is_ours(st, S_IWGRP | S_IWOTH);
}

#define BAD_OWNERSHIP                                                              \
	"bad ownership or modes for '%s' (please ensure it is neither group- nor " \
	"world-writable and owned by the current user or root)"

static int bad_ownership(const struct include *in, const char *path, struct intact_error *err)
{
	return place_fail(in->place, err, INTACT_ECONFIG, "'%s': " BAD_OWNERSHIP, in->word, path);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* A pipe may never end: a signal ends the wait for it. */
static int read_all(int fd, size_t limit, struct buf *out)
{
	for (;;) {
		ssize_t n;

		if (!buf_reserve(out, 65536)) {
			errno = ENOMEM;
			return -1;
		}
		n = read(fd, out->data + out->len, 65535);
		if (n <= 0)
			return (int)n;
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		if (out->len > limit)
			return 0;
	}
}

static int fail_reading(const char *what, const char *file, struct intact_error *err)
{
	if (errno == EINTR)
		return intact_fail(err, INTACT_ESIGNAL, "%s '%s': stopped by a signal", what, file);
	return intact_fail_errno(err, "%s '%s'", what, file);
}

static int run_text(struct reader *r, const char *file, const char *prefix, struct slice text,
		    const struct stat *st, struct intact_error *err)
{
	const char *kept = reader_keep(r, file);
	int rc;

	if (!kept)
		return intact_fail_nomem(err);
	rc = reader_count(r, file, text.len, err);
	if (rc < 0)
		return rc;
	r->open[r->depth] = (struct reader_open){ 0 };
	if (st)
		r->open[r->depth] = (struct reader_open){ st->st_dev, st->st_ino };
	return reader_run(r, kept, prefix, text, err);
}

static int run_fd(struct reader *r, int fd, const char *file, const char *prefix,
		  const struct stat *st, struct intact_error *err)
{
	struct buf text = { 0 };
	int rc;

	if (read_all(fd, READER_BYTES_MAX, &text) < 0)
		rc = fail_reading("cannot read", file, err);
	else
		rc = run_text(r, file, prefix, (struct slice){ text.data, text.len }, st, err);
	buf_release(&text);
	return rc;
}

/* ---- the configuration itself -------------------------------------------------------------- */

static int check_main(const char *path, const struct stat *st, struct intact_error *err)
{
	/* Nobody writes into it, whatever its mode is. */
	if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3))
		return 0;
	if (!S_ISREG(st->st_mode) && !S_ISFIFO(st->st_mode))
		return intact_fail(err, INTACT_EIO,
				   "cannot open config file '%s': not a regular file", path);
	/* A pipe is a process's output ("<(...)"): it is no file in a directory. */
	if (!is_ours(st) || (S_ISREG(st->st_mode) && !file_parent_is_safe(path)))
		return intact_fail(err, INTACT_ECONFIG, BAD_OWNERSHIP, path);
	return 0;
}

int include_main(struct reader *r, const char *path, struct intact_error *err)
{
	struct stat st;
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return run_fd(r, 0, "(stdin)", "", NULL, err);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fail_reading("cannot open config file", path, err);
	if (fstat(fd, &st) < 0)
		rc = intact_fail_errno(err, "cannot open config file '%s'", path);
	else
		rc = check_main(path, &st, err);
	if (rc == 0)
		rc = run_fd(r, fd, path, "", &st, err);
	close(fd);
	return rc;
}

/* ---- one included file --------------------------------------------------------------------- */

static int fail_errno(const struct include *in, const char *what, const char *path,
		      struct intact_error *err)
{
	return place_fail(in->place, err, INTACT_ECONFIG, "'%s': %s '%s' failed: %s", in->word,
			  what, path, strerror(errno));
}

static bool is_open(const struct reader *r, const struct stat *st)
{
	for (unsigned i = 0; i <= r->depth; i++) {
		if (r->open[i].ino == st->st_ino && r->open[i].dev == st->st_dev && st->st_ino)
			return true;
	}
	return false;
}

/* What a program complained about, line by line. */
static void log_stderr(const struct include *in, const char *path, const struct buf *text)
{
	const struct config_log *log = &in->r->log;
	const char *s = text->data, *end = s + text->len;

	while (log->fn && s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *eol = newline ? newline : end;
		struct buf line = { 0 };

		buf_printf(&line, "%s: stderr> %.*s", path, (int)(eol - s), s);
		if (!line.failed)
			log->fn(log->ctx, INTACT_LOG_ERROR, line.data);
		buf_release(&line);
		s = eol + (newline != NULL);
	}
}

static int execution_failed(const struct include *in, const char *path, const struct execution *e,
			    struct intact_error *err)
{
	if (e->err.len)
		log_stderr(in, path, &e->err);
	if (e->signal)
		return place_fail(in->place, err, INTACT_EEXEC, "%s: execution failed (signal: %d)",
				  path, e->signal);
	return place_fail(in->place, err, INTACT_EEXEC, "%s: execution failed (exit status: %d)",
			  path, e->status);
}

static int run_program(const struct include *in, const char *path, const struct stat *st,
		       struct intact_error *err)
{
	struct reader *r = in->r;
	struct intact_error why = { 0 };
	struct execution e;
	char *name = NULL;
	int rc = execute_program(path, &r->environment, READER_BYTES_MAX, &e, &why);

	if (rc < 0)
		rc = place_fail(in->place, err, (enum intact_code)rc, "%s", why.text);
	else if (e.status || e.signal || e.err.len)
		rc = execution_failed(in, path, &e, err);
	else if (asprintf(&name, "%s (stdout)", path) < 0)
		rc = intact_fail_nomem(err);
	else
		rc = run_text(r, name, in->prefix.data, (struct slice){ e.out.data, e.out.len }, st,
			      err);
	free(name);
	execution_release(&e);
	return rc;
}

/* `follow`: names in directories may be links; a single file may not. */
static int include_one(const struct include *in, const char *path, bool follow,
		       struct intact_error *err)
{
	struct reader *r = in->r;
	int fd = open(path,
		      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
	struct stat st;
	bool execute;
	int rc;

	if (fd < 0)
		return fail_errno(in, "open for", path, err);
	rc = fstat(fd, &st);
	execute = rc == 0 && in->execute && (st.st_mode & S_IXUSR);
	if (rc < 0)
		rc = fail_errno(in, "fstat for", path, err);
	else if (!S_ISREG(st.st_mode))
		rc = place_fail(in->place, err, INTACT_ECONFIG, "'%s': '%s' is not a regular file",
				in->word, path);
	else if (!is_ours(&st) || !file_parent_is_safe(path))
		rc = bad_ownership(in, path, err);
	else if (is_open(r, &st))
		rc = place_fail(in->place, err, INTACT_ECONFIG,
				"'%s': '%s' includes itself (include loop)", in->word, path);
	else if (execute && !file_way_is_safe(path))
		rc = bad_ownership(in, path, err);
	else {
		r->depth++;
		if (execute)
			rc = run_program(in, path, &st, err);
		else
			rc = run_fd(r, fd, path, in->prefix.data, &st, err);
		r->depth--;
	}
	close(fd);
	return rc;
}

static int include_file(const struct include *in, struct intact_error *err)
{
	const char *path = in->path.data;
	struct stat st;

	place_log(in->place, &in->r->log, INTACT_LOG_CONFIG, "include file '%s' (depth: %u)", path,
		  in->r->depth + 1);
	if (lstat(path, &st) < 0)
		return place_fail(in->place, err, INTACT_ECONFIG,
				  "'@@include': lstat for '%s' failed: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return place_fail(in->place, err, INTACT_ECONFIG,
				  "'%s': '%s' is not a regular file", in->word, path);
	return include_one(in, path, false, err);
}

/* ---- a directory --------------------------------------------------------------------------- */

static int is_entry(const struct dirent *d)
{
	return strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int include_entry(const struct include *in, const char *name, const struct regex *regex,
			 struct regex_scratch *scratch, struct intact_error *err)
{
	enum regex_result result = REGEX_NONE;
	struct stat st;
	char *path;
	int rc = 0;

	if (asprintf(&path, "%s/%s", in->path.data, name) < 0)
		return intact_fail_nomem(err);
	if (stat(path, &st) < 0)
		rc = fail_errno(in, "stat for", path, err);
	else if (S_ISREG(st.st_mode))
		result = regex_match(regex, scratch, name, strlen(name), false, 1);
	if (result == REGEX_MATCH)
		rc = include_one(in, path, true, err);
	/* Not included would mean rules that silently do not hold. */
	if (result == REGEX_LIMIT)
		rc = place_fail(in->place, err, INTACT_ECONFIG,
				"'%s': too many steps to match the regular expression '%s' with "
				"'%s'",
				in->word, in->regex.data, name);
	free(path);
	return rc;
}

static int include_entries(const struct include *in, const struct regex *regex,
			   struct intact_error *err)
{
	struct regex_scratch *scratch = regex_scratch_new();
	struct dirent **names = NULL;
	int n, rc = 0;

	if (!scratch)
		return intact_fail_nomem(err);
	n = scandir(in->path.data, &names, is_entry, by_bytes);
	if (n < 0)
		rc = place_fail(in->place, err, INTACT_ECONFIG,
				"'%s': failed to open directory '%s': %s", in->word, in->path.data,
				strerror(errno));
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = include_entry(in, names[i]->d_name, regex, scratch, err);
		free(names[i]);
	}
	free(names);
	regex_scratch_free(scratch);
	return rc;
}

static int include_directory(const struct include *in, struct intact_error *err)
{
	const char *path = in->path.data;
	struct regex_fault fault;
	struct regex *regex;
	struct stat st;
	int rc;

	place_log(in->place, &in->r->log, INTACT_LOG_CONFIG,
		  "include directory '%s' (regex: '%s', execute: %s , prefix: '%s', depth: %u)",
		  path, in->regex.data, in->execute ? "true" : "false",
		  in->prefix.data + strlen(in->place->prefix), in->r->depth + 1);
	rc = regex_compile(in->regex.data, in->regex.len, REGEX_SEARCH, &regex, &fault);
	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(err);
	if (rc < 0)
		return place_fail(in->place, err, INTACT_ECONFIG,
				  "'%s': error in regular expression '%s' at %zu: %s", in->word,
				  in->regex.data, fault.offset, fault.text);
	if (stat(path, &st) == 0 && !is_ours(&st))
		rc = bad_ownership(in, path, err);
	else
		rc = include_entries(in, regex, err);
	regex_free(regex);
	return rc;
}

/* ---- the statement ------------------------------------------------------------------------- */

/* The prefix of the file at hand, and the new one behind it. */
static int expand_prefix(struct include *in, struct slice value, struct intact_error *err)
{
	struct buf own = { 0 };
	int rc = reader_expand(in->r, in->place, value, &own, err);

	if (rc == 0 && own.len && own.data[own.len - 1] == '/') {
		own.data[--own.len] = '\0';
		place_log(in->place, &in->r->log, INTACT_LOG_NOTICE,
			  "%s: removed trailing '/' from prefix: '%s'", in->word, own.data);
	}
	if (rc == 0 && own.data[0] != '/')
		rc = place_fail(in->place, err, INTACT_ECONFIG,
				"'%s': invalid rule prefix '%s': unexpected first character '%c', "
				"expected '/'",
				in->word, own.data, own.data[0] ? own.data[0] : ' ');
	if (rc == 0)
		buf_add(&in->prefix, own.data, own.len);
	buf_release(&own);
	return rc;
}

static int expand_arguments(struct include *in, const struct statement *st,
			    struct intact_error *err)
{
	int rc = reader_expand(in->r, in->place, st->include.arg[0], &in->path, err);

	if (rc == 0 && st->include.count > 1)
		rc = reader_expand(in->r, in->place, st->include.arg[1], &in->regex, err);
	buf_add_str(&in->prefix, in->place->prefix);
	if (rc == 0 && st->include.count > 2)
		rc = expand_prefix(in, st->include.arg[2], err);
	if (rc == 0 && in->prefix.failed)
		rc = intact_fail_nomem(err);
	return rc;
}

int include_statement(struct reader *r, const struct statement *st, struct intact_error *err)
{
	bool execute = st->kind == STATEMENT_X_INCLUDE;
	struct include in = {
		.r = r,
		.place = &st->place,
		.word = execute ? "@@x_include" : "@@include",
		.execute = execute,
	};
	int rc;

	if (r->source->no_includes)
		return place_fail(&st->place, err, INTACT_ECONFIG, "'%s' is not allowed here",
				  in.word);
	if (r->depth + 1 >= READER_DEPTH_MAX)
		return place_fail(&st->place, err, INTACT_ECONFIG,
				  "include files are nested too deeply");
	rc = expand_arguments(&in, st, err);
	if (rc == 0)
		rc = st->include.count == 1 ? include_file(&in, err) : include_directory(&in, err);
	buf_release(&in.path);
	buf_release(&in.regex);
	buf_release(&in.prefix);
	return rc;
}
