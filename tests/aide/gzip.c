/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See gzip.h.
 */

#include "gzip.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

void gzip_file(const char *from, const char *to)
{
	int fd = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char block[4096];
	struct stat st;
	ssize_t n;
	gzFile out;

	if (fd < 0)
		return;
	out = fstat(fd, &st) == 0 ? gzopen(to, "wbe") : NULL;
	while (out && (n = read(fd, block, sizeof(block))) > 0)
		gzwrite(out, block, (unsigned)n);
	close(fd);
	if (!out || gzclose(out) != Z_OK)
		return;
	chmod(to, st.st_mode & 07777);
	utimensat(AT_FDCWD, to, (struct timespec[]){ st.st_atim, st.st_mtim }, 0);
}
