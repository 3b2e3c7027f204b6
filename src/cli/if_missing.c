/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --init --if-missing: for whoever sets machines up and asks on each start.  A baseline that is
 * there is verified in full and left alone, whatever comes of that; where there is none, the new
 * one is to stand in its very place.  Where there was one, and it is gone, nobody makes another: it
 * would call everything that happened since the state that is to be.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/generations.h"
#include "cli/sandbox.h"
#include "cli/state.h"
#include "cli/trust.h"
#include <intact/journal.h>

/* What the journal has of it. */
struct trace {
	const struct session *session;
	char *here;	 /* folder that relative paths are meant in */
	uint64_t record; /* the last one that names it; 0: none does */
};

/* Returns 1 or 0, or a negative code where nobody can say. */
static int is_there(const char *path, struct intact_error *err)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return 1;
	return errno == ENOENT ? 0
			       : intact_fail_errno(err, "is there a baseline? look at '%s'", path);
}

/* ---- was there one? ------------------------------------------------------------------------- */

/* As records have it: absolute, and otherwise as it was given. */
static bool is_place(const struct trace *t, const struct buf *recorded, const struct place *place)
{
	struct buf path = { 0 };
	bool same;

	if (!place->path || place->fd >= 0)
		return false;
	if (place->path[0] != '/' && t->here)
		buf_printf(&path, "%s/", t->here);
	buf_add_str(&path, place->path);
	same = !path.failed && path.len == recorded->len &&
	       memcmp(path.data, recorded->data, path.len) == 0;
	buf_release(&path);
	return same;
}

static bool names(const struct trace *t, const struct intact_journal_item *item, const char *key,
		  const struct place *place)
{
	struct buf recorded = { 0 };
	struct json_value v;
	bool found = json_find(item->text, item->len, key, &v) && v.kind == JSON_OBJECT &&
		     json_find_bytes(v.at, v.len, "place", &recorded) && recorded.len &&
		     is_place(t, &recorded, place);

	buf_release(&recorded);
	return found;
}

/* A journal in the image that this machine was made of is another one's. */
static bool is_of_this_host(const struct trace *t, const struct intact_journal_item *item)
{
	const char *host = t->session->host;
	struct buf recorded = { 0 };
	bool same;

	json_find_bytes(item->text, item->len, "host", &recorded);
	same = recorded.len == strlen(host) &&
	       (!recorded.len || memcmp(recorded.data, host, recorded.len) == 0);
	buf_release(&recorded);
	return same;
}

/* An intact_journal_fn.  One that was made and never put in its place is one, too. */
static int on_record(void *ctx, const struct intact_journal_item *item, struct intact_error *err)
{
	struct trace *t = ctx;
	const struct session *s = t->session;
	uint64_t n;

	(void)err;
	if (item->kind != INTACT_JOURNAL_RECORD || !is_of_this_host(t, item))
		return 0;
	if ((names(t, item, "baseline", &s->in) || names(t, item, "new_baseline", &s->in) ||
	     names(t, item, "new_baseline", &s->out)) &&
	    json_find_number(item->text, item->len, "n", &n))
		t->record = n;
	return 0;
}

static int ask_journal(struct session *s, uint64_t *ret_record, struct intact_error *err)
{
	struct trace t = { .session = s };
	struct intact_journal *journal = NULL;
	struct intact_journal_sum sum;
	int rc;

	*ret_record = 0;
	if (!s->journal || !file_is_there(s->journal))
		return 0;
	rc = intact_journal_open(s->journal, &journal, err);
	if (rc < 0)
		return rc;
	t.here = getcwd(NULL, 0);
	rc = intact_journal_read(journal, on_record, &t, &sum, err);
	free(t.here);
	intact_journal_close(journal);
	*ret_record = t.record;
	return rc;
}

static int check_none(struct session *s, struct intact_error *err)
{
	const char *path = s->in.path;
	uint64_t kept = generations_newest(path), record = 0;
	int rc = trust_prepare(s, &s->in, err);

	if (rc == 0)
		rc = ask_journal(s, &record, err);
	if (rc < 0)
		return rc;
	if (kept)
		return intact_fail(err, INTACT_EDAMAGED,
				   "there is no baseline '%.300s', but one was there: its "
				   "generation %" PRIu64
				   " lies beside it (--init without --if-missing makes one anew)",
				   path, kept);
	if (s->in.seen.generation)
		return intact_fail(
			err, INTACT_EDAMAGED,
			"there is no baseline '%.300s', but generation %" PRIu64
			" of it was seen here, see '%.300s' (--init without --if-missing "
			"makes one anew)",
			path, s->in.seen.generation, s->in.record);
	if (record)
		return intact_fail(err, INTACT_EDAMAGED,
				   "there is no baseline '%.300s', but record %" PRIu64
				   " of the journal '%.300s' has one (--init without --if-missing "
				   "makes one anew)",
				   path, record, s->journal);
	return 0;
}

/* ---- there is one --------------------------------------------------------------------------- */

static int verify(struct session *s, struct intact_error *err)
{
	struct intact_db *db = NULL;
	int rc = sandbox_enter(s, &(struct sandbox_needs){ .reads = { &s->in } }, err);

	if (rc == 0)
		rc = session_open(s, &s->in, &db, err);
	if (rc == 0)
		rc = intact_db_verify(db, err);
	if (rc == 0)
		log_say(&s->log, INTACT_LOG_INFO,
			"a baseline is there, and is whole: '%s', generation %" PRIu64, s->in.path,
			intact_db_meta(db)->generation);
	else
		intact_error_prefix(err, "a baseline is there and is left as it is, but: ");
	intact_db_close(db);
	return rc;
}

static int look(struct session *s, bool *ret_over, struct intact_error *err)
{
	int rc;

	*ret_over = true;
	if (!s->in.path || s->in.fd >= 0)
		return intact_fail(err, INTACT_EUSAGE,
				   "--if-missing needs a file: 'database_in' is %.300s",
				   s->in.path ? s->in.path : "not set");
	rc = is_there(s->in.path, err);
	if (rc != 0)
		return rc < 0 ? rc : verify(s, err);
	*ret_over = false;
	rc = check_none(s, err);
	return rc < 0 ? rc : state_out_is_in(s, err);
}

bool cmd_if_missing(struct session *s, int *ret_status)
{
	struct intact_error err;
	bool over;
	int rc = look(s, &over, &err);

	*ret_status = rc < 0 ? session_error(s, &err) : 0;
	return over || rc < 0;
}
