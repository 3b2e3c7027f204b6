/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See measure.h.  The baseline that a run writes: its place, its header, its way to its name.
 */

#include "cli/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/digests.h"
#include "cli/generations.h"
#include "cli/state.h"
#include "cli/trust.h"

/* A baseline that is made anew goes on counting behind those that are kept: their names are taken.
 * Where signatures are in use it does so behind what was seen, or it would be an older generation.
 */
static int fill_generation(struct measure *m, struct intact_error *err)
{
	struct intact_seen seen;
	int rc = trust_last_seen(m->session, &seen, err);

	if (!m->flow.in && m->kept >= m->meta.generation)
		m->meta.generation = m->kept + 1;
	if (rc < 0 || seen.generation < m->meta.generation)
		return rc;
	if (seen.generation == UINT64_MAX)
		return intact_fail(err, INTACT_EDAMAGED,
				   "no generation comes after the one that "
				   "was seen");
	m->meta.generation = seen.generation + 1;
	if (!m->flow.in)
		memcpy(m->meta.previous, seen.root, sizeof(m->meta.previous));
	return 0;
}

static void fill_meta(struct measure *m)
{
	const struct intact_config *c = m->session->config;
	const struct intact_db_meta *old = m->flow.in ? intact_db_meta(m->flow.in) : NULL;

	m->meta = (struct intact_db_meta){
		.created = m->start,
		.host = m->session->host,
		.version = PACKAGE_VERSION,
		.config_version = c->config_version,
		.root_prefix = c->root_prefix ? c->root_prefix : "",
		.rules = m->rules,
		.rules_len = m->rules_len,
		.attrs = intact_rules_attrs(c->rules),
		.generation = old ? old->generation + 1 : 1,
	};
	if (old)
		memcpy(m->meta.previous, old->root, sizeof(m->meta.previous));
	run_record_attest(&m->record, &m->meta);
}

/* AIDE's text says who wrote it and when, unless asked not to. */
static void fill_meta_aide(struct measure *m)
{
	if (m->session->options->as_aide) {
		m->meta.program = "Aide";
		m->meta.version = session_aide_version(m->session);
	}
	if (!m->session->config->database_add_metadata) {
		m->meta.version = "";
		m->meta.created = (struct intact_time){ 0 };
	}
}

/* AIDE's new database has its name from the start of a run, and configurations have a rule for it
 * that must find it.  So do we when called aide: a first one is empty until the real one takes its
 * place. */
static int hold_place(struct measure *m, struct intact_error *err)
{
	const struct place *out = &m->session->out;
	int fd;

	if (!m->session->options->as_aide || out->fd >= 0)
		return 0;
	fd = open(out->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : intact_fail_errno(err, "create '%s'", out->path);
	if (fstat(fd, &m->held) != 0)
		m->held.st_nlink = 0;
	close(fd);
	return 0;
}

/* Nothing took its place. */
void measure_leave_place(void *ctx)
{
	const struct measure *m = ctx;
	const char *path = m->session->out.path;
	struct stat st;

	if (m->held.st_nlink && lstat(path, &st) == 0 && st.st_size == 0 &&
	    st.st_dev == m->held.st_dev && st.st_ino == m->held.st_ino)
		unlink(path);
}

/* Called aide we write what that AIDE writes, else what as many as possible can read. */
static enum intact_aide_version aide_version(const struct measure *m)
{
	const struct session *s = m->session;
	uint64_t newer =
		intact_db_aide_attrs(INTACT_AIDE_NEWEST) & ~intact_db_aide_attrs(INTACT_AIDE_0_18);

	if (s->config->compat == INTACT_COMPAT_0_18)
		return INTACT_AIDE_0_18;
	return s->options->as_aide || (m->meta.attrs & newer) ? INTACT_AIDE_NEWEST
							      : INTACT_AIDE_0_18;
}

static int create_aide(struct measure *m, struct intact_error *err)
{
	fill_meta_aide(m);
	return intact_db_create_aide_in(m->flow.out, &m->meta, m->session->config->gzip_dbout,
					aide_version(m), &m->flow.writer, err);
}

/* Digests of the new baseline, taken as it is written, since it cannot be read again.  The record
 * of a run that writes AIDE's text is to have one in any case. */
static uint64_t digests_taken(const struct session *s)
{
	bool recorded = s->journal && s->config->database_format == INTACT_DATABASE_AIDE;

	return measure_digests_wanted(s) | (recorded ? INTACT_BIT(INTACT_SHA256) : 0);
}

/* Debian's /var/lib/aide is such a folder. */
static void warn_folder(struct session *s, const char *path)
{
	uid_t owner = file_place_owner(path);

	if (owner != 0 && owner != geteuid())
		log_say(&s->log, s->options->as_aide ? INTACT_LOG_NOTICE : INTACT_LOG_WARNING,
			"the folder of '%s' belongs to another user (uid %u), who could exchange "
			"the baseline",
			path, (unsigned)owner);
}

/* While it can be asked for. */
static void note_room(struct measure *m)
{
	const struct place *in = &m->session->in;
	struct stat st;
	int fds[2];

	intact_db_out_fds(m->flow.out, fds);
	m->room = file_room(fds[0]);
	if (in->ahead >= 0 && fstat(in->ahead, &st) == 0 && S_ISREG(st.st_mode))
		m->old_size = (uint64_t)st.st_size;
}

/* Only where the old baseline says how large the new one will be: of the same tree by the same
 * rules, in the same format.  No reason to refuse, for most of the tree may be gone since, or the
 * file system may compress.  Where nothing at all is free, the header finds that at once: then an
 * --init ends, and an --update has nothing to write. */
void measure_check_room(const struct measure *m)
{
	const struct session *s = m->session;
	const struct intact_db_meta *old = m->flow.in ? intact_db_meta(m->flow.in) : NULL;

	if (!m->flow.out || !old || !old->native || !old->rules_len || m->changed_rules.summary ||
	    s->config->database_format != INTACT_DATABASE_INTACT || m->room >= m->old_size)
		return;
	log_say(&m->session->log, INTACT_LOG_WARNING,
		"the new baseline '%.300s' may not fit: %" PRIu64
		" bytes are free, and the old one by the same rules has %" PRIu64,
		s->out.path, m->room, m->old_size);
}

/* The place for the new baseline, its lock and its temporary file. */
int measure_reserve(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc;

	if (!measure_writes_new(m->flow.kind))
		return 0;
	/* Generations go on from what was seen. */
	rc = s->in.path ? trust_prepare(s, &s->in, err) : 0;
	if (s->in.path && s->in.fd < 0 && s->config->database_format == INTACT_DATABASE_INTACT)
		m->kept = generations_newest(s->in.path);
	if (rc == 0)
		rc = state_make(s, err);
	if (rc < 0)
		return rc;
	if (s->out.fd < 0)
		warn_folder(s, s->out.path);
	rc = intact_db_reserve(s->out.path, s->out.fd, &m->flow.out, err);
	if (rc == 0 && s->options->if_missing)
		intact_db_out_exclusive(m->flow.out);
	if (rc == 0)
		note_room(m);
	if (rc == 0 && s->config->database_format == INTACT_DATABASE_AIDE)
		rc = hold_place(m, err);
	return rc < 0 ? session_not_open(s, &s->out, err) : 0;
}

int measure_open_writer(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc;

	if (!m->flow.out)
		return 0;
	fill_meta(m);
	rc = fill_generation(m, err);
	if (rc < 0)
		return rc;
	if (s->config->database_format == INTACT_DATABASE_AIDE)
		rc = create_aide(m, err);
	else
		rc = intact_db_create_in(m->flow.out, &m->meta, &m->flow.writer, err);
	if (rc < 0)
		return flow_lose_writer(&m->flow, rc, err);
	if (s->trust.signing)
		intact_db_sign(m->flow.writer, s->trust.signing);
	return digests_taken(s) ? digests_watch(m->flow.writer, digests_taken(s), s->config->compat,
						&m->hasher, err)
				: 0;
}

/* Before the scan: hours later is no time to ask for a passphrase. */
int measure_prepare_signing(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;

	if (!measure_writes_new(m->flow.kind) || !trust_signs(s))
		return 0;
	if (s->config->database_format == INTACT_DATABASE_AIDE)
		return intact_fail(err, INTACT_ECONFIG,
				   "signing_key: AIDE's format has no place for a signature (write "
				   "ours with database_format=intact, or sign it with --sign "
				   "--detached)");
	return trust_load_signing(s, err);
}

int measure_commit(struct measure *m, struct intact_error *err)
{
	const struct session *s = m->session;
	struct run_baseline *out = &m->facts.out;
	int rc = intact_db_commit(m->flow.writer, m->out_root, err);

	if (rc < 0)
		return rc;
	m->meta.native = s->config->database_format == INTACT_DATABASE_INTACT;
	out->meta = &m->meta;
	out->digest = m->meta.native ? m->out_root : NULL;
	out->key = s->trust.signing ? intact_key_fingerprint(s->trust.signing) : NULL;
	return 0;
}
