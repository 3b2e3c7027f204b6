/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See sendmail.h.  The program gets its message as a file, so that neither waits for the other, and
 * what it says goes to another file, so that nothing of it reaches our terminal.
 */

#include "cli/sendmail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/program.h"

/* It only has to put it into its queue. */
#define PATIENCE 300
/* Messages that wait; and their names: when, and by which process. */
#define SPOOL_MAX 30
#define NAME_FORMAT "mail-%Y%m%dT%H%M%SZ"
/* How many mails made room and were never sent. */
#define LOST "lost"
#define MESSAGE_MAX ((uint64_t)64 << 20)

/* ---- sending ---- */

static int run(const char *program, int in, int out, struct intact_error *err)
{
	char *const argv[] = { (char *)"sendmail", (char *)"-oi", (char *)"-t", NULL };
	char *const envp[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	const struct program p = { .path = program,
				   .option = "sendmail",
				   .argv = argv,
				   .envp = envp,
				   .in = in,
				   .out = out,
				   .seconds = PATIENCE };
	char words[200] = "";

	return program_run(&p, words, sizeof(words), err);
}

int sendmail_send(const char *program, const char *message, size_t len, struct intact_error *err)
{
	int in = memfd_create("message", MFD_CLOEXEC), out = memfd_create("words", MFD_CLOEXEC);
	int rc;

	if (in < 0 || out < 0 || file_write(in, message, len) != 0 || lseek(in, 0, SEEK_SET) != 0)
		rc = intact_fail_errno(err, "hand the message to '%s'", program);
	else
		rc = run(program, in, out, err);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return rc;
}

/* ---- waiting ---- */

static int is_ours(const struct dirent *entry)
{
	return strncmp(entry->d_name, "mail-2", 6) == 0 && strlen(entry->d_name) < 64 &&
	       strspn(entry->d_name + 5, "0123456789TZ-") == strlen(entry->d_name) - 5;
}

static char *path_of(const char *folder, const char *name)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s/%s", folder, name);
	return buf_take(&b, NULL);
}

static void free_list(struct dirent **list, int n)
{
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

static int write_new(const char *path, const char *message, size_t len, struct intact_error *err)
{
	struct file_new file;
	int rc = file_new_open(&file, path, err);

	if (rc < 0)
		return rc;
	if (file_write(file.fd, message, len) != 0)
		rc = intact_fail_errno(err, "write '%s'", path);
	else
		rc = file_new_commit(&file, err);
	file_new_release(&file);
	return rc;
}

/* The oldest make room.  Returns how many. */
static uint64_t prune(const char *folder)
{
	struct dirent **list = NULL;
	int n = scandir(folder, &list, is_ours, alphasort);
	uint64_t gone = 0;

	for (int i = 0; i + SPOOL_MAX <= n; i++) {
		char *path = path_of(folder, list[i]->d_name);

		if (path && unlink(path) == 0)
			gone++;
		free(path);
	}
	free_list(list, n);
	return gone;
}

/* A number in a file; what it is not is none. */
uint64_t sendmail_lost(const char *folder)
{
	char *path = path_of(folder, LOST), text[32] = "";
	struct intact_error err;
	uint64_t size, n = 0;
	size_t len = 0;
	int fd;

	if (path && file_open_regular(path, &fd, &size, &err) == 0) {
		if (file_read_at(fd, text, sizeof(text) - 1, 0, &len) != 0)
			len = 0;
		text[len] = '\0';
		n = strspn(text, "0123456789") <= 18 ? strtoull(text, NULL, 10) : 0;
		close(fd);
	}
	free(path);
	return n;
}

static int add_lost(const char *folder, uint64_t gone, struct intact_error *err)
{
	char *path, text[32];
	int len, rc;

	if (!gone)
		return 0;
	path = path_of(folder, LOST);
	len = snprintf(text, sizeof(text), "%" PRIu64 "\n", sendmail_lost(folder) + gone);
	rc = path ? write_new(path, text, (size_t)len, err) : intact_fail_nomem(err);
	free(path);
	return rc;
}

void sendmail_lost_told(const char *folder)
{
	char *path = path_of(folder, LOST);

	if (path)
		unlink(path);
	free(path);
}

int sendmail_spool(const char *folder, const char *message, size_t len, uint64_t *ret_lost,
		   struct intact_error *err)
{
	time_t now = time(NULL);
	char name[64] = "", full[96];
	struct tm tm;
	char *path;
	int rc;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return intact_fail_errno(err, "make the folder '%s'", folder);
	*ret_lost = prune(folder);
	rc = add_lost(folder, *ret_lost, err);
	if (rc < 0)
		return rc;
	if (gmtime_r(&now, &tm))
		strftime(name, sizeof(name), NAME_FORMAT, &tm);
	snprintf(full, sizeof(full), "%s-%d", name, (int)getpid());
	path = path_of(folder, full);
	rc = path ? write_new(path, message, len, err) : intact_fail_nomem(err);
	free(path);
	return rc;
}

static int send_file(const char *program, const char *path, struct intact_error *err)
{
	struct buf text = { 0 };
	uint64_t size;
	size_t got = 0;
	int fd, rc = file_open_regular(path, &fd, &size, err);

	if (rc < 0)
		return rc;
	if (size > MESSAGE_MAX || !buf_reserve(&text, (size_t)size + 1))
		rc = intact_fail(err, INTACT_EIO, "'%s' is too long", path);
	else if (file_read(fd, text.data, (size_t)size, &got) != 0)
		rc = intact_fail_errno(err, "read '%s'", path);
	else
		rc = sendmail_send(program, text.data, got, err);
	close(fd);
	buf_release(&text);
	return rc;
}

int sendmail_retry(const char *program, const char *folder, size_t *ret_left,
		   struct intact_error *err)
{
	struct dirent **list = NULL;
	int n = scandir(folder, &list, is_ours, alphasort);
	int sent = 0, rc = 0;

	for (; sent < n && rc == 0; sent += rc == 0) {
		char *path = path_of(folder, list[sent]->d_name);

		rc = path ? send_file(program, path, err) : intact_fail_nomem(err);
		if (rc == 0 && unlink(path) != 0)
			rc = intact_fail_errno(err, "remove '%s'", path);
		free(path);
	}
	*ret_left = n > sent ? (size_t)(n - sent) : 0;
	free_list(list, n);
	return rc < 0 ? rc : sent;
}
