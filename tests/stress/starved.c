/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * starved: the program, linked so that an allocation of ours can fail (not those of libraries).
 *
 * STARVE_AT=N: number N fails, those before and after it do not.  STARVE_COUNT=FILE: write how many
 * there were to FILE at the end.  The system calls are meddle.c's.
 */

#include "tests/stress/starved.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_asprintf(char **to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int __real_vasprintf(char **to, const char *fmt, va_list args);
int __wrap_vasprintf(char **to, const char *fmt, va_list args);

static _Atomic unsigned long count;
static unsigned long starve_at;

void starve(unsigned long at)
{
	starve_at = at;
	count = 0;
}

unsigned long starve_count(void)
{
	return count;
}

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("STARVE_AT");

	starve_at = at ? strtoul(at, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("STARVE_COUNT");
	FILE *out = path ? fopen(path, "w") : NULL;

	if (!out)
		return;
	fprintf(out, "%lu\n", count);
	fclose(out);
}

static int fails(void)
{
	return atomic_fetch_add(&count, 1) + 1 == starve_at;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

char *__wrap_strndup(const char *s, size_t n)
{
	return fails() ? NULL : __real_strndup(s, n);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

__attribute__((format(printf, 2, 0))) int __wrap_vasprintf(char **to, const char *fmt, va_list args)
{
	return fails() ? -1 : __real_vasprintf(to, fmt, args);
}

int __wrap_asprintf(char **to, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = __wrap_vasprintf(to, fmt, args);
	va_end(args);
	return n;
}
