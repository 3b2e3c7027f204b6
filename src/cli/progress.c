/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See progress.h.
 */

#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_init(struct progress *p, bool wanted, uint64_t expected)
{
	const char *term = getenv("TERM");

	*p = (struct progress){ .expected = expected, .start_ms = now_ms() };
	p->on = wanted && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

static void size_text(char *to, size_t size, double bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB" };
	unsigned unit = 0;

	while (bytes >= 1000 && unit < 4) {
		bytes /= 1000;
		unit++;
	}
	snprintf(to, size, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

static void time_left(char *to, size_t size, const struct progress *p, uint64_t entries,
		      double seconds)
{
	long left;

	to[0] = '\0';
	/* The first second says nothing about the rest. */
	if (!p->expected || !entries || entries >= p->expected || seconds < 1)
		return;
	left = (long)(seconds * (double)(p->expected - entries) / (double)entries);
	snprintf(to, size, ", about %ld:%02ld left", left / 60, left % 60);
}

/* Asked for each time, so that a window may change its size (SIGWINCH) at any moment: a line that
 * wraps could not be erased. */
static int columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return 80;
	return size.ws_col;
}

void progress_draw(struct progress *p, uint64_t entries, uint64_t bytes)
{
	int64_t now = p->on ? now_ms() : 0;
	double seconds = (double)(now - p->start_ms) / 1000;
	char total[32], rate[32], left[64], line[256], of[32] = "";

	if (!p->on || now - p->last_ms < 100)
		return;
	p->last_ms = now;
	if (p->expected)
		snprintf(of, sizeof(of), " of %llu", (unsigned long long)p->expected);
	size_text(total, sizeof(total), (double)bytes);
	size_text(rate, sizeof(rate), seconds > 0 ? (double)bytes / seconds : 0);
	time_left(left, sizeof(left), p, entries, seconds);
	snprintf(line, sizeof(line), "%llu%s entries, %s read, %s/s%s", (unsigned long long)entries,
		 of, total, rate, left);
	fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	fflush(stderr);
	p->shown = true;
}

void progress_erase(void *ctx)
{
	struct progress *p = ctx;

	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->shown = false;
	p->last_ms = 0;
}
