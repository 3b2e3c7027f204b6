/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Findings: the file of last night, and what a run hands over.  What is read can be written, and is
 * the same when it is read again; and any two can be compared.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/findings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_with(int (*fn)(FILE *, struct findings *, struct intact_error *),
		     const uint8_t *data, size_t size, struct findings *ret)
{
	struct intact_error err;
	FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : fopen("/dev/null", "r");
	int rc;

	if (!in)
		abort();
	*ret = (struct findings){ 0 };
	rc = fn(in, ret, &err);
	fclose(in);
	return rc;
}

static void check(const struct findings *f)
{
	size_t sum = 0;

	for (size_t i = 0; i < FINDING_TURNS; i++)
		sum += f->turns[i];
	if (sum != f->n)
		abort();
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		if (!x->path_len || x->path[0] != '/' || strlen(x->path) != x->path_len)
			abort();
		if (strlen(x->state) != FINDINGS_HEX - 1)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct findings file, run, taken, both = { 0 };
	struct intact_error err;
	int kept = read_with(findings_read, data, size, &file);
	int found = read_with(findings_read_run, data, size, &run);

	if (found < 0 && found != INTACT_ENOMEM)
		abort();
	if (kept < 0) {
		findings_release(&file);
		file = (struct findings){ 0 };
	}
	if (findings_compare(&file, &run, 2000000000, &both, &err) == 0)
		check(&both);
	/* What a run says it has accepted: the same bytes, of which some are findings. */
	if (read_with(findings_read_accepted, data, size, &taken) == 0 && taken.run.complete) {
		if (findings_accept(&both, &taken) > both.turns[FINDING_ACCEPTED])
			abort();
		check(&both);
	}
	findings_release(&taken);
	findings_release(&both);
	findings_release(&file);
	findings_release(&run);
	return 0;
}
