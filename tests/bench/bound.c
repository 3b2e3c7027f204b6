/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * bound: the line that cannot be crossed.
 *
 * Lists a tree, opens, reads and hashes every regular file with SHA-256, closes it; N threads; no
 * attributes, no order, no database.  Usage: bound THREADS FOLDER
 */

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER ((size_t)1 << 18)

/* A stack of folders to list; whoever has nothing to do takes the top one. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	char **paths;
	size_t n, cap;
	unsigned busy;
} work = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static void push(char *path)
{
	pthread_mutex_lock(&work.lock);
	if (work.n == work.cap) {
		work.cap = work.cap * 2 + 64;
		work.paths = realloc(work.paths, work.cap * sizeof(*work.paths));
		if (!work.paths)
			abort();
	}
	work.paths[work.n++] = path;
	pthread_cond_signal(&work.more);
	pthread_mutex_unlock(&work.lock);
}

/* NULL: everything is done. */
static char *pop(void)
{
	char *path = NULL;

	pthread_mutex_lock(&work.lock);
	work.busy--;
	while (!work.n && work.busy)
		pthread_cond_wait(&work.more, &work.lock);
	if (work.n) {
		path = work.paths[--work.n];
		work.busy++;
	} else {
		pthread_cond_broadcast(&work.more);
	}
	pthread_mutex_unlock(&work.lock);
	return path;
}

struct worker {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
	char *buffer;
};

static void hash_file(struct worker *w, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	unsigned char digest[EVP_MAX_MD_SIZE];
	ssize_t n;

	if (fd < 0)
		return;
	EVP_DigestInit_ex2(w->ctx, w->md, NULL);
	while ((n = read(fd, w->buffer, BUFFER)) > 0)
		EVP_DigestUpdate(w->ctx, w->buffer, (size_t)n);
	EVP_DigestFinal_ex(w->ctx, digest, NULL);
	close(fd);
}

static void list(struct worker *w, char *path)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	while (dir && (d = readdir(dir)) != NULL) {
		char *below;

		if (d->d_type == DT_REG)
			hash_file(w, dirfd(dir), d->d_name);
		if (d->d_type != DT_DIR || !strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (asprintf(&below, "%s/%s", path, d->d_name) < 0)
			abort();
		push(below);
	}
	if (dir)
		closedir(dir);
	free(path);
}

static void *run(void *arg)
{
	struct worker w = { EVP_MD_fetch(NULL, "SHA256", NULL), EVP_MD_CTX_new(), malloc(BUFFER) };
	char *path;

	(void)arg;
	while ((path = pop()) != NULL)
		list(&w, path);
	EVP_MD_CTX_free(w.ctx);
	EVP_MD_free(w.md);
	free(w.buffer);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	unsigned n = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;

	if (n < 1 || n > 64) {
		fprintf(stderr, "usage: bound THREADS FOLDER\n");
		return 2;
	}
	push(strdup(argv[2]));
	work.busy = n;
	for (unsigned i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, run, NULL);
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	free(work.paths);
	return 0;
}
