/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See setting.h.  What setters of all kinds share.
 */

#include "rules/setting.h"

#include <stdlib.h>
#include <string.h>

#include "rules/reader.h"

void setting_log(const struct setting *s, const char *value)
{
	place_log(s->place, &s->r->log, INTACT_LOG_CONFIG, "set '%s' option to '%s'", s->row->name,
		  value);
}

int setting_repeated(const struct setting *s, const char *old)
{
	place_log(s->place, &s->r->log, INTACT_LOG_NOTICE,
		  "'%s' option already set%s%s%s (ignore new value '%s')", s->row->name,
		  old ? " to '" : "", old ? old : "", old ? "'" : "", s->text);
	return 0;
}

int setting_string(const struct setting *s, char **at, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return intact_fail_nomem(s->err);
	free(*at);
	*at = copy;
	setting_log(s, text);
	return 0;
}

int setting_wrong_type(const struct setting *s)
{
	int len = (int)strcspn(s->text, ":");

	if (s->row->set == option_set_report_url)
		return place_fail(s->place, s->err, INTACT_ECONFIG,
				  "unsupported report URL-type: '%.*s'", len, s->text);
	return place_fail(s->place, s->err, INTACT_ECONFIG, "'%s': unsupported URL-type: '%.*s'",
			  s->row->name, len, s->text);
}
