/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Capabilities, and the switches of prctl(2) that keep a process from getting or giving more.
 *
 * By system call: what libcap would add is text.
 */

#include "guard/guard.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Linux 6.3 */
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

/* User id 0 means nothing any more to what is executed, and that cannot be changed back. */
#define ROOT_IS_NOBODY                                                                           \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |                         \
	 SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | \
	 SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static int failed(char why[WHY_SIZE], const char *what)
{
	snprintf(why, WHY_SIZE, "%s: %s", what, strerror(errno));
	return -1;
}

struct sets {
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];
};

static struct __user_cap_header_struct header(void)
{
	return (struct __user_cap_header_struct){ .version = _LINUX_CAPABILITY_VERSION_3 };
}

static int get(struct sets *ret)
{
	struct __user_cap_header_struct h = header();

	return (int)syscall(SYS_capget, &h, ret->half);
}

static int set(const struct sets *sets)
{
	struct __user_cap_header_struct h = header();

	return (int)syscall(SYS_capset, &h, sets->half);
}

static bool has(const struct sets *sets, unsigned cap)
{
	return sets->half[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}

/* What could come back by execve(), if there was one.  Only who may set it may take it away, and
 * whoever may not has no_new_privs, which says the same. */
static int drop_bounds(void)
{
	for (unsigned cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			return -1;
	}
	return prctl(PR_SET_SECUREBITS, ROOT_IS_NOBODY, 0, 0, 0);
}

static void reduce(struct sets *sets, uint64_t keep)
{
	for (unsigned i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t left = (uint32_t)(keep >> (32 * i));

		sets->half[i].permitted &= left;
		sets->half[i].effective = sets->half[i].permitted;
		sets->half[i].inheritable = 0;
	}
}

int rights_drop(uint64_t keep, char why[WHY_SIZE])
{
	struct sets sets;

	if (get(&sets) != 0)
		return failed(why, "capget");
	if (has(&sets, CAP_SETPCAP) && drop_bounds() != 0)
		return failed(why, "the bounding set");
	/* Not known before Linux 4.3, when there were none. */
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
		return failed(why, "the ambient set");
	reduce(&sets, keep);
	return set(&sets) == 0 ? 0 : failed(why, "capset");
}

int rights_no_new(char why[WHY_SIZE])
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return failed(why, "prctl");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return failed(why, "PR_SET_DUMPABLE");
	/* The filter says the same where the kernel does not know it. */
	(void)prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
	return 0;
}
