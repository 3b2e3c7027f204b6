/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See severity.h.  A list that is asked from its start: there are a handful of lines, and only what
 * has changed is asked about.
 */

#include "rules/severity.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "rules/regex.h"

struct line {
	struct intact_severity_line shown;
	struct regex *regex;
};

struct intact_severities {
	struct arena arena; /* of all strings */
	struct regex_scratch *scratch;
	struct line *list;
	size_t n;
};

/* Whoever names a file so that a pattern gives up must not gain a lower severity by it. */
static const struct intact_severity_line gave_up = {
	.level = INTACT_SEVERITY_CRITICAL, .regex = "", .file = "", .text = ""
};

static struct intact_severities *list_new(void)
{
	struct intact_severities *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->scratch = regex_scratch_new();
	if (!s->scratch) {
		free(s);
		return NULL;
	}
	return s;
}

static int compile(const struct place *place, const char *regex, enum intact_compat compat,
		   struct regex **ret, struct intact_error *err)
{
	enum regex_mode mode = compat == INTACT_COMPAT_0_18 ? REGEX_PATH_BYTES : REGEX_PATH;
	struct regex_fault fault;
	int rc = regex_compile(regex, strlen(regex), mode, ret, &fault);

	if (rc == INTACT_ENOMEM)
		return intact_fail_nomem(err);
	return rc < 0 ? place_fail(place, err, INTACT_ECONFIG,
				   "error in the regular expression '%.200s': %s", regex,
				   fault.text)
		      : 0;
}

/* In the order of the list, so that what fails leaves nothing half done. */
static int append(struct intact_severities *s, const struct place *place,
		  enum intact_severity level, const char *regex, struct regex *compiled)
{
	struct line *list = realloc(s->list, (s->n + 1) * sizeof(*list));
	struct intact_severity_line *shown;

	if (!list)
		return -1;
	s->list = list;
	shown = &list[s->n].shown;
	*shown = (struct intact_severity_line){
		.level = level,
		.regex = arena_strndup(&s->arena, regex, strlen(regex)),
		.file = place->file,
		.line = place->line,
		.text = arena_strndup(&s->arena, place->text.s, place->text.len),
	};
	if (!shown->regex || !shown->text)
		return -1;
	list[s->n++].regex = compiled;
	return 0;
}

int severities_add(struct intact_severities **list, const struct place *place,
		   enum intact_severity level, const char *regex, enum intact_compat compat,
		   struct intact_error *err)
{
	struct regex *compiled;
	int rc;

	if (!*list)
		*list = list_new();
	if (!*list)
		return intact_fail_nomem(err);
	rc = compile(place, regex, compat, &compiled, err);
	if (rc == 0 && append(*list, place, level, regex, compiled) < 0) {
		regex_free(compiled);
		rc = intact_fail_nomem(err);
	}
	return rc;
}

void severities_free(struct intact_severities *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->n; i++)
		regex_free(list->list[i].regex);
	free(list->list);
	regex_scratch_free(list->scratch);
	arena_release(&list->arena);
	free(list);
}

size_t intact_severities_count(const struct intact_severities *list)
{
	return list ? list->n : 0;
}

const struct intact_severity_line *intact_severities_get(const struct intact_severities *list,
							 size_t i)
{
	return &list->list[i].shown;
}

const struct intact_severity_line *intact_severities_find(const struct intact_severities *list,
							  const char *path, size_t len)
{
	bool utf8 = list && text_is_utf8(path, len);

	for (size_t i = 0; list && i < list->n; i++) {
		switch (regex_match(list->list[i].regex, list->scratch, path, len, utf8, 1)) {
		case REGEX_MATCH:
			return &list->list[i].shown;
		case REGEX_LIMIT:
			return &gave_up;
		default:
			break;
		}
	}
	return NULL;
}
