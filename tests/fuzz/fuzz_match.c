/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: one pattern (up to the first newline) and paths (the other lines).
 *
 * What the shape of a pattern says without the engine must be what the engine says, and the matcher
 * must not remember wrongly: the verdict on a path does not depend on the path before it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <intact/rules.h>

#include "base/buf.h"
#include "base/text.h"
#include "rules/regex.h"
#include "rules/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_utf8(const char *s, size_t len)
{
	size_t i = 0, n;
	uint32_t c;

	for (; i < len; i += n) {
		n = text_utf8((const unsigned char *)s + i, len - i, &c);
		if (n == 0)
			return false;
	}
	return true;
}

static void check_shape(const char *pattern, size_t plen, const char *path, size_t len)
{
	struct regex_scratch *scratch = regex_scratch_new();
	struct regex_fault fault;
	struct regex *re = NULL;
	char *room = malloc(plen + 1);
	struct shape shape;

	if (scratch && room && regex_compile(pattern, plen, REGEX_PATH, &re, &fault) == 0) {
		bool utf8 = is_utf8(path, len);
		enum regex_result engine = regex_match(re, scratch, path, len, utf8, 1);
		enum shape_answer quick;

		shape = shape_of(pattern, plen, room);
		quick = shape_test(&shape, path, len);
		/* A pattern without a bytewise meaning says PARTIAL too often (regex.c). */
		if (quick == SHAPE_ASK || engine == REGEX_LIMIT ||
		    (!utf8 && engine == REGEX_PARTIAL))
			;
		else if ((quick == SHAPE_NONE) != (engine == REGEX_NONE) ||
			 (quick == SHAPE_MATCH) != (engine == REGEX_MATCH))
			abort();
	}
	regex_free(re);
	regex_scratch_free(scratch);
	free(room);
}

static void check_matcher(struct intact_matcher *used, const struct intact_rules *rules,
			  const char *path, size_t len)
{
	struct intact_match a, b;
	struct intact_matcher *fresh;
	struct intact_error err = { 0 };
	const char *problem;

	if (intact_matcher_new(rules, NULL, &fresh, &err) < 0)
		return;
	if (intact_matcher_match(used, path, len, INTACT_FT_DIR, NULL, NULL, &a, &problem, &err) <
		    0 ||
	    intact_matcher_match(fresh, path, len, INTACT_FT_DIR, NULL, NULL, &b, &problem, &err) <
		    0)
		abort();
	if (a.verdict != b.verdict || a.rule != b.rule || a.descend != b.descend)
		abort();
	intact_matcher_free(fresh);
}

/* The rules: the pattern as a rule of each kind. */
static struct intact_config *rules_of(const char *pattern)
{
	static const char *const kinds[] = { "", "=", "!", "-" };
	struct intact_config_source source = { .no_includes = true };
	struct intact_config *config = NULL;
	struct intact_error err = { 0 };
	struct buf text = { 0 };

	for (int i = 0; i < 4; i++)
		buf_printf(&text, "%s%s%s\n", kinds[i], pattern, i < 2 ? " p" : "");
	source.builtin = text.data;
	if (text.failed || intact_config_read(&source, &config, &err) < 0)
		config = NULL;
	buf_release(&text);
	return config;
}

static void check_paths(const char *pattern, char *paths)
{
	struct intact_config *config = rules_of(pattern);
	struct intact_matcher *m = NULL;
	struct intact_error err = { 0 };
	char *path;

	if (config && intact_matcher_new(config->rules, NULL, &m, &err) < 0)
		m = NULL;
	while ((path = strsep(&paths, "\n"))) {
		size_t len = strlen(path);

		if (path[0] != '/' || len > 4096)
			continue;
		check_shape(pattern, strlen(pattern), path, len);
		if (m)
			check_matcher(m, config->rules, path, len);
	}
	intact_matcher_free(m);
	intact_config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *paths = text;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	(void)strsep(&paths, "\n");
	if (text[0] == '/' && paths)
		check_paths(text, paths);
	free(text);
	return 0;
}
