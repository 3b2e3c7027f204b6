/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See own_folder.h.
 */

#include "own_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64];

int own_folder_enter(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/intact-unit-XXXXXX");
	return mkdtemp(folder) ? chdir(folder) : -1;
}

int own_folder_leave(void **state)
{
	char command[256];

	(void)state;
	snprintf(command, sizeof(command), "chmod -R u+rwx %s; rm -rf %s", folder, folder);
	return chdir("/") || system(command);
}

const char *own_folder(void)
{
	return folder;
}

int own_open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	if (!dir)
		return -1;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}
