/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --init, --check, --update, --compare: open the sides, run the flow, put the new baseline in
 * place, write the reports.  The reports come last, when everything they speak of is on disk.
 */

#include <stdlib.h>

#include "cli/commands.h"
#include "cli/measure.h"
#include "cli/priority.h"
#include "cli/root.h"
#include "cli/sandbox.h"
#include "cli/state.h"
#include "cli/trust.h"
#include "cli/watch.h"

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
	case COMMAND_NIGHTLY:
		return INTACT_RUN_UPDATE;
	case COMMAND_COMPARE:
		return INTACT_RUN_COMPARE;
	default:
		return INTACT_RUN_CHECK;
	}
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

/* All that needs the rights to open or to look up. */
static int open_all(struct measure *m, struct intact_error *err)
{
	struct session *s = m->session;
	int rc = measure_check_places(m, err);

	if (rc == 0)
		rc = measure_prepare_signing(m, err);
	if (rc == 0 && measure_writes_new(m->flow.kind))
		rc = place_open_special(&s->out, err);
	if (rc == 0)
		rc = targets_open(s, &m->targets, err);
	/* Said before anything else is opened: the configuration is wrong. */
	if (rc == 0 && m->flow.kind != INTACT_RUN_COMPARE)
		rc = root_check(s, err);
	if (rc == 0 && measure_reads_old(m->flow.kind))
		rc = sandbox_open_ahead(s, &s->in, err);
	if (rc == 0)
		rc = measure_reserve(m, err);
	if (rc == 0)
		rc = flow_open(&m->flow, err);
	return rc;
}

static int enter(struct measure *m, struct intact_error *err)
{
	struct sandbox_needs needs = {
		.scan = m->flow.scan,
		.duties = { .out = m->flow.out,
			    .record = &m->record,
			    .tidy = measure_leave_place,
			    .ctx = m },
	};

	if (measure_reads_old(m->flow.kind))
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
		rc = measure_open_sides(m, err);
	if (rc == 0)
		rc = compare_rules(m, err);
	if (rc == 0) {
		measure_check_room(m);
		rc = measure_open_writer(m, err);
	}
	return rc == 0 ? describe_sides(m, err) : rc;
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
	if (rc == 0 && flow_writes(&m->flow))
		rc = flow_lose_writer(&m->flow, measure_commit(m, err), err);
	if (rc == 0)
		rc = measure_digest_databases(m, err);
	if (rc == 0)
		rc = measure_report(m, ret_status, err);
	return rc;
}

static void measure_release(struct measure *m)
{
	/* Still under the writer's lock. */
	if (!m->session->clerk)
		measure_leave_place(m);
	intact_db_writer_free(m->flow.writer);
	intact_db_out_free(m->flow.out);
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
	struct measure m = { .session = s, .start = measure_now() };
	struct intact_error err;
	bool recorded;
	int status = 0;
	int rc = 0;

	m.flow.session = s;
	m.flow.kind = kind_of(s->options->command);
	m.flow.now = m.start.sec;
	m.flow.keep_added = targets_detail_init(s);
	if (kind_is_recorded(m.flow.kind) && !measure_lacks_descriptor(&m))
		rc = run_record_begin(&m.record, s, &err);
	recorded = rc == 0 && m.record.journal;
	if (rc == 0)
		rc = measure_run(&m, &status, &err);
	if (rc < 0)
		status = session_error(s, &err);
	if (rc < 0 && s->watch)
		watch_write_error(s->watch, err.text);
	if (recorded)
		status = measure_write_record(&m, rc, status, &err);
	run_record_release(&m.record);
	measure_release(&m);
	return status;
}
