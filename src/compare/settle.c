/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See settle.h.
 *
 * Rounds, the surest proof first, each over all targets in path order:
 *
 *	moved      a source with I, the inode of the target, and everything else
 *	packed     a source with the content that the target decompresses to
 *	continued  a source with growing and I, of which the content is how the target begins
 *
 * What was an empty log can have become whatever is written to by now, and inodes are used again:
 * in a folder of rotated logs the new ones have those of old ones that were compressed.  So moves
 * of empty logs to other names than theirs come last.
 *
 * Every source serves one target, and the first source in path order wins; among those that a
 * content may begin with, the longest: it proves the most.  Nothing but the entries decides.
 */

#include "compare/settle.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "compare/proof.h"

#define BIT(id) INTACT_BIT(INTACT_##id)

/* Pairs of ends may be looked at so often in one folder, comparing two entries being as dear as so
 * many looks: a tenth of a second.  A folder with a thousand rotated logs stays far below; beyond
 * it more is reported. */
#define LOOKS_MAX ((uint64_t)4000000)
#define LOOKS_MATCH 50

/* Beginnings of one content that are asked for in one reading. */
#define PREFIXES_MAX 64

struct list {
	struct move_end **ends;
	size_t n;
};

struct settling {
	const struct intact_moves_options *options;
	struct arena *arena;
	uint64_t looks;
	bool last;			/* round: what is left */
	struct intact_prefix *prefixes; /* PREFIXES_MAX, when they are first needed */
};

static bool asks(const struct intact_entry *e, unsigned id)
{
	return e->attrs & INTACT_BIT(id);
}

/* Spend looks; false when there are none left. */
static bool look(struct settling *s, uint64_t price)
{
	if (s->looks < price)
		return false;
	s->looks -= price;
	return true;
}

/* ---- lists of ends ---- */

typedef bool end_fn(const struct move_end *e);

static int list_ends(struct list *list, const struct move_ends *ends, end_fn *wanted,
		     struct intact_error *err)
{
	size_t n = 0;

	for (struct move_end *e = ends->first; e; e = e->next)
		n += wanted(e);
	list->n = 0;
	list->ends = n ? arena_array(ends->arena, n, sizeof(struct move_end *)) : NULL;
	if (n && !list->ends)
		return intact_fail_nomem(err);
	for (struct move_end *e = ends->first; e; e = e->next) {
		if (list->n < n && wanted(e))
			list->ends[list->n++] = e;
	}
	return 0;
}

/* One whose content is known: where it could not be read, a size of 0 may mean that it is not known
 * either. */
static bool is_file(const struct intact_entry *e)
{
	return S_ISREG(e->mode) && (e->attrs & ~e->failed & INTACT_MASK_DIGESTS);
}

/* Has the content that stood here gone?  As long as it is there, a copy of it is an addition. */
static bool is_gone(const struct move_end *e)
{
	if (!e->source || e->kind == INTACT_REMOVED)
		return e->source;
	return e->kind == INTACT_CHANGED && (!e->same_object || (e->changed & INTACT_MASK_DIGESTS));
}

static bool is_come(const struct move_end *e)
{
	return e->target && (e->kind == INTACT_ADDED || e->kind == INTACT_CHANGED);
}

/* Whatever became of its attributes: another object stands there. */
static bool is_moved_source(const struct move_end *e)
{
	return e->source && !e->same_object && asks(e->source, INTACT_CHECK_INODE);
}

static bool is_moved_target(const struct move_end *e)
{
	return e->target && !e->same_object;
}

static bool is_packed_source(const struct move_end *e)
{
	return is_gone(e) && !e->out && is_file(e->source);
}

static bool is_packed_target(const struct move_end *e)
{
	return is_come(e) && !e->in && is_file(e->target) && e->target->unpacked &&
	       !e->target->unpacked->why;
}

/* One of unknown size would be taken for an empty one, which anything continues. */
static bool is_watched_log(const struct intact_entry *e)
{
	return is_file(e) && asks(e, INTACT_GROWING) && asks(e, INTACT_CHECK_INODE) &&
	       (e->size || intact_entry_is_empty(e));
}

static bool is_log(const struct move_end *e)
{
	return e->source && !e->out && (is_gone(e) || e->restarted) && is_watched_log(e->source);
}

static bool is_copy(const struct move_end *e)
{
	return is_come(e) && !e->in && is_file(e->target);
}

bool settle_restarted(const struct intact_pair *pair, const struct intact_change *change)
{
	const struct intact_entry *old = pair->old, *new = pair->new;

	if (change->kind != INTACT_SAME || !old || !new || old->size || !is_watched_log(old))
		return false;
	if (new->size || new->mtime.sec != old->mtime.sec)
		return true;
	return !(old->flags & INTACT_ENTRY_SECONDS) && new->mtime.nsec != old->mtime.nsec;
}

bool settle_wants(const struct intact_pair *pair, const struct intact_change *change)
{
	return !pair->old || !pair->new || pair->old->ino != pair->new->ino ||
	       change->kind == INTACT_CHANGED || settle_restarted(pair, change);
}

/* ---- moved ---- */

static int source_cmp(const void *a, const void *b)
{
	const struct move_end *x = *(struct move_end *const *)a, *y = *(struct move_end *const *)b;

	if (x->source->ino != y->source->ino)
		return x->source->ino < y->source->ino ? -1 : 1;
	return path_cmp(x->source->path.s, x->source->path.len, y->source->path.s,
			y->source->path.len);
}

/* Index of the first source with this inode number, or of the next higher one. */
static size_t source_find(const struct list *sources, uint64_t ino)
{
	size_t lo = 0, hi = sources->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (sources->ends[mid]->source->ino < ino)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void follow(const struct settling *s, struct move_end *source, struct move_end *target)
{
	source->out = true;
	target->in = true;
	if (s->options->followed)
		s->options->followed(s->options->ctx, source->source, target->target);
}

/* The digests over the beginnings that are wanted; false in *ret_read if there are none to be had.
 */
static int read_prefixes(struct settling *s, const struct intact_entry *target, bool unpack,
			 size_t n, bool *ret_read, struct intact_error *err)
{
	struct intact_contents *contents = s->options->contents;
	int rc = 0;

	if (contents && target->dir)
		rc = contents->prefixes(contents, target, unpack, s->prefixes, n, err);
	*ret_read = rc == 1;
	return rc < 0 ? rc : 0;
}

static int need_prefixes(struct settling *s, struct intact_error *err)
{
	if (!s->prefixes)
		s->prefixes = arena_array(s->arena, PREFIXES_MAX, sizeof(*s->prefixes));
	return s->prefixes ? 0 : intact_fail_nomem(err);
}

/* Renamed and grown: does it still begin with what it was?  A target is read once, for the first
 * source that only this can tell of. */
static int ask_content(struct settling *s, const struct move_end *source, struct move_end *target,
		       enum proof *proof, struct intact_error *err)
{
	bool read = false;
	int rc = target->asked ? 0 : need_prefixes(s, err);

	*proof = PROOF_NO;
	if (target->asked || rc < 0)
		return rc;
	target->asked = true;
	s->prefixes[0].size = source->source->size;
	rc = read_prefixes(s, target->target, false, 1, &read, err);
	if (rc == 0 && read)
		*proof = proof_moved(source->source, target->target, true, &s->prefixes[0]);
	return rc;
}

static bool is_vague(const struct intact_entry *source, const struct intact_entry *target)
{
	return asks(source, INTACT_GROWING) && !source->size &&
	       !proof_is_named_after(source, target);
}

static int settle_moved(struct settling *s, const struct list *sources, struct move_end *target,
			struct intact_error *err)
{
	uint64_t ino = target->target->ino;
	size_t first = source_find(sources, ino);

	if (first == sources->n || sources->ends[first]->source->ino != ino)
		return 0;
	for (size_t i = first + sources->ends[first]->used;
	     i < sources->n && sources->ends[i]->source->ino == ino && look(s, LOOKS_MATCH); i++) {
		struct move_end *source = sources->ends[i];
		enum proof proof;
		int rc = 0;

		if (source->out || target->in ||
		    (!s->last && is_vague(source->source, target->target)))
			continue;
		proof = proof_moved(source->source, target->target, s->options->disk, NULL);
		if (proof == PROOF_ASK)
			rc = ask_content(s, source, target, &proof, err);
		if (rc < 0)
			return rc;
		if (proof != PROOF_YES)
			continue;
		/* Many links to one inode may move at once: do not look at the taken ones again. */
		sources->ends[first]->used += i == first + sources->ends[first]->used;
		follow(s, source, target);
		return 0;
	}
	return 0;
}

/* ---- packed ---- */

static int settle_packed(struct settling *s, const struct list *sources, struct move_end *target,
			 struct intact_error *err)
{
	(void)err;
	for (size_t i = 0; i < sources->n && look(s, 1); i++) {
		struct move_end *source = sources->ends[i];

		if (source->out || source == target ||
		    !proof_unpacks_to(source->source, target->target))
			continue;
		if (look(s, LOOKS_MATCH) && proof_packed(source->source, target->target)) {
			follow(s, source, target);
			break;
		}
	}
	return 0;
}

/* ---- continued ---- */

/* By descending size, then in path order. */
static int size_cmp(const void *a, const void *b)
{
	const struct move_end *x = *(struct move_end *const *)a, *y = *(struct move_end *const *)b;

	if (x->source->size != y->source->size)
		return x->source->size > y->source->size ? -1 : 1;
	return path_cmp(x->source->path.s, x->source->path.len, y->source->path.s,
			y->source->path.len);
}

/* The sources that could have become this target, as far as can be told without its content. */
static size_t list_candidates(struct settling *s, const struct list *sources,
			      const struct move_end *target, bool unpack, bool named,
			      struct move_end **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < sources->n && n < PREFIXES_MAX && look(s, 1); i++) {
		struct move_end *source = sources->ends[i];

		if (!source->out && source != target &&
		    proof_is_named_after(source->source, target->target) == named &&
		    look(s, LOOKS_MATCH) &&
		    proof_could_continue(source->source, target->target, unpack))
			ret[n++] = source;
	}
	return n;
}

/* Candidates come by descending size, prefixes are wanted by ascending size and without zero. */
static size_t list_prefixes(struct settling *s, struct move_end *const *candidates, size_t n)
{
	size_t count = 0;

	for (size_t i = n; i-- > 0;) {
		uint64_t size = candidates[i]->source->size;

		if (size && (!count || s->prefixes[count - 1].size != size))
			s->prefixes[count++].size = size;
	}
	return count;
}

static const struct intact_prefix *prefix_of(const struct settling *s, size_t n, uint64_t size)
{
	for (size_t i = 0; i < n; i++) {
		if (s->prefixes[i].size == size)
			return &s->prefixes[i];
	}
	return NULL;
}

static bool must_ask(struct move_end *const *candidates, size_t n, const struct move_end *target,
		     bool unpack)
{
	for (size_t i = 0; i < n; i++) {
		enum proof proof =
			proof_begins_with(candidates[i]->source, target->target, unpack, NULL);

		if (proof != PROOF_NO)
			return proof == PROOF_ASK;
	}
	return false;
}

static int try_candidates(struct settling *s, struct move_end *const *candidates, size_t n,
			  struct move_end *target, bool unpack, struct intact_error *err)
{
	size_t nprefixes = 0;
	bool read = false;
	int rc = 0;

	if (must_ask(candidates, n, target, unpack)) {
		rc = need_prefixes(s, err);
		if (rc < 0)
			return rc;
		nprefixes = list_prefixes(s, candidates, n);
		rc = read_prefixes(s, target->target, unpack, nprefixes, &read, err);
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct intact_entry *source = candidates[i]->source;
		const struct intact_prefix *prefix =
			read ? prefix_of(s, nprefixes, source->size) : NULL;

		if (proof_begins_with(source, target->target, unpack, prefix) != PROOF_YES)
			continue;
		candidates[i]->went_on = true;
		follow(s, candidates[i], target);
		break;
	}
	return rc;
}

/* A rotated log is nearly always called after the log; the others are tried after that. */
static int settle_continued(struct settling *s, const struct list *sources, struct move_end *target,
			    struct intact_error *err)
{
	bool unpack = target->target->unpacked && !target->target->unpacked->why;
	struct move_end *candidates[PREFIXES_MAX];
	int rc = 0;

	for (int named = 1; named >= 0 && rc == 0 && !target->in; named--) {
		size_t n = list_candidates(s, sources, target, unpack, named, candidates);

		rc = try_candidates(s, candidates, n, target, unpack, err);
	}
	return rc;
}

/* ---- a round ---- */

typedef int settle_fn(struct settling *s, const struct list *sources, struct move_end *target,
		      struct intact_error *err);

struct round {
	end_fn *is_source, *is_target;
	int (*order)(const void *a, const void *b); /* of the sources; NULL: path order */
	settle_fn *settle;
};

static int settle_round(struct settling *s, const struct move_ends *ends, const struct round *round,
			struct intact_error *err)
{
	struct list sources = { 0 }, targets = { 0 };
	int rc = list_ends(&sources, ends, round->is_source, err);

	if (rc == 0)
		rc = list_ends(&targets, ends, round->is_target, err);
	if (rc < 0)
		return rc;
	if (round->order && sources.n)
		qsort(sources.ends, sources.n, sizeof(struct move_end *), round->order);
	s->looks = LOOKS_MAX;
	for (size_t i = 0; sources.n && i < targets.n && rc == 0; i++)
		rc = round->settle(s, &sources, targets.ends[i], err);
	return rc;
}

int settle_ends(const struct intact_moves_options *options, const struct move_ends *ends,
		struct intact_error *err)
{
	static const struct round moved = { is_moved_source, is_moved_target, source_cmp,
					    settle_moved };
	static const struct round packed = { is_packed_source, is_packed_target, NULL,
					     settle_packed };
	static const struct round continued = { is_log, is_copy, size_cmp, settle_continued };
	struct settling s = { .options = options, .arena = ends->arena };
	int rc = settle_round(&s, ends, &moved, err);

	if (rc == 0)
		rc = settle_round(&s, ends, &packed, err);
	if (rc == 0 && options->rotation)
		rc = settle_round(&s, ends, &continued, err);
	s.last = true;
	return rc < 0 ? rc : settle_round(&s, ends, &moved, err);
}

/* ---- what it means for a name ---- */

/* What differs in a log that was truncated where it stands and goes on from there; what grew is not
 * even a difference. */
#define RESTARTED (BIT(SIZE) | BIT(SIZE_GROWING) | BIT(BLOCKS) | INTACT_MASK_DIGESTS)

/*
 * A name on both sides: what stood there went away (or may, with ARF), what stands there came from
 * elsewhere (or may, with ANF, or is the old log that began anew).  If one of the two is not
 * explained, the entry stays in the report as changed.
 */
bool settle_explains(const struct move_end *e)
{
	bool gone = e->out || (e->source && asks(e->source, INTACT_ALLOW_REMOVED));
	bool come = e->in || (e->target && asks(e->target, INTACT_ALLOW_NEW));

	if (e->kind == INTACT_ADDED)
		return e->in;
	if (e->kind == INTACT_REMOVED)
		return e->out;
	if (e->kind != INTACT_CHANGED || !(e->in || e->out))
		return false;
	if (e->same_object && e->went_on && !(e->changed & ~RESTARTED))
		return true;
	return gone && come;
}
