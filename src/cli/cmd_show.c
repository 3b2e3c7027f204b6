/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --show PATH: one entry, and the digests that lead from it to the signature.  One block is read,
 * whatever the size of the baseline.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "cli/sandbox.h"
#include <intact/report.h>

static void add_hex(struct buf *out, const char *label, const uint8_t *data, size_t len)
{
	buf_printf(out, "  %-10s: ", label);
	text_hex(out, data, len);
	buf_add_char(out, '\n');
}

static void add_bytes(struct buf *out, const char *label, uint64_t offset, uint64_t len)
{
	buf_printf(out, "%s: %" PRIu64 " bytes from %" PRIu64 "\n", label, len, offset);
}

/* From the block upwards: each digest is in the bytes that the next one is of. */
static void add_chain(struct buf *out, const struct intact_db_proof *p)
{
	buf_printf(out, "Entry: %" PRIu64 " of %" PRIu64 " in its block\n", p->row, p->rows);
	buf_printf(out, "Block %" PRIu64 " of %" PRIu64, p->block, p->blocks);
	add_bytes(out, "", p->block_offset, p->block_len);
	add_hex(out, "SHA-256", p->block_sha256, sizeof(p->block_sha256));
	buf_printf(out, "  %-10s: at %" PRIu64 ", in the index\n", "Stands", p->digest_offset);
	add_bytes(out, "Index", p->index_offset, p->index_len);
	add_hex(out, "SHA-256", p->index_sha256, sizeof(p->index_sha256));
	buf_printf(out, "  %-10s: at %" PRIu64 ", in the trailer\n", "Stands",
		   p->trailer_offset + INTACT_DB_DIGEST_SIZE);
	add_bytes(out, "Header", 0, p->header_len);
	add_hex(out, "SHA-256", p->header_sha256, sizeof(p->header_sha256));
	buf_printf(out, "  %-10s: at %" PRIu64 ", in the trailer\n", "Stands", p->trailer_offset);
	add_bytes(out, "Trailer", p->trailer_offset, p->trailer_len);
}

static void add_signature(struct buf *out, const struct intact_db_meta *meta)
{
	const struct intact_db_signature *s = &meta->signature;

	if (meta->native)
		add_hex(out, "Root", meta->root, sizeof(meta->root));
	else if (s->signer)
		add_hex(out, "File", s->digest, sizeof(s->digest));
	if (!s->present) {
		buf_add_str(out, "Signature: none\n");
		return;
	}
	buf_printf(out, "Signature: %s\n",
		   s->signer ? "good" : "not verified (no verify_key is set)");
	add_hex(out, "Ed25519", s->bytes, sizeof(s->bytes));
	if (!s->signer)
		return;
	buf_printf(out, "  %-10s: %s\n  %-10s: ", "Key", intact_key_fingerprint(s->signer),
		   "Key file");
	text_escape(out, intact_key_name(s->signer), strlen(intact_key_name(s->signer)));
	buf_add_char(out, '\n');
}

static int print_proof(const struct session *s, const struct intact_db *db,
		       const struct intact_stream *stream, struct intact_error *err)
{
	const struct intact_db_meta *meta = intact_db_meta(db);
	struct intact_db_proof proof;
	struct buf out = { 0 };

	buf_add_str(&out, "Baseline: ");
	text_escape(&out, s->in.path, strlen(s->in.path));
	buf_add_char(&out, '\n');
	if (intact_db_prove(db, stream, &proof) == 0) {
		buf_printf(&out, "Generation: %" PRIu64 "\n", meta->generation);
		add_chain(&out, &proof);
	}
	add_signature(&out, meta);
	return print_all(&out, err);
}

static int show_entry(const struct session *s, struct intact_db *db, struct intact_stream *stream,
		      struct intact_error *err)
{
	const char *path = s->options->argument;
	const struct intact_entry *entry;
	int rc = intact_stream_next(stream, &entry, err);

	if (rc < 0)
		return rc;
	if (rc == 0 || entry->path.len != strlen(path) ||
	    memcmp(entry->path.s, path, entry->path.len) != 0)
		return intact_fail(err, INTACT_EIO, "no entry '%s' in the baseline '%s'", path,
				   s->in.path);
	rc = intact_report_entry(entry, stdout, err);
	return rc < 0 ? rc : print_proof(s, db, stream, err);
}

static int show_run(struct session *s, struct intact_error *err)
{
	struct intact_stream *stream = NULL;
	struct intact_db *db = NULL;
	int rc;

	if (s->options->argument[0] != '/')
		return intact_fail(err, INTACT_EUSAGE, "'%s' needs to be an absolute path",
				   s->options->argument);
	if (!s->in.path)
		return intact_fail(err, INTACT_EUSAGE,
				   "missing 'database_in', config option is required");
	rc = sandbox_enter(s, &(struct sandbox_needs){ .reads = { &s->in } }, err);
	if (rc == 0)
		rc = session_open(s, &s->in, &db, err);
	if (rc == 0)
		rc = intact_db_read(db, s->options->argument, &stream, err);
	if (rc == 0)
		rc = show_entry(s, db, stream, err);
	intact_stream_close(stream);
	intact_db_close(db);
	return rc;
}

int cmd_show(struct session *s)
{
	struct intact_error err;
	int rc = show_run(s, &err);

	return rc < 0 ? session_error(s, &err) : 0;
}
