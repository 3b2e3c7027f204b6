/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Debian packages as files: an ar archive in which data.tar.xz (or .zst, .gz, or plain) has what
 * the package ships, and control.tar what dpkg keeps about it.
 */

#ifndef PACKAGES_DEB_H
#define PACKAGES_DEB_H

#include "packages/untar.h"

/** Read the members of the package that `fd` is: those of control.tar, unless `control` is NULL,
 * then those of data.tar.  Returns 1; INTACT_EIO where it is damaged, cut or not understood: what
 * the sinks were told until then is not to be used. */
INTACT_MUST_CHECK
int deb_read(int fd, const struct untar_sink *control, const struct untar_sink *data,
	     struct intact_error *err);

#endif /* PACKAGES_DEB_H */
