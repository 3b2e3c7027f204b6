/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The differential suite: the packaged AIDE and the program under test over the same random trees,
 * configurations and mutations.
 *
 *   differ --aide PROGRAM --ours PROGRAM [--keep] [--first] [--words] [--streams] [--bias
 * ATTRIBUTE] SEED COUNT
 *
 * Case I of a run has seed SEED + I, so that `differ ... SEED 1` repeats a failure.  Both programs
 * get the same command line (ours: --aide-compat 0.18 before it) in folders of their own, so that
 * every relative path in the configuration and the report is the same.  What is compared: exit
 * status, report, database, messages; known.c says what may differ.
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "one.h"
#include "tally.h"

/* ---- what both can compute ---- */

static bool has_line(const struct buf *text, const char *name, const char *value)
{
	char line[64];

	snprintf(line, sizeof(line), "\n%s: %s\n", name, value);
	return strstr(text->data, line) != NULL;
}

static void learn_digests(struct differ *d)
{
	static const char *const names[] = { "md5",	  "sha1",      "sha256", "sha512",
					     "rmd160",	  "tiger",     "crc32",	 "crc32b",
					     "haval",	  "whirlpool", "gost",	 "stribog256",
					     "stribog512" };
	char *const aide[] = { (char *)d->aide, (char *)"--version", NULL };
	char *const ours[] = { (char *)(d->digests_of ? d->digests_of : d->ours),
			       (char *)"--version", NULL };
	struct output a, o;

	run_program("/", NULL, aide, &a);
	run_program("/", NULL, ours, &o);
	buf_add_char(&d->missing, ' ');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!has_line(&a.out, names[i], "yes"))
			continue;
		if (has_line(&o.out, names[i], "yes"))
			d->digests[d->ndigests++] = (char *)names[i];
		else
			buf_printf(&d->missing, "%s ", names[i]);
	}
	output_release(&a);
	output_release(&o);
	if (!d->ndigests) {
		fprintf(stderr, "differ: no common digest; are these the right programs?\n");
		exit(99);
	}
}

static bool options(struct differ *d, int argc, char **argv)
{
	static const struct option longs[] = { { "aide", required_argument, NULL, 'a' },
					       { "ours", required_argument, NULL, 'o' },
					       { "digests-of", required_argument, NULL, 'd' },
					       { "keep", no_argument, NULL, 'k' },
					       { "first", no_argument, NULL, 'f' },
					       { "words", no_argument, NULL, 'w' },
					       { "streams", no_argument, NULL, 's' },
					       { "bias", required_argument, NULL, 'b' },
					       { NULL, 0, NULL, 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'a')
			d->aide = optarg;
		else if (c == 'o')
			d->ours = optarg;
		else if (c == 'd')
			d->digests_of = optarg;
		else if (c == 'k')
			d->keep = true;
		else if (c == 'f')
			d->first = true;
		else if (c == 's')
			d->streams = true;
		else if (c == 'b')
			d->bias = optarg;
		else if (c == 'w')
			d->words = true;
		else
			return false;
	}
	return d->aide && d->ours && argc - optind == 2;
}

static void timed_case(struct differ *d, uint64_t seed)
{
	time_t start = time(NULL);
	bool equal = one_case(d, seed);

	d->passed += equal;
	d->failed += !equal;
	if (time(NULL) - start > 20)
		printf("slow: seed %llu took %ld s\n", (unsigned long long)seed,
		       (long)(time(NULL) - start));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned long long seed, count;
	struct differ d = { 0 };

	if (!options(&d, argc, argv)) {
		fprintf(stderr, "usage: differ --aide PROGRAM --ours PROGRAM [--keep] [--first] "
				"[--words] [--streams] [--bias ATTRIBUTE] SEED COUNT\n");
		return 99;
	}
	seed = strtoull(argv[optind], NULL, 10);
	count = strtoull(argv[optind + 1], NULL, 10);
	umask(022);
	learn_digests(&d);
	if (!place_make(&d.place))
		return 99;
	for (unsigned long long i = 0; i < count && !(d.first && d.failed); i++)
		timed_case(&d, seed + i);
	place_remove(&d.place);
	printf("known differences met:\n");
	known_print();
	printf("what the cases had:\n");
	tally_print();
	printf("%lu steps\n", d.steps);
	printf("%lu passed, %lu failed, 0 skipped\n", d.passed, d.failed);
	buf_release(&d.missing);
	return d.failed != 0;
}
