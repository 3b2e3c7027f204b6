/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Fuzz target: the texts of dpkg's records.  All readers over the same bytes; what they give out
 * lies within them, and paths are clean.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "packages/dpkg_text.h"
#include "packages/places.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct piece whole;

static void check_piece(struct piece p)
{
	if (p.len &&
	    (p.s < whole.s || p.len > whole.len || (size_t)(p.s - whole.s) > whole.len - p.len))
		abort();
}

static void check_path(struct piece p)
{
	check_piece(p);
	if (!p.len || p.s[0] != '/' || memchr(p.s, '\0', p.len) || memchr(p.s, '\n', p.len))
		abort();
	for (size_t i = 0; i + 1 < p.len; i++) {
		if (p.s[i] == '/' && p.s[i + 1] == '/')
			abort();
	}
}

static void check_name(struct piece p)
{
	check_piece(p);
	if (!p.len || p.s[0] == '.' || memchr(p.s, '/', p.len) || memchr(p.s, '\0', p.len))
		abort();
}

static void read_status(void)
{
	struct piece text = whole, line, path;
	struct dpkg_stanza s;
	uint8_t md5[16];
	bool has;
	int got;

	while ((got = dpkg_stanza(&text, &s)) != 0) {
		if (got < 0)
			continue;
		check_name(s.name);
		if (s.present)
			check_name(s.arch);
		check_piece(s.version);
		while (dpkg_line(&s.config, &line)) {
			if (dpkg_config_line(line, &path, &has, md5))
				check_path(path);
		}
	}
}

static void read_places(struct places *places, struct piece path)
{
	const struct piece package = { "one", 3 };
	struct piece found;

	if (places_of(places, package, path, false, &found, NULL) != 0 || !found.len ||
	    found.s[0] != '/')
		abort();
}

static void read_lines(struct places *places)
{
	struct piece text = whole, line, path;
	struct dpkg_override o;
	struct dpkg_event e;
	uint8_t md5[16];
	uint64_t id;

	while (dpkg_line(&text, &line)) {
		if (dpkg_list_line(line, &path)) {
			check_path(path);
			read_places(places, path);
		}
		if (dpkg_md5_line(line, &path, md5))
			check_piece(path);
		if (dpkg_override_line(line, &o)) {
			check_path(o.path);
			(void)dpkg_account(whole, o.user, &id);
		}
		if (dpkg_log_line(line, &e))
			check_piece(e.package);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct places places = { .alias = { { "/bin", 4, "/usr/bin" } }, .naliases = 1 };
	/* Of exactly this size, so that a byte too many is noticed. */
	char *copy = malloc(size ? size : 1);
	uint64_t bad = 0;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	whole = (struct piece){ copy, size };
	if (places_read_diversions(&places, whole, &bad, NULL) != 0)
		abort();
	read_status();
	read_lines(&places);
	places_release(&places);
	free(copy);
	return 0;
}
