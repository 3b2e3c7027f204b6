/* SPDX-License-Identifier: BSD-2-Clause */

/* The layers, from inside: each act is tried in a process of its own that has entered, and once in
 * one that has not, where it must work or fail for another reason. */

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guard/guard.h"
#include "own_folder.h"

/* What became of a process that tried. */
#define WORKED 0
#define ENDED 255 /* by SIGSYS; everything else is an errno */

struct places {
	const char *folder; /* ours */
	char inside[300];   /* a file in ./below */
	char outside[300];
	int below; /* ./below, open */
	int folder_fd;
};

static void make_file_at(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int setup(void **state)
{
	struct places *p = calloc(1, sizeof(*p));
	void *unused;

	assert_non_null(p);
	assert_int_equal(own_folder_enter(&unused), 0);
	p->folder = own_folder();
	assert_int_equal(mkdir("below", 0755), 0);
	p->below = open("below", O_PATH | O_DIRECTORY | O_CLOEXEC);
	p->folder_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	snprintf(p->inside, sizeof(p->inside), "%s/below/file", p->folder);
	snprintf(p->outside, sizeof(p->outside), "%s/outside", p->folder);
	make_file_at(p->inside, "text");
	make_file_at(p->outside, "text");
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct places *p = *state;
	void *unused;

	close(p->below);
	close(p->folder_fd);
	free(p);
	return own_folder_leave(&unused);
}

static void enter(const struct places *p, struct intact_guard_result *ret)
{
	struct intact_guard_policy policy = {
		.keep = UINT64_C(1) << CAP_DAC_READ_SEARCH,
		.below = &p->below,
		.nbelow = 1,
	};

	intact_guard_enter(&policy, ret);
}

typedef int act(const struct places *p);

/* Run it; inside or outside. */
static int outcome(const struct places *p, act *fn, bool inside)
{
	struct rlimit none = { 0, 0 };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct intact_guard_result result;

		setrlimit(RLIMIT_CORE, &none);
		if (inside)
			enter(p, &result);
		errno = 0;
		_exit(fn(p) == 0 ? WORKED : errno);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? ENDED : 254;
	return WEXITSTATUS(status);
}

static bool has_layer(enum intact_layer layer)
{
	struct intact_guard_result result;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct intact_guard_policy policy = { 0 };

		intact_guard_enter(&policy, &result);
		_exit(result.on[layer] ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- what must work ---- */

static int open_close(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd < 0)
		return -1;
	return close(fd);
}

static int read_inside(const struct places *p)
{
	char text[8];
	int fd = openat(p->below, "file", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && pread(fd, text, sizeof(text), 0) == 4 ? 0 : -1;
}

static int look_outside(const struct places *p)
{
	struct stat st;

	return fstatat(AT_FDCWD, p->outside, &st, AT_SYMLINK_NOFOLLOW);
}

static void *nothing(void *arg)
{
	return arg;
}

static int start_thread(const struct places *p)
{
	pthread_t thread;

	(void)p;
	errno = pthread_create(&thread, NULL, nothing, NULL);
	return errno ? -1 : pthread_join(thread, NULL);
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* Some C libraries ask how much memory there is. */
static int sort_much(const struct places *p)
{
	size_t n = 4000000;
	int *list = malloc(n * sizeof(*list));

	(void)p;
	if (!list)
		return -1;
	for (size_t i = 0; i < n; i++)
		list[i] = (int)(i * 2654435761u);
	qsort(list, n, sizeof(*list), compare_ints);
	free(list);
	return 0;
}

static int sleep_a_little(const struct places *p)
{
	struct timespec wait = { 0, 1000000 };

	(void)p;
	return nanosleep(&wait, NULL);
}

static int print(const struct places *p)
{
	(void)p;
	(void)isatty(STDOUT_FILENO);
	return printf("%d\n", 1) > 0 ? fflush(stdout) : -1;
}

static void test_what_a_run_needs_works(void **state)
{
	static act *const acts[] = { read_inside, look_outside,	  start_thread,
				     sort_much,	  sleep_a_little, print };

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		assert_int_equal(outcome(*state, acts[i], false), WORKED);
		assert_int_equal(outcome(*state, acts[i], true), WORKED);
	}
}

/* ---- what must not ---- */

static int read_outside(const struct places *p)
{
	return open_close(p->outside, O_RDONLY);
}

static int write_outside(const struct places *p)
{
	return open_close(p->outside, O_WRONLY);
}

static int write_inside(const struct places *p)
{
	return open_close(p->inside, O_RDWR);
}

static int make_file(const struct places *p)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/below/new", p->folder);
	return open_close(path, O_WRONLY | O_CREAT);
}

static int temporary_file(const struct places *p)
{
	return open_close(p->folder, O_TMPFILE | O_RDWR);
}

static int change_mode(const struct places *p)
{
	return chmod(p->inside, 0600);
}

static int change_times(const struct places *p)
{
	return utimensat(AT_FDCWD, p->inside, NULL, 0);
}

static int change_owner(const struct places *p)
{
	return chown(p->inside, geteuid(), (gid_t)-1);
}

static int remove_file(const struct places *p)
{
	return unlink(p->outside);
}

static int rename_file(const struct places *p)
{
	return rename(p->outside, p->outside);
}

static int make_folder(const struct places *p)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/folder", p->folder);
	return mkdir(path, 0700) == 0 ? rmdir(path) : -1;
}

static int execute(const struct places *p)
{
	char *const args[] = { (char *)"true", NULL };

	(void)p;
	return execv("/bin/true", args);
}

static int start_process(const struct places *p)
{
	pid_t pid = fork();

	(void)p;
	if (pid == 0)
		_exit(0);
	return pid > 0 ? waitpid(pid, NULL, 0) - pid : -1;
}

static int open_socket(const struct places *p)
{
	(void)p;
	return socket(AF_UNIX, SOCK_DGRAM, 0) >= 0 ? 0 : -1;
}

static int open_internet(const struct places *p)
{
	(void)p;
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : -1;
}

static int trace_parent(const struct places *p)
{
	(void)p;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : -1;
}

static int signal_parent(const struct places *p)
{
	(void)p;
	return kill(getppid(), 0);
}

static int make_code(const struct places *p)
{
	void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)p;
	return code == MAP_FAILED ? -1 : munmap(code, 4096);
}

static int make_data_code(const struct places *p)
{
	void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)p;
	return data == MAP_FAILED ? -1 : mprotect(data, 4096, PROT_READ | PROT_EXEC);
}

static int name_space(const struct places *p)
{
	(void)p;
	return unshare(CLONE_FILES);
}

/* The way around every folder, for who has CAP_DAC_READ_SEARCH. */
static int open_by_handle(const struct places *p)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + 128];
	} h = { .handle.handle_bytes = 128 };
	int mount;

	if (name_to_handle_at(AT_FDCWD, p->outside, &h.handle, &mount, 0) != 0)
		return -1;
	return open_by_handle_at(p->folder_fd, &h.handle, O_RDONLY) >= 0 ? 0 : -1;
}

static int change_user(const struct places *p)
{
	(void)p;
	return setresuid((uid_t)-1, (uid_t)-1, (uid_t)-1);
}

/* Typing on somebody's terminal.  Elsewhere it is ENOTTY, which is not being ended. */
static int other_ioctl(const struct places *p)
{
	return ioctl(p->below, TIOCSTI, "x") == 0 || errno == EBADF || errno == ENOTTY ? 0 : -1;
}

static int io_ring(const struct places *p)
{
	(void)p;
	/* With nowhere to put it: EFAULT; or a kernel without. */
	return syscall(SYS_io_uring_setup, 1, NULL) >= 0 || errno == EFAULT || errno == ENOSYS ||
			       errno == EPERM
		       ? 0
		       : -1;
}

struct denied {
	const char *name;
	act *fn;
	int inside;	      /* what comes of it */
	enum intact_layer by; /* the layer that it takes */
};

static const struct denied denied[] = {
	{ "read outside", read_outside, EACCES, INTACT_LAYER_FILES },
	{ "write outside", write_outside, EACCES, INTACT_LAYER_CALLS },
	{ "write inside", write_inside, EACCES, INTACT_LAYER_CALLS },
	{ "make a file", make_file, EACCES, INTACT_LAYER_CALLS },
	{ "a temporary file", temporary_file, EACCES, INTACT_LAYER_CALLS },
	{ "chmod", change_mode, ENDED, INTACT_LAYER_CALLS },
	{ "utimensat", change_times, ENDED, INTACT_LAYER_CALLS },
	{ "chown", change_owner, ENDED, INTACT_LAYER_CALLS },
	{ "rename", rename_file, ENDED, INTACT_LAYER_CALLS },
	{ "mkdir", make_folder, ENDED, INTACT_LAYER_CALLS },
	{ "exec", execute, ENDED, INTACT_LAYER_CALLS },
	{ "fork", start_process, ENDED, INTACT_LAYER_CALLS },
	{ "socket", open_socket, EACCES, INTACT_LAYER_CALLS },
	{ "internet", open_internet, EACCES, INTACT_LAYER_CALLS },
	{ "ptrace", trace_parent, ENDED, INTACT_LAYER_CALLS },
	{ "kill", signal_parent, ENDED, INTACT_LAYER_CALLS },
	{ "code", make_code, EACCES, INTACT_LAYER_CALLS },
	{ "data to code", make_data_code, EACCES, INTACT_LAYER_CALLS },
	{ "unshare", name_space, ENDED, INTACT_LAYER_CALLS },
	{ "setresuid", change_user, ENDED, INTACT_LAYER_CALLS },
	{ "another ioctl", other_ioctl, ENDED, INTACT_LAYER_CALLS },
	{ "io_uring", io_ring, ENDED, INTACT_LAYER_CALLS },
	/* The last ones: outside they do it. */
	{ "unlink", remove_file, ENDED, INTACT_LAYER_CALLS },
};

static void test_what_it_must_not_do_fails(void **state)
{
	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		const struct denied *d = &denied[i];

		if (!has_layer(d->by))
			continue;
		if (outcome(*state, d->fn, true) != d->inside)
			fail_msg("%s: %d, not %d", d->name, outcome(*state, d->fn, true),
				 d->inside);
		/* Without the door it works: so it was the door. */
		if (outcome(*state, d->fn, false) != WORKED)
			fail_msg("%s does not even work outside: %d", d->name,
				 outcome(*state, d->fn, false));
	}
}

static void test_handles_are_no_way_around(void **state)
{
	int outside = outcome(*state, open_by_handle, false);

	if (!has_layer(INTACT_LAYER_CALLS))
		skip();
	assert_int_equal(outcome(*state, open_by_handle, true), ENDED);
	if (geteuid() == 0 && outside != EOPNOTSUPP)
		assert_int_equal(outside, WORKED);
}

/* ---- each layer by itself ---- */

static int with_files_only(const struct places *p, bool read_all, act *fn)
{
	const struct intact_guard_policy policy = {
		.read_all = read_all,
		.below = &p->below,
		.nbelow = 1,
	};
	char why[WHY_SIZE];
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (files_close(&policy, why) != 0)
			_exit(253);
		errno = 0;
		_exit(fn(p) == 0 ? WORKED : errno);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void test_landlock_alone_keeps_files_shut(void **state)
{
	if (!has_layer(INTACT_LAYER_FILES))
		skip();
	for (int read_all = 0; read_all <= 1; read_all++) {
		assert_int_equal(with_files_only(*state, read_all, read_inside), WORKED);
		assert_int_equal(with_files_only(*state, read_all, read_outside),
				 read_all ? WORKED : EACCES);
		assert_int_equal(with_files_only(*state, read_all, write_outside), EACCES);
		assert_int_equal(with_files_only(*state, read_all, write_inside), EACCES);
		assert_int_equal(with_files_only(*state, read_all, make_file), EACCES);
		assert_int_equal(with_files_only(*state, read_all, temporary_file), EACCES);
		assert_int_equal(with_files_only(*state, read_all, make_folder), EACCES);
		assert_int_equal(with_files_only(*state, read_all, execute), EACCES);
	}
}

struct caps {
	struct __user_cap_data_struct half[_LINUX_CAPABILITY_U32S_3];
};

static struct caps caps(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct caps c;

	assert_int_equal(syscall(SYS_capget, &h, c.half), 0);
	return c;
}

static int drop_and_look(const struct places *p)
{
	char why[WHY_SIZE];
	uint32_t wanted = geteuid() == 0 ? 1u << CAP_DAC_READ_SEARCH : 0;
	struct caps c;

	(void)p;
	if (rights_drop(UINT64_C(1) << CAP_DAC_READ_SEARCH, why) != 0)
		return -1;
	if (rights_no_new(why) != 0)
		return -1;
	c = caps();
	errno = ERANGE;
	if ((c.half[0].effective & ~(1u << CAP_DAC_READ_SEARCH)) || c.half[1].effective ||
	    c.half[0].permitted != c.half[0].effective || c.half[0].inheritable)
		return -1;
	if (wanted && c.half[0].effective != wanted)
		return -1;
	for (unsigned cap = 0; geteuid() == 0 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 0)
			return -1;
	}
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return -1;
	return 0;
}

static int drop_and_chown(const struct places *p)
{
	char why[WHY_SIZE];

	if (rights_drop(0, why) != 0)
		return -1;
	return chown(p->inside, 1, 1);
}

static void test_rights_are_gone(void **state)
{
	assert_int_equal(outcome(*state, drop_and_look, false), WORKED);
	assert_int_equal(outcome(*state, drop_and_chown, false), EPERM);
}

static void test_list_of_calls_is_short(void **state)
{
	struct intact_error err;
	size_t n = intact_guard_count_calls();
	char text[4096];
	int fds[2];

	(void)state;
	if (!intact_layer_built_in(INTACT_LAYER_CALLS))
		skip();
	print_message("system calls that the filter lets through: %zu\n", n);
	assert_in_range(n, 1, 45);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcntl(fds[0], F_SETPIPE_SZ, 1 << 20), 1 << 20);
	assert_int_equal(intact_guard_print_filter(fds[1], &err), 0);
	assert_true(read(fds[0], text, sizeof(text)) > 100);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_a_run_needs_works, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_it_must_not_do_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_handles_are_no_way_around, setup, teardown),
		cmocka_unit_test_setup_teardown(test_landlock_alone_keeps_files_shut, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_rights_are_gone, setup, teardown),
		cmocka_unit_test(test_list_of_calls_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
