/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See log.h.
 */

#include "cli/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const struct {
	const char *label;
	const char *color;
} levels[] = {
	[INTACT_LOG_ERROR] = { "  ERROR", "\033[31m" },
	[INTACT_LOG_WARNING] = { "WARNING", "\033[33m" },
	[INTACT_LOG_NOTICE] = { " NOTICE", "\033[36m" },
	[INTACT_LOG_INFO] = { "   INFO", "" },
	[INTACT_LOG_COMPARE] = { "COMPARE", "" },
	[INTACT_LOG_RULE] = { "   RULE", "" },
	[INTACT_LOG_CONFIG] = { " CONFIG", "" },
	[INTACT_LOG_DEBUG] = { "  DEBUG", "" },
	[INTACT_LOG_LIMIT] = { "  LIMIT", "" },
	[INTACT_LOG_THREAD] = { " THREAD", "" },
	[INTACT_LOG_TRACE] = { "  TRACE", "" },
};

void log_init(struct log *log, bool color)
{
	*log = (struct log){ .level = INTACT_LOG_WARNING };
	log->color = color && isatty(STDERR_FILENO);
}

static void log_write(struct log *log, enum intact_log_level level, const char *text)
{
	const char *color = log->color ? levels[level].color : "";
	struct buf line = { 0 };

	buf_printf(&line, "%s%s%s: ", color, levels[level].label, *color ? "\033[0m" : "");
	text_escape(&line, text, strlen(text));
	buf_add_char(&line, '\n');
	if (log->before)
		log->before(log->before_ctx);
	if (line.failed)
		fprintf(stderr, "%s: out of memory\n", levels[level].label);
	else
		fwrite(line.data, 1, line.len, stderr);
	buf_release(&line);
}

bool log_shows(const struct log *log, enum intact_log_level level)
{
	/* 0.18 has these two the other way round. */
	if (log->rule_first && level == INTACT_LOG_COMPARE && log->level == INTACT_LOG_RULE)
		return false;
	if (log->rule_first && level == INTACT_LOG_RULE && log->level == INTACT_LOG_COMPARE)
		return true;
	return level <= log->level;
}

void log_sink(void *ctx, enum intact_log_level level, const char *text)
{
	struct log *log = ctx;

	if (level != INTACT_LOG_ERROR && !log->decided) {
		buf_add_char(&log->waiting, (char)level);
		buf_add(&log->waiting, text, strlen(text) + 1);
	} else if (log_shows(log, level)) {
		log_write(log, level, text);
	}
}

void log_decide(struct log *log, enum intact_log_level level)
{
	struct buf waiting = log->waiting;
	size_t at = 0;

	log->level = level;
	log->chosen = level;
	log->decided = true;
	log->waiting = (struct buf){ 0 };
	while (at < waiting.len) {
		enum intact_log_level each = (enum intact_log_level)waiting.data[at];
		const char *text = waiting.data + at + 1;

		log_sink(log, each, text);
		at += strlen(text) + 2;
	}
	buf_release(&waiting);
}

void log_toggle_debug(struct log *log)
{
	if (log->before)
		log->before(log->before_ctx);
	fputs("Caught SIGUSR1, toggle debug level\n", stderr);
	log->level = log->level == log->chosen ? INTACT_LOG_DEBUG : log->chosen;
}

void log_release(struct log *log)
{
	buf_release(&log->waiting);
}

void log_say(struct log *log, enum intact_log_level level, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;
	int n;

	if (log->decided && !log_shows(log, level))
		return;
	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	log_sink(log, level, n < 0 ? "out of memory" : text);
	if (n >= 0)
		free(text);
}

int log_error(struct log *log, const struct intact_error *err)
{
	log_sink(log, INTACT_LOG_ERROR, err->text);
	return -(int)err->code;
}
