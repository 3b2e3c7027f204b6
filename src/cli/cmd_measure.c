/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --init, --check, --update, --compare: open the sides, run the flow, put the new baseline in
 * place, write the reports.  The reports come last, when everything they speak of is on disk.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/changed_rules.h"
#include "cli/commands.h"
#include "cli/digests.h"
#include "cli/explained.h"
#include "cli/flow.h"
#include "cli/priority.h"
#include "cli/run_record.h"
#include "cli/root.h"
#include "cli/sandbox.h"
#include "cli/state.h"
#include "cli/targets.h"

struct measure {
	struct session *session;
	struct flow flow;
	struct explained explained;
	struct targets *targets;
	struct intact_db_out *out;  /* the new baseline's place */
	struct intact_db_meta meta; /* of the new baseline */
	char *rules;		    /* canonical text of the rules in force */
	size_t rules_len;
	struct changed_rules changed_rules;
	char *baseline, *new_baseline; /* who signed them; NULL: nobody, or nobody asked */
	struct stat
		held; /* an empty file of ours under the new baseline's name; st_nlink 0: none */
	struct intact_report_database databases[3];
	size_t ndatabases;
	struct intact_hasher *hasher; /* of the new baseline as it is written */
	struct intact_time start;

	struct run_record record;
	struct run_facts facts;
	uint8_t out_root[INTACT_DB_DIGEST_SIZE];
	uint8_t in_sha256[INTACT_DB_DIGEST_SIZE], out_sha256[INTACT_DB_DIGEST_SIZE]; /* of texts */
};

static struct intact_time now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct intact_time){ ts.tv_sec, (uint32_t)ts.tv_nsec };
}

static bool reads_old(enum intact_run_kind kind)
{
	return kind != INTACT_RUN_INIT;
}

static bool writes_new(enum intact_run_kind kind)
{
	return kind == INTACT_RUN_INIT || kind == INTACT_RUN_UPDATE;
}

/* What looks at the disk. */
static bool kind_is_recorded(enum intact_run_kind kind)
{
	return kind != INTACT_RUN_COMPARE;
}

static enum intact_run_kind kind_of(enum command_id command)
{
	switch (command) {
	case COMMAND_INIT:
		return INTACT_RUN_INIT;
	case COMMAND_UPDATE:
		return INTACT_RUN_UPDATE;
	case COMMAND_COMPARE:
		return INTACT_RUN_COMPARE;
	default:
		return INTACT_RUN_CHECK;
	}
}

/* ---- what must be set ---- */

static int need(const struct place *place, const char *option, struct intact_error *err)
{
	if (!place->path)
		return intact_fail(err, INTACT_EUSAGE, "missing '%s', config option is required",
				   option);
	/* Later a file of ours could have that number. */
	if (place->fd >= 0 && fcntl(place->fd, F_GETFD) < 0)
		return intact_fail(err, INTACT_EIO, "couldn't reopen file descriptor %d",
				   place->fd);
	return 0;
}

static bool is_closed(int fd)
{
	return fd >= 0 && fcntl(fd, F_GETFD) < 0;
}

/* Is a descriptor closed that the run is to use?  Then it fails; but if a file of ours were opened
 * first, that would get the number. */
static bool lacks_descriptor(const struct measure *m)
{
	const struct session *s = m->session;
	const struct intact_config *c = s->config;
	bool lacks = (reads_old(m->flow.kind) && is_closed(s->in.fd)) ||
		     (writes_new(m->flow.kind) && is_closed(s->out.fd)) ||
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

static int check_places(const struct measure *m, struct intact_error *err)
{
	const struct session *s = m->session;
	enum intact_run_kind kind = m->flow.kind;
	int rc = 0;

	if (reads_old(kind))
		rc = need(&s->in, "database_in", err);
	if (rc == 0 && writes_new(kind))
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

static int compare_rules(struct measure *m, struct intact_error *err)
{
	const struct intact_db_meta *old = m->flow.in ? intact_db_meta(m->flow.in) : NULL;
	int rc;

	if (!old || m->flow.kind == INTACT_RUN_COMPARE || !old->rules_len)
		return 0;
	rc = changed_rules_find(&m->changed_rules, old->rules, old->rules_len, m->rules,
				m->rules_len, err);
	/* AIDE's reports have no place for it, but whoever verifies wants to know. */
	if (rc == 0 && m->changed_rules.summary && m->session->options->as_aide &&
	    old->signature.signer)
		log_say(&m->session->log, INTACT_LOG_WARNING, "%s", m->changed_rules.summary);
	return rc;
}

static int describe(char **ret, const struct intact_db_meta *meta, const struct intact_key *key,
		    struct intact_error *err)
{
	if (!key)
		return 0;
	*ret = trust_describe(meta, key);
	return *ret ? 0 : intact_fail_nomem(err);
}

/* Whose they are, for the report. */
static int describe_sides(struct measure *m, struct intact_error *err)
{
	const struct intact_db_meta *old = m->flow.in ? intact_db_meta(m->flow.in) : NULL;
	const struct intact_db_meta *new = m->flow.new ? intact_db_meta(m->flow.new) : NULL;
	int rc = old ? describe(&m->baseline, old, old->signature.signer, err) : 0;

	if (rc == 0 && new)
		rc = describe(&m->new_baseline, new, new->signature.signer, err);
	if (rc < 0 || !m->flow.writer)
		return rc;
	m->meta.native = true; /* only such a one is signed */
	return describe(&m->new_baseline, &m->meta, m->session->trust.signing, err);
}

/* ---- the sides ---- */

static void fill_old(struct measure *m)
{
	const struct intact_db_meta *meta = intact_db_meta(m->flow.in);
	struct run_baseline *in = &m->facts.in;

	in->meta = meta;
	in->digest = meta->native ? meta->root : NULL;
	in->key = meta->signature.signer ? intact_key_fingerprint(meta->signature.signer) : NULL;
}

static int open_sides(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc = 0;

	if (reads_old(m->flow.kind))
		rc = session_open(s, &s->in, &m->flow.in, err);
	if (rc == 0 && m->flow.kind == INTACT_RUN_COMPARE)
		rc = session_open(s, &s->new, &m->flow.new, err);
	if (rc == 0 && m->flow.in)
		fill_old(m);
	if (rc == 0 && m->flow.in)
		rc = run_record_attested(&m->record, &s->in, intact_db_meta(m->flow.in), err);
	return rc;
}

/* Where signatures are in use a baseline that is made anew goes on counting: else it would be an
 * older generation. */
static int fill_generation(struct measure *m, struct intact_error *err)
{
	struct intact_seen seen;
	int rc = trust_last_seen(m->session, &seen, err);

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
static void leave_place(void *ctx)
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
	return intact_db_create_aide_in(m->out, &m->meta, m->session->config->gzip_dbout,
					aide_version(m), &m->flow.writer, err);
}

/* Digests of the baselines that the report shows. */
static uint64_t digests_wanted(const struct session *s)
{
	const struct intact_config *c = s->config;
	uint64_t mask = c->database_attrs_set || s->options->as_aide ? c->database_attrs
								     : INTACT_BIT(INTACT_SHA256);

	return mask & intact_digests_available();
}

/* ... and of a new one, which cannot be read again: the record of a text is to have one. */
static uint64_t digests_taken(const struct session *s)
{
	bool recorded = s->journal && s->config->database_format == INTACT_DATABASE_AIDE;

	return digests_wanted(s) | (recorded ? INTACT_BIT(INTACT_SHA256) : 0);
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

/* The place for the new baseline, its lock and its temporary file. */
static int reserve(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc;

	if (!writes_new(m->flow.kind))
		return 0;
	/* Generations go on from what was seen. */
	rc = s->in.path ? trust_prepare(s, &s->in, err) : 0;
	if (rc == 0)
		rc = state_make(s, err);
	if (rc < 0)
		return rc;
	if (s->out.fd < 0)
		warn_folder(s, s->out.path);
	rc = intact_db_reserve(s->out.path, s->out.fd, &m->out, err);
	if (rc == 0 && s->config->database_format == INTACT_DATABASE_AIDE)
		rc = hold_place(m, err);
	return rc < 0 ? session_not_open(s, &s->out, err) : 0;
}

static int open_writer(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc;

	if (!m->out)
		return 0;
	fill_meta(m);
	rc = fill_generation(m, err);
	if (rc < 0)
		return rc;
	if (s->config->database_format == INTACT_DATABASE_AIDE)
		rc = create_aide(m, err);
	else
		rc = intact_db_create_in(m->out, &m->meta, &m->flow.writer, err);
	if (rc < 0)
		return rc;
	if (s->trust.signing)
		intact_db_sign(m->flow.writer, s->trust.signing);
	return digests_taken(s) ? digests_watch(m->flow.writer, digests_taken(s), s->config->compat,
						&m->hasher, err)
				: 0;
}

/* Before the scan: hours later is no time to ask for a passphrase. */
static int prepare_signing(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;

	if (!writes_new(m->flow.kind) || !trust_signs(s))
		return 0;
	if (s->config->database_format == INTACT_DATABASE_AIDE)
		return intact_fail(err, INTACT_ECONFIG,
				   "signing_key: AIDE's format has no place for a signature (write "
				   "ours with database_format=intact, or sign it with --sign "
				   "--detached)");
	return trust_load_signing(s, err);
}

/* All that needs the rights to open or to look up. */
static int open_all(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc = check_places(m, err);

	if (rc == 0)
		rc = prepare_signing(m, err);
	if (rc == 0 && writes_new(m->flow.kind))
		rc = place_open_special(&s->out, err);
	if (rc == 0)
		rc = targets_open(s, &m->targets, err);
	/* Said before anything else is opened: the configuration is wrong. */
	if (rc == 0 && m->flow.kind != INTACT_RUN_COMPARE)
		rc = root_check(s, err);
	if (rc == 0 && reads_old(m->flow.kind))
		rc = sandbox_open_ahead(s, &s->in, err);
	if (rc == 0)
		rc = reserve(m, err);
	if (rc == 0)
		rc = flow_open(&m->flow, err);
	return rc;
}

static int enter(struct measure *m, struct intact_error *err)
{
	struct sandbox_needs needs = {
		.scan = m->flow.scan,
		.duties = { .out = m->out, .record = &m->record, .tidy = leave_place, .ctx = m },
	};

	if (reads_old(m->flow.kind))
		needs.reads[0] = &m->session->in;
	if (m->flow.kind == INTACT_RUN_COMPARE)
		needs.reads[1] = &m->session->new;
	priority_lower(&m->session->config->courtesy, &m->session->log);
	return sandbox_enter(m->session, &needs, err);
}

/* From here on with bytes of others. */
static int prepare(struct measure *m, struct intact_error *err)
{
	int rc = open_all(m, err);

	if (rc == 0)
		rc = intact_rules_text(m->session->config->rules, &m->rules, &m->rules_len, err);
	if (rc == 0)
		rc = enter(m, err);
	if (rc == 0)
		rc = open_sides(m, err);
	if (rc == 0)
		rc = compare_rules(m, err);
	if (rc == 0)
		rc = open_writer(m, err);
	return rc == 0 ? describe_sides(m, err) : rc;
}

/* ---- the end ---- */

/* `db` NULL: the one that was just written.  `ret_sha256`: for the record. */
static int add_digests(struct measure *m, const struct place *place, const struct intact_db *db,
		       uint8_t ret_sha256[INTACT_DB_DIGEST_SIZE], struct intact_error *err)
{
	const struct session *s = m->session;
	uint64_t wanted = digests_wanted(s), mask = wanted;
	struct intact_report_database *d = &m->databases[m->ndatabases];
	int rc;

	if (ret_sha256 && s->journal)
		mask |= INTACT_BIT(INTACT_SHA256);
	if (!mask)
		return 0;
	rc = db ? digests_of(db, mask, s->config->compat, d, err)
		: digests_end(m->hasher, mask, d, err);
	if (rc < 0)
		return rc;
	if (ret_sha256)
		memcpy(ret_sha256, d->digest[intact_attr_get(INTACT_SHA256)->digest],
		       INTACT_DB_DIGEST_SIZE);
	d->digests = wanted;
	d->name = place->name;
	m->ndatabases += wanted != 0;
	return 0;
}

static void fill_texts(struct measure *m)
{
	struct run_facts *f = &m->facts;

	if (f->in.meta && !f->in.meta->native)
		f->in.digest = m->in_sha256;
	if (f->out.meta && !f->out.meta->native)
		f->out.digest = m->out_sha256;
}

static int digest_databases(struct measure *m, struct intact_error *err)
{
	const struct session *s = m->session;
	bool text_in = m->flow.in && !intact_db_meta(m->flow.in)->native;
	bool text_out = s->config->database_format == INTACT_DATABASE_AIDE;
	int rc = 0;

	if (m->flow.in)
		rc = add_digests(m, &s->in, m->flow.in, text_in ? m->in_sha256 : NULL, err);
	if (rc == 0 && m->flow.writer)
		rc = add_digests(m, &s->out, NULL, text_out ? m->out_sha256 : NULL, err);
	if (rc == 0 && m->flow.new)
		rc = add_digests(m, &s->new, m->flow.new, NULL, err);
	if (rc == 0)
		fill_texts(m);
	return rc;
}

static void fill_coverage(const struct measure *m, struct intact_run *run)
{
	const struct intact_scan_stats *stats =
		m->flow.scan ? intact_scan_stats(m->flow.scan) : NULL;

	run->has_coverage = stats != NULL;
	run->verified = m->flow.verified;
	run->unverified = m->flow.unverified;
	run->excluded = stats ? stats->excluded : 0;
	run->mounts_skipped = stats ? stats->mounts_skipped : 0;
	run->hash_policy = stats && m->session->config->hash_policy != INTACT_HASH_ALWAYS;
	run->contents_read = m->flow.contents_read;
	run->contents_trusted = m->flow.contents_trusted;
	run->oldest_read = m->flow.oldest_read;
}

static struct intact_time baseline_time(const struct measure *m)
{
	return m->flow.in ? intact_db_meta(m->flow.in)->created : (struct intact_time){ 0 };
}

/* What was found, whatever the reports leave out. */
static int fill_counts(struct measure *m, const struct intact_run *run, struct intact_error *err)
{
	static const struct intact_report_options everything = { 0 };
	struct run_facts *f = &m->facts;
	int rc = intact_report_count(run, &everything, &f->counts, err);

	f->counted = rc == 0;
	f->entries = run->total;
	f->hash_policy = run->hash_policy;
	f->contents_read = run->contents_read;
	f->contents_trusted = run->contents_trusted;
	return rc;
}

static int report(struct measure *m, int *ret_status, struct intact_error *err)
{
	const struct session *s = m->session;
	struct intact_run run = {
		.kind = m->flow.kind,
		.program = s->options->as_aide ? "AIDE" : "intact",
		.version = s->options->as_aide ? session_aide_version(s) : PACKAGE_VERSION,
		.aide_output = s->options->as_aide,
		.summary_columns = s->config->compat == INTACT_COMPAT_0_18 ? 18 : 19,
		.host = m->session->host,
		.start = m->start,
		.end = now(),
		.baseline_time = baseline_time(m),
		.new_database = writes_new(m->flow.kind) ? s->out.name : NULL,
		.config_version = s->config->config_version,
		.limit = s->options->limit,
		.root_prefix = s->config->root_prefix ? s->config->root_prefix : "",
		.rules_changed = m->changed_rules.summary,
		.rules_lines = (const char *const *)m->changed_rules.lines,
		.nrules_lines = m->changed_rules.count,
		.baseline = m->baseline,
		.new_baseline = m->new_baseline,
		.packages = m->explained.asked ? &m->explained.facts : NULL,
		.total = m->flow.total,
		.changes = m->flow.changes,
		.databases = m->databases,
		.ndatabases = m->ndatabases,
	};

	int rc;

	log_say(&m->session->log, INTACT_LOG_INFO, "generate reports");
	fill_coverage(m, &run);
	rc = fill_counts(m, &run, err);
	return rc < 0 ? rc : targets_write(m->targets, &run, ret_status, err);
}

/* A limit that leaves nothing is a typing error; "no differences" would be said of nothing. */
static int check_limit(const struct measure *m, struct intact_error *err)
{
	const struct options *o = m->session->options;

	if (!o->limit || o->as_aide || m->flow.verified || m->flow.unverified ||
	    intact_changes_count(m->flow.changes))
		return 0;
	return intact_fail(err, INTACT_EUSAGE, "nothing lies inside --limit '%s'", o->limit);
}

static int commit(struct measure *m, struct intact_error *err)
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

static int measure_run(struct measure *m, int *ret_status, struct intact_error *err)
{
	int rc = prepare(m, err);

	if (rc == 0)
		rc = flow_start(&m->flow, err);
	if (rc == 0)
		rc = flow_run(&m->flow, err);
	if (rc == 0)
		rc = explained_find(&m->explained, &m->flow, err);
	flow_stop(&m->flow);
	if (rc == 0)
		rc = check_limit(m, err);
	if (rc == 0 && m->flow.writer)
		rc = commit(m, err);
	if (rc == 0)
		rc = digest_databases(m, err);
	if (rc == 0)
		rc = report(m, ret_status, err);
	return rc;
}

/* The record of a run that is over.  Its reports are out, so it is a failure of its own, which
 * keeps what was found in its sentence. */
static int write_record(struct measure *m, int rc, int status, const struct intact_error *why)
{
	struct run_facts *f = &m->facts;
	struct intact_error err;

	f->start = m->start;
	f->rules = m->rules;
	f->rules_len = m->rules_len;
	f->status = status;
	f->error = rc < 0 ? why->text : NULL;
	if (run_record_write(&m->record, f, &err) == 0)
		return status;
	intact_error_prefix(&err,
			    "the run is not in the journal (result of the run: %d): ", status);
	return rc < 0 ? (log_error(&m->session->log, &err), status)
		      : session_error(m->session, &err);
}

static void measure_release(struct measure *m)
{
	/* Still under the writer's lock. */
	if (!m->session->clerk)
		leave_place(m);
	intact_db_writer_free(m->flow.writer);
	intact_db_out_free(m->out);
	intact_hasher_free(m->hasher);
	explained_release(&m->explained);
	flow_release(&m->flow);
	intact_db_close(m->flow.in);
	intact_db_close(m->flow.new);
	targets_close(m->targets);
	free(m->rules);
	changed_rules_release(&m->changed_rules);
	free(m->baseline);
	free(m->new_baseline);
}

int cmd_measure(struct session *s)
{
	struct measure m = { .session = s, .start = now() };
	struct intact_error err;
	bool recorded;
	int status = 0;
	int rc = 0;

	m.flow.session = s;
	m.flow.kind = kind_of(s->options->command);
	m.flow.now = m.start.sec;
	m.flow.keep_added = targets_detail_init(s);
	if (kind_is_recorded(m.flow.kind) && !lacks_descriptor(&m))
		rc = run_record_begin(&m.record, s, &err);
	recorded = rc == 0 && m.record.journal;
	if (rc == 0)
		rc = measure_run(&m, &status, &err);
	if (rc < 0)
		status = session_error(s, &err);
	if (recorded)
		status = write_record(&m, rc, status, &err);
	run_record_release(&m.record);
	measure_release(&m);
	return status;
}
