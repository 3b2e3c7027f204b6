/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See proof.h, and doc/design/verdicts.md for what each proof is worth.
 *
 * Everything that the rule compares is left to intact_match_pair(); what a move, a copy or a
 * compression changes by itself is taken out of the masks before.
 */

#include "compare/proof.h"

#include <string.h>
#include <sys/stat.h>

#include <intact/compare.h>

#include "base/path.h"

#define BIT(id) INTACT_BIT(INTACT_##id)

/* Attributes that may be asked for on one side only and still leave a move a move. */
#define MOVE_IGNORES                                                                               \
	(BIT(ALLOW_NEW) | BIT(ALLOW_REMOVED) | BIT(CHECK_INODE) | BIT(COMPRESSED) | BIT(GROWING) | \
	 BIT(NAME))

/* What another object with the same content has of its own. */
#define OF_THE_OBJECT (BIT(INODE) | BIT(CTIME) | BIT(BTIME) | BIT(BLOCKS))
#define OF_THE_PACKING (BIT(SIZE) | BIT(SIZE_GROWING))

/* Do the rules ask the same of both?  AIDE's text does not list capabilities and labels where there
 * are none. */
static bool same_rule(const struct intact_entry *source, const struct intact_entry *target)
{
	uint64_t apart = intact_entry_shown(source, false) ^ intact_entry_shown(target, false);

	return !(apart & ~MOVE_IGNORES & ~INTACT_MASK_DIGESTS);
}

/* ---- the same object ---- */

/* Only the digests differ, as they would if it had grown; and it may grow. */
static bool may_have_grown(const struct intact_entry *source, const struct intact_entry *target,
			   uint64_t changed)
{
	return !(changed & ~INTACT_MASK_DIGESTS) && (source->attrs & BIT(GROWING)) &&
	       source->size && source->size < target->size;
}

static void set_prefix(struct intact_entry *e, const struct intact_prefix *prefix)
{
	memset(e->digest_prefix, 0, sizeof(e->digest_prefix));
	for (size_t i = 0; i < INTACT_DIGEST_OTHER; i++)
		e->digest_prefix[i] = e->digest[i] ? prefix->digest[i] : NULL;
	e->flags |= INTACT_ENTRY_PREFIX;
	e->prefix_size = prefix->size;
}

static uint64_t known_digests(const struct intact_entry *e)
{
	return e->attrs & ~e->failed & INTACT_MASK_DIGESTS;
}

/* Was the content compared, if the baseline was to have it?  The rule of the new name may not ask
 * for it. */
static bool compares_content(const struct intact_entry *source, const struct intact_entry *target)
{
	return !S_ISREG(source->mode) || !(source->attrs & INTACT_MASK_DIGESTS) ||
	       (known_digests(source) & known_digests(target));
}

/* Everything compared must be equal, but for the ctime, which a rename changes; and everything must
 * have been compared. */
enum proof proof_moved(const struct intact_entry *source, const struct intact_entry *target,
		       bool disk, const struct intact_prefix *prefix)
{
	const struct intact_match_options options = { .disk = disk };
	struct intact_entry new = *target;
	const struct intact_pair pair = { .old = source, .new = &new };
	struct intact_change change;
	char reason[1];

	if (!same_rule(source, target) || !compares_content(source, target))
		return PROOF_NO;
	if (prefix && prefix->known && prefix->size == source->size)
		set_prefix(&new, prefix);
	intact_match_pair(&pair, &options, reason, sizeof(reason), &change);
	change.changed &= ~BIT(CTIME);
	if (change.unverified)
		return PROOF_NO;
	if (!change.changed)
		return PROOF_YES;
	return disk && !prefix && may_have_grown(source, target, change.changed) ? PROOF_ASK
										 : PROOF_NO;
}

/* ---- another object with the same content ---- */

/* The old digests against those of the new content: all that are on both sides, and one at least
 * that is more than a check sum.  One of two values that nobody can tell apart says nothing. */
static bool same_digests(const struct intact_entry *source,
			 const uint8_t *const digest[INTACT_DIGEST_MAX])
{
	uint64_t mask = known_digests(source);
	uint64_t equal = 0;

	for (; mask; mask &= mask - 1) {
		const struct intact_attr *row = intact_attr_get((unsigned)__builtin_ctzll(mask));
		const uint8_t *old = source->digest[row->digest], *new = digest[row->digest];

		if (!old || !new || row->other)
			continue;
		if (memcmp(old, new, row->digest_size) != 0)
			return false;
		equal |= INTACT_BIT(row->id);
	}
	return equal & ~INTACT_MASK_CHECKSUMS;
}

static struct intact_entry without(const struct intact_entry *e, uint64_t attrs)
{
	struct intact_entry less = *e;

	less.attrs &= ~attrs;
	less.failed &= ~attrs;
	less.unsupported &= ~attrs;
	memset(less.digest, 0, sizeof(less.digest));
	memset(less.digest_prefix, 0, sizeof(less.digest_prefix));
	return less;
}

/* Is everything that is compared beyond the content and `ignored` equal (or grown, where it may)?
 */
static bool same_beyond_content(const struct intact_entry *source,
				const struct intact_entry *target, uint64_t ignored)
{
	const struct intact_match_options options = { .disk = true };
	struct intact_entry old = without(source, ignored | INTACT_MASK_DIGESTS);
	struct intact_entry new = without(target, ignored | INTACT_MASK_DIGESTS);
	const struct intact_pair pair = { .old = &old, .new = &new };
	struct intact_change change;
	char reason[1];

	if (!same_rule(source, target) || (target->failed & INTACT_MASK_DIGESTS))
		return false;
	intact_match_pair(&pair, &options, reason, sizeof(reason), &change);
	return !change.changed && !change.unverified;
}

bool proof_unpacks_to(const struct intact_entry *source, const struct intact_entry *target)
{
	return same_digests(source, target->unpacked->digest);
}

/* As in AIDE: a size that on both sides may only grow is one that must not shrink, packed or not.
 */
static uint64_t of_the_packing(const struct intact_entry *source, const struct intact_entry *target)
{
	return source->attrs & target->attrs & (BIT(GROWING) | BIT(SIZE_GROWING)) ? 0
										  : OF_THE_PACKING;
}

bool proof_packed(const struct intact_entry *source, const struct intact_entry *target)
{
	return proof_unpacks_to(source, target) &&
	       same_beyond_content(source, target, OF_THE_OBJECT | of_the_packing(source, target));
}

/* ---- a log that went on ---- */

static uint64_t content_size(const struct intact_entry *e, bool unpack)
{
	return unpack ? e->unpacked->size : e->size;
}

/* The last component, and how much of it stays when an extension is put behind the date (dateext,
 * extension): foo.log becomes foo-20300101.log. */
static const char *name_of(const struct intact_entry *e, size_t *ret_len, size_t *ret_stem)
{
	const char *name = path_name(e->path.s, e->path.len), *dot;

	*ret_len = e->path.len - (size_t)(name - e->path.s);
	dot = memrchr(name, '.', *ret_len);
	*ret_stem = dot && dot > name ? (size_t)(dot - name) : *ret_len;
	return name;
}

bool proof_is_named_after(const struct intact_entry *source, const struct intact_entry *target)
{
	size_t len, stem, target_len, target_stem;
	const char *old = name_of(source, &len, &stem);
	const char *new = name_of(target, &target_len, &target_stem);

	if (target_len > len && memcmp(new, old, len) == 0 && strchr(".-_", new[len]))
		return true;
	return target_len > stem + 1 && memcmp(new, old, stem) == 0 && strchr(".-_", new[stem]) &&
	       new[stem + 1] >= '0' && new[stem + 1] <= '9';
}

/* The mode is always known, so it is compared whether or not the rule asks for it. */
bool proof_could_continue(const struct intact_entry *source, const struct intact_entry *target,
			  bool unpack)
{
	if (source->mode != target->mode || source->size > content_size(target, unpack))
		return false;
	/* Of an empty log there is nothing to find; a name is better than nothing, and whoever
	 * could make such a file could as well have written to the log. */
	if (!source->size && !proof_is_named_after(source, target))
		return false;
	return same_beyond_content(source, target, OF_THE_OBJECT | (unpack ? OF_THE_PACKING : 0));
}

enum proof proof_begins_with(const struct intact_entry *source, const struct intact_entry *target,
			     bool unpack, const struct intact_prefix *prefix)
{
	const uint8_t *digest[INTACT_DIGEST_MAX] = { NULL };

	if (!source->size)
		return PROOF_YES;
	if (source->size == content_size(target, unpack))
		return same_digests(source, unpack ? target->unpacked->digest : target->digest)
			       ? PROOF_YES
			       : PROOF_NO;
	if (!prefix)
		return PROOF_ASK;
	if (!prefix->known || prefix->size != source->size)
		return PROOF_NO;
	for (size_t i = 0; i < INTACT_DIGEST_OTHER; i++)
		digest[i] = target->digest[i] ? prefix->digest[i] : NULL;
	return same_digests(source, digest) ? PROOF_YES : PROOF_NO;
}
