/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Can this new entry be what became of that old one?
 *
 * Three ways: the same object under another name (I), its content compressed (compressed), and a
 * log that was copied or compressed after it had grown (rotation).  Each answers for one source and
 * one target and knows of no folder.
 */

#ifndef COMPARE_PROOF_H
#define COMPARE_PROOF_H

#include <intact/content.h>
#include <intact/entry.h>

enum proof {
	PROOF_NO,
	PROOF_YES,
	/* Only the digests over the first source->size bytes of the target's content can tell. */
	PROOF_ASK,
};

/** Is `target` the object `source` under another name?  `disk` as in intact_match_options.  With
 * `prefix` (NULL: none) a PROOF_ASK is decided. */
enum proof proof_moved(const struct intact_entry *source, const struct intact_entry *target,
		       bool disk, const struct intact_prefix *prefix);

/** Does `target` decompress to the content of `source`?  Cheap, and nearly always false. */
bool proof_unpacks_to(const struct intact_entry *source, const struct intact_entry *target);

/** ... and is it otherwise like it? */
bool proof_packed(const struct intact_entry *source, const struct intact_entry *target);

/** Is it called after it: "log" and "log.1", "foo.log" and "foo-20300101.log.gz"? */
bool proof_is_named_after(const struct intact_entry *source, const struct intact_entry *target);

/** Could `source`, a log, have been copied to `target` (`unpack`: compressed into it), as far as
 * can be told without its content? */
bool proof_could_continue(const struct intact_entry *source, const struct intact_entry *target,
			  bool unpack);

/** Does the content of `target` begin with that of `source`?  `prefix` (NULL: none) is over the
 * first source->size bytes.  PROOF_ASK only without it. */
enum proof proof_begins_with(const struct intact_entry *source, const struct intact_entry *target,
			     bool unpack, const struct intact_prefix *prefix);

#endif /* COMPARE_PROOF_H */
