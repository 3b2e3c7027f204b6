/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See notice.h.
 */

#include "cli/notice.h"

#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include <intact/content.h>

/* The path on disk.  NULL without memory; the caller releases `text`. */
static const char *disk_path(const struct session *s, const struct intact_entry *e,
			     struct buf *text)
{
	buf_add_str(text, s->config->root_prefix);
	buf_add(text, e->path.s, e->path.len);
	return text->failed ? NULL : text->data;
}

static void warn_dead_link(struct session *s, const struct intact_entry *e)
{
	struct buf text = { 0 };
	const char *path = disk_path(s, e, &text);
	struct stat st;

	if (path && stat(path, &st) != 0)
		log_say(&s->log, INTACT_LOG_WARNING, "Dead symlink detected at %s", path);
	buf_release(&text);
}

static void notice_future(struct session *s, const struct intact_entry *e, const char *which,
			  const struct intact_time *when, time_t now)
{
	struct buf text = { 0 };
	const char *path;

	if (when->sec <= now)
		return;
	path = disk_path(s, e, &text);
	if (path)
		log_say(&s->log, INTACT_LOG_NOTICE, "%s %s in future", path, which);
	buf_release(&text);
}

/* Nobody can have changed it then: a clock is wrong, or somebody set the time. */
static void notice_times(struct session *s, const struct intact_entry *e)
{
	time_t now = time(NULL);

	notice_future(s, e, "atime", &e->atime, now);
	notice_future(s, e, "mtime", &e->mtime, now);
	notice_future(s, e, "ctime", &e->ctime, now);
}

void notice_entry(struct session *s, const struct intact_entry *e)
{
	if (s->config->warn_dead_symlinks && (e->mode & S_IFMT) == S_IFLNK)
		warn_dead_link(s, e);
	if (log_shows(&s->log, INTACT_LOG_NOTICE))
		notice_times(s, e);
}

void notice_not_unpacked(struct session *s, const struct intact_entry *e)
{
	struct buf text = { 0 };
	const char *path;

	if (!e->unpacked || !e->unpacked->why)
		return;
	path = disk_path(s, e, &text);
	if (path)
		log_say(&s->log, INTACT_LOG_NOTICE,
			"'%s': %s (uncompressed hashsums could not be calculated)", path,
			e->unpacked->why);
	buf_release(&text);
}
