/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --config-check, --path-check and --dry-init: what the configuration says, without measuring
 * anything (aide-compat 1.6, 1.7).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/disk_fstype.h"
#include "cli/print.h"
#include "cli/program.h"
#include "cli/rules_walk.h"
#include "cli/trail.h"
#include <intact/scan.h>

/* ---- --config-check ---- */

/* The configuration could be read.  What a night would only find out when it needs it, is said now.
 */
int cmd_config_check(struct session *s)
{
	const struct intact_config *c = s->config;
	struct intact_error err;
	int rc = 0;

	if (c->nightly_hook)
		rc = program_check(c->nightly_hook, "nightly_hook", &err);
	if (rc == 0 && c->sendmail)
		rc = program_check(c->sendmail, "sendmail", &err);
	return rc < 0 ? session_error(s, &err) : 0;
}

/* ---- one line of output ---- */

static void add_rule(struct buf *line, const char *what, const struct intact_rule *rule)
{
	char *text = intact_rule_describe(rule);
	struct buf words = { 0 };

	buf_printf(&words, "%s: '%s' (%s:%u: '%s'", what, text ? text : "", rule->file, rule->line,
		   rule->text);
	if (rule->prefix && *rule->prefix)
		buf_printf(&words, ", prefix: '%s'", rule->prefix);
	buf_add_char(&words, ')');
	if (words.failed || !text)
		line->failed = true;
	else
		print_readable(line, words.data, words.len);
	buf_release(&words);
	free(text);
}

/* Called as aide and asked for 0.18: its words and its form of a line. */
static bool is_0_18(const struct session *s)
{
	return s->options->as_aide && s->config->compat == INTACT_COMPAT_0_18;
}

static void add_limit_verdict(struct buf *line, const struct session *s,
			      const struct intact_match *match)
{
	const char *limit = s->options->limit ? s->options->limit : "";
	bool partial = match->verdict == INTACT_LIMIT_PARTIAL && !is_0_18(s);

	buf_add_str(line, partial ? "partial limit match (limit '" : "outside of limit '");
	text_escape(line, limit, strlen(limit));
	buf_add_str(line, partial ? "')" : "'");
	if (!partial)
		return;
	if (match->rule) {
		buf_add_str(line, " but ");
		add_rule(line, trail_rule_kind(match->rule, false), match->rule);
	} else if (!match->descend) {
		buf_add_str(line, " but no matching rule");
	}
}

/* `parent`: not NULL if it is this folder on the way that decided. */
static void add_verdict(struct buf *line, const struct session *s, const struct intact_match *match,
			const char *parent)
{
	if (match->verdict == INTACT_LIMIT_OUTSIDE || match->verdict == INTACT_LIMIT_PARTIAL) {
		add_limit_verdict(line, s, match);
	} else if (match->rule) {
		if (parent) {
			buf_add_str(line, "parent directory '");
			text_escape(line, parent, strlen(parent));
			buf_add_str(line, "' matches ");
		}
		add_rule(line, trail_rule_kind(match->rule, is_0_18(s)), match->rule);
	} else {
		buf_add_str(line, "no matching rule");
	}
}

struct shown_path {
	char type;
	bool has_fstype;
	uint64_t fstype;
	const char *path;
};

static void add_fstype(struct buf *line, const struct shown_path *p)
{
	const char *fs = p->has_fstype ? intact_fstype_name(p->fstype) : NULL;

	if (fs)
		buf_printf(line, "=%s", fs);
	else if (p->has_fstype)
		buf_printf(line, "=0x%llx", (unsigned long long)p->fstype);
}

/* "[x] f=ext:/path: verdict"; in 0.18 "[X] f '/path': verdict". */
static void print_verdict(const struct session *s, const struct shown_path *p,
			  const struct intact_match *match, const char *parent)
{
	bool old = is_0_18(s), add = match->add && !parent;
	struct buf line = { 0 };

	buf_printf(&line, "[%c] %c", !add ? ' ' : old ? 'X' : 'x', p->type);
	if (!old)
		add_fstype(&line, p);
	buf_add_str(&line, old ? " '" : ":");
	text_escape(&line, p->path, strlen(p->path));
	buf_add_str(&line, old ? "': " : ": ");
	add_verdict(&line, s, match, parent);
	if (!line.failed)
		puts(line.data);
	buf_release(&line);
}

/* ---- --path-check ---- */

/* Where a rule asks for the file system of a path, and the command line does not say.  AIDE does
 * not look, and warns of each such rule at each folder on the way. */
struct asked {
	const struct session *session;
	const char *path;
	size_t len;
	struct shown_path *shown; /* NULL: a folder on the way */
};

static int ask_fstype(void *ctx, uint64_t *ret)
{
	const struct asked *a = ctx;
	const char *root = a->session->config->root_prefix;
	struct shown_path *p = a->shown;
	uint64_t fstype;

	if (p && p->has_fstype) {
		*ret = p->fstype;
		return 0;
	}
	if (a->session->options->as_aide || disk_fstype(root, a->path, a->len, &fstype) != 0)
		return -1;
	if (p) {
		p->has_fstype = true;
		p->fstype = fstype;
	}
	*ret = fstype;
	return 0;
}

static int bad_path_check(struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EUSAGE, "(--path-check): %s", what);
}

/* ... with the place to read about it. */
static int see_man(const struct options *o, struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EUSAGE, "(--path-check): %s (see man %s for details)", what,
			   o->as_aide ? "aide" : "intact");
}

static int bad_type(const struct options *o, struct intact_error *err, char type)
{
	char what[] = "invalid file type '?'";

	*strchr(what, '?') = type;
	return see_man(o, err, what);
}

static int parse_fstype(const struct options *o, const char *text, const char **ret_rest,
			struct shown_path *p, struct intact_error *err)
{
	const char *colon = strchr(text, ':');
	char name[64] = "";

	if (!colon)
		return see_man(o, err, "missing ':'");
	if (colon == text)
		return bad_path_check(err, "missing file system type");
	if ((size_t)(colon - text) < sizeof(name))
		memcpy(name, text, (size_t)(colon - text));
	if (intact_fstype_by_name(name, &p->fstype) != 0)
		return intact_fail(err, INTACT_EUSAGE,
				   "(--path-check): invalid file system type '%.*s'",
				   (int)(colon - text), text);
	p->has_fstype = true;
	*ret_rest = colon;
	return 0;
}

/* As 0.18 sees it: no file system types, and fewer words. */
static int check_path_check_old(const struct options *o, const char *text, struct intact_error *err)
{
	if (!text[0] || text[0] == ':' || text[0] == '/' || !text[1] || text[1] != ':' || !text[2])
		return see_man(o, err, "missing file type or path");
	return strchr("fdplbcs", text[0]) ? 0 : bad_type(o, err, text[0]);
}

static int parse_path_check(const struct options *o, const char *text, struct shown_path *p,
			    struct intact_error *err)
{
	const char *rest;
	int rc = 0;

	if (!*text)
		return see_man(o, err, "missing file type");
	if (!strchr("fdplbcs", text[0]))
		return bad_type(o, err, text[0]);
	p->type = text[0];
	rest = text + 1;
	if (*rest == '=')
		rc = parse_fstype(o, rest + 1, &rest, p, err);
	if (rc < 0)
		return rc;
	if (*rest != ':')
		return see_man(o, err, "missing ':'");
	p->path = rest + 1;
	if (!*p->path)
		return bad_path_check(err, "missing path");
	if (*p->path != '/')
		return intact_fail(err, INTACT_EUSAGE,
				   "(--path-check): '%s' needs to be an absolute path", p->path);
	return 0;
}

int cmd_path_check_argument(const struct options *o, struct intact_error *err)
{
	struct shown_path p = { 0 };
	int rc = o->compat == INTACT_COMPAT_0_18 ? check_path_check_old(o, o->argument, err) : 0;

	return rc == 0 ? parse_path_check(o, o->argument, &p, err) : rc;
}

/* The newest AIDE also asks about every directory on the way.  Returns 1 if one of them is not
 * entered. */
static int check_parents(const struct session *s, struct intact_matcher *m,
			 const struct shown_path *p, char *parent, struct intact_match *ret,
			 struct intact_error *err)
{
	size_t len = strlen(p->path);

	for (size_t end = 1; end < len; end++) {
		const char *problem;
		size_t dir = end == 1 ? 1 : end;
		struct asked asked = { .session = s, .path = parent, .len = dir };
		int rc;

		if (end > 1 && p->path[end] != '/')
			continue;
		memcpy(parent, p->path, dir);
		parent[dir] = '\0';
		rc = intact_matcher_match(m, parent, dir, INTACT_FT_DIR, ask_fstype, &asked, ret,
					  &problem, err);
		if (rc < 0)
			return rc;
		if (!ret->descend && ret->verdict != INTACT_LIMIT_OUTSIDE)
			return 1;
	}
	return 0;
}

static int path_check(struct session *s, struct intact_matcher *m, struct buf *parent,
		      int *ret_status, struct intact_error *err)
{
	static const char letters[] = "fdplbcs";
	struct shown_path p = { 0 };
	struct asked asked = { .session = s, .shown = &p };
	struct intact_match match;
	const char *problem;
	int rc = parse_path_check(s->options, s->options->argument, &p, err);
	bool by_parent;

	if (rc == 0 && !buf_reserve(parent, strlen(p.path) + 1))
		rc = intact_fail_nomem(err);
	if (rc < 0)
		return rc;
	rc = s->config->compat == INTACT_COMPAT_NEWEST
		     ? check_parents(s, m, &p, parent->data, &match, err)
		     : 0;
	if (rc < 0)
		return rc;
	by_parent = rc == 1;
	asked.path = p.path;
	asked.len = strlen(p.path);
	if (!by_parent)
		rc = intact_matcher_match(m, p.path, asked.len,
					  1u << (strchr(letters, p.type) - letters), ask_fstype,
					  &asked, &match, &problem, err);
	if (rc < 0)
		return rc;
	trail_match(s, by_parent ? parent->data : p.path, by_parent ? 'd' : p.type, "command line",
		    &match);
	print_verdict(s, &p, &match, by_parent ? parent->data : NULL);
	if (match.verdict == INTACT_LIMIT_OUTSIDE ||
	    (match.verdict == INTACT_LIMIT_PARTIAL && match.descend))
		*ret_status = 2;
	else
		*ret_status = match.add && !by_parent ? 0 : 1;
	return 0;
}

int cmd_path_check(struct session *s)
{
	struct intact_matcher *m = NULL;
	struct buf parent = { 0 };
	struct intact_error err;
	int status = 0;
	int rc = intact_matcher_new(s->config->rules, s->options->limit, &m, &err);

	if (rc == 0)
		intact_matcher_set_log(m, log_sink, &s->log);
	if (rc == 0)
		rc = path_check(s, m, &parent, &status, &err);
	buf_release(&parent);
	intact_matcher_free(m);
	return rc < 0 ? session_error(s, &err) : status;
}

/* ---- --dry-init ---- */

static void on_visited(void *ctx, const char *path, uint32_t mode, intact_fstype_fn *fstype,
		       void *fstype_ctx, const struct intact_match *match)
{
	struct session *s = ctx;
	struct shown_path p = { .type = intact_ftype_letter(mode), .path = path };

	if (!is_0_18(s))
		p.has_fstype = fstype(fstype_ctx, &p.fstype) == 0;
	trail_match(s, path, p.type, "disk", match);
	print_verdict(s, &p, match, NULL);
}

int cmd_dry_init(struct session *s)
{
	struct intact_error err;
	int status = 0;
	int rc = rules_walk(s, on_visited, s, &status, &err);

	return rc < 0 ? session_error(s, &err) : status;
}
