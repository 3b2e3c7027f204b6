/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Whole reads and writes, and files that appear complete or not at all.
 */

#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <intact/error.h>

/**
 * Open a file for reading that must be a regular one.  Links are followed.  Never blocks and never
 * becomes a controlling terminal, whatever `path` is.  Returns 0 or INTACT_EIO.
 */
INTACT_MUST_CHECK
int file_open_regular(const char *path, int *ret_fd, uint64_t *ret_size, struct intact_error *err);

/** Read `len` bytes at `offset`, fewer only at the end of the file.  Returns 0, or -1 with errno.
 */
INTACT_MUST_CHECK
int file_read_at(int fd, void *data, size_t len, uint64_t offset, size_t *ret_len);

/** Read `len` bytes from where the descriptor stands, fewer only at the end.  Returns 0, or -1 with
 * errno. */
INTACT_MUST_CHECK
int file_read(int fd, void *data, size_t len, size_t *ret_len);

/** Write all of it where the descriptor stands.  Returns 0, or -1 with errno. */
INTACT_MUST_CHECK
int file_write(int fd, const void *data, size_t len);

/** Is anything under this name, also a link that leads nowhere?  What cannot be looked at counts as
 * there: the caller's next step will say why. */
bool file_is_there(const char *path);

/** Do two paths name the same place, whatever the spelling and the links on the way, and whether or
 * not a file is there?  Two hard links are two places. */
bool file_same_place(const char *a, const char *b);

/** Who owns the directory of `path`; our own user where it cannot be looked at. */
uid_t file_place_owner(const char *path);

/** May anybody but root and us make names in the directory of `path`?  A link there may be theirs,
 * and lead to a file that they could not write themselves.  One that cannot be looked at counts as
 * such. */
bool file_place_is_foreign(const char *path);

struct stat;

/** Is what was looked at root's or ours, and has none of these bits of the mode? */
bool file_is_ours(const struct stat *st, mode_t forbidden);

/** Can nobody but root and us replace our files in this directory?  A sticky one such as /tmp is
 * safe. */
bool file_folder_is_ours(const struct stat *dir);

/** The same of the directory of `path`; not of one that cannot be looked at. */
bool file_parent_is_safe(const char *path);

/** The same of all directories that stand in the path, as it is written and without its links:
 * whoever can rename a directory on the way, or exchange a link there, can exchange the file. */
bool file_way_is_safe(const char *path);

/**
 * Open `path` as open(2) does, but through no link that may be somebody else's: below the first
 * directory on the way in which anybody but root and us may make names, no name may be a link.
 * *ret_foreign: there is such a directory; then *ret_dir is the one that the file is in.  Returns
 * the descriptor, or -1 with errno: ELOOP for a link as the last name, ENOTDIR for one before.
 */
int file_open_untrapped(const char *path, int flags, mode_t mode, bool *ret_foreign,
			struct stat *ret_dir);

/** Copy what is left to read in `fd` (a pipe) to an unlinked temporary file.  At most `max` bytes.
 * Returns 0, INTACT_EIO, INTACT_ENOMEM, or INTACT_ESIGNAL when a signal came meanwhile. */
INTACT_MUST_CHECK
int file_spool(int fd, uint64_t max, int *ret_fd, struct intact_error *err);

/** The same into `to`, an empty file, which stays the caller's. */
INTACT_MUST_CHECK
int file_spool_to(int fd, uint64_t max, int to, struct intact_error *err);

/** An unlinked temporary file.  Returns a descriptor or a negative code. */
INTACT_MUST_CHECK
int file_temporary(struct intact_error *err);

/** How many bytes can be written to a file at most before its file system is full, what it has
 * already counted in; root may use what is kept for root.  UINT64_MAX where nobody can say. */
uint64_t file_room(int fd);

/**
 * A new file that will stand under a name once it is complete.
 *
 * Until file_new_commit() the bytes are in a temporary file with a fixed name beside the target
 * (".NAME.intact-tmp"), which also is the lock against a second run.  What a killed run left there
 * is reused, never trusted.
 */
struct file_new {
	int fd;	   /* write here */
	int dirfd; /* of the target's directory */
	char *path;
	char *tmp_path;	      /* for messages */
	const char *name;     /* within path */
	const char *tmp_name; /* within tmp_path */

	bool exclusive; /* set by the owner: whatever has the name at the end is not replaced */

	/* Of the file that is replaced, for the new one to take over. */
	bool has_old;
	uid_t old_uid;
	gid_t old_gid;
	mode_t old_mode;
};

/**
 * Take the lock and create the temporary file, mode 0600 whatever the umask.  The directory must
 * not be writable by group or others, unless it is sticky (/tmp: there nobody else can rename or
 * remove what is ours); whether its owner is to be trusted is for the caller to say
 * (file_place_owner).  A symlink at `path` is followed, and the same is asked of the directory that
 * it leads to; where it may be somebody else's (file_place_is_foreign) it will be replaced.
 * Anything that is not a regular file in the end is an error. Returns 0, INTACT_ELOCK, INTACT_EIO
 * or INTACT_ENOMEM; then nothing needs to be released.
 */
INTACT_MUST_CHECK
int file_new_open(struct file_new *f, const char *path, struct intact_error *err);

/** Sync, rename over the target (with `exclusive`: fail if there is one), sync the directory.  The
 * new file takes over owner, group and mode of the one that it replaces, as far as we may give it
 * away, and without leave to write for group and others; not so in a sticky directory, where the
 * old one may be somebody else's.  Returns 0 or INTACT_EIO; release it in either case. */
INTACT_MUST_CHECK
int file_new_commit(struct file_new *f, struct intact_error *err);

/** Let go; without a successful commit the temporary file is removed.  All zero is fine. */
void file_new_release(struct file_new *f);

/** Let go of a file that is another process's to put in place: nothing is removed. */
void file_new_forget(struct file_new *f);

/** Open the folder that the first name of *at, a path without a slash at its start, has in `dirfd`;
 * through no link.  `flags`: O_RDONLY or O_PATH.  Moves *at behind the name and its slash.  Returns
 * the descriptor, or -1 with errno. */
int file_open_step(int dirfd, const char **at, int flags);

#endif /* BASE_FILE_H */
