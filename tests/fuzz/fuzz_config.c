/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: a configuration from memory.
 *
 * Nothing is included or run.  What is accepted must come back the same from its canonical text,
 * and the rules must judge any path.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <intact/rules.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct intact_config *read_text(const char *text)
{
	struct intact_config_source source = {
		.builtin = text,
		.version = "0.20",
		.no_includes = true,
	};
	struct intact_config *config;
	struct intact_error err = { 0 };

	return intact_config_read(&source, &config, &err) < 0 ? NULL : config;
}

static void check_round_trip(const struct intact_config *config)
{
	struct intact_config *again;
	struct intact_error err = { 0 };
	char *text, *text2;

	if (intact_rules_text(config->rules, &text, NULL, &err) < 0)
		return;
	again = read_text(text);
	if (!again || intact_rules_text(again->rules, &text2, NULL, &err) < 0)
		abort();
	if (strcmp(text, text2) != 0)
		abort();
	free(text);
	free(text2);
	intact_config_free(again);
}

static void check_matching(const struct intact_config *config)
{
	static const char *const paths[] = { "/", "/etc", "/etc/x.conf", "/a/b/c", "/\xff/x" };
	struct intact_matcher *m;
	struct intact_error err = { 0 };
	const struct intact_severity_line *line;
	struct intact_match match;
	const char *problem;

	if (intact_matcher_new(config->rules, NULL, &m, &err) < 0)
		abort();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (intact_matcher_match(m, paths[i], strlen(paths[i]), INTACT_FT_DIR, NULL, NULL,
					 &match, &problem, &err) < 0)
			abort();
		if (match.add && !match.rule)
			abort();
		/* None, one of the list, or the one for a pattern that gave up. */
		line = intact_severities_find(config->severities, paths[i], strlen(paths[i]));
		if (line && line->level == INTACT_SEVERITY_NONE)
			abort();
	}
	intact_matcher_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct intact_config *config;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	config = read_text(text);
	if (config) {
		check_round_trip(config);
		check_matching(config);
	}
	intact_config_free(config);
	free(text);
	return 0;
}
