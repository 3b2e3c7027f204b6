/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * ACLs in libacl's long text form: what the mask leaves of each right.
 *
 * Entries carry the text without comments.  libacl adds "\t#effective:r--" to the lines whose
 * rights the mask cuts, and with it AIDE's databases and reports do.
 */

#ifndef MODEL_ACL_H
#define MODEL_ACL_H

#include <stddef.h>

#include "base/buf.h"

/** Rights that the mask of an ACL leaves, as in a mode (4 r, 2 w, 1 x); 7 where there is no mask.
 */
unsigned acl_mask(const char *text, size_t len);

/** What to append to a line (without its newline): "" or a comment.  The result is constant. */
const char *acl_effective(const char *line, size_t len, unsigned mask);

/** Length of a line without a comment and the blanks before it. */
size_t acl_line_length(const char *line, size_t len);

#endif /* MODEL_ACL_H */
