/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See tree.h: what happens to a tree between two runs.
 */

#include "tree.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <intact/attr.h>

#include "gzip.h"

/* What was made under a name may be something else by now: a link, say, that was renamed to it and
 * leads out of the tree. */
static bool is_still(const char *full, char type)
{
	struct stat st;

	return lstat(full, &st) == 0 && intact_ftype_letter(st.st_mode) == type;
}

/* A random object that is still there; NULL if none was found.  Not one with capabilities: whatever
 * happens to its content or owner takes them away, and that is a difference on purpose. */
static struct tree_name *some(struct tree *t, const char *types)
{
	for (unsigned i = 0; t->n && i < 20; i++) {
		struct tree_name *name = &t->names[random_below(t->rnd, (unsigned)t->n)];
		char full[PATH_MAX];

		if (strchr(types, name->type) &&
		    is_still(tree_full(t, name->path, full), name->type) && !tree_has_caps(full))
			return name;
	}
	return NULL;
}

/* Only what has capabilities gets others. */
static void change_caps(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		char full[PATH_MAX];

		if (t->names[i].type == 'f' && tree_has_caps(tree_full(t, t->names[i].path, full)))
			tree_set_caps(t, full);
	}
}

static void write_to(struct tree *t, const char *full, int flags, unsigned max)
{
	int fd = open(full, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0600);

	if (fd < 0)
		return;
	tree_fill(t, fd, max);
	close(fd);
}

static void cut(const char *full, off_t size)
{
	int fd = open(full, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (ftruncate(fd, size) != 0)
		perror("ftruncate");
	close(fd);
}

static void change_content(struct tree *t)
{
	struct tree_name *name = some(t, "f");
	char full[PATH_MAX];
	struct stat st;

	if (!name || lstat(tree_full(t, name->path, full), &st) != 0)
		return;
	switch (random_below(t->rnd, 5)) {
	case 0:
	case 1:
		write_to(t, full, O_APPEND, 40);
		break;
	case 2:
		write_to(t, full, O_TRUNC, 40);
		break;
	case 3:
		/* Same size, same time: only a digest can tell. */
		write_to(t, full, 0, (unsigned)st.st_size + 1);
		utimensat(AT_FDCWD, full, (struct timespec[]){ st.st_atim, st.st_mtim },
			  AT_SYMLINK_NOFOLLOW);
		break;
	default:
		cut(full, st.st_size / 2);
	}
}

static void change_mode(struct tree *t)
{
	struct tree_name *name = some(t, "fdpscb");
	char full[PATH_MAX];

	if (name)
		chmod(tree_full(t, name->path, full),
		      random_below(t->rnd, 010000) | (name->type == 'd' ? 0700 : 0));
}

static void change_owner(struct tree *t)
{
	struct tree_name *name = some(t, "fdlpscb");
	char full[PATH_MAX];

	if (name)
		(void)!lchown(tree_full(t, name->path, full), random_below(t->rnd, 3) * 1000,
			      random_below(t->rnd, 3) * 1000);
}

static void change_times(struct tree *t)
{
	struct tree_name *name = some(t, "fdlps");
	char full[PATH_MAX];

	if (name)
		tree_set_times(t, tree_full(t, name->path, full));
}

static void change_attributes(struct tree *t)
{
	struct tree_name *name = some(t, "ffdl");
	char full[PATH_MAX];

	if (!name)
		return;
	tree_full(t, name->path, full);
	switch (random_below(t->rnd, 7)) {
	case 0:
	case 1:
		tree_set_xattr(t, full);
		break;
	case 2:
		lremovexattr(full, "user.a");
		lremovexattr(full, "user.b");
		break;
	case 3:
		if (name->type != 'l')
			tree_set_acl(t, full, name->type == 'd' && random_chance(t->rnd, 50));
		break;
	case 4:
		lremovexattr(full, "system.posix_acl_access");
		break;
	case 5:
		change_caps(t);
		break;
	default:
		tree_set_flags(t, full);
	}
}

static void forget_below(struct tree *t, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < t->n; i++) {
		if (strncmp(t->names[i].path, path, len) == 0 &&
		    (t->names[i].path[len] == '/' || !t->names[i].path[len]))
			t->names[i].type = 'x';
	}
}

static void remove_one(struct tree *t)
{
	struct tree_name *name = some(t, "fdlpscb");
	char full[PATH_MAX];

	if (!name)
		return;
	tree_full(t, name->path, full);
	if (name->type == 'd')
		tree_remove(full);
	else
		unlink(full);
	forget_below(t, name->path);
}

/* Where moves are looked for, nothing is moved over another name: a name of which one half is a
 * move is a difference on purpose. */
static bool may_go_to(const struct tree *t, const char *full, char type)
{
	return tree_may_be(t, full + strlen(t->root), type) &&
	       (!t->no_links || access(full, F_OK) != 0);
}

/* In the same folder, over what may stand there, or into another folder. */
static void rename_one(struct tree *t)
{
	struct tree_name *name = some(t, "ffffdlps"), *over = some(t, "f");
	char old[PATH_MAX], new[PATH_MAX];
	const char *slash;

	if (!name)
		return;
	slash = strrchr(name->path, '/');
	tree_full(t, name->path, old);
	if (random_chance(t->rnd, 20) && over && over != name)
		tree_full(t, over->path, new);
	else if (random_chance(t->rnd, 20))
		snprintf(new, sizeof(new), "%s%s/moved", t->root, tree_folder(t));
	else
		snprintf(new, sizeof(new), "%s%.*s/%s", t->root, (int)(slash - name->path),
			 name->path, random_chance(t->rnd, 50) ? "renamed" : "foo.log.2");
	if (may_go_to(t, new, name->type) && rename(old, new) == 0)
		forget_below(t, name->path);
}

/* Another kind of object under the same name. */
static void replace_one(struct tree *t)
{
	struct tree_name *name = some(t, "fdlps");
	char full[PATH_MAX];
	char path[PATH_MAX];

	if (!name || !t->replace)
		return;
	snprintf(path, sizeof(path), "%s", name->path);
	tree_full(t, path, full);
	if (name->type == 'd')
		tree_remove(full);
	else
		unlink(full);
	forget_below(t, path);
	switch (random_below(t->rnd, 4)) {
	case 0:
		mkdir(full, 0755);
		break;
	case 1:
		if (symlink("replaced", full) != 0)
			return;
		break;
	case 2:
		mkfifo(full, 0644);
		break;
	default:
		write_to(t, full, O_CREAT, 30);
	}
}

static void retarget(struct tree *t)
{
	struct tree_name *name = some(t, "l");
	char full[PATH_MAX];

	if (!name)
		return;
	unlink(tree_full(t, name->path, full));
	if (symlink(random_chance(t->rnd, 50) ? "other"
					      : "a/longer/target/than/there/was/before/it",
		    full) != 0)
		return;
}

static void hard_link(struct tree *t)
{
	struct tree_name *name = some(t, "f");
	char old[PATH_MAX], new[PATH_MAX];

	if (!name || t->no_links)
		return;
	snprintf(new, sizeof(new), "%s%s/linked", t->root, tree_folder(t));
	if (link(tree_full(t, name->path, old), new) != 0)
		return;
}

/* What logrotate does: NAME becomes NAME.1, and a new NAME begins; or NAME becomes NAME.gz. */
static void rotate(struct tree *t)
{
	struct tree_name *name = some(t, "f");
	char old[PATH_MAX], new[PATH_MAX];

	if (!name || strlen(name->path) > 200)
		return;
	tree_full(t, name->path, old);
	if (random_chance(t->rnd, 40)) {
		snprintf(new, sizeof(new), "%s%s.gz", t->root, name->path);
		if (!tree_may_be(t, new + strlen(t->root), 'f'))
			return;
		gzip_file(old, new);
		/* Kept with other attributes than it had it is a difference on purpose. */
		if (!t->one_change || random_chance(t->rnd, 70))
			unlink(old);
		return;
	}
	snprintf(new, sizeof(new), "%s%s.1", t->root, name->path);
	if (may_go_to(t, new, 'f') && rename(old, new) == 0 && !t->no_links &&
	    random_chance(t->rnd, 70))
		write_to(t, old, O_CREAT, 30);
}

void tree_mutate(struct tree *t)
{
	static void (*const kinds[])(struct tree *) = {
		change_content, change_content,	   change_content,    change_mode, change_owner,
		change_times,	change_attributes, change_attributes, remove_one,  rename_one,
		replace_one,	retarget,	   hard_link,	      rotate,
	};
	unsigned n = random_below(t->rnd, 9);

	t->one_change = n == 1;
	for (unsigned i = 0; i < n; i++) {
		if (random_chance(t->rnd, 15))
			tree_add(t, tree_folder(t));
		else
			random_pick(t->rnd, kinds)(t);
	}
}
