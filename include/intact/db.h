/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The baseline file: entries in path order, compressed in blocks, every byte under a digest.
 *
 * Format: doc/baseline-format.md.  This room knows entries and bytes; it knows nothing of rules,
 * disks or reports.  A reader verifies before it parses; a writer never touches the old file before
 * the new one is complete and on disk.
 */

#ifndef INTACT_DB_H
#define INTACT_DB_H

#include <intact/entry.h>
#include <intact/error.h>
#include <intact/journal.h>
#include <intact/stream.h>
#include <intact/trust.h>

#define INTACT_DB_DIGEST_SIZE 32

/** The signature of a baseline that was opened. */
struct intact_db_signature {
	bool present; /* embedded or detached */
	uint8_t bytes[INTACT_SIGNATURE_SIZE];
	/* What it is made over: the root digest, or of AIDE's text the SHA-256 of the file, which
	 * only intact_db_open_signed() computes. */
	uint8_t digest[INTACT_DB_DIGEST_SIZE];
	const struct intact_key *signer; /* whose it is; NULL: nobody asked */
};

/** What a baseline says about itself.  Pointers are the giver's: the caller's when writing, the
 * open baseline's when reading. */
struct intact_db_meta {
	struct intact_time created;
	const char *host;	    /* "" where not known */
	const char *version;	    /* of the program that wrote it */
	const char *program;	    /* to be named in AIDE's text; NULL: intact */
	const char *config_version; /* NULL where not set; our format holds "" for that */
	const char *root_prefix;    /* "" where not set */
	const char *rules;	    /* canonical text of the rule set; "" where not known */
	size_t rules_len;
	uint64_t attrs;				 /* union of the attributes of the entries' rules */
	uint64_t generation;			 /* 1 for an --init over nothing */
	uint8_t previous[INTACT_DB_DIGEST_SIZE]; /* root digest of the generation before; zeros:
						    none */
	/* What the journal of the run that wrote it held then, so that a journal that was cut is
	 * noticed.  Our format only. */
	bool has_journal;
	struct intact_journal_point journal;

	/* Set by the reader only. */
	uint64_t entries;
	const char *remark; /* what of AIDE's text was passed over, for people; "" for nothing */
	bool native;	    /* our format; false: AIDE's text */
	uint8_t root[INTACT_DB_DIGEST_SIZE]; /* the trailer digest that everything hangs from
						(native) */
	struct intact_db_signature signature;
};

struct intact_db;

/** Whose signature a baseline must have. */
struct intact_db_trust {
	const struct intact_key *const *keys; /* one of these; they outlive the baseline */
	size_t nkeys;			      /* 0: any or none will do */
	const uint8_t *detached;	      /* INTACT_SIGNATURE_SIZE bytes that stand for the
						 embedded signature; NULL: none */
	int spare; /* an empty temporary file for a copy; 0 or less: make one */
};

/**
 * Open a baseline for reading; `path` is used for messages and, if `fd` is negative, to open it
 * (O_NOFOLLOW not forced: the administrator may use links; must be a regular file or a pipe that
 * somebody writes to, which is copied to a temporary file).  With `fd` >= 0
 * that descriptor is read and stays the caller's.  Verifies trailer, header and index before it
 * returns. AIDE's text databases are recognised as well. Errors: INTACT_EIO cannot be opened or
 * read; INTACT_EDAMAGED with what is wrong; INTACT_ENOMEM.
 */
INTACT_MUST_CHECK
int intact_db_open(const char *path, int fd, struct intact_db **ret, struct intact_error *err);

/**
 * What intact_db_open() would read, opened but not looked at: its descriptor, to be given to
 * intact_db_open() later, by whom may not open it any more.  The caller closes it.
 */
INTACT_MUST_CHECK
int intact_db_open_ahead(const char *path, int fd, int *ret, struct intact_error *err);

/**
 * The same of a baseline that must be signed.  The signature is verified before anything is taken
 * from the file but the sizes of its parts; every block's digest is verified when it is read, or
 * all at once by intact_db_check().  AIDE's text can only have a detached signature: it is copied
 * to a temporary file of ours, and what was verified there is what is read.  Errors: also
 * INTACT_EDAMAGED for a baseline that is not signed, or not by one of the keys.
 */
INTACT_MUST_CHECK
int intact_db_open_signed(const char *path, int fd, const struct intact_db_trust *trust,
			  struct intact_db **ret, struct intact_error *err);

/** NULL is fine.  Close all its streams first. */
void intact_db_close(struct intact_db *db);

/** Lives as long as `db`. */
const struct intact_db_meta *intact_db_meta(const struct intact_db *db);

/**
 * Entries in path order, from the first whose path is not before `from` (NULL: all).  Only the
 * blocks that are reached are read; each is verified before its entries are given out. next() fails
 * with INTACT_EDAMAGED for a damaged block.  One thread per stream.
 */
INTACT_MUST_CHECK
int intact_db_read(struct intact_db *db, const char *from, struct intact_stream **ret,
		   struct intact_error *err);

/** Verify the digest of every block without looking at what is in them: that this is one baseline
 * and not parts of two.  Fast: a second for some gigabytes.  Returns 0 or INTACT_EDAMAGED /
 * INTACT_EIO. */
INTACT_MUST_CHECK
int intact_db_check(struct intact_db *db, struct intact_error *err);

/** Where an entry is in its file, and the digests that lead from it to the root digest. */
struct intact_db_proof {
	uint64_t row, rows;	/* the entry's in its block, from 1 */
	uint64_t block, blocks; /* from 1 */
	uint64_t block_offset, block_len;
	uint8_t block_sha256[INTACT_DB_DIGEST_SIZE];
	uint64_t digest_offset; /* of that digest, in the index */
	uint64_t index_offset, index_len;
	uint8_t index_sha256[INTACT_DB_DIGEST_SIZE];
	uint64_t header_len;
	uint8_t header_sha256[INTACT_DB_DIGEST_SIZE];
	uint64_t trailer_offset, trailer_len;
};

/** Say it of the entry that `stream`, one of intact_db_read()'s, gave last.  Returns 0, or 1 if the
 * baseline is AIDE's text, which has no such thing. */
INTACT_MUST_CHECK
int intact_db_prove(const struct intact_db *db, const struct intact_stream *stream,
		    struct intact_db_proof *ret);

/** Where a baseline is to stand: intact_db_reserve(). */
struct intact_db_out;

/** Write a copy of a baseline in our format with this signature, in place of any that it has, and
 * put it in `out`'s place when it is complete and on disk.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int intact_db_embed(const struct intact_db *db, struct intact_db_out *out,
		    const uint8_t signature[INTACT_SIGNATURE_SIZE], struct intact_error *err);

/** Verify every block without giving out entries.  Returns 0 or INTACT_EDAMAGED / INTACT_EIO. */
INTACT_MUST_CHECK
int intact_db_verify(struct intact_db *db, struct intact_error *err);

/** Gets some bytes.  Returns 0, or a negative code to stop with. */
typedef int intact_db_bytes_fn(void *ctx, const void *data, size_t len, struct intact_error *err);

/**
 * Give the bytes that AIDE takes a database's digests over: those of the file, unpacked if it is
 * gzipped.  Returns 0 or a negative code.
 */
INTACT_MUST_CHECK
int intact_db_bytes(const struct intact_db *db, intact_db_bytes_fn *fn, void *ctx,
		    struct intact_error *err);

/**
 * Where a new baseline is to stand, before it is known what goes into it.  Who may do that and who
 * writes may be two processes.
 */
struct intact_db_out;

/** Open the directory of `path`, take the lock (INTACT_ELOCK if another run writes the same path),
 * create the temporary file.  `fd` >= 0: that descriptor is the place, without lock and rename. */
INTACT_MUST_CHECK
int intact_db_reserve(const char *path, int fd, struct intact_db_out **ret,
		      struct intact_error *err);

/** The file is complete: sync, rename, sync the directory. */
INTACT_MUST_CHECK
int intact_db_out_commit(struct intact_db_out *out, struct intact_error *err);

/** Before anybody else gets it: what has that name when the file is complete is not replaced, and
 * intact_db_out_commit() fails. */
void intact_db_out_exclusive(struct intact_db_out *out);

/** Somebody else, who has the same place open, puts it there: `commit` is called in the place of
 * intact_db_out_commit() from now on, and nothing is removed here. */
void intact_db_out_give_away(struct intact_db_out *out,
			     int (*commit)(void *ctx, struct intact_error *err), void *ctx);

/** The descriptors that belong to it; -1: none. */
void intact_db_out_fds(const struct intact_db_out *out, int ret[2]);

/** Is this the temporary file that `out` has?  Told by its name, device and inode together: another
 * file of that name, or another name of that file, is not. */
bool intact_db_is_temporary(const struct intact_db_out *out, const struct intact_entry *entry);

/** Without a commit the temporary file is removed.  NULL is fine. */
void intact_db_out_free(struct intact_db_out *out);

struct intact_db_writer;

/** Start a new baseline there.  `out` outlives the writer.  Copies what it needs of `meta`. */
INTACT_MUST_CHECK
int intact_db_create_in(struct intact_db_out *out, const struct intact_db_meta *meta,
			struct intact_db_writer **ret, struct intact_error *err);

/**
 * The same in one step: start a new baseline that will stand under `path` once it is complete.
 * Opens the directory, takes the lock (INTACT_ELOCK if another run writes the same path), creates
 * the temporary file (mode 0600) beside it.  `fd` >= 0: write to that descriptor instead (stdout, a
 * pipe), no lock, no rename. Copies what it needs of `meta`.
 */
INTACT_MUST_CHECK
int intact_db_create(const char *path, int fd, const struct intact_db_meta *meta,
		     struct intact_db_writer **ret, struct intact_error *err);

/** Whose reader an AIDE text database is for. */
enum intact_aide_version {
	/* 0.16 to 0.18: times in base64, the columns that 0.18 knows.  Newer ones read it as well.
	 */
	INTACT_AIDE_0_18,
	/* 0.19 and later, to the byte: decimal times, newer digests.  0.18 reads wrong times from
	   it. */
	INTACT_AIDE_NEWEST,
};

/** The attributes that such a database can hold. */
uint64_t intact_db_aide_attrs(enum intact_aide_version version);

/**
 * As intact_db_create(), but write AIDE's text database, gzipped or not.  Its columns are those of
 * meta->attrs; what AIDE cannot hold (nanoseconds, our own attributes, problems) is left out, and
 * of a value that could not be measured so is the attribute.  intact_db_commit() gives a root of
 * zeros.
 */
INTACT_MUST_CHECK
int intact_db_create_aide(const char *path, int fd, const struct intact_db_meta *meta, bool gzip,
			  enum intact_aide_version version, struct intact_db_writer **ret,
			  struct intact_error *err);
INTACT_MUST_CHECK
int intact_db_create_aide_in(struct intact_db_out *out, const struct intact_db_meta *meta,
			     bool gzip, enum intact_aide_version version,
			     struct intact_db_writer **ret, struct intact_error *err);

/** Before the first entry: give `fn` the same bytes that intact_db_bytes() would give for the new
 * baseline, while they are written; a pipe cannot be read again.  Returns 0 or a negative code. */
INTACT_MUST_CHECK
int intact_db_watch(struct intact_db_writer *w, intact_db_bytes_fn *fn, void *ctx,
		    struct intact_error *err);

/** Sign the new baseline, which must be in our format, with a private key.  The key outlives the
 * writer. */
void intact_db_sign(struct intact_db_writer *w, const struct intact_key *key);

/** Append an entry; paths must be strictly increasing in path order (else INTACT_EIO: our own bug
 * or a damaged input, said as such). */
INTACT_MUST_CHECK
int intact_db_append(struct intact_db_writer *w, const struct intact_entry *entry,
		     struct intact_error *err);

/** Write index and trailer, sync, rename, sync the directory.  After 0 the new baseline is on disk
 * under its name, and `ret_root` (may be NULL) has its root digest; after a failure the old one is
 * untouched. */
INTACT_MUST_CHECK
int intact_db_commit(struct intact_db_writer *w, uint8_t ret_root[INTACT_DB_DIGEST_SIZE],
		     struct intact_error *err);

/** Free the writer; without a successful commit the temporary file is removed.  NULL is fine. */
void intact_db_writer_free(struct intact_db_writer *w);

#endif /* INTACT_DB_H */
