/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Text in the form of mail: RFC 5322 lines, RFC 2045 bodies, RFC 2047 words.  Lines end with LF, as
 * sendmail(8) takes them.  Nothing that is handed in can make a header, a part or a line of its
 * own.
 */

#ifndef CLI_MIME_H
#define CLI_MIME_H

#include <stddef.h>

#include "base/buf.h"

/** "NAME: TEXT", folded; what is not plain ASCII as encoded words.  Control characters are escaped
 * as text_escape() does it. */
void mime_header(struct buf *out, const char *name, const char *text);

/** Text in quoted-printable, with a newline at its end. */
void mime_quoted(struct buf *out, const char *text, size_t len);

/** Bytes in base64, 76 characters a line. */
void mime_base64(struct buf *out, const void *data, size_t len);

#endif /* CLI_MIME_H */
