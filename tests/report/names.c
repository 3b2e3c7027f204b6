/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * names: hostile names through everything that people read, for names.py to look at.
 *
 * Usage: names RANDOM, in an empty folder.  The names are all pairs of bytes behind "/", and RANDOM
 * random ones of 1 to 255 bytes; each is the path of a link whose target was nothing and is now the
 * same bytes, and stands in what the log and syslog are told.
 *
 *	hex      the names, one a line
 *	FORMAT   the report: plain, json, ndjson, ecs, ocsf; aide-plain, ...: as aide
 *	list     each entry, as --list shows it
 *	log      a line of the log for each name that is a C string
 *	syslog, aide-syslog   what syslog(3) is given, a line a message
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <intact/report.h>

#include "base/path.h"
#include "base/text.h"
#include "cli/log.h"
#include "cli/syslog.h"

#define PAIRS 65536
#define LONGEST 255

struct name {
	char s[LONGEST + 2];
	size_t len;
};

static FILE *messages;

void __wrap_syslog(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void __wrap_syslog(int priority, const char *fmt, ...)
{
	va_list args;

	(void)priority;
	va_start(args, fmt);
	vfprintf(messages, fmt, args);
	va_end(args);
	putc('\n', messages);
}

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "names: %s\n", what);
	exit(2);
}

static FILE *create(const char *name)
{
	FILE *f = fopen(name, "w");

	require(f != NULL, name);
	return f;
}

/* ---- names -------------------------------------------------------------------------------------
 */

static uint32_t draw(void)
{
	static uint32_t seed = 1;

	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

/* Behind a letter, so that none is one of the pairs. */
static void random_name(struct name *n)
{
	static const char *const bits[] = { "\\",
					    "\\0",
					    "\\033",
					    "\033[31m",
					    "\xe2\x80\xae",
					    "\xc2",
					    "\xf4\x8f\xbf\xbf",
					    "\xed\xa0\x80",
					    "//L2",
					    "\"",
					    "\n",
					    "\xef\xbf\xbd",
					    "%n",
					    "@@end_db" };

	n->len = (size_t)snprintf(n->s, sizeof(n->s), "/r%u.", draw());
	while (n->len < 2 + draw() % (LONGEST - 40)) {
		const char *bit = bits[draw() % (sizeof(bits) / sizeof(bits[0]))];
		size_t len = strlen(bit);

		if (draw() % 4) {
			n->s[n->len++] = (char)draw();
		} else if (n->len + len < LONGEST) {
			memcpy(n->s + n->len, bit, len);
			n->len += len;
		}
	}
}

static int by_path(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return path_cmp(x->s, x->len, y->s, y->len);
}

static struct name *make_names(size_t random)
{
	struct name *names = calloc(PAIRS + random, sizeof(*names));

	require(names != NULL, "memory");
	for (size_t i = 0; i < PAIRS; i++)
		names[i] = (struct name){ { '/', (char)(i >> 8), (char)i }, 3 };
	for (size_t i = PAIRS; i < PAIRS + random; i++)
		random_name(&names[i]);
	qsort(names, PAIRS + random, sizeof(*names), by_path);
	return names;
}

/* ---- what is said of them ----------------------------------------------------------------------
 */

static struct intact_entry link_to(const struct name *path, const struct name *target)
{
	return (struct intact_entry){
		.path = { path->s, path->len },
		.mode = S_IFLNK | 0777,
		.attrs = INTACT_BIT(INTACT_LINK) | INTACT_BIT(INTACT_FTYPE),
		.link = { target ? target->s : "x", target ? target->len : 1 },
	};
}

static struct intact_changes *changes_of(const struct name *names, size_t n)
{
	struct intact_changes *list;

	require(intact_changes_new((size_t)1 << 28, NULL, &list, NULL) == 0, "changes");
	for (size_t i = 0; i < n; i++) {
		struct intact_entry old = link_to(&names[i], NULL);
		struct intact_entry new = link_to(&names[i], &names[i]);
		struct intact_change change = {
			.kind = INTACT_CHANGED,
			.changed = INTACT_BIT(INTACT_LINK),
			.old = &old,
			.new = &new,
		};

		require(intact_changes_add(list, &change, NULL, NULL) == 0, "changes");
	}
	return list;
}

static void report(const struct intact_run *run, enum intact_report_format format, FILE *out)
{
	const struct intact_report_options options = {
		.level = INTACT_REPORT_CHANGED_ATTRIBUTES,
		.format = format,
		.grouped = true,
		.summarize = true,
	};

	require(intact_report_write(run, &options, false, out, NULL) == 0, "report");
}

static void reports(const struct intact_run *run, const char *prefix)
{
	static const struct {
		const char *name;
		enum intact_report_format format;
	} formats[] = { { "plain", INTACT_FORMAT_PLAIN },
			{ "json", INTACT_FORMAT_JSON },
			{ "ndjson", INTACT_FORMAT_NDJSON },
			{ "ecs", INTACT_FORMAT_ECS },
			{ "ocsf", INTACT_FORMAT_OCSF } };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char name[32];
		FILE *f;

		snprintf(name, sizeof(name), "%s%s", prefix, formats[i].name);
		f = create(name);
		report(run, formats[i].format, f);
		require(fclose(f) == 0, name);
	}
}

/* As targets.c does it. */
static void to_syslog(struct intact_run run, const char *name)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	require(out != NULL, "memory");
	run.pieces = run.aide_output;
	report(&run, INTACT_FORMAT_PLAIN, out);
	require(fclose(out) == 0, "memory");
	messages = create(name);
	syslog_send(text, size, run.pieces ? '\0' : '\n', LOG_LOCAL0, "names");
	require(fclose(messages) == 0, name);
	free(text);
}

static void list(const struct name *names, size_t n)
{
	FILE *f = create("list");

	for (size_t i = 0; i < n; i++) {
		struct intact_entry entry = link_to(&names[i], &names[i]);

		require(intact_report_entry(&entry, f, NULL) == 0, "list");
	}
	require(fclose(f) == 0, "list");
}

static void log_all(const struct name *names, size_t n)
{
	struct log log;

	require(freopen("log", "w", stderr) != NULL, "log");
	log_init(&log, true);
	log_decide(&log, INTACT_LOG_WARNING);
	for (size_t i = 0; i < n; i++) {
		if (!memchr(names[i].s, '\0', names[i].len))
			log_say(&log, INTACT_LOG_WARNING, "%.*s", (int)names[i].len, names[i].s);
	}
	log_release(&log);
	fflush(stderr);
}

static void hex(const struct name *names, size_t n)
{
	struct buf text = { 0 };
	FILE *f = create("hex");

	for (size_t i = 0; i < n; i++) {
		text_hex(&text, names[i].s, names[i].len);
		buf_add_char(&text, '\n');
	}
	require(!text.failed && fwrite(text.data, 1, text.len, f) == text.len && fclose(f) == 0,
		"hex");
	buf_release(&text);
}

int main(int argc, char **argv)
{
	size_t random = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	size_t n = PAIRS + random;
	struct name *names = make_names(random);
	struct intact_run run = {
		.kind = INTACT_RUN_CHECK,
		.program = "intact",
		.version = "1.0",
		.summary_columns = 19,
		.start = { .sec = 1 },
		.end = { .sec = 1 },
	};

	hex(names, n);
	run.changes = changes_of(names, n);
	reports(&run, "");
	to_syslog(run, "syslog");
	run.program = "AIDE";
	run.aide_output = true;
	reports(&run, "aide-");
	to_syslog(run, "aide-syslog");
	list(names, n);
	log_all(names, n);
	intact_changes_free(run.changes);
	free(names);
	return 0;
}
