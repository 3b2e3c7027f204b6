/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Landlock: which files may be opened, and for what.  See landlock(7).
 *
 * By system call: there is no library.  Everything that the kernel can forbid is forbidden, but for
 * reading where the policy says so; what was opened before stays open.
 */

#include "guard/guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A coverage build writes its counts when it ends. */
#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset) && \
	!defined(WITHOUT_FILES_LAYER)

#include <linux/landlock.h>

const bool files_built_in = true;

/* Headers are often older than kernels.  The whole of the struct, as ABI 6 has it; a kernel that
 * knows less takes it where the rest is zero. */
struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_ABI_1 ((UINT64_C(1) << 13) - 1) /* EXECUTE to MAKE_SYM */
#define FS_REFER (UINT64_C(1) << 13)	   /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)	   /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15)   /* ABI 5 */
#define NET_TCP UINT64_C(3)		   /* ABI 4: bind and connect */
#define SCOPED UINT64_C(3)		   /* ABI 6: abstract sockets and signals of others */

#define READING ((uint64_t)(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR))

static int abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static struct ruleset everything(int version)
{
	struct ruleset r = { .fs = FS_ABI_1 };

	if (version >= 2)
		r.fs |= FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 4)
		r.net = NET_TCP;
	if (version >= 5)
		r.fs |= FS_IOCTL_DEV;
	if (version >= 6)
		r.scoped = SCOPED;
	return r;
}

/* The kernel looks at all folders above a file when one of these is forbidden somewhere; a file
 * that cannot be opened for writing is then truncated by its name only, and that call is not on the
 * list in calls.c. */
static uint64_t left_alone(const struct intact_guard_policy *policy)
{
	if (!policy->read_all)
		return 0;
	return calls_built_in ? READING | FS_TRUNCATE : READING;
}

static int failed(char why[WHY_SIZE], const char *what)
{
	snprintf(why, WHY_SIZE, "%s: %s", what, strerror(errno));
	return -1;
}

static int allow(int ruleset, int fd)
{
	struct landlock_path_beneath_attr attr = { .allowed_access = READING, .parent_fd = fd };

	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attr, 0) == 0)
		return 0;
	/* A file that is no directory has no names. */
	attr.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
	return errno == EINVAL && syscall(SYS_landlock_add_rule, ruleset,
					  LANDLOCK_RULE_PATH_BENEATH, &attr, 0) == 0
		       ? 0
		       : -1;
}

static int fill_and_close(int ruleset, const struct intact_guard_policy *policy, char why[WHY_SIZE])
{
	for (size_t i = 0; !policy->read_all && i < policy->nbelow; i++) {
		if (allow(ruleset, policy->below[i]) != 0)
			return failed(why, "landlock_add_rule");
	}
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		return failed(why, "landlock_restrict_self");
	return 0;
}

int files_close(const struct intact_guard_policy *policy, char why[WHY_SIZE])
{
	int version = abi();
	struct ruleset rules = everything(version);
	int fd, rc;

	rules.fs &= ~left_alone(policy);
	if (version < 1)
		return failed(why, "this kernel does not offer it");
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0);
	if (fd < 0)
		return failed(why, "landlock_create_ruleset");
	rc = fill_and_close(fd, policy, why);
	close(fd);
	return rc;
}

#else

const bool files_built_in = false;

int files_close(const struct intact_guard_policy *policy, char why[WHY_SIZE])
{
	(void)policy;
	snprintf(why, WHY_SIZE, "not built in");
	return -1;
}

#endif
