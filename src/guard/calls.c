/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The system calls that a run needs once everything is open, and no other.  The facade of
 * libseccomp.
 *
 * What is on the list is allowed; what code that is not ours may try in vain is refused with an
 * error; all else ends the process.  Calls without a condition cost nothing worth measuring: the
 * kernel remembers that the filter always lets them through (Linux 5.11).
 *
 * To see what a new call of a library does: `strace -f` names the call that SIGSYS came for.
 */

#include "guard/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Sanitizers make calls of their own. */
#if defined(HAVE_LIBSECCOMP) && !defined(WITHOUT_CALLS_LAYER)

#include <linux/fs.h>
#include <seccomp.h>

const bool calls_built_in = true;

/* Linux 5.4 and 5.12 */
#ifndef FS_IOC_MEASURE_VERITY
#define FS_IOC_MEASURE_VERITY _IOWR('f', 134, uint32_t)
#endif
#ifndef FS_IOC_READ_VERITY_METADATA
#define FS_IOC_READ_VERITY_METADATA _IOWR('f', 135, uint64_t[5])
#endif

/* ---- the list ---- */

/* By name: not every architecture has every one, and a library may be older than a call. */
static const char *const always[] = {
	/* looking and reading */
	"read",
	"pread64",
	"preadv2",
	"lseek",
	"close",
	"statx",
	"newfstatat",
	"fstatat64",
	"fstat",
	"fstat64",
	"fstatfs",
	"fstatfs64",
	"getdents64",
	"readlinkat",
	"flistxattr",
	"listxattr",
	"fgetxattr",
	"getxattr",
	"cachestat",
	/* writing to what is open */
	"write",
	"pwrite64",
	"ftruncate",
	"ftruncate64",
	"flock",
	/* memory, threads and time */
	"munmap",
	"mremap",
	"madvise",
	"brk",
	"futex",
	"futex_time64",
	"rseq",
	"rt_sigprocmask",
	"rt_sigreturn",
	"sigreturn",
	"restart_syscall",
	"clock_gettime",
	"clock_gettime64",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"timer_settime",
	"timer_settime64",
	"getrusage",
	"sched_getaffinity",
	"sysinfo",
	"wait4",
	"exit",
	"exit_group",
};
#define NALWAYS (sizeof(always) / sizeof(always[0]))

/* Beside a condition, for the same call or another one. */
struct rule {
	uint32_t action; /* 0: allow */
	const char *call;
	struct scmp_arg_cmp arg[2];
	unsigned nargs;
};

#define ALLOW_IF(call, ...)                 \
	{                                   \
		0, call, { __VA_ARGS__ }, 1 \
	}
#define REFUSE(call, with)                               \
	{                                                \
		SCMP_ACT_ERRNO(with), call, { { 0 } }, 0 \
	}
#define REFUSE_IF(call, with, ...)                             \
	{                                                      \
		SCMP_ACT_ERRNO(with), call, { __VA_ARGS__ }, 1 \
	}
#define ANY_OF(n, bits, which) SCMP_CMP64(n, SCMP_CMP_MASKED_EQ, bits, which)
#define IS(n, value) SCMP_CMP64(n, SCMP_CMP_MASKED_EQ, UINT32_MAX, value)

/* Of O_ACCMODE reading is the one that is 0. */
#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define NEW_WORLD                                                                      \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
	 CLONE_NEWPID | CLONE_NEWNET | CLONE_VFORK | CLONE_PARENT)

#ifdef __s390x__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

static const struct rule rules[] = {
	/* for reading only */
	ALLOW_IF("openat", ANY_OF(2, WRITING, 0)),
	/* no code is made any more: patterns were compiled before */
	ALLOW_IF("mmap", ANY_OF(2, PROT_EXEC, 0)),
	ALLOW_IF("mmap2", ANY_OF(2, PROT_EXEC, 0)),
	ALLOW_IF("mprotect", ANY_OF(2, PROT_EXEC, 0)),
	/* threads, no processes */
	ALLOW_IF("clone", ANY_OF(CLONE_FLAGS, THREAD | NEW_WORLD, THREAD)),
	ALLOW_IF("fcntl", IS(1, F_GETFD)),
	ALLOW_IF("fcntl", IS(1, F_GETFL)),
	ALLOW_IF("fcntl", IS(1, F_SETFL)),
	ALLOW_IF("fcntl", IS(1, F_DUPFD_CLOEXEC)),
	ALLOW_IF("fcntl64", IS(1, F_GETFD)),
	ALLOW_IF("fcntl64", IS(1, F_GETFL)),
	ALLOW_IF("fcntl64", IS(1, F_SETFL)),
	ALLOW_IF("fcntl64", IS(1, F_DUPFD_CLOEXEC)),
	/* flags of files; fs-verity; is it a terminal, and how wide */
	ALLOW_IF("ioctl", IS(1, FS_IOC_GETFLAGS)),
	ALLOW_IF("ioctl", IS(1, FS_IOC_MEASURE_VERITY)),
	ALLOW_IF("ioctl", IS(1, FS_IOC_READ_VERITY_METADATA)),
	ALLOW_IF("ioctl", IS(1, TCGETS)),
	ALLOW_IF("ioctl", IS(1, TIOCGWINSZ)),
	/* whoever stays behind is not to be killed with its parent */
	ALLOW_IF("prctl", IS(0, PR_SET_PDEATHSIG)),

	/* The C library takes clone() then, whose flags can be looked at. */
	REFUSE("clone3", ENOSYS),
	REFUSE("openat2", ENOSYS),
	/* What libraries try on the way to an error that they handle. */
	REFUSE_IF("openat", EACCES, SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, O_WRONLY, O_WRONLY)),
	REFUSE_IF("openat", EACCES, SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, O_RDWR, O_RDWR)),
	REFUSE_IF("mmap", EACCES, ANY_OF(2, PROT_EXEC, PROT_EXEC)),
	REFUSE_IF("mmap2", EACCES, ANY_OF(2, PROT_EXEC, PROT_EXEC)),
	REFUSE_IF("mprotect", EACCES, ANY_OF(2, PROT_EXEC, PROT_EXEC)),
	REFUSE("set_robust_list", ENOSYS),
	REFUSE("socket", EACCES),
	REFUSE("memfd_create", EACCES),
	REFUSE("getrandom", ENOSYS),
	REFUSE("capget", EPERM),
	REFUSE("access", EACCES),
	REFUSE("poll", EACCES),
	REFUSE("ppoll", EACCES),
	REFUSE("faccessat", EACCES),
	REFUSE("faccessat2", EACCES),
	REFUSE("readlink", EACCES),
	REFUSE("getcwd", EACCES),
	REFUSE("rt_sigaction", EPERM),
};
#define NRULES (sizeof(rules) / sizeof(rules[0]))

/* ---- the filter ---- */

static int number(const char *call)
{
	int nr = seccomp_syscall_resolve_name(call);

	/* Negative ones are of other architectures. */
	return nr < 0 ? -1 : nr;
}

static int add_rule(scmp_filter_ctx filter, const struct rule *r)
{
	int nr = number(r->call);

	if (nr < 0)
		return 0;
	return seccomp_rule_add_array(filter, r->action ? r->action : SCMP_ACT_ALLOW, nr, r->nargs,
				      r->arg);
}

static int fill(scmp_filter_ctx filter)
{
	int rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);

	/* A tree instead of a list.  Older libraries have none. */
	(void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; rc == 0 && i < NALWAYS; i++)
		rc = add_rule(filter, &(struct rule){ .call = always[i] });
	for (size_t i = 0; rc == 0 && i < NRULES; i++)
		rc = add_rule(filter, &rules[i]);
	return rc;
}

static int make(scmp_filter_ctx *ret)
{
	int rc = -ENOSYS;

	*ret = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (*ret)
		rc = fill(*ret);
	return rc;
}

int calls_filter(char why[WHY_SIZE])
{
	scmp_filter_ctx filter;
	int rc = make(&filter);

	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	if (rc < 0)
		snprintf(why, WHY_SIZE, "%s", strerror(-rc));
	return rc < 0 ? -1 : 0;
}

int intact_guard_print_filter(int fd, struct intact_error *err)
{
	scmp_filter_ctx filter;
	int rc = make(&filter);

	if (rc == 0)
		rc = seccomp_export_pfc(filter, fd);
	seccomp_release(filter);
	return rc == 0 ? 0 : intact_fail(err, INTACT_EIO, "the filter: %s", strerror(-rc));
}

/* ---- counting ---- */

static bool is_repeated(size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (!rules[k].action && strcmp(rules[k].call, rules[i].call) == 0)
			return true;
	}
	return false;
}

size_t intact_guard_count_calls(void)
{
	size_t n = 0;

	for (size_t i = 0; i < NALWAYS; i++)
		n += number(always[i]) >= 0;
	for (size_t i = 0; i < NRULES; i++)
		n += !rules[i].action && !is_repeated(i) && number(rules[i].call) >= 0;
	return n;
}

#else

const bool calls_built_in = false;

int calls_filter(char why[WHY_SIZE])
{
	snprintf(why, WHY_SIZE, "not built in");
	return -1;
}

int intact_guard_print_filter(int fd, struct intact_error *err)
{
	(void)fd;
	return intact_fail(err, INTACT_EIO, "there is no filter in this build");
}

size_t intact_guard_count_calls(void)
{
	return 0;
}

#endif
