/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See measure.h.  What a run needs before it starts, and the baselines that it reads.
 */

#include "cli/measure.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "cli/trust.h"

static bool is_closed(int fd)
{
	return fd >= 0 && fcntl(fd, F_GETFD) < 0;
}

static int need(const struct place *place, const char *option, struct intact_error *err)
{
	if (!place->path)
		return intact_fail(err, INTACT_EUSAGE, "missing '%s', config option is required",
				   option);
	/* Later a file of ours could have that number. */
	if (is_closed(place->fd))
		return intact_fail(err, INTACT_EIO, "couldn't reopen file descriptor %d",
				   place->fd);
	return 0;
}

/* Is a descriptor closed that the run is to use?  Then it fails; but if a file of ours were opened
 * first, that would get the number. */
bool measure_lacks_descriptor(const struct measure *m)
{
	const struct session *s = m->session;
	const struct intact_config *c = s->config;
	bool lacks = (measure_reads_old(m->flow.kind) && is_closed(s->in.fd)) ||
		     (measure_writes_new(m->flow.kind) && is_closed(s->out.fd)) ||
		     (trust_signs(s) && is_closed(s->options->passphrase_fd));

	for (size_t i = 0; i < c->nreports; i++) {
		if (c->reports[i].url.type == INTACT_URL_FD)
			lacks |= is_closed(c->reports[i].url.fd);
	}
	return lacks;
}

/* A descriptor's path is only its name in messages. */
static bool same_place(const struct place *a, const struct place *b)
{
	if (a->fd >= 0 || b->fd >= 0)
		return strcmp(a->path, b->path) == 0;
	return file_same_place(a->path, b->path);
}

int measure_check_places(const struct measure *m, struct intact_error *err)
{
	const struct session *s = m->session;
	enum intact_run_kind kind = m->flow.kind;
	int rc = 0;

	if (measure_reads_old(kind))
		rc = need(&s->in, "database_in", err);
	if (rc == 0 && measure_writes_new(kind))
		rc = need(&s->out, "database_out", err);
	if (rc == 0 && kind == INTACT_RUN_COMPARE && !s->new.path)
		return intact_fail(err, INTACT_EUSAGE,
				   "must have both input databases defined for database compare");
	if (rc == 0 && kind == INTACT_RUN_COMPARE)
		rc = need(&s->new, "database_new", err);
	if (rc == 0 && kind == INTACT_RUN_UPDATE && same_place(&s->in, &s->out))
		rc = intact_fail(err, INTACT_EUSAGE,
				 "input and output database urls cannot be the same when doing "
				 "database update");
	return rc;
}

static void fill_old(struct measure *m)
{
	const struct intact_db_meta *meta = intact_db_meta(m->flow.in);
	struct run_baseline *in = &m->facts.in;

	in->meta = meta;
	in->digest = meta->native ? meta->root : NULL;
	in->key = meta->signature.signer ? intact_key_fingerprint(meta->signature.signer) : NULL;
}

/* Its default groups have other digests, so each entry would be reported to ask for others. */
static void warn_version(const struct measure *m)
{
	static const char old[] = "Aide, version 0.18";
	struct session *s = m->session;
	const struct intact_db_meta *meta = intact_db_meta(m->flow.in);

	if (meta->native || s->options->as_aide || s->config->compat != INTACT_COMPAT_NEWEST ||
	    strncmp(meta->version, old, strlen(old)) != 0)
		return;
	log_say(&s->log, INTACT_LOG_WARNING,
		"'%s' was written by AIDE 0.18, and the rules are read as its newest version does: "
		"with --aide-compat 0.18, or aide_compat=0.18, they mean what they did",
		s->in.path);
}

int measure_open_sides(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc = 0;

	if (measure_reads_old(m->flow.kind))
		rc = session_open(s, &s->in, &m->flow.in, err);
	if (rc == 0 && m->flow.kind == INTACT_RUN_COMPARE)
		rc = session_open(s, &s->new, &m->flow.new, err);
	if (rc == 0 && m->flow.in)
		fill_old(m);
	if (rc == 0 && m->flow.in && m->flow.kind != INTACT_RUN_COMPARE)
		warn_version(m);
	if (rc == 0 && m->flow.in)
		rc = run_record_attested(&m->record, &s->in, intact_db_meta(m->flow.in), err);
	return rc;
}
