/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * forge: a baseline as somebody else would make it, whole and valid, with a text of his choice
 * where the rules are kept (and as the host's name, version and configuration's version).
 *
 * Usage: forge FILE TEXT [PATH...]   an entry for each PATH, in order; @N: "/d" N times
 */

#include <intact/db.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *nested(unsigned long n)
{
	char *path = malloc(2 * n + 1);

	for (unsigned long i = 0; path && i < n; i++)
		memcpy(path + 2 * i, "/d", 3);
	return path;
}

static int append(struct intact_db_writer *w, const char *path, struct intact_error *err)
{
	struct intact_entry e = { .path = { path, strlen(path) },
				  .mode = S_IFREG | 0644,
				  .ino = 1,
				  .attrs = INTACT_BIT(INTACT_PERM) | INTACT_BIT(INTACT_FTYPE) };

	return intact_db_append(w, &e, err);
}

int main(int argc, char **argv)
{
	struct intact_db_meta meta = { 0 };
	struct intact_db_writer *w = NULL;
	struct intact_error err = { 0 };
	int rc;

	if (argc < 3)
		return 2;
	meta.host = meta.version = meta.config_version = argv[2];
	meta.root_prefix = "";
	meta.rules = argv[2];
	meta.rules_len = strlen(argv[2]);
	rc = intact_db_create(argv[1], -1, &meta, &w, &err);
	for (int i = 3; i < argc && rc == 0; i++) {
		char *path = argv[i][0] == '@' ? nested(strtoul(argv[i] + 1, NULL, 10))
					       : strdup(argv[i]);

		rc = path ? append(w, path, &err) : 1;
		free(path);
	}
	if (rc == 0)
		rc = intact_db_commit(w, NULL, &err);
	intact_db_writer_free(w);
	if (rc < 0)
		fprintf(stderr, "%s\n", err.text);
	return rc < 0;
}
