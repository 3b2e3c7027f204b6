/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See state.h.
 */

#include "cli/state.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/generations.h"

static char *state_folder(const struct options *o)
{
	const char *own = getenv("INTACT_STATE");
	const char *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	struct buf b = { 0 };

	if (o->state)
		buf_add_str(&b, o->state);
	else if (own && *own)
		buf_add_str(&b, own);
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

void place_clear(struct place *place)
{
	free(place->path);
	free(place->name);
	free(place->record);
	if (place->ours)
		close(place->fd);
	if (place->ahead >= 0)
		close(place->ahead);
	*place = (struct place)NO_PLACE;
}

static bool is_special(const struct stat *st)
{
	return S_ISFIFO(st->st_mode) || (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3));
}

int place_open_special(struct place *place, struct intact_error *err)
{
	struct stat st;

	/* Where others may make names, it may be theirs, and another thing when it is opened. */
	if (place->fd >= 0 || file_place_is_foreign(place->path) || stat(place->path, &st) != 0 ||
	    !is_special(&st))
		return 0;
	/* A pipe without a reader is an error at once. */
	place->fd = open(place->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (place->fd < 0)
		return intact_fail_errno(err, "open '%s'", place->path);
	place->ours = true;
	return fcntl(place->fd, F_SETFL, fcntl(place->fd, F_GETFL) & ~O_NONBLOCK) == 0
		       ? 0
		       : intact_fail_errno(err, "open '%s'", place->path);
}

/* A file is named by its path.  Takes over `path`; NULL: no memory. */
static int place_file(struct place *place, char *path, struct intact_error *err)
{
	place_clear(place);
	place->path = path;
	place->name = path ? strdup(path) : NULL;
	return place->name ? 0 : intact_fail_nomem(err);
}

/* ... and expected to be that generation (0: any). */
static int place_file_of(struct place *place, char *path, uint64_t generation,
			 struct intact_error *err)
{
	int rc = place_file(place, path, err);

	place->generation = generation;
	return rc;
}

/* AIDE 0.18 names a descriptor by its number, and standard input not at all. */
static char *name_of_url(const struct session *s, const struct intact_url *url)
{
	bool bare = s->options->as_aide && s->config->compat == INTACT_COMPAT_0_18;

	return strdup(bare ? url->value : url->raw);
}

static int place_of_url(const struct session *s, const struct intact_url *url, struct place *place,
			struct intact_error *err)
{
	if (url->type == INTACT_URL_FILE)
		return place_file(place, strdup(url->value), err);
	place_clear(place);
	place->path = strdup(url->raw);
	place->name = name_of_url(s, url);
	place->fd = url->type == INTACT_URL_STDIN    ? STDIN_FILENO
		    : url->type == INTACT_URL_STDOUT ? STDOUT_FILENO
						     : url->fd;
	return place->path && place->name ? 0 : intact_fail_nomem(err);
}

static int place_default(struct session *s, struct place *place, const char *name,
			 struct intact_error *err)
{
	if (!s->state)
		s->state = state_folder(s->options);
	return place_file(place, s->state ? join(s->state, name) : NULL, err);
}

const char *state_aide_config(void)
{
	static const char *const files[] = { AIDE_CONFIG, "/etc/aide/aide.conf", "/etc/aide.conf" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (file_is_there(files[i]))
			return files[i];
	}
	return NULL;
}

/* AIDE's default places belong to its default configuration file.  With any other one there is
 * none, as in the packages of distributions: their wrappers rely on being told. */
static int place_aide(struct session *s, const char *url, struct place *place,
		      struct intact_error *err)
{
	const char *config = s->options->config ? NULL : state_aide_config();

	if (!url || !config || strcmp(config, AIDE_CONFIG) != 0)
		return 0;
	return place_file(place, strdup(url + strlen("file:")), err);
}

/* `name`: in the state folder.  `aide`: AIDE's default. */
static int place_set(struct session *s, const struct intact_url *url, const char *name,
		     const char *aide, struct place *place, struct intact_error *err)
{
	if (url)
		return place_of_url(s, url, place, err);
	if (s->options->as_aide)
		return place_aide(s, aide, place, err);
	return place_default(s, place, name, err);
}

static const char *out_name(const struct session *s)
{
	bool first =
		s->builtin && s->options->command == COMMAND_INIT && !file_is_there(s->in.path);

	return first ? "intact.db" : "intact.db.new";
}

/* Whoever calls us aide gets no file that AIDE would not write, unless asked for. */
static int place_journal(struct session *s, struct intact_error *err)
{
	const char *set = s->config->journal;

	free(s->journal);
	s->journal = NULL;
	if (set ? !*set : s->options->as_aide)
		return 0;
	s->journal_default = !set || strcmp(set, "yes") == 0;
	s->journal = s->journal_default ? state_file(s, "journal") : strdup(set);
	return s->journal ? 0 : intact_fail_nomem(err);
}

int state_places(struct session *s, struct intact_error *err)
{
	const struct intact_config *c = s->config;
	int rc = place_set(s, c->database_in, "intact.db", AIDE_DATABASE_IN, &s->in, err);

	if (rc == 0)
		rc = place_set(s, c->database_out, s->in.path ? out_name(s) : "intact.db.new",
			       AIDE_DATABASE_OUT, &s->out, err);
	if (rc == 0)
		rc = place_set(s, c->database_new, "intact.db.new", NULL, &s->new, err);
	return rc == 0 ? place_journal(s, err) : rc;
}

int state_out_is_in(struct session *s, struct intact_error *err)
{
	assert(s->in.path && s->in.fd < 0);
	return place_file(&s->out, strdup(s->in.path), err);
}

/* A generation by its number: the file that is kept under it, else the baseline itself, of which is
 * only known later whether it is that one (place->generation). */
static int place_generation(struct session *s, struct place *place, const char *number,
			    struct intact_error *err)
{
	uint64_t n = strtoull(number, NULL, 10);
	char *base = s->in.path && s->in.fd < 0 ? realpath(s->in.path, NULL) : NULL;
	char *path = base ? generation_path(base, n) : NULL;

	if (path && !file_is_there(path)) {
		free(path);
		path = base;
		base = NULL;
	}
	free(base);
	if (!path)
		return intact_fail(err, INTACT_EIO,
				   "there is no baseline whose generation %s could be compared",
				   number);
	return place_file_of(place, path, n, err);
}

static int place_operand(struct session *s, struct place *place, const char *operand,
			 struct intact_error *err)
{
	size_t digits = strspn(operand, "0123456789");
	const struct place *named = strcmp(operand, "current") == 0 ? &s->in
				    : strcmp(operand, "new") == 0   ? &s->out
								    : NULL;

	if (digits && digits < 20 && !operand[digits])
		return place_generation(s, place, operand, err);
	if (!named)
		return place_file_of(place, strdup(operand), 0, err);
	if (!named->path || named->fd >= 0)
		return intact_fail(err, INTACT_EUSAGE, "(--compare): '%s' is no file here",
				   operand);
	return place_file_of(place, strdup(named->path), 0, err);
}

int state_operands(struct session *s, struct intact_error *err)
{
	struct place in = NO_PLACE, new = NO_PLACE;
	int rc;

	if (s->options->command != COMMAND_COMPARE || !s->options->npaths)
		return 0;
	rc = place_operand(s, &in, s->options->paths[0], err);
	if (rc == 0)
		rc = place_operand(s, &new, s->options->paths[1], err);
	if (rc < 0) {
		place_clear(&in);
		place_clear(&new);
		return rc;
	}
	place_clear(&s->in);
	place_clear(&s->new);
	s->in = in;
	s->new = new;
	return 0;
}

static int make_one(const char *path, struct intact_error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST || errno == EISDIR)
		return 0;
	return intact_fail_errno(err, "make the folder '%s'", path);
}

/* With its parents. */
static int make_all(const char *folder, struct intact_error *err)
{
	char *path = strdup(folder);
	int rc = 0;

	if (!path)
		return intact_fail_nomem(err);
	for (char *slash = strchr(path + 1, '/'); slash && rc == 0;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = make_one(path, err);
		*slash = '/';
	}
	if (rc == 0)
		rc = make_one(path, err);
	free(path);
	return rc;
}

int state_make(const struct session *s, struct intact_error *err)
{
	const struct intact_config *c = s->config;

	/* A folder that was named must be there: a typing error is not a new place. */
	if (!s->state || (s->options->if_missing ? c->database_in : c->database_out))
		return 0;
	return make_all(s->state, err);
}

char *state_file(const struct session *s, const char *name)
{
	char *folder = state_folder(s->options);
	char *path = folder ? join(folder, name) : NULL;

	free(folder);
	return path;
}

/* Whoever can write there can take away what was seen and what was found. */
static int check_ours(const char *folder, struct intact_error *err)
{
	struct stat st;

	if (stat(folder, &st) != 0)
		return intact_fail_errno(err, "stat '%s'", folder);
	if (file_folder_is_ours(&st))
		return 0;
	return intact_fail(err, INTACT_EIO,
			   "the state folder '%s' is not ours alone to write: others could "
			   "exchange what is in it",
			   folder);
}

int state_make_for(const struct session *s, struct intact_error *err)
{
	char *folder = state_folder(s->options);
	int rc = folder ? make_all(folder, err) : intact_fail_nomem(err);

	if (rc == 0)
		rc = check_ours(folder, err);
	free(folder);
	return rc;
}
