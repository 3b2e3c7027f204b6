/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * A kernel that lacks something: without CALL... -- PROGRAM ARGUMENT...
 *
 * The program runs with these system calls answered by ENOSYS, as one would that does not know
 * them. "seccomp" stands for filters as a whole, prctl(PR_SET_SECCOMP) included.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS_MAX 16

static const struct {
	const char *name;
	uint32_t number;
} known[] = {
	{ "landlock", SYS_landlock_create_ruleset },
	{ "seccomp", SYS_seccomp },
	{ "open_tree", SYS_open_tree },
	{ "close_range", SYS_close_range },
	{ "socketpair", SYS_socketpair },
#ifdef SYS_link
	{ "link", SYS_link },
#endif
	{ "linkat", SYS_linkat },
};

static int number_of(const char *name, uint32_t *ret)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i].name) == 0) {
			*ret = known[i].number;
			return 0;
		}
	}
	return -1;
}

/* "If it is this call: ENOSYS." */
static size_t add_call(struct sock_filter *at, uint32_t number)
{
	at[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
	at[1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	return 2;
}

/* prctl(PR_SET_SECCOMP, ...), for which the argument must be looked at. */
static size_t add_prctl(struct sock_filter *at)
{
	at[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3);
	at[1] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					     offsetof(struct seccomp_data, args[0]));
	at[2] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1);
	at[3] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL);
	return 4;
}

static int filter(const uint32_t *numbers, size_t n)
{
	struct sock_filter code[2 * CALLS_MAX + 8];
	struct sock_fprog program = { .filter = code };
	size_t len = 0;

	code[len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						   offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < n; i++)
		len += add_call(code + len, numbers[i]);
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] == SYS_seccomp)
			len += add_prctl(code + len);
	}
	code[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)len;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	uint32_t numbers[CALLS_MAX];
	size_t n = 0;
	int at = 1;

	for (; at < argc && strcmp(argv[at], "--") != 0; at++, n++) {
		if (n == CALLS_MAX || number_of(argv[at], &numbers[n]) != 0) {
			fprintf(stderr, "without: '%s' is not known\n", argv[at]);
			return 2;
		}
	}
	if (at + 1 >= argc || filter(numbers, n) != 0) {
		fprintf(stderr, "without: cannot\n");
		return 77;
	}
	execvp(argv[at + 1], argv + at + 1);
	return 2;
}
