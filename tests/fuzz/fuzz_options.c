/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: the command line.  The input is argv, each word ended by NUL; the first is the
 * program's name.  What is wrong is said in one line without control characters.
 */

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_WORDS 64

/* Well-formed UTF-8 without control characters but the newline at the end. */
static void require_line(const char *text, size_t len)
{
	if (len == 0 || text[len - 1] != '\n')
		abort();
	for (size_t i = 0; i < len - 1;) {
		uint32_t c = 0;
		size_t n = text_utf8((const unsigned char *)text + i, len - 1 - i, &c);

		if (n == 0 || c < 0x20 || (c >= 0x7f && c <= 0x9f))
			abort();
		i += n;
	}
}

static void parse(int argc, char **argv)
{
	char *said = NULL;
	size_t len = 0;
	FILE *kept = stderr, *memory = open_memstream(&said, &len);
	struct options o;
	int rc;

	if (!memory)
		abort();
	stderr = memory;
	/* GNU's way to begin anew. */
	optind = 0;
	rc = options_parse(&o, argc, argv);
	stderr = kept;
	fclose(memory);
	if (rc == 0) {
		if (o.command > COMMAND_HELP || (size_t)argc < o.npaths)
			abort();
		for (size_t i = 0; i < o.npaths; i++)
			(void)strlen(o.paths[i]);
	} else if (rc == INTACT_EUSAGE) {
		require_line(said, len);
	} else {
		abort();
	}
	options_release(&o);
	free(said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words = malloc(size + 2), *argv[MAX_WORDS + 1] = { NULL };
	int argc = 0;

	if (!words)
		return 0;
	memcpy(words, data, size);
	words[size] = '\0';
	for (size_t at = 0; at <= size && argc < MAX_WORDS; at += strlen(words + at) + 1)
		argv[argc++] = words + at;
	parse(argc, argv);
	free(words);
	return 0;
}
