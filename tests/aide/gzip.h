/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * gzip FILE, keeping its times, as logrotate's compress does.
 */

#ifndef TESTS_AIDE_GZIP_H
#define TESTS_AIDE_GZIP_H

/** Compress the file `from` into a new file `to`.  What fails is left undone. */
void gzip_file(const char *from, const char *to);

#endif /* TESTS_AIDE_GZIP_H */
