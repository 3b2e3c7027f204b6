/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * URLs of databases and reports (aide-compat 2.7).
 *
 * Where AIDE falls back to descriptor 0 for "fd:x" and refuses every host in "file://host/path",
 * this is an error, and "localhost" and our own name are accepted.
 */

#include <intact/rules.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

static const char *const type_names[] = {
	[INTACT_URL_FILE] = "file",	[INTACT_URL_STDIN] = "stdin",
	[INTACT_URL_STDOUT] = "stdout", [INTACT_URL_STDERR] = "stderr",
	[INTACT_URL_FD] = "fd",		[INTACT_URL_SYSLOG] = "syslog",
	[INTACT_URL_MAILTO] = "mailto", [INTACT_URL_JOURNALD] = "journald",
};

static int url_type(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
		if (strlen(type_names[i]) == len && memcmp(type_names[i], text, len) == 0)
			return (int)i;
	}
	return -1;
}

static int unknown_type(const char *text, size_t len, struct intact_error *err)
{
	static const char *const network[] = { "http", "https", "ftp" };

	for (size_t i = 0; i < 3; i++) {
		if (strlen(network[i]) == len && memcmp(network[i], text, len) == 0)
			return intact_fail(err, INTACT_ECONFIG,
					   "http, https and ftp URL support not compiled in");
	}
	return intact_fail(err, INTACT_ECONFIG, "unknown URL-type: '%.*s'", (int)len, text);
}

static bool is_this_host(const char *host, size_t len)
{
	char name[HOST_NAME_MAX + 1];

	if (len == strlen("localhost") && memcmp(host, "localhost", len) == 0)
		return true;
	if (gethostname(name, sizeof(name)) < 0)
		return false;
	name[sizeof(name) - 1] = '\0';
	return strlen(name) == len && memcmp(host, name, len) == 0;
}

static int file_value(const char *text, const char *value, char **ret, struct intact_error *err)
{
	if (strncmp(value, "//", 2) == 0) {
		const char *host = value + 2;
		const char *path = strchr(host, '/');

		if (!path)
			return intact_fail(err, INTACT_ECONFIG,
					   "invalid file-URL '%s': no path after hostname", text);
		if (path != host && !is_this_host(host, (size_t)(path - host)))
			return intact_fail(err, INTACT_ECONFIG,
					   "invalid file-URL '%s': cannot use hostname other than "
					   "'localhost' or this host's name",
					   text);
		value = path;
	}
	*ret = path_expand_home(value);
	return *ret ? 0 : intact_fail_nomem(err);
}

static int fd_value(const char *value, int *ret, struct intact_error *err)
{
	char *end;
	long fd;

	fd = strtol(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || fd > INT_MAX)
		return intact_fail(err, INTACT_ECONFIG, "illegal file descriptor value:%s", value);
	*ret = (int)fd;
	return 0;
}

/* What needs no quotes in a header.  None may begin like an option, and none has a blank. */
static bool is_address(const char *s, size_t len)
{
	static const char local[] = "!#$%&'*+-./=?^_{|}~";
	const char *at = memchr(s, '@', len);
	size_t before = at ? (size_t)(at - s) : len;

	if (!before || len > 254 || *s == '-' || (at && before + 1 == len))
		return false;
	for (size_t i = 0; i < len; i++) {
		bool word = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
			    (s[i] >= '0' && s[i] <= '9');
		bool other = i < before	  ? s[i] && strchr(local, s[i]) != NULL
			     : i > before ? s[i] == '.' || s[i] == '-'
					  : true;

		if (!word && !other)
			return false;
	}
	return true;
}

static int check_addresses(const char *text, const char *value, struct intact_error *err)
{
	for (const char *s = value;; s++) {
		size_t len = strcspn(s, ",");

		if (!is_address(s, len))
			return intact_fail(err, INTACT_ECONFIG,
					   "invalid address in '%s': '%.*s' (expecting "
					   "mailto:ADDRESS[,ADDRESS], without blanks or quotes)",
					   text, (int)len, s);
		s += len;
		if (!*s)
			return 0;
	}
}

int intact_url_parse(const char *text, struct intact_url *ret, struct intact_error *err)
{
	size_t len = strcspn(text, ":");
	const char *value = text[len] ? text + len + 1 : "";
	struct intact_url url = { .fd = -1 };
	int type = url_type(text, len);
	int rc = 0;

	if (type < 0)
		return unknown_type(text, len, err);
	url.type = (enum intact_url_type)type;
	if (url.type == INTACT_URL_FILE)
		rc = file_value(text, value, &url.value, err);
	else if (url.type == INTACT_URL_FD)
		rc = fd_value(value, &url.fd, err);
	else if (url.type == INTACT_URL_MAILTO)
		rc = check_addresses(text, value, err);
	if (rc < 0)
		return rc;
	if (!url.value)
		url.value = strdup(value);
	url.raw = strdup(text);
	if (!url.value || !url.raw) {
		intact_url_release(&url);
		return intact_fail_nomem(err);
	}
	*ret = url;
	return 0;
}

void intact_url_release(struct intact_url *url)
{
	if (!url)
		return;
	free(url->raw);
	free(url->value);
	free(url->file);
	free(url->text);
	*url = (struct intact_url){ .fd = -1 };
}
