/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * What the tests of the rule language share: reading a configuration from a string and keeping what
 * it says, and tables of cases.
 */

#ifndef TESTS_RULES_TEST_H
#define TESTS_RULES_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <intact/rules.h>

#include "base/buf.h"
#include "base/text.h"

/** A configuration that was read, and what was said about it. */
struct reading {
	struct intact_config *config; /* NULL on failure */
	struct intact_error err;
	struct buf messages; /* notices and warnings, "WARNING: text\n" */
	struct buf log;	     /* level config, "text\n" */
};

/* The configuration is called x.conf in AIDE's samples. */
static void reading_log(void *ctx, enum intact_log_level level, const char *text)
{
	struct reading *r = ctx;
	struct buf *out = level == INTACT_LOG_CONFIG ? &r->log : &r->messages;

	if (level != INTACT_LOG_CONFIG)
		buf_add_str(out, level == INTACT_LOG_ERROR     ? "ERROR: "
				 : level == INTACT_LOG_WARNING ? "WARNING: "
							       : "NOTICE: ");
	text_escape(out, text, strlen(text));
	buf_add_char(out, '\n');
}

/** Read `text` with the rest of the source as given. */
static inline void reading_from(struct reading *r, const char *text,
				struct intact_config_source source)
{
	*r = (struct reading){ 0 };
	buf_reserve(&r->messages, 1);
	buf_reserve(&r->log, 1);
	source.builtin = text;
	source.log = reading_log;
	source.log_ctx = r;
	if (!source.version)
		source.version = "0.20-dev";
	if (intact_config_read(&source, &r->config, &r->err) < 0)
		r->config = NULL;
}

static inline void reading_release(struct reading *r)
{
	intact_config_free(r->config);
	buf_release(&r->messages);
	buf_release(&r->log);
}

/** Read what must be readable. */
static inline void must_read(struct reading *r, const char *text)
{
	reading_from(r, text, (struct intact_config_source){ 0 });
	if (!r->config)
		fail_msg("not readable: %s", r->err.text);
}

/** Read what must fail with this message (without place and line). */
static inline void must_fail(const char *text, const char *message)
{
	struct reading r;

	reading_from(&r, text, (struct intact_config_source){ 0 });
	if (r.config)
		fail_msg("readable: %.200s", text);
	if (!strstr(r.err.text, message))
		fail_msg("'%s' is not in '%s'", message, r.err.text);
	assert_int_equal(r.err.code, INTACT_ECONFIG);
	assert_non_null(strstr(r.err.text, "(built-in)"));
	reading_release(&r);
	/* Also for who does not want to know why. */
	assert_true(intact_config_read(&(struct intact_config_source){ .builtin = text,
								       .version = "0.20-dev" },
				       &r.config, NULL) < 0);
}

/** One line of a table, cut into its fields. */
struct tsv {
	char *text;
	char *at;
	unsigned line;
	char *field[16];
	unsigned fields;
};

static inline void tsv_open(struct tsv *t, const char *name)
{
	char path[1024];
	long size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", TEST_DATA_DIR, name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	*t = (struct tsv){ .text = calloc(1, (size_t)size + 1) };
	assert_int_equal(fread(t->text, 1, (size_t)size, f), size);
	fclose(f);
	t->at = t->text;
}

static inline void tsv_unescape(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			*out++ = (char)(*s == 'n'   ? '\n'
					: *s == 't' ? '\t'
					: *s == 'r' ? '\r'
						    : *s);
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

static inline int tsv_next(struct tsv *t)
{
	char *line = strsep(&t->at, "\n");

	t->fields = 0;
	if (!line || !*line)
		return 0;
	t->line++;
	while (line && t->fields < 16) {
		t->field[t->fields] = strsep(&line, "\t");
		tsv_unescape(t->field[t->fields++]);
	}
	return 1;
}

static inline void tsv_close(struct tsv *t)
{
	free(t->text);
}

#endif /* TESTS_RULES_TEST_H */
