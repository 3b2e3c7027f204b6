/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See measure.h.  What a run says when all that it speaks of is on disk: digests of the baselines,
 * reports, its record in the journal.
 */

#include "cli/measure.h"

#include <string.h>
#include <time.h>

#include "cli/digests.h"
#include "cli/watch.h"

/* Digests of the baselines that the report shows. */
uint64_t measure_digests_wanted(const struct session *s)
{
	const struct intact_config *c = s->config;
	uint64_t mask = c->database_attrs_set || s->options->as_aide ? c->database_attrs
								     : INTACT_BIT(INTACT_SHA256);

	return mask & intact_digests_available();
}

/* `db` NULL: the one that was just written.  `ret_sha256`: for the record. */
static int add_digests(struct measure *m, const struct place *place, const struct intact_db *db,
		       uint8_t ret_sha256[INTACT_DB_DIGEST_SIZE], struct intact_error *err)
{
	const struct session *s = m->session;
	uint64_t wanted = measure_digests_wanted(s), mask = wanted;
	struct intact_report_database *d = &m->databases[m->ndatabases];
	int rc;

	if (ret_sha256 && (s->journal || s->watch))
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

int measure_digest_databases(struct measure *m, struct intact_error *err)
{
	const struct session *s = m->session;
	bool text_in = m->flow.in && !intact_db_meta(m->flow.in)->native;
	bool text_out = s->config->database_format == INTACT_DATABASE_AIDE;
	int rc = 0;

	if (m->flow.in)
		rc = add_digests(m, &s->in, m->flow.in, text_in ? m->in_sha256 : NULL, err);
	if (rc == 0 && flow_writes(&m->flow))
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

/* Whoever waits for this run is told also when another report did not arrive. */
static int deliver(struct measure *m, const struct intact_run *run, int *ret_status,
		   struct intact_error *err)
{
	const struct run_facts *f = &m->facts;
	struct intact_error why = { 0 };
	int handed = 0;
	int rc = targets_write(m->targets, run, ret_status, err);

	if (m->session->watch)
		handed = watch_write(m->session->watch, run, f->in.digest, *ret_status, &f->counts,
				     &why);
	if (handed < 0 && rc == 0) {
		*err = why;
		rc = handed;
	}
	return rc;
}

/* The reports are out; it is a failure all the same, which keeps what was found in its sentence. */
static int fail_lost(const struct measure *m, int status, struct intact_error *err)
{
	*err = m->flow.lost;
	intact_error_prefix(err, "no new baseline (result of the run: %d): ", status);
	return err->code;
}

int measure_report(struct measure *m, int *ret_status, struct intact_error *err)
{
	const struct session *s = m->session;
	bool writes = measure_writes_new(m->flow.kind) && !m->flow.lost.code;
	struct intact_run run = {
		.kind = m->flow.kind,
		.program = s->options->as_aide ? "AIDE" : "intact",
		.version = s->options->as_aide ? session_aide_version(s) : PACKAGE_VERSION,
		.aide_output = s->options->as_aide,
		.summary_columns = s->config->compat == INTACT_COMPAT_0_18 ? 18 : 19,
		.host = m->session->host,
		.start = m->start,
		.end = measure_now(),
		.baseline_time = baseline_time(m),
		.new_database = writes ? s->out.name : NULL,
		.config_version = s->config->config_version,
		.limit = s->options->limit,
		.root_prefix = s->config->root_prefix ? s->config->root_prefix : "",
		.rules_changed = m->changed_rules.summary,
		.rules_lines = (const char *const *)m->changed_rules.lines,
		.nrules_lines = m->changed_rules.count,
		.baseline = m->baseline,
		.new_baseline = m->flow.lost.code ? NULL : m->new_baseline,
		.packages = m->explained.asked ? &m->explained.facts : NULL,
		.severities = s->config->severities,
		.total = m->flow.total,
		.changes = m->flow.changes,
		.databases = m->databases,
		.ndatabases = m->ndatabases,
	};

	int rc;

	log_say(&m->session->log, INTACT_LOG_INFO, "generate reports");
	fill_coverage(m, &run);
	rc = fill_counts(m, &run, err);
	if (rc == 0)
		rc = deliver(m, &run, ret_status, err);
	return rc == 0 && m->flow.lost.code ? fail_lost(m, *ret_status, err) : rc;
}

/* The record of a run that is over.  Its reports are out, so it is a failure of its own, which
 * keeps what was found in its sentence. */
int measure_write_record(struct measure *m, int rc, int status, const struct intact_error *why)
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

struct intact_time measure_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct intact_time){ ts.tv_sec, (uint32_t)ts.tv_nsec };
}
