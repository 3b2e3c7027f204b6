/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * raw: what the hardware gives for one large file: reading it past the page cache with a few reads
 * under way at a time, and SHA-256 of a buffer.
 *
 * Usage: raw FILE   prints "read_mbs N" and "sha256_mbs N", in 10^6 bytes a second.
 */

#include <fcntl.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 20)
#define READERS 4
#define HASHED ((size_t)1 << 30)

static struct {
	int fd;
	_Atomic uint64_t next, bytes;
} job;

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *reader(void *arg)
{
	void *buffer = aligned_alloc(4096, CHUNK);
	ssize_t n;

	(void)arg;
	if (!buffer)
		abort();
	do {
		n = pread(job.fd, buffer, CHUNK, (off_t)(atomic_fetch_add(&job.next, 1) * CHUNK));
		if (n > 0)
			atomic_fetch_add(&job.bytes, (uint64_t)n);
	} while (n == (ssize_t)CHUNK);
	free(buffer);
	return NULL;
}

static double read_speed(void)
{
	pthread_t threads[READERS];
	double start = now(CLOCK_MONOTONIC);

	for (int i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, reader, NULL);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	return (double)job.bytes / (now(CLOCK_MONOTONIC) - start) / 1e6;
}

static double hash_speed(void)
{
	EVP_MD *md = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char *buffer = malloc(CHUNK), digest[EVP_MAX_MD_SIZE];
	double start;

	if (!md || !ctx || !buffer)
		abort();
	memset(buffer, 'x', CHUNK);
	start = now(CLOCK_THREAD_CPUTIME_ID);
	EVP_DigestInit_ex2(ctx, md, NULL);
	for (size_t done = 0; done < HASHED; done += CHUNK)
		EVP_DigestUpdate(ctx, buffer, CHUNK);
	EVP_DigestFinal_ex(ctx, digest, NULL);
	start = now(CLOCK_THREAD_CPUTIME_ID) - start;
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	free(buffer);
	return (double)HASHED / start / 1e6;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	job.fd = open(argv[1], O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (job.fd < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("read_mbs %.0f\n", read_speed());
	printf("sha256_mbs %.0f\n", hash_speed());
	close(job.fd);
	return 0;
}
