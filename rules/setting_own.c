/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See setting.h.  Options that AIDE does not have.
 */

#include "rules/setting.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "rules/level.h"
#include "rules/reader.h"
#include "rules/ruleset.h"
#include "rules/severity.h"

int option_set_compat(const struct setting *s)
{
	struct reader *r = s->r;

	if (strcmp(s->text, "0.18") == 0)
		r->compat = INTACT_COMPAT_0_18;
	else if (strcmp(s->text, "newest") == 0)
		r->compat = INTACT_COMPAT_NEWEST;
	else
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid version: '%s' (expecting '0.18' or 'newest')", s->text);
	if (intact_rules_count(r->config->rules) > 0)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "'%s' must come before the first rule", s->row->name);
	setting_log(s, s->text);
	r->config->compat = r->compat;
	ruleset_set_compat(r->config->rules, r->compat);
	return groups_set_compat(&r->groups, r->compat, r->source->digests, s->err);
}

int option_set_database_format(const struct setting *s)
{
	if (strcmp(s->text, "intact") == 0)
		s->r->config->database_format = INTACT_DATABASE_INTACT;
	else if (strcmp(s->text, "aide") == 0)
		s->r->config->database_format = INTACT_DATABASE_AIDE;
	else
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid database format: '%s' (expecting 'intact' or 'aide')",
				  s->text);
	setting_log(s, s->text);
	return 0;
}

/* An empty value would be an option that seems to be set. */
static int check_not_empty(const struct setting *s)
{
	return *s->text ? 0
			: place_fail(s->place, s->err, INTACT_ECONFIG, "'%s' needs a value",
				     s->row->name);
}

/* As with databases, the first one counts. */
int option_set_once(const struct setting *s)
{
	char **at = s->at;
	int rc = check_not_empty(s);

	if (rc < 0)
		return rc;
	return *at ? setting_repeated(s, *at) : setting_string(s, at, s->text);
}

/* Every one counts: while keys change, baselines are signed with the old or with the new one. */
int option_set_verify_key(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	char **list;
	int rc = check_not_empty(s);

	if (rc < 0)
		return rc;
	list = realloc(config->verify_keys, (config->nverify_keys + 1) * sizeof(*list));
	if (!list)
		return intact_fail_nomem(s->err);
	config->verify_keys = list;
	list[config->nverify_keys] = NULL;
	rc = setting_string(s, &list[config->nverify_keys], s->text);
	config->nverify_keys += rc == 0;
	return rc;
}

/* Some other word is more likely a slip than a file in the folder we happen to be in. */
static int journal_file(const struct setting *s, struct intact_url *ret)
{
	struct intact_error why = { 0 };
	bool is_url = s->text[strcspn(s->text, ":/")] == ':';
	int rc;

	if (!is_url && !strchr(s->text, '/'))
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting a path with a '/', a "
				  "file-URL, 'yes' or 'no')",
				  s->row->name, s->text);
	if (!is_url)
		return 0;
	rc = intact_url_parse(s->text, ret, &why);
	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(s->err);
	if (rc == 0 && ret->type != INTACT_URL_FILE)
		return setting_wrong_type(s);
	if (rc == 0 && !*ret->value)
		rc = intact_fail(&why, INTACT_ECONFIG, "'%s' needs a value", s->row->name);
	return rc < 0 ? place_fail(s->place, s->err, INTACT_ECONFIG, "%s", why.text) : 0;
}

static bool means(const char *text, const char *a, const char *b)
{
	return strcmp(text, a) == 0 || strcmp(text, b) == 0;
}

int option_set_journal(const struct setting *s)
{
	char **at = s->at;
	struct intact_url url = { .fd = -1 };
	int rc;

	if (*at)
		return setting_repeated(s, **at ? *at : "no");
	if (!*s->text || means(s->text, "no", "false"))
		return setting_string(s, at, "");
	if (means(s->text, "yes", "true"))
		return setting_string(s, at, "yes");
	rc = journal_file(s, &url);
	if (rc == 0)
		rc = setting_string(s, at, url.value ? url.value : s->text);
	intact_url_release(&url);
	return rc;
}

/* "7d", "36h", "30m", "10s": seconds, or 0 if it is none of that, nothing, or more than a year. */
static unsigned parse_time(const char *text)
{
	static const struct {
		char letter;
		unsigned seconds;
	} units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };
	size_t digits = strspn(text, "0123456789");
	uint64_t n = digits && digits <= 8 ? strtoul(text, NULL, 10) : 0;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (text[digits] == units[i].letter && !text[digits + 1])
			return n * units[i].seconds <= 366 * 86400 ? (unsigned)n * units[i].seconds
								   : 0;
	}
	return 0;
}

/* Days and hours, at least one day. */
static uint64_t parse_period(const char *text)
{
	unsigned seconds = strpbrk(text, "ms") ? 0 : parse_time(text);

	return seconds >= 86400 ? seconds : 0;
}

int option_set_time_limit(const struct setting *s)
{
	unsigned seconds = parse_time(s->text);

	if (strcmp(s->text, "no") != 0 && !seconds)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting a time as 90s, 30m, 6h "
				  "or 2d, or 'no')",
				  s->row->name, s->text);
	s->r->config->time_limit = seconds;
	setting_log(s, s->text);
	return 0;
}

int option_set_hash_policy(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	uint64_t period = strncmp(s->text, "rolling:", 8) == 0 ? parse_period(s->text + 8) : 0;

	if (strcmp(s->text, "always") == 0)
		config->hash_policy = INTACT_HASH_ALWAYS;
	else if (strcmp(s->text, "changed") == 0)
		config->hash_policy = INTACT_HASH_CHANGED;
	else if (period)
		config->hash_policy = INTACT_HASH_ROLLING;
	else
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid hash policy: '%s' (expecting 'always', 'changed' or "
				  "'rolling:PERIOD' with 1d to 366d)",
				  s->text);
	config->hash_period = period;
	setting_log(s, s->text);
	return 0;
}

int option_set_program(const struct setting *s)
{
	char **at = s->at;

	if (s->text[0] != '/')
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting an absolute path)",
				  s->row->name, s->text);
	return *at ? setting_repeated(s, *at) : setting_string(s, at, s->text);
}

int option_set_heartbeat(const struct setting *s)
{
	static const char *const names[] = {
		[INTACT_HEARTBEAT_NEVER] = "never",
		[INTACT_HEARTBEAT_WEEKLY] = "weekly",
		[INTACT_HEARTBEAT_DAILY] = "daily",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(s->text, names[i]) != 0)
			continue;
		s->r->config->heartbeat = (enum intact_heartbeat)i;
		setting_log(s, s->text);
		return 0;
	}
	return place_fail(s->place, s->err, INTACT_ECONFIG,
			  "invalid value of '%s': '%s' (expecting 'never', 'weekly' or 'daily')",
			  s->row->name, s->text);
}

int option_set_nightly_accept(const struct setting *s)
{
	static const char *const names[] = {
		[INTACT_NIGHTLY_ACCEPT_NO] = "no",
		[INTACT_NIGHTLY_ACCEPT_EXPLAINED] = "explained",
		[INTACT_NIGHTLY_ACCEPT_EXPLAINED_WEAK] = "explained_weak",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(s->text, names[i]) != 0)
			continue;
		s->r->config->nightly_accept = (enum intact_nightly_accept)i;
		setting_log(s, s->text);
		return 0;
	}
	return place_fail(
		s->place, s->err, INTACT_ECONFIG,
		"invalid value of '%s': '%s' (expecting 'no', 'explained' or 'explained_weak')",
		s->row->name, s->text);
}

int option_set_hook_timeout(const struct setting *s)
{
	size_t digits = strspn(s->text, "0123456789");
	unsigned long n = digits && digits <= 5 ? strtoul(s->text, NULL, 10) : 0;

	if (s->text[digits] || n < 1 || n > 86400)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting 1 to 86400 seconds)",
				  s->row->name, s->text);
	s->r->config->nightly_hook_timeout = (unsigned)n;
	setting_log(s, s->text);
	return 0;
}

/* "90d"; "no": none is kept. */
int option_set_report_keep(const struct setting *s)
{
	struct intact_config *config = s->r->config;
	size_t digits = strspn(s->text, "0123456789");
	bool days = digits && digits <= 4 && strcmp(s->text + digits, "d") == 0;

	config->report_keep = days ? strtoul(s->text, NULL, 10) * 86400 : 0;
	if (strcmp(s->text, "no") != 0 && !config->report_keep)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting 1d to 9999d, or 'no')",
				  s->row->name, s->text);
	config->report_keep_set = true;
	setting_log(s, s->text);
	return 0;
}

int option_set_packages(const struct setting *s)
{
	static const char *const names[] = {
		[INTACT_PACKAGES_NONE] = "none",
		[INTACT_PACKAGES_AUTO] = "auto",
		[INTACT_PACKAGES_DPKG] = "dpkg",
		[INTACT_PACKAGES_RPM] = "rpm",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(s->text, names[i]) != 0)
			continue;
		s->r->config->package_manager = (enum intact_package_manager)i;
		setting_log(s, s->text);
		return 0;
	}
	return place_fail(
		s->place, s->err, INTACT_ECONFIG,
		"invalid package manager: '%s' (expecting 'auto', 'dpkg', 'rpm' or 'none')",
		s->text);
}

/* "high:/etc/ssh/": every line counts, the first that matches a path decides. */
int option_set_severity(const struct setting *s)
{
	size_t len = strcspn(s->text, ":");
	enum intact_severity level = intact_severity_by_name(s->text, len);
	const char *own = s->text[len] ? s->text + len + 1 : "";
	struct buf regex = { 0 };
	int rc;

	if (level == INTACT_SEVERITY_NONE || *own != '/')
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%.200s' (expecting 'LEVEL:REGEX', where "
				  "LEVEL is critical, high, medium, low or info, and REGEX begins "
				  "with a '/')",
				  s->row->name, s->text);
	buf_printf(&regex, "%s%s", s->place->prefix, own);
	rc = regex.failed ? intact_fail_nomem(s->err)
			  : severities_add(&s->r->config->severities, s->place, level, regex.data,
					   s->r->compat, s->err);
	buf_release(&regex);
	if (rc == 0)
		setting_log(s, s->text);
	return rc;
}

int option_set_patience(const struct setting *s)
{
	size_t digits = strspn(s->text, "0123456789");

	if (!digits || digits > 6 || s->text[digits])
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid number of seconds: '%s' (expecting 0 to 999999)",
				  s->text);
	s->r->config->patience = (unsigned)strtoul(s->text, NULL, 10);
	setting_log(s, s->text);
	return 0;
}

int option_set_generations(const struct setting *s)
{
	size_t digits = strspn(s->text, "0123456789");
	unsigned long n = digits && digits <= 4 ? strtoul(s->text, NULL, 10) : ULONG_MAX;

	if (s->text[digits] || n > INTACT_GENERATIONS_MAX)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid number of generations: '%s' (expecting 0 to %d)",
				  s->text, INTACT_GENERATIONS_MAX);
	s->r->config->generations = (unsigned)n;
	setting_log(s, s->text);
	return 0;
}

typedef bool courtesy_parse(const char *text, struct intact_courtesy *ret);

static int set_courtesy(const struct setting *s, courtesy_parse *parse, const char *expected)
{
	if (!parse(s->text, &s->r->config->courtesy))
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "invalid value of '%s': '%s' (expecting %s)", s->row->name,
				  s->text, expected);
	setting_log(s, s->text);
	return 0;
}

int option_set_nice(const struct setting *s)
{
	return set_courtesy(s, courtesy_nice, "0 to 19");
}

int option_set_io_class(const struct setting *s)
{
	return set_courtesy(s, courtesy_io_class, "'idle' or 'best-effort:0' to 'best-effort:7'");
}

int option_set_io_limit(const struct setting *s)
{
	return set_courtesy(s, courtesy_io_limit,
			    "bytes a second as '20M', files a second as '500files', or both "
			    "with a comma");
}

int option_set_pressure(const struct setting *s)
{
	return set_courtesy(s, courtesy_pressure, "a percentage from 0 to 99");
}
