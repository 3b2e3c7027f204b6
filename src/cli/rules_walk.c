/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See rules_walk.h.
 */

#include "cli/rules_walk.h"

#include "cli/sandbox.h"
#include "cli/signals.h"

static int on_tick(void *ctx)
{
	(void)ctx;
	return signals_stop();
}

static int walk_all(struct session *s, struct intact_stream *walk, int *ret_status,
		    struct intact_error *err)
{
	const struct intact_entry *entry;
	int rc;

	while ((rc = intact_stream_next(walk, &entry, err)) == 1) {
		if (!(entry->flags & INTACT_ENTRY_GAP))
			continue;
		log_say(&s->log, INTACT_LOG_WARNING, "%s: %s", entry->path.s, entry->problem);
		*ret_status = s->options->as_aide ? 0 : 32;
	}
	return rc;
}

int rules_walk(struct session *s, intact_visited_fn *visited, void *ctx, int *ret_status,
	       struct intact_error *err)
{
	struct intact_scan_options options = {
		.rules = s->config->rules,
		.limit = s->options->limit,
		.root_prefix = s->config->root_prefix,
		.compat = s->config->compat,
		.tick = on_tick,
		.visited = visited,
		.visited_ctx = ctx,
		.log = log_sink,
		.log_ctx = &s->log,
	};
	struct intact_stream *walk = NULL;
	struct intact_scan *scan = NULL;
	int rc = intact_scan_new(&options, &scan, err);

	if (rc == 0)
		rc = intact_scan_walk(scan, &walk, err);
	if (rc == 0)
		rc = sandbox_enter(s, &(struct sandbox_needs){ .scan = scan }, err);
	if (rc == 0)
		rc = walk_all(s, walk, ret_status, err);
	intact_stream_close(walk);
	intact_scan_free(scan);
	return rc;
}
