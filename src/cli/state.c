/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See state.h.
 */

#include "cli/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

static char *state_folder(const struct options *o)
{
	const char *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	struct buf b = { 0 };

	if (o->state)
		buf_add_str(&b, o->state);
	else if (geteuid() == 0)
		buf_add_str(&b, LOCALSTATEDIR "/lib/intact");
	else if (xdg && xdg[0] == '/')
		buf_printf(&b, "%s/intact", xdg);
	else
		buf_printf(&b, "%s/.local/state/intact", home ? home : "");
	return buf_take(&b, NULL);
}

static char *join(const char *folder, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s/%s", folder, name);
	return buf_take(&b, NULL);
}

static int place_of_url(const struct intact_url *url, struct place *place, struct intact_error *err)
{
	free(place->path);
	place->fd = -1;
	if (url->type == INTACT_URL_FILE) {
		place->path = strdup(url->value);
	} else {
		place->path = strdup(url->raw);
		place->fd = url->type == INTACT_URL_STDIN    ? STDIN_FILENO
			    : url->type == INTACT_URL_STDOUT ? STDOUT_FILENO
							     : url->fd;
	}
	return place->path ? 0 : intact_fail_nomem(err);
}

static int place_default(struct session *s, struct place *place, const char *name,
			 struct intact_error *err)
{
	if (!s->state)
		s->state = state_folder(s->options);
	free(place->path);
	place->fd = -1;
	place->path = s->state ? join(s->state, name) : NULL;
	return place->path ? 0 : intact_fail_nomem(err);
}

static int place_set(struct session *s, const struct intact_url *url, const char *name,
		     struct place *place, struct intact_error *err)
{
	if (url)
		return place_of_url(url, place, err);
	/* AIDE has no default place; a wrapper relies on being told. */
	if (s->options->as_aide)
		return 0;
	return place_default(s, place, name, err);
}

static const char *out_name(const struct session *s)
{
	bool first =
		s->builtin && s->options->command == COMMAND_INIT && !file_is_there(s->in.path);

	return first ? "intact.db" : "intact.db.new";
}

int state_places(struct session *s, struct intact_error *err)
{
	const struct intact_config *c = s->config;
	int rc = place_set(s, c->database_in, "intact.db", &s->in, err);

	if (rc == 0)
		rc = place_set(s, c->database_out, s->in.path ? out_name(s) : "intact.db.new",
			       &s->out, err);
	if (rc == 0)
		rc = place_set(s, c->database_new, "intact.db.new", &s->new, err);
	return rc;
}

static int make_one(const char *path, struct intact_error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST || errno == EISDIR)
		return 0;
	return intact_fail_errno(err, "make the folder '%s'", path);
}

int state_make(const struct session *s, struct intact_error *err)
{
	char *path, *slash;
	int rc = 0;

	/* A folder that was named must be there: a typing error is not a new place. */
	if (!s->state || s->config->database_out)
		return 0;
	path = strdup(s->state);
	if (!path)
		return intact_fail_nomem(err);
	for (slash = strchr(path + 1, '/'); slash && rc == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = make_one(path, err);
		*slash = '/';
	}
	if (rc == 0)
		rc = make_one(path, err);
	free(path);
	return rc;
}
