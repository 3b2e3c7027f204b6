/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The texts of dpkg's records, line by line.
 *
 * Each is local and yet anybody's who ever became root: nothing is assumed of it.  A line that does
 * not have the form below is bad, and says nothing.  No function reads beyond the text.
 */

#ifndef PACKAGES_DPKG_TEXT_H
#define PACKAGES_DPKG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes within a text, not terminated. */
struct piece {
	const char *s;
	size_t len;
};

/** Longer paths cannot be opened. */
#define DPKG_PATH_MAX 4096

/** Take the next line, without its newline, from the front of `text`.  False at the end. */
bool dpkg_line(struct piece *text, struct piece *ret);

bool piece_is(struct piece p, const char *word);

/** A package of the status file. */
struct dpkg_stanza {
	struct piece name;
	struct piece arch;
	struct piece version;
	struct piece config; /* the lines of its Conffiles */
	bool same;	     /* Multi-Arch: same: its files have the architecture in their names */
	bool present;	     /* its files are there: unpacked at least, and not removed */
};

/** Take the next stanza.  Returns 1; -1 for a bad one, which is passed over; 0 at the end. */
int dpkg_stanza(struct piece *text, struct dpkg_stanza *ret);

/** A line of Conffiles: " PATH MD5", and for what the package does not ship any more a word behind.
 * `has_md5` only without one. */
bool dpkg_config_line(struct piece line, struct piece *ret_path, bool *ret_has_md5,
		      uint8_t md5[16]);

/** A line of *.list: an absolute path, without its trailing "/." */
bool dpkg_list_line(struct piece line, struct piece *ret_path);

/** A line of *.md5sums: 32 digits, two blanks, a path without the slash in front. */
bool dpkg_md5_line(struct piece line, struct piece *ret_path, uint8_t md5[16]);

/** Three lines of diversions: the path, what it is now, whose file stays (":" is nobody's). */
struct dpkg_diversion {
	struct piece from, to, package;
};
/** Returns 1, -1 for bad lines, 0 at the end. */
int dpkg_diversion(struct piece *text, struct dpkg_diversion *ret);

/** A line of statoverride: "USER GROUP MODE PATH". */
struct dpkg_override {
	struct piece user, group, path;
	uint32_t mode;
};
bool dpkg_override_line(struct piece line, struct dpkg_override *ret);

/** "NAME:...:ID:..." of /etc/passwd or /etc/group, or a name "#ID".  False if it is not there. */
bool dpkg_account(struct piece text, struct piece name, uint64_t *ret);

/** A line of the log that is about a package. */
struct dpkg_event {
	int64_t time; /* seconds */
	enum { DPKG_INSTALL, DPKG_UPGRADE, DPKG_REMOVE, DPKG_OTHER } kind;
	struct piece package; /* "NAME:ARCH" */
	struct piece old;     /* with INSTALL, UPGRADE, REMOVE */
};
bool dpkg_log_line(struct piece line, struct dpkg_event *ret);

#endif /* PACKAGES_DPKG_TEXT_H */
