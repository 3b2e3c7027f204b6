/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See session.h.
 *
 * Where the rules come from, first that applies:
 *   -c FILE; the default configuration file, if it exists; with --init: the PATH operands; the
 * rules kept in the baseline; the built-in rule set.
 */

#include "cli/session.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/builtin.h"
#include "cli/clerk.h"
#include "cli/sandbox.h"
#include "cli/signals.h"
#include "cli/state.h"
#include "cli/trail.h"
#include "cli/watch.h"
#include <intact/scan.h>

/* Attributes measured for PATH operands: everything that tells whether content or rights changed.
 */
#define PATH_ATTRS "p+ftype+i+l+n+u+g+s+b+m+c+sha256+acl+selinux+xattrs+e2fsattrs+caps"

void session_init(struct session *s, const struct options *options)
{
	*s = (struct session){ .options = options,
			       .in = NO_PLACE,
			       .out = NO_PLACE,
			       .new = NO_PLACE,
			       .apart = -1,
			       .spare = -1 };
	if (gethostname(s->host, sizeof(s->host) - 1) != 0)
		s->host[0] = '\0';
	log_init(&s->log, !options->no_color);
	s->log.rule_first = options->compat == INTACT_COMPAT_0_18;
}

void session_release(struct session *s)
{
	clerk_end(s->clerk);
	watch_free(s->watch);
	trust_release(&s->trust);
	intact_config_free(s->config);
	free(s->state);
	if (s->spare >= 0)
		close(s->spare);
	free(s->journal);
	place_clear(&s->in);
	place_clear(&s->out);
	place_clear(&s->new);
	log_release(&s->log);
}

/* AIDE speaks of a bad value on the command line as getopt does, without a label. */
int session_error(struct session *s, const struct intact_error *err)
{
	/* Wherever it was noticed. */
	if (err->code == INTACT_ESIGNAL && signals_stop()) {
		log_say(&s->log, INTACT_LOG_ERROR, "received SIG%s: stopped, nothing was written",
			sigabbrev_np(signals_stop()));
		return -(int)err->code;
	}
	if (!s->options->as_aide || err->code != INTACT_EUSAGE || strncmp(err->text, "(--", 3) != 0)
		return log_error(&s->log, err);
	options_complain(s->options, err->text);
	return -(int)err->code;
}

const char *session_aide_version(const struct session *s)
{
	return s->config->compat == INTACT_COMPAT_0_18 ? "0.18.3" : "0.20-dev";
}

/* The option that a place comes from; NULL for a default one. */
static const struct intact_url *url_of(const struct session *s, const struct place *place)
{
	const struct intact_config *c = s->config;

	if (!c || (s->options->command == COMMAND_COMPARE && s->options->npaths) ||
	    (place != &s->in && place != &s->out && place != &s->new))
		return NULL;
	if (place == &s->new)
		return c->database_new;
	/* --if-missing makes the new baseline in the place of the old one. */
	return place == &s->in || s->options->if_missing ? c->database_in : c->database_out;
}

/* Why a file cannot be opened: an errno, or 0 for another reason. */
static int why_not_open(const char *path, bool write)
{
	char *copy, *dir;
	struct stat st;
	int why = 0;

	if (!write)
		return access(path, R_OK) == 0 ? 0 : errno;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return EISDIR;
	copy = strdup(path);
	dir = copy ? dirname(copy) : NULL;
	if (dir && access(dir, W_OK | X_OK) != 0)
		why = errno;
	free(copy);
	return why;
}

/* A place that nobody had to name: so there is more to say than which file is missing. */
static int no_baseline(const struct session *s, struct intact_error *err)
{
	const char *out = s->out.fd < 0 ? s->out.path : NULL;

	if (out && strcmp(out, s->in.path) != 0 && file_is_there(out))
		return intact_fail(
			err, INTACT_EIO,
			"no baseline yet: expected '%.300s'; the new one is still '%.300s' "
			"and counts when you put it there",
			s->in.path, out);
	return intact_fail(err, INTACT_EIO,
			   "no baseline yet: expected '%.300s' (make one with --init)", s->in.path);
}

int session_not_open(const struct session *s, const struct place *place, struct intact_error *err)
{
	const struct intact_url *url = url_of(s, place);
	bool write = place == &s->out;
	bool path = place->fd < 0 && place->ahead < 0;
	int why = path && err->code == INTACT_EIO ? why_not_open(place->path, write) : 0;

	if (!url && why == ENOENT && place == &s->in && !place->generation &&
	    s->options->command != COMMAND_COMPARE)
		return no_baseline(s, err);
	if (!why || !url)
		return err->code;
	return intact_fail(err, INTACT_EIO,
			   "%s:%u: open (%s) failed for file '%.300s': %s (line: '%.300s')",
			   url->file, url->line, write ? "read/write" : "read-only", place->path,
			   strerror(why), url->text);
}

int session_open(struct session *s, struct place *place, struct intact_db **ret,
		 struct intact_error *err)
{
	int rc = trust_open(s, place, ret, err);

	if (rc < 0)
		return session_not_open(s, place, err);
	if (place->generation && (!intact_db_meta(*ret)->native ||
				  intact_db_meta(*ret)->generation != place->generation)) {
		intact_db_close(*ret);
		*ret = NULL;
		return intact_fail(err, INTACT_EIO,
				   "there is no generation %" PRIu64 ": '%.300s' is another one",
				   place->generation, place->path);
	}
	if (intact_db_meta(*ret)->remark[0])
		log_say(&s->log, INTACT_LOG_WARNING, "'%s': @@db_spec: %s", place->path,
			intact_db_meta(*ret)->remark);
	return rc;
}

/* ---- the configuration's source ---- */

static const char *config_file(const struct options *o)
{
	const char *intact = SYSCONFDIR "/intact.conf";

	if (o->config)
		return *o->config ? o->config : NULL;
	if (o->as_aide)
		return state_aide_config();
	return file_is_there(intact) ? intact : NULL;
}

/* Commands that say what a configuration means. */
static bool only_looks(enum command_id command)
{
	return command == COMMAND_CONFIG_CHECK || command == COMMAND_PATH_CHECK ||
	       command == COMMAND_DRY_INIT || command == COMMAND_LINT;
}

/* Where the configuration's text comes from: one of them is set. */
struct origin {
	const char *file;
	const char *builtin;
	const char *kept;
};

static int read_config_after(struct session *s, const struct origin *from, const char *after,
			     struct intact_config **ret, struct intact_error *err)
{
	const struct options *o = s->options;
	struct intact_config_source source = {
		.before = o->before.len ? o->before.data : NULL,
		.file = from->file,
		.builtin = from->builtin,
		.kept = from->kept,
		.after = after,
		.compat = o->compat,
		.digests = intact_digests_available(),
		/* Whoever calls us aide must be able to go back to AIDE. */
		.database_format = o->as_aide ? INTACT_DATABASE_AIDE : INTACT_DATABASE_INTACT,
		/* ... and finds reported there what AIDE reports. */
		.follow_rotation = !o->as_aide,
		.trusted_xattrs = o->as_aide,
		.version = "0.20",
		.check_only = only_looks(o->command),
		.workers_given = o->workers_set,
		.log_level_given = o->log_level >= 0,
		.log = log_sink,
		.log_ctx = &s->log,
	};

	return intact_config_read(&source, ret, err);
}

static int read_config(struct session *s, const struct origin *from, struct intact_config **ret,
		       struct intact_error *err)
{
	const struct buf *after = &s->options->after;

	return read_config_after(s, from, after->len ? after->data : NULL, ret, err);
}

int session_configure_less(struct session *s, const char *more, struct intact_error *err)
{
	intact_config_free(s->config);
	s->config = NULL;
	return read_config_after(s, &(struct origin){ .builtin = "" }, more, &s->config, err);
}

/* One rule a PATH: the object itself and everything below it. */
static int operand_rule(const char *path, struct buf *text, struct intact_error *err)
{
	char *real = realpath(path, NULL);
	char *quoted = NULL;
	int rc;

	if (!real)
		return intact_fail_errno(err, "'%s'", path);
	rc = intact_rules_quote(real, &quoted, err);
	if (rc == 0 && strcmp(real, "/") == 0)
		buf_add_str(text, "/ " PATH_ATTRS "\n-/(proc|sys|dev|run)(/|$)\n");
	else if (rc == 0)
		buf_printf(text, "%s(/|$) " PATH_ATTRS "\n", quoted);
	free(quoted);
	free(real);
	return rc;
}

static int operand_rules(const struct options *o, struct buf *text, struct intact_error *err)
{
	for (size_t i = 0; i < o->npaths; i++) {
		int rc = operand_rule(o->paths[i], text, err);

		if (rc < 0)
			return rc;
	}
	return text->failed ? intact_fail_nomem(err) : 0;
}

/* A sandbox_read_fn. */
static int take_rules(struct session *s, struct buf *text, struct intact_error *err)
{
	const struct intact_db_meta *meta;
	struct intact_db *db = NULL;
	int rc = trust_open(s, &s->in, &db, err);

	if (rc < 0)
		return session_not_open(s, &s->in, err);
	meta = intact_db_meta(db);
	/* As a string it would end there, and what is behind it would not be checked. */
	if (meta->rules_len && memchr(meta->rules, '\0', meta->rules_len))
		rc = intact_fail(err, INTACT_EDAMAGED, "'%s': the rules in it contain a NUL",
				 s->in.path);
	else
		buf_add(text, meta->rules, meta->rules_len);
	intact_db_close(db);
	return rc;
}

/* With the options of the command line alone. */
static int find_rules(struct session *s, struct buf *text, struct intact_error *err)
{
	int rc = state_places(s, err);

	if (rc < 0)
		return rc;
	rc = sandbox_read_apart(s, &s->in, take_rules, text, err);
	if (rc < 0 && !file_is_there(s->in.path))
		return no_baseline(s, err);
	return rc;
}

/* The rules that the baseline was made with.  No baseline, or one that keeps none: nothing. */
static int baseline_rules(struct session *s, struct buf *text, struct intact_error *err)
{
	struct intact_config *options_only = NULL;
	int rc = read_config(s, &(struct origin){ .builtin = "" }, &options_only, err);

	if (rc < 0)
		return rc;
	s->config = options_only;
	rc = find_rules(s, text, err);
	s->config = NULL;
	intact_config_free(options_only);
	return rc == 0 && text->failed ? intact_fail_nomem(err) : rc;
}

static bool reads_baseline(enum command_id command)
{
	return command == COMMAND_CHECK || command == COMMAND_UPDATE || command == COMMAND_ACCEPT ||
	       command == COMMAND_NIGHTLY || command == COMMAND_COMPARE || command == COMMAND_LIST;
}

static int configure_kept(struct session *s, struct buf *text, struct intact_error *err)
{
	int rc = baseline_rules(s, text, err);

	if (rc == 0 && text->len)
		rc = read_config(s, &(struct origin){ .kept = text->data }, &s->config, err);
	return rc;
}

static int configure_builtin(struct session *s, struct intact_error *err)
{
	const struct options *o = s->options;
	struct origin from = { .builtin = o->as_aide ? "" : builtin_config };
	struct buf text = { 0 };
	int rc = 0;

	if (o->as_aide && !o->before.len && !o->after.len)
		return intact_fail(err, INTACT_ECONFIG,
				   "missing configuration (use '--config' '--before' or '--after' "
				   "command line "
				   "parameter)");
	s->builtin = true;
	if (!o->as_aide && o->command == COMMAND_INIT && o->npaths) {
		rc = operand_rules(o, &text, err);
		from.builtin = text.data;
	} else if (!o->as_aide && reads_baseline(o->command)) {
		rc = configure_kept(s, &text, err);
	}
	if (rc == 0 && !s->config)
		rc = read_config(s, &from, &s->config, err);
	buf_release(&text);
	return rc;
}

/* What the early look could not know: whether the limit is read as bytes. */
static int check_limit(const struct session *s, struct intact_error *err)
{
	struct intact_matcher *m = NULL;
	int rc;

	if (!s->options->limit)
		return 0;
	rc = intact_matcher_new(s->config->rules, s->options->limit, &m, err);
	intact_matcher_free(m);
	return rc;
}

static int check_rules(struct session *s, struct intact_error *err)
{
	enum command_id command = s->options->command;
	bool walks = command == COMMAND_INIT || command == COMMAND_CHECK ||
		     command == COMMAND_UPDATE || command == COMMAND_ACCEPT ||
		     command == COMMAND_NIGHTLY || command == COMMAND_DRY_INIT ||
		     command == COMMAND_LINT;

	if (!walks || intact_rules_count(s->config->rules))
		return 0;
	if (s->options->as_aide && command == COMMAND_CHECK)
		return 0;
	if (s->options->as_aide) {
		log_say(&s->log, INTACT_LOG_WARNING,
			"rule tree is empty, no files will be added to the database");
		return 0;
	}
	return intact_fail(err, INTACT_ECONFIG,
			   "the configuration has no rule: nothing would be measured");
}

/* An update will refuse it; an init destroys its old baseline. */
static void note_same_places(struct session *s)
{
	const struct place *in = &s->in, *out = &s->out;

	if (in->path && out->path && in->fd == out->fd && strcmp(in->path, out->path) == 0)
		log_say(&s->log, INTACT_LOG_NOTICE,
			"input and output database URLs are the same: '%s'", in->path);
}

/* As in AIDE, what the configuration asks for is for runs: whoever only looks at it uses
 * --log-level. */
static enum intact_log_level configured_level(const struct session *s)
{
	int level;

	assert(s->config);
	level = s->config->log_level;
	return level < 0 || only_looks(s->options->command) ? INTACT_LOG_WARNING
							    : (enum intact_log_level)level;
}

int session_configure(struct session *s, struct intact_error *err)
{
	const struct options *o = s->options;
	const char *file = config_file(o);
	int rc;

	s->config_file = file;
	/* Known before the configuration: then nothing needs to wait for it. */
	if (o->log_level >= 0)
		log_decide(&s->log, (enum intact_log_level)o->log_level);
	if (file && o->npaths && o->command == COMMAND_INIT)
		return intact_fail(err, INTACT_EUSAGE,
				   "--init PATH is for use without a configuration, but there is "
				   "'%s' (--config '' "
				   "leaves it aside)",
				   file);
	if (file)
		rc = read_config(s, &(struct origin){ .file = file }, &s->config, err);
	else
		rc = configure_builtin(s, err);
	if (rc < 0)
		return rc;
	if (o->log_level < 0)
		log_decide(&s->log, configured_level(s));
	trail_config(s);
	rc = check_limit(s, err);
	if (rc == 0)
		rc = check_rules(s, err);
	if (rc == 0)
		rc = state_places(s, err);
	if (rc == 0)
		rc = state_operands(s, err);
	if (rc == 0 && o->command != COMMAND_PATH_CHECK)
		note_same_places(s);
	return rc;
}
