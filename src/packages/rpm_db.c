/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See rpm_db.h.
 *
 * SQLite is made for databases of strangers, if it is told so: one statement is allowed, over one
 * table, and nothing that the database itself brings along is run.
 */

#include "packages/rpm_db.h"

#include <stdlib.h>
#include <string.h>

#ifdef HAVE_SQLITE

#include <sqlite3.h>

/* Steps of SQLite's machine between two looks at a signal. */
#define STEPS 100000
/* A header has at most so many bytes; the largest packages have some. */
#define HEADER_MAX (256 << 20)

struct rpm_db {
	sqlite3 *db;
	sqlite3_stmt *headers;
	int (*tick)(void *ctx);
	void *tick_ctx;
};

bool rpm_db_built_in(void)
{
	return true;
}

static int fail(struct rpm_db *db, int code, struct intact_error *err)
{
	if (code == SQLITE_NOMEM)
		return intact_fail_nomem(err);
	if (code == SQLITE_INTERRUPT)
		return intact_fail(err, INTACT_ESIGNAL, "stopped by a signal");
	return intact_fail(err, INTACT_EIO, "rpm's database: %s",
			   db->db ? sqlite3_errmsg(db->db) : sqlite3_errstr(code));
}

static int on_step(void *ctx)
{
	const struct rpm_db *db = ctx;

	return db->tick && db->tick(db->tick_ctx);
}

static int allow(void *ctx, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)ctx;
	(void)b;
	(void)c;
	(void)d;
	if (action == SQLITE_SELECT)
		return SQLITE_OK;
	if (action == SQLITE_READ && a &&
	    (strcmp(a, "Packages") == 0 || strcmp(a, "sqlite_master") == 0))
		return SQLITE_OK;
	return SQLITE_DENY;
}

/* A view of this name, or a virtual table (which has no page), would be the attacker's statement.
 */
static int is_table(struct rpm_db *db, struct intact_error *err)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db->db,
				    "SELECT 1 FROM sqlite_master WHERE name = 'Packages' AND "
				    "type = 'table' AND rootpage > 0",
				    -1, &s, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	sqlite3_finalize(s);
	if (rc == SQLITE_DONE)
		return intact_fail(err, INTACT_EIO, "rpm's database has no table of packages");
	return rc == SQLITE_ROW ? 0 : fail(db, rc, err);
}

static int harden(struct rpm_db *db)
{
	sqlite3_limit(db->db, SQLITE_LIMIT_LENGTH, HEADER_MAX);
	sqlite3_limit(db->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db->db, SQLITE_LIMIT_WORKER_THREADS, 0);
	sqlite3_progress_handler(db->db, STEPS, on_step, db);
	sqlite3_db_config(db->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	return sqlite3_exec(db->db, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", NULL,
			    NULL, NULL);
}

static int open_image(struct rpm_db *db, unsigned char *image, size_t len, struct intact_error *err)
{
	int rc = sqlite3_open_v2(":memory:", &db->db, SQLITE_OPEN_READWRITE, NULL);

	/* What a database with a log says of itself: there is none beside this one. */
	if (len >= 100)
		image[18] = image[19] = 1;
	if (rc == SQLITE_OK)
		rc = harden(db);
	if (rc == SQLITE_OK)
		rc = sqlite3_deserialize(db->db, "main", image, (sqlite3_int64)len,
					 (sqlite3_int64)len, SQLITE_DESERIALIZE_READONLY);
	if (rc == SQLITE_OK)
		rc = sqlite3_set_authorizer(db->db, allow, NULL);
	if (rc != SQLITE_OK)
		return fail(db, rc, err);
	rc = is_table(db, err);
	if (rc < 0)
		return rc;
	rc = sqlite3_prepare_v2(db->db, "SELECT blob FROM Packages ORDER BY hnum", -1, &db->headers,
				NULL);
	return rc == SQLITE_OK ? 0 : fail(db, rc, err);
}

int rpm_db_open(void *image, size_t len, struct rpm_db **ret, struct intact_error *err)
{
	struct rpm_db *db = calloc(1, sizeof(*db));
	int rc;

	if (!db)
		return intact_fail_nomem(err);
	rc = open_image(db, image, len, err);
	if (rc == 0)
		*ret = db;
	else
		rpm_db_close(db);
	return rc;
}

void rpm_db_close(struct rpm_db *db)
{
	if (!db)
		return;
	sqlite3_finalize(db->headers);
	sqlite3_close(db->db);
	free(db);
}

void rpm_db_set_tick(struct rpm_db *db, int (*tick)(void *ctx), void *ctx)
{
	db->tick = tick;
	db->tick_ctx = ctx;
}

void rpm_db_rewind(struct rpm_db *db)
{
	/* What it returns is what the last step returned. */
	sqlite3_reset(db->headers);
}

int rpm_db_next(struct rpm_db *db, const void **ret, size_t *ret_len, struct intact_error *err)
{
	int rc = sqlite3_step(db->headers);

	if (rc == SQLITE_DONE)
		return 0;
	if (rc != SQLITE_ROW)
		return fail(db, rc, err);
	*ret = sqlite3_column_blob(db->headers, 0);
	*ret_len = (size_t)sqlite3_column_bytes(db->headers, 0);
	if (!*ret)
		*ret = "";
	return 1;
}

#else

struct rpm_db {
	int none;
};

bool rpm_db_built_in(void)
{
	return false;
}

int rpm_db_open(void *image, size_t len, struct rpm_db **ret, struct intact_error *err)
{
	(void)image;
	(void)len;
	(void)ret;
	return intact_fail(err, INTACT_EIO, "this program was built without SQLite");
}

void rpm_db_close(struct rpm_db *db)
{
	free(db);
}

void rpm_db_set_tick(struct rpm_db *db, int (*tick)(void *ctx), void *ctx)
{
	(void)db;
	(void)tick;
	(void)ctx;
}

void rpm_db_rewind(struct rpm_db *db)
{
	(void)db;
}

int rpm_db_next(struct rpm_db *db, const void **ret, size_t *ret_len, struct intact_error *err)
{
	(void)db;
	(void)ret;
	(void)ret_len;
	return intact_fail(err, INTACT_EIO, "this program was built without SQLite");
}

#endif
