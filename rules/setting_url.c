/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See setting.h.  Options whose value is a URL.
 */

#include "rules/setting.h"

#include <stdlib.h>
#include <string.h>

#include "rules/option.h"
#include "rules/reader.h"

static int parse_url(const struct setting *s, struct intact_url *ret)
{
	struct intact_error why = { 0 };
	struct intact_url url;
	int rc = intact_url_parse(s->text, &url, &why);

	if (rc < 0)
		return place_fail(s->place, s->err, (enum intact_code)rc, "%s", why.text);
	if (!(s->row->types & 1u << url.type)) {
		intact_url_release(&url);
		return setting_wrong_type(s);
	}
	url.file = strdup(s->place->file);
	url.line = s->place->line;
	url.text = strndup(s->place->text.s, s->place->text.len);
	if (!url.file || !url.text) {
		intact_url_release(&url);
		return intact_fail_nomem(s->err);
	}
	*ret = url;
	return 0;
}

/* 0.18 shows the colon also where none is written. */
static const char *shown_colon(const struct setting *s, const char *url)
{
	return s->r->compat == INTACT_COMPAT_0_18 && !strchr(url, ':') ? ":" : "";
}

static int url_already_set(const struct setting *s, const struct intact_url *url)
{
	struct buf old = { 0 };
	int rc;

	buf_printf(&old, "%s%s", url->raw, shown_colon(s, url->raw));
	rc = old.failed ? intact_fail_nomem(s->err) : setting_repeated(s, old.data);
	buf_release(&old);
	return rc;
}

int option_set_url(const struct setting *s)
{
	struct intact_url **at = s->at;
	struct intact_url url;
	int rc;

	if (*at)
		return url_already_set(s, *at);
	rc = parse_url(s, &url);
	if (rc < 0)
		return rc;
	*at = malloc(sizeof(**at));
	if (!*at) {
		intact_url_release(&url);
		return intact_fail_nomem(s->err);
	}
	**at = url;
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' option to '%s%s'",
		  s->row->name, s->text, shown_colon(s, s->text));
	return 0;
}

int config_option_add_report(struct reader *r, struct intact_url *url, struct intact_error *err)
{
	struct intact_config *config = r->config;
	struct intact_report_target *list =
		realloc(config->reports, (config->nreports + 1) * sizeof(*list));

	if (!list) {
		intact_url_release(url);
		return intact_fail_nomem(err);
	}
	config->reports = list;
	list[config->nreports++] = (struct intact_report_target){ *url, r->report };
	*url = (struct intact_url){ .fd = -1 };
	return 0;
}

int option_set_report_url(const struct setting *s)
{
	struct intact_url url = { .fd = -1 };
	int rc = parse_url(s, &url);

	if (rc < 0)
		return rc;
	if (url.type == INTACT_URL_SYSLOG && s->r->report.format == INTACT_FORMAT_HTML) {
		intact_url_release(&url);
		return place_fail(
			s->place, s->err, INTACT_ECONFIG,
			"report_format=html is a page, which cannot go to syslog (expecting "
			"a file, a descriptor or stdout)");
	}
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' to '%s%s'", s->row->name,
		  s->text, shown_colon(s, s->text));
	return config_option_add_report(s->r, &url, s->err);
}
