/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See silent.h.
 */

#include "scan/silent.h"

#include <stdlib.h>

static struct silent_device *find(const struct silent *s, dev_t dev)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->devices[i].dev == dev)
			return &s->devices[i];
	}
	return NULL;
}

/* Keep the smallest ones, in order. */
static void note(struct silent_device *d, uint64_t at)
{
	unsigned i = d->count;

	if (d->count < SILENT_MAX)
		d->count++;
	else if (at >= d->at[SILENT_MAX - 1])
		return;
	else
		i--;
	for (; i && d->at[i - 1] > at; i--)
		d->at[i] = d->at[i - 1];
	d->at[i] = at;
}

int silent_add(struct silent *s, dev_t dev, uint64_t at, struct intact_error *err)
{
	struct silent_device *d = find(s, dev);
	struct silent_device *devices;
	unsigned before;

	if (!d) {
		devices = realloc(s->devices, (s->count + 1) * sizeof(*devices));
		if (!devices)
			return intact_fail_nomem(err);
		s->devices = devices;
		d = &devices[s->count++];
		*d = (struct silent_device){ .dev = dev };
	}
	before = d->count;
	note(d, at);
	return d->count > before;
}

bool silent_knows(const struct silent *s, dev_t dev)
{
	return find(s, dev) != NULL;
}

bool silent_is_dead(const struct silent *s, dev_t dev, uint64_t at)
{
	const struct silent_device *d = find(s, dev);

	return d && d->count == SILENT_MAX && at > d->at[SILENT_MAX - 1];
}

void silent_release(struct silent *s)
{
	free(s->devices);
	*s = (struct silent){ 0 };
}
