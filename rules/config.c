/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Reading a configuration: statement by statement, source by source.
 */

#include <intact/rules.h>

#include <stdlib.h>
#include <string.h>

#include "rules/include.h"
#include "rules/lexer.h"
#include "rules/option.h"
#include "rules/parser.h"
#include "rules/reader.h"
#include "rules/ruleset.h"
#include "rules/severity.h"

/* Seconds without progress: far longer than a disk that has to wake up, or a server that restarts.
 */
#define PATIENCE 60
/* ... and nightly_hook_timeout. */
#define HOOK_TIMEOUT 300

/* A week of nights, and some. */
#define GENERATIONS 10

/* ---- rules --------------------------------------------------------------------------------- */

/* "f, d": letters with commas and blanks between them. */
static int parse_types(struct reader *r, const struct statement *st, unsigned *ret,
		       struct intact_error *err)
{
	static const char letters[] = "fdplbcs";
	struct lexer l = { .at = st->rule.types.s, .eol = st->rule.types.s + st->rule.types.len };
	unsigned types = 0;

	while (!lexer_at_end(&l)) {
		struct slice word = lexer_group(&l);
		const char *letter = word.len == 1 ? strchr(letters, word.s[0]) : NULL;
		bool none = r->compat == INTACT_COMPAT_0_18 && word.s[0] == '0';

		if (letter)
			types |= 1u << (letter - letters);
		else if (!none)
			return place_fail(&st->place, err, INTACT_ECONFIG,
					  "invalid restriction '%.*s'", SLICE(word));
		while (lexer_peek(&l) == ',' || lexer_peek(&l) == ' ' || lexer_peek(&l) == '\t')
			l.at++;
	}
	*ret = types ? types : INTACT_FT_ANY;
	return 0;
}

static int parse_fstype(const struct statement *st, uint64_t *ret, struct intact_error *err)
{
	struct slice word = st->rule.fstype;
	char name[64] = "";

	if (word.len < sizeof(name))
		memcpy(name, word.s, word.len);
	if (intact_fstype_by_name(name, ret) < 0)
		return place_fail(&st->place, err, INTACT_ECONFIG,
				  "invalid file system restriction '%.*s'", SLICE(word));
	return 0;
}

static int check_attrs(struct reader *r, const struct place *place, uint64_t *attrs,
		       struct intact_error *err)
{
	int rc = group_check_digests(r, place, attrs, err);

	if (rc < 0)
		return rc;
	if (*attrs & INTACT_BIT(INTACT_SIZE_GROWING))
		place_log(place, &r->log,
			  r->compat == INTACT_COMPAT_0_18 ? INTACT_LOG_NOTICE : INTACT_LOG_WARNING,
			  "Using 'S' attribute is DEPRECATED. Update your config and use "
			  "'growing+s' instead");
	if ((*attrs & INTACT_BIT(INTACT_COMPRESSED)) && !(*attrs & INTACT_MASK_DIGESTS))
		place_log(place, &r->log, INTACT_LOG_WARNING,
			  "ignore 'compressed' attribute (no hashsum attributes are set)");
	return 0;
}

/* 0.18 shows the regex without the prefix of its folder. */
static void warn_unrestricted(struct reader *r, const struct statement *st, const char *regex)
{
	if (r->compat == INTACT_COMPAT_0_18)
		regex += strlen(st->place.prefix);
	if (r->warn_unrestricted && r->source->check_only && !st->rule.restricted)
		place_log(&st->place, &r->log, INTACT_LOG_WARNING, "%s '%s' is unrestricted",
			  ruleset_kind_name(st->rule.kind, r->compat), regex);
}

/* The regex behind the prefix, and the line as written. */
static int rule_strings(struct reader *r, const struct statement *st, struct buf *regex,
			struct buf *text, struct intact_error *err)
{
	struct buf own = { 0 };
	int rc = reader_expand(r, &st->place, st->rule.regex, &own, err);

	if (rc == 0) {
		buf_add_str(regex, st->place.prefix);
		buf_add(regex, own.data, own.len);
		buf_add(text, st->place.text.s, st->place.text.len);
		if (regex->failed || text->failed)
			rc = intact_fail_nomem(err);
	}
	buf_release(&own);
	return rc;
}

static int read_rule(struct reader *r, const struct statement *st, struct buf *regex,
		     struct buf *text, struct intact_error *err)
{
	struct intact_rule rule = {
		.kind = st->rule.kind,
		.types = INTACT_FT_ANY,
		.has_fstype = st->rule.has_fstype,
		.file = st->place.file,
		.line = st->place.line,
		.prefix = st->place.prefix,
	};
	int rc = rule_strings(r, st, regex, text, err);

	rule.regex = regex->data;
	rule.text = text->data;
	if (rc == 0 && st->rule.types.len)
		rc = parse_types(r, st, &rule.types, err);
	if (rc == 0 && rule.has_fstype)
		rc = parse_fstype(st, &rule.fstype, err);
	if (rc == 0 && st->rule.expr.len) {
		rc = group_eval(r, &st->place, st->rule.expr, &rule.attrs, err);
		if (rc == 0)
			rc = check_attrs(r, &st->place, &rule.attrs, err);
	}
	if (rc < 0)
		return rc;
	warn_unrestricted(r, st, rule.regex);
	return ruleset_add(r->config->rules, &st->place, &rule, &r->log, err);
}

static int add_rule(struct reader *r, const struct statement *st, struct intact_error *err)
{
	struct buf regex = { 0 }, text = { 0 };
	int rc = read_rule(r, st, &regex, &text, err);

	buf_release(&regex);
	buf_release(&text);
	return rc;
}

/* ---- statements ---------------------------------------------------------------------------- */

/* What intact_rules_text() writes. */
static bool may_be_kept(const struct statement *st)
{
	static const char compat[] = "aide_compat";
	const struct slice name = { compat, sizeof(compat) - 1 };

	return st->kind == STATEMENT_RULE ||
	       (st->kind == STATEMENT_OPTION && st->option.row == config_option_find(name));
}

/* Carry out the statement at *at and move on.  A branch not taken is jumped over. */
static int step(struct reader *r, const struct program *program, size_t *at,
		struct intact_error *err)
{
	const struct statement *st = &program->list[(*at)++];
	int rc;

	if (r->kept && !may_be_kept(st))
		return place_fail(&st->place, err, INTACT_EDAMAGED,
				  "only rules may be kept in a baseline");
	switch (st->kind) {
	case STATEMENT_OPTION:
		return config_option_set(r, st, err);
	case STATEMENT_GROUP:
		return group_define(r, st, err);
	case STATEMENT_RULE:
		return add_rule(r, st, err);
	case STATEMENT_DEFINE:
		return macro_define(r, st, err);
	case STATEMENT_UNDEF:
		macro_undef(r, st);
		return 0;
	case STATEMENT_SETENV:
		return macro_setenv(r, st, err);
	case STATEMENT_INCLUDE:
	case STATEMENT_X_INCLUDE:
		return include_statement(r, st, err);
	case STATEMENT_IF:
		rc = macro_condition(r, st, err);
		if (rc < 0 || rc > 0)
			return rc < 0 ? rc : 0;
		*at = st->cond.other;
		if (program->list[*at].kind == STATEMENT_ELSE)
			++*at;
		return 0;
	case STATEMENT_ELSE:
		*at = st->cond.other;
		return 0;
	case STATEMENT_ENDIF:
		place_log(&st->place, &r->log, INTACT_LOG_CONFIG, "endif");
		return 0;
	}
	return 0;
}

int reader_run(struct reader *r, const char *file, const char *prefix, struct slice text,
	       struct intact_error *err)
{
	struct program program;
	size_t at = 0;
	int rc;

	if (!text.s)
		text.s = "";
	rc = parser_run(file, prefix ? prefix : "", text, r->compat, &r->log, &program, err);
	while (rc == 0 && at < program.count)
		rc = step(r, &program, &at, err);
	program_release(&program);
	return rc;
}

int reader_count(struct reader *r, const char *file, size_t len, struct intact_error *err)
{
	if (len > READER_BYTES_MAX - r->bytes)
		return intact_fail(err, INTACT_ECONFIG,
				   "%s: the configuration is larger than %zu bytes", file,
				   READER_BYTES_MAX);
	r->bytes += len;
	return 0;
}

const char *reader_keep(struct reader *r, const char *name)
{
	return arena_strndup(&r->config->rules->arena, name, strlen(name));
}

/* ---- sources ------------------------------------------------------------------------------- */

static int run_string(struct reader *r, const char *name, const char *text,
		      struct intact_error *err)
{
	size_t len = text ? strlen(text) : 0;
	int rc = reader_count(r, name, len, err);

	if (rc < 0 || !text)
		return rc;
	return reader_run(r, name, "", (struct slice){ text, len }, err);
}

static int run_kept(struct reader *r, struct intact_error *err)
{
	int rc;

	r->kept = true;
	rc = run_string(r, "(baseline)", r->source->kept, err);
	r->kept = false;
	return rc;
}

static int run_sources(struct reader *r, struct intact_error *err)
{
	const struct intact_config_source *source = r->source;
	int rc = run_string(r, "(--before)", source->before, err);

	if (rc == 0 && source->file)
		rc = include_main(r, source->file, err);
	else if (rc == 0 && source->kept)
		rc = run_kept(r, err);
	else if (rc == 0)
		rc = run_string(r, INTACT_BUILTIN_FILE, source->builtin, err);
	r->open[0] = (struct reader_open){ 0 };
	if (rc == 0)
		rc = run_string(r, "(--after)", source->after, err);
	return rc;
}

/* ---- the result ---------------------------------------------------------------------------- */

/* Most detailed first; equal ones stay in order. */
static void sort_reports(struct intact_config *config)
{
	for (size_t i = 1; i < config->nreports; i++) {
		struct intact_report_target target = config->reports[i];
		size_t at = i;

		for (; at > 0 && config->reports[at - 1].options.level < target.options.level; at--)
			config->reports[at] = config->reports[at - 1];
		config->reports[at] = target;
	}
}

static int finish(struct reader *r, struct intact_error *err)
{
	struct intact_config *config = r->config;
	struct intact_url url;
	int rc = 0;

	if (config->nreports == 0) {
		rc = intact_url_parse("stdout", &url, err);
		if (rc == 0)
			rc = config_option_add_report(r, &url, err);
	}
	if (rc == 0 && !config->root_prefix) {
		config->root_prefix = strdup("");
		if (!config->root_prefix)
			rc = intact_fail_nomem(err);
	}
	/* That format does not say when a content was read. */
	if (rc == 0 && config->hash_policy != INTACT_HASH_ALWAYS &&
	    config->database_format == INTACT_DATABASE_AIDE)
		rc = intact_fail(err, INTACT_ECONFIG,
				 "'hash_policy' needs 'database_format=intact'");
	if (!config->database_attrs_set)
		config->database_attrs = intact_default_group("H", r->compat, r->source->digests);
	sort_reports(config);
	return rc;
}

static int start(struct reader *r, struct intact_error *err)
{
	r->config = calloc(1, sizeof(*r->config));
	if (!r->config)
		return intact_fail_nomem(err);
	r->config->rules = ruleset_new(r->compat);
	if (!r->config->rules)
		return intact_fail_nomem(err);
	r->config->compat = r->compat;
	r->config->log_level = -1;
	r->config->patience = PATIENCE;
	r->config->nightly_hook_timeout = HOOK_TIMEOUT;
	r->config->generations = GENERATIONS;
	r->config->database_add_metadata = true;
	r->config->database_format = r->source->database_format;
	r->config->follow_rotation = r->source->follow_rotation;
	r->config->trusted_xattrs = r->source->trusted_xattrs;
	r->report = (struct intact_report_options){
		.level = INTACT_REPORT_CHANGED_ATTRIBUTES,
		.grouped = true,
		.summarize = true,
	};
	return groups_init(&r->groups, r->compat, r->source->digests, err);
}

int intact_config_read(const struct intact_config_source *source, struct intact_config **ret,
		       struct intact_error *err)
{
	struct reader r = {
		.source = source,
		.log = { source->log, source->log_ctx },
		.compat = source->compat,
	};
	int rc = start(&r, err);

	if (rc == 0)
		rc = run_sources(&r, err);
	if (rc == 0)
		rc = finish(&r, err);
	macros_release(&r.macros);
	macros_release(&r.environment);
	groups_release(&r.groups);
	if (rc < 0) {
		intact_config_free(r.config);
		return rc;
	}
	*ret = r.config;
	return 0;
}

static void free_url(struct intact_url *url)
{
	intact_url_release(url);
	free(url);
}

void intact_config_free(struct intact_config *config)
{
	if (!config)
		return;
	ruleset_free(config->rules);
	severities_free(config->severities);
	free_url(config->database_in);
	free_url(config->database_out);
	free_url(config->database_new);
	free(config->signing_key);
	free(config->journal);
	free(config->sendmail);
	free(config->nightly_hook);
	for (size_t i = 0; i < config->nverify_keys; i++)
		free(config->verify_keys[i]);
	free(config->verify_keys);
	free(config->verify_host);
	free(config->database_in_signature);
	free(config->root_prefix);
	free(config->config_version);
	for (size_t i = 0; i < config->nreports; i++)
		intact_url_release(&config->reports[i].url);
	free(config->reports);
	free(config);
}
