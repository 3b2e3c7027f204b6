/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Replays kept inputs through a fuzz target: every file of each folder named on the command line.
 *
 * With --enable-fuzz libFuzzer brings its own main() instead.
 */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t size;

	if (!in || fstat(fileno(in), &st) != 0 || !S_ISREG(st.st_mode)) {
		if (in)
			fclose(in);
		return 0;
	}
	data = malloc((size_t)st.st_size + 1);
	size = data ? fread(data, 1, (size_t)st.st_size, in) : 0;
	fclose(in);
	if (!data)
		return 0;
	/* A copy of exactly this size, so that a sanitizer sees one byte too many. */
	data = realloc(data, size ? size : 1);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

static unsigned replay_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	unsigned n = 0;

	while (dir && (d = readdir(dir)) != NULL) {
		char *path;

		if (asprintf(&path, "%s/%s", folder, d->d_name) < 0)
			break;
		n += (unsigned)replay_file(path);
		free(path);
	}
	if (dir)
		closedir(dir);
	return n;
}

int main(int argc, char **argv)
{
	unsigned n = 0;

	for (int i = 1; i < argc; i++)
		n += replay_folder(argv[i]);
	printf("%u passed, 0 failed, 0 skipped\n", n);
	/* Nothing replayed is a mistake in the set-up, not a success. */
	return n ? 0 : 1;
}
