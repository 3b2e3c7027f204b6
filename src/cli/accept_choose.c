/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See accept.h.  Which changes are wanted: those inside --limit (no others are in the list), of
 * them with --package and --explained what a package proves, of them with --interactive what
 * somebody says yes to.
 */

#include "cli/accept.h"

#include <stdlib.h>
#include <string.h>

int accept_each(struct accept *a, accept_change_fn *fn, struct intact_error *err)
{
	struct intact_changes_iter *it;
	const struct intact_change *c;
	uint64_t number = 0;
	int rc = intact_changes_iter_new(a->flow.changes, &it, err);

	if (rc < 0)
		return rc;
	while ((rc = intact_changes_iter_next(it, &c, err)) == 1) {
		if (c->kind == INTACT_MOVED)
			continue;
		rc = fn(a, number++, c, err);
		if (rc < 0)
			break;
	}
	intact_changes_iter_free(it);
	return rc;
}

static int count(struct accept *a, uint64_t number, const struct intact_change *c,
		 struct intact_error *err)
{
	(void)number;
	(void)c;
	(void)err;
	a->changes++;
	return 0;
}

static int want(struct accept *a, uint64_t number, const struct intact_change *c,
		struct intact_error *err)
{
	(void)c;
	(void)err;
	a->fate[number] = ACCEPT_TAKEN;
	return 0;
}

/* ---- packages ------------------------------------------------------------------------------- */

/* "libc6" is "libc6:amd64" as well. */
static bool is_named(const struct options *o, const char *package)
{
	for (size_t i = 0; i < o->npackages; i++) {
		size_t len = strlen(o->packages[i]);

		if (strncmp(package, o->packages[i], len) == 0 &&
		    (!package[len] || package[len] == ':'))
			return true;
	}
	return false;
}

/* A name alone proves nothing: whoever can write the file can keep its name. */
static bool is_proven(const struct intact_explanation *e)
{
	return e && e->verdict == INTACT_EXPLAINED && e->proof > INTACT_PROOF_NAME &&
	       e->package != INTACT_NO_PACKAGE;
}

static int want_proven(struct accept *a, uint64_t number, const struct intact_change *c,
		       struct intact_error *err)
{
	const struct options *o = a->session->options;
	const struct intact_report_packages *p = &a->explained.facts;

	(void)err;
	if (is_proven(c->explanation) &&
	    (!o->strong || intact_proof_is_strong((enum intact_proof)c->explanation->proof)) &&
	    c->explanation->package < p->n &&
	    (!o->npackages || is_named(o, p->list[c->explanation->package].name)))
		a->fate[number] = ACCEPT_TAKEN;
	return 0;
}

/* A typing error must not look like success. */
static int check_names(const struct accept *a, struct intact_error *err)
{
	const struct intact_report_packages *p = &a->explained.facts;

	for (size_t i = 0; i < a->session->options->npackages; i++) {
		struct options one = { .packages = a->session->options->packages + i,
				       .npackages = 1 };
		bool found = false;

		for (size_t k = 0; k < p->n && !found; k++)
			found = is_named(&one, p->list[k].name);
		if (!found)
			return intact_fail(err, INTACT_EUSAGE,
					   "(--package): no change belongs to a package '%s'",
					   one.packages[0]);
	}
	return 0;
}

static int choose_proven(struct accept *a, struct intact_error *err)
{
	int rc;

	if (!a->explained.packages)
		return intact_fail(err, INTACT_EUSAGE, "no package explains anything here: %s",
				   a->explained.facts.problem ? a->explained.facts.problem
				   : a->explained.asked ? "no records of a package manager were "
							  "found"
							: "package_manager is none");
	rc = check_names(a, err);
	if (rc == 0)
		rc = accept_each(a, want_proven, err);
	return rc == 0 && a->session->options->strong ? strong_folders(a, err) : rc;
}

int choose_changes(struct accept *a, struct intact_error *err)
{
	const struct options *o = a->session->options;
	int rc = accept_each(a, count, err);

	if (rc < 0)
		return rc;
	a->fate = calloc(a->changes + 1, 1);
	if (!a->fate)
		return intact_fail_nomem(err);
	if (o->npackages || o->explained)
		rc = choose_proven(a, err);
	else
		rc = accept_each(a, want, err);
	return rc == 0 && o->interactive ? ask_changes(a, err) : rc;
}
