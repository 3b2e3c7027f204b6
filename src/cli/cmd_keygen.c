/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --keygen FILE: a new pair of keys, FILE and FILE.pub.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/passphrase.h"
#include "cli/print.h"

static int print_pair(const char *private_path, const char *public_path,
		      const struct intact_key *key, struct intact_error *err)
{
	struct buf out = { 0 };

	buf_add_str(&out, "Private key: ");
	text_escape(&out, private_path, strlen(private_path));
	buf_add_str(&out, "\nPublic key:  ");
	text_escape(&out, public_path, strlen(public_path));
	buf_printf(&out, "\nFingerprint: %s\n", intact_key_fingerprint(key));
	return print_all(&out, err);
}

static int make_pair(struct session *s, const char *private_path, const char *public_path,
		     struct intact_error *err)
{
	char passphrase[INTACT_PASSPHRASE_MAX];
	struct intact_key *key = NULL;
	int rc = passphrase_ask_new(s->options, private_path, passphrase, err);

	if (rc == 0)
		rc = intact_key_make(&key, err);
	if (rc == 0)
		rc = intact_key_write(key, private_path, public_path, passphrase, err);
	if (rc == 0 && !passphrase[0])
		log_say(&s->log, INTACT_LOG_WARNING,
			"the private key has no passphrase: whoever can read '%s' can sign",
			private_path);
	explicit_bzero(passphrase, sizeof(passphrase));
	if (rc == 0)
		rc = print_pair(private_path, public_path, key, err);
	intact_key_free(key);
	return rc;
}

int cmd_keygen(struct session *s)
{
	const char *path = s->options->argument;
	struct intact_error err;
	struct buf public = { 0 };
	int rc;

	log_decide(&s->log, s->options->log_level < 0
				    ? INTACT_LOG_WARNING
				    : (enum intact_log_level)s->options->log_level);
	buf_printf(&public, "%s.pub", path);
	if (public.failed)
		rc = intact_fail_nomem(&err);
	else
		rc = make_pair(s, path, public.data, &err);
	buf_release(&public);
	return rc < 0 ? session_error(s, &err) : 0;
}
