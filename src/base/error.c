/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See intact/error.h.
 */

#include <intact/error.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void error_write(struct intact_error *err, enum intact_code code, const char *fmt,
			va_list args)
{
	err->code = code;
	vsnprintf(err->text, sizeof(err->text), fmt, args);
}

int intact_fail(struct intact_error *err, enum intact_code code, const char *fmt, ...)
{
	va_list args;

	if (err) {
		va_start(args, fmt);
		error_write(err, code, fmt, args);
		va_end(args);
	}
	return code;
}

int intact_fail_errno(struct intact_error *err, const char *fmt, ...)
{
	int saved = errno;
	enum intact_code code = saved == ENOMEM ? INTACT_ENOMEM : INTACT_EIO;
	va_list args;
	size_t len;

	if (!err)
		return code;
	va_start(args, fmt);
	error_write(err, code, fmt, args);
	va_end(args);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s", strerror(saved));
	return code;
}

int intact_fail_nomem(struct intact_error *err)
{
	if (err) {
		err->code = INTACT_ENOMEM;
		memcpy(err->text, "out of memory", sizeof("out of memory"));
	}
	return INTACT_ENOMEM;
}

void intact_error_prefix(struct intact_error *err, const char *fmt, ...)
{
	char text[INTACT_ERROR_MAX];
	va_list args;
	int len;

	if (!err)
		return;
	memcpy(text, err->text, sizeof(text));
	va_start(args, fmt);
	len = vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	if (len >= 0 && (size_t)len < sizeof(err->text))
		snprintf(err->text + len, sizeof(err->text) - (size_t)len, "%s", text);
}
