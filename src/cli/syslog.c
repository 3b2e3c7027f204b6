/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See syslog.h.
 */

#include "cli/syslog.h"

#include <paths.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

int syslog_facility(const char *name)
{
	static const struct {
		const char *name;
		int value;
	} table[] = {
		{ "LOG_KERN", LOG_KERN },     { "LOG_USER", LOG_USER },
		{ "LOG_MAIL", LOG_MAIL },     { "LOG_DAEMON", LOG_DAEMON },
		{ "LOG_AUTH", LOG_AUTH },     { "LOG_SYSLOG", LOG_SYSLOG },
		{ "LOG_LPR", LOG_LPR },	      { "LOG_NEWS", LOG_NEWS },
		{ "LOG_UUCP", LOG_UUCP },     { "LOG_CRON", LOG_CRON },
		{ "LOG_LOCAL0", LOG_LOCAL0 }, { "LOG_LOCAL1", LOG_LOCAL1 },
		{ "LOG_LOCAL2", LOG_LOCAL2 }, { "LOG_LOCAL3", LOG_LOCAL3 },
		{ "LOG_LOCAL4", LOG_LOCAL4 }, { "LOG_LOCAL5", LOG_LOCAL5 },
		{ "LOG_LOCAL6", LOG_LOCAL6 }, { "LOG_LOCAL7", LOG_LOCAL7 },
	};

	if (!*name)
		return LOG_LOCAL0;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcasecmp(name, table[i].name) == 0)
			return table[i].value;
	}
	return -1;
}

static bool connects(int type)
{
	const struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = _PATH_LOG };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	bool answers;

	if (fd < 0)
		return false;
	answers = connect(fd, (const struct sockaddr *)&name, sizeof(name)) == 0;
	close(fd);
	return answers;
}

int syslog_answers(struct intact_error *err)
{
	/* As libc does it. */
	if (connects(SOCK_DGRAM) || connects(SOCK_STREAM))
		return 0;
	return intact_fail_errno(err, "a report to syslog would be lost: connect to '%s'",
				 _PATH_LOG);
}

void syslog_send(const char *text, size_t size, char end, int facility, const char *ident)
{
	openlog(ident, LOG_CONS, facility);
	while (size) {
		const char *stop = memchr(text, end, size);
		size_t len = stop ? (size_t)(stop - text) : size;

		if (len)
			syslog(LOG_NOTICE, "%.*s", (int)len, text);
		len += stop != NULL;
		text += len;
		size -= len;
	}
	closelog();
}
