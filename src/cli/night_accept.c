/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See night_accept.h.  The run is that of the command, with the options of the night: it looks
 * packages up anew, measures again, and writes its own record.
 */

#include "cli/night_accept.h"

#include <inttypes.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/trust.h"
#include "cli/watch.h"

/* Packages that are named. */
#define PACKAGES_MAX 20

static const char *policy(const struct session *s)
{
	return s->config->nightly_accept == INTACT_NIGHTLY_ACCEPT_EXPLAINED
		       ? "nightly_accept=explained"
		       : "nightly_accept=explained_weak";
}

const char *night_accept_cannot(const struct session *s)
{
	const struct intact_config *c = s->config;

	if (c->package_manager == INTACT_PACKAGES_NONE)
		return "package_manager is none, so that nothing is explained";
	if (c->nverify_keys + s->options->nverify_keys && !trust_signs(s))
		return "with verify_key the next generation must be signed, and this host has no "
		       "signing_key";
	return NULL;
}

bool night_accept_any(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->list[i].explanation, "explained") == 0)
			return true;
	}
	return f->more != 0;
}

/* ---- the process ---------------------------------------------------------------------------- */

static int take_in(struct watch *w, int status, struct findings *taken, struct intact_error *err)
{
	int rc;

	rewind(w->list);
	rc = findings_read_accepted(w->list, taken, err);
	if (rc < 0 || taken->run.complete)
		return rc;
	return *taken->run.error
		       ? intact_fail(err, INTACT_EIO, "%s", taken->run.error)
		       : intact_fail(err, INTACT_EIO, "it ended with exit status %d", status);
}

bool night_accept_split(struct session *s, int lock, struct findings *taken, int *ret,
			struct intact_error *err)
{
	struct watch *w = NULL;
	int status = 0;

	*ret = watch_new(NULL, 0, &w, err);
	if (*ret < 0)
		return true;
	w->lock = lock;
	if (!watch_split(w, s, &status, err))
		return false;
	w->lock = -1;
	*ret = status < 0 ? INTACT_EIO : take_in(w, status, taken, err);
	watch_free(w);
	return true;
}

int night_accept_run(struct session *s)
{
	const struct options *was = s->options;
	struct options own = *was;
	int status;

	own.command = COMMAND_ACCEPT;
	own.explained = true;
	own.strong = s->config->nightly_accept == INTACT_NIGHTLY_ACCEPT_EXPLAINED;
	/* Where a journal is kept, for that is where it stands. */
	if (s->journal && !own.reason)
		own.reason = policy(s);
	s->options = &own;
	status = cmd_accept(s);
	s->options = was;
	return status;
}

/* ---- words ---------------------------------------------------------------------------------- */

/* Of that package, accepted tonight; 0 unless `first` is the first of them. */
static size_t count_package(const struct findings *f, size_t first)
{
	const char *package = f->list[first].package;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (!f->list[i].tonight || strcmp(f->list[i].package, package) != 0)
			continue;
		if (i < first)
			return 0;
		n++;
	}
	return n;
}

void night_accept_words(struct buf *out, const struct session *s, const struct findings *f,
			const struct findings *taken)
{
	size_t named = 0;

	buf_printf(out, "Accepted by %s: %" PRIu64 " change%s, as generation %" PRIu64, policy(s),
		   taken->run.entries, taken->run.entries == 1 ? "" : "s", taken->run.status);
	for (size_t i = 0; i < f->n && named <= PACKAGES_MAX; i++) {
		size_t n = f->list[i].tonight && *f->list[i].package ? count_package(f, i) : 0;

		if (n && named++ == PACKAGES_MAX)
			buf_add_str(out, ", and more");
		else if (n)
			buf_printf(out, "%s%s (%zu)", named == 1 ? ": " : ", ", f->list[i].package,
				   n);
	}
	buf_add_str(out, ".");
}
