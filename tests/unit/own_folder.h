/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * For tests: an empty folder of their own, in which they run; and what they have open.
 */

#ifndef UNIT_OWN_FOLDER_H
#define UNIT_OWN_FOLDER_H

/** Fixtures of cmocka, for one test or for a group: make the folder and go there; go away and
 * remove it with all that is in it. */
int own_folder_enter(void **state);
int own_folder_leave(void **state);

/** Its absolute path. */
const char *own_folder(void);

/** How many files this process has open. */
int own_open_files(void);

#endif /* UNIT_OWN_FOLDER_H */
