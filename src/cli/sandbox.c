/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See sandbox.h.
 */

#include "cli/sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include <intact/guard.h>

#define CAP(name) (UINT64_C(1) << CAP_##name)

/* ---- before ---- */

int sandbox_open_ahead(struct session *s, struct place *place, struct intact_error *err)
{
	int rc = trust_prepare(s, place, err);

	if (rc < 0 || place->ahead >= 0)
		return rc;
	rc = intact_db_open_ahead(place->path, place->fd, &place->ahead, err);
	return rc < 0 ? session_not_open(s, place, err) : 0;
}

/* AIDE's text is copied before it is verified. */
static int open_spare(struct session *s, struct intact_error *err)
{
	if (!s->trust.nkeys || s->spare >= 0)
		return 0;
	s->spare = file_temporary(err);
	return s->spare < 0 ? s->spare : 0;
}

static int look_up(struct session *s, const struct sandbox_needs *needs, struct intact_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < 2 && rc == 0; i++) {
		if (needs->reads[i])
			rc = sandbox_open_ahead(s, needs->reads[i], err);
	}
	if (rc == 0)
		rc = open_spare(s, err);
	/* What libraries would read when they are first used. */
	tzset();
	intact_digests_prepare();
	return rc;
}

/* ---- the policy ---- */

/* In a private clone no access time moves; elsewhere only the owner may ask for that. */
static uint64_t rights_for(const struct session *s, bool clone)
{
	uint64_t keep = CAP(DAC_READ_SEARCH);

	if (!clone)
		keep |= CAP(FOWNER);
	if (s->config->trusted_xattrs)
		keep |= CAP(SYS_ADMIN);
	return keep;
}

static int say_missing(struct session *s, const struct intact_guard_result *result,
		       struct intact_error *err)
{
	for (int i = 0; i < INTACT_LAYERS; i++) {
		if (result->on[i])
			continue;
		log_say(&s->log, INTACT_LOG_INFO, "sandbox: no %s: %s",
			intact_layer_name((enum intact_layer)i), result->why[i]);
		if (s->config->require_sandbox)
			return intact_fail(err, INTACT_ECONFIG, "require_sandbox: no %s: %s",
					   intact_layer_name((enum intact_layer)i), result->why[i]);
	}
	return 0;
}

static int shut(struct session *s, const struct sandbox_needs *needs, struct intact_error *err)
{
	/* Lists of mounts and of descriptors, how busy the machine is. */
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct intact_guard_policy policy = { 0 };
	struct intact_guard_result result;
	bool clone = false;
	int below[2];

	policy.below = below;
	if (proc >= 0)
		below[policy.nbelow++] = proc;
	if (needs->scan) {
		below[policy.nbelow++] = intact_scan_root(needs->scan, &clone);
		policy.keep = rights_for(s, clone);
	}
	if (needs->scan && !clone)
		log_say(&s->log, INTACT_LOG_DEBUG, "sandbox: no private clone of the root");
	intact_guard_enter(&policy, &result);
	if (proc >= 0)
		close(proc);
	return say_missing(s, &result, err);
}

int sandbox_enter(struct session *s, const struct sandbox_needs *needs, struct intact_error *err)
{
	int rc = 0;

	if (s->options->no_sandbox && s->config->require_sandbox)
		return intact_fail(err, INTACT_EUSAGE,
				   "(--no-sandbox): the configuration says require_sandbox=yes");
	if (s->options->no_sandbox)
		return 0;
	rc = look_up(s, needs, err);
	if (rc == 0)
		rc = clerk_start(s, &needs->duties, &s->clerk, err);
	return rc == 0 ? shut(s, needs, err) : rc;
}
