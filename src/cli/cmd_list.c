/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --list: entries of the baseline in readable form; with PATH operands only those and what is below
 * them, reading only the blocks they are in.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "cli/commands.h"
#include "cli/sandbox.h"
#include "cli/signals.h"
#include <intact/report.h>

struct list {
	struct session *session;
	struct intact_db *db;
	struct intact_matcher *limit;
};

static int list_entry(const struct list *l, const struct intact_entry *entry,
		      struct intact_error *err)
{
	int rc;

	if (l->limit && !intact_matcher_in_limit(l->limit, entry->path.s, entry->path.len))
		return 0;
	rc = intact_report_entry(entry, stdout, err);
	if (rc == 0 && ferror(stdout))
		rc = intact_fail_errno(err, "write to standard output");
	return rc;
}

/* `path` NULL: everything.  *ret_found counts the entries at or below it. */
static int list_range(const struct list *l, const char *path, size_t *ret_found,
		      struct intact_error *err)
{
	size_t len = path ? strlen(path) : 0;
	const struct intact_entry *entry;
	struct intact_stream *stream;
	int rc = intact_db_read(l->db, path, &stream, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_stream_next(stream, &entry, err)) == 1) {
		bool at = path && entry->path.len == len && memcmp(entry->path.s, path, len) == 0;

		/* Order puts everything below a path right behind it. */
		if (path && !at && !path_below(entry->path.s, entry->path.len, path, len))
			break;
		rc = list_entry(l, entry, err);
		if (rc == 0 && signals_stop())
			rc = intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
		if (rc < 0)
			break;
		++*ret_found;
	}
	intact_stream_close(stream);
	return rc < 0 ? rc : 0;
}

static int list_paths(const struct list *l, struct intact_error *err)
{
	const struct options *o = l->session->options;
	size_t found = 0;

	if (!o->npaths)
		return list_range(l, NULL, &found, err);
	for (size_t i = 0; i < o->npaths; i++) {
		int rc;

		found = 0;
		if (o->paths[i][0] != '/')
			return intact_fail(err, INTACT_EUSAGE, "'%s' needs to be an absolute path",
					   o->paths[i]);
		rc = list_range(l, o->paths[i], &found, err);
		if (rc < 0)
			return rc;
		if (!found)
			return intact_fail(err, INTACT_EIO, "no entry '%s' in the baseline '%s'",
					   o->paths[i], l->session->in.path);
	}
	return 0;
}

static int list_run(struct list *l, struct intact_error *err)
{
	struct session *s = l->session;
	int rc;

	if (!s->in.path)
		return intact_fail(err, INTACT_EUSAGE,
				   "missing 'database_in', config option is required");
	rc = s->options->limit
		     ? intact_matcher_new(s->config->rules, s->options->limit, &l->limit, err)
		     : 0;
	if (rc == 0)
		rc = sandbox_enter(s, &(struct sandbox_needs){ .reads = { &s->in } }, err);
	if (rc == 0)
		rc = session_open(s, &s->in, &l->db, err);
	if (rc == 0)
		rc = list_paths(l, err);
	if (rc == 0 && fflush(stdout) != 0)
		rc = intact_fail_errno(err, "write to standard output");
	return rc;
}

int cmd_list(struct session *s)
{
	struct list l = { .session = s };
	struct intact_error err;
	int rc = list_run(&l, &err);

	intact_matcher_free(l.limit);
	intact_db_close(l.db);
	return rc < 0 ? session_error(s, &err) : 0;
}
