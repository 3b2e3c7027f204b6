/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --version: what this build is and has (aide-compat, appendix D).
 */

#include <stdio.h>

#include "cli/commands.h"
#include <intact/rules.h>
#include <intact/scan.h>

#ifdef HAVE_LIBCAP
#define WITH_CAPS "yes"
#else
#define WITH_CAPS "no"
#endif
#ifdef HAVE_LIBSELINUX
#define WITH_SELINUX "yes"
#else
#define WITH_SELINUX "no"
#endif
#ifdef HAVE_E2FSATTRS
#define WITH_E2FS "yes"
#else
#define WITH_E2FS "no"
#endif

#define COMMON_OPTIONS                                    \
	"use pcre2: mandatory\n"                          \
	"use pthread: yes\n"                              \
	"use zlib compression: yes\n"                     \
	"use POSIX ACLs: yes\n"                           \
	"use SELinux: " WITH_SELINUX "\n"                 \
	"use xattr: yes\n"                                \
	"use POSIX 1003.1e capabilities: " WITH_CAPS "\n" \
	"use e2fsattrs: " WITH_E2FS "\n"

static void print_attributes(void)
{
	printf("\nAvailable compiled-in attributes:\n"
	       "acl: yes\nxattrs: yes\nselinux: " WITH_SELINUX "\ne2fsattrs: " WITH_E2FS
	       "\ncaps: " WITH_CAPS "\n");
}

static void print_digests(void)
{
	uint64_t available = intact_digests_available();
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	printf("\nAvailable hashsum attributes:\n");
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (row->kind == INTACT_KIND_DIGEST)
			printf("%s: %s\n", row->name,
			       available & INTACT_BIT(row->id) ? "yes" : "no");
	}
}

/* ---- as aide ---- */

static void print_groups(bool old)
{
	static const char *const names[] = { "R", "L", ">", "H", "X" };
	uint64_t digests = intact_digests_available();

	printf("\nDefault compound groups:\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint64_t attrs = intact_default_group(
			names[i], old ? INTACT_COMPAT_0_18 : INTACT_COMPAT_NEWEST, digests);
		char text[512];

		intact_attr_expr(attrs, text, sizeof(text));
		printf("%s: %s\n", names[i], text);
	}
}

static void print_aide(bool old)
{
	printf("AIDE %s\n\n", old ? "0.18.3" : "0.20-dev");
	printf("Compile-time options:\n" COMMON_OPTIONS "use cURL: no\n"
	       "use OpenSSL libcrypto: yes\n"
	       "use Linux Auditing Framework: no\n"
	       "use locale: no\n"
	       "syslog ident: aide\n"
	       "syslog logopt: LOG_CONS\n"
	       "syslog priority: LOG_NOTICE\n"
	       "default syslog facility: LOG_LOCAL0\n");
	printf("\nDefault config values:\n"
	       "config file: /etc/aide/aide.conf\n"
	       "database_in: <none>\n"
	       "database_out: <none>\n");
	print_attributes();
	print_digests();
	print_groups(old);
}

/* ---- as intact ---- */

static void print_intact(void)
{
	printf("intact " PACKAGE_VERSION "\n\n"
	       "Compile-time options:\n" COMMON_OPTIONS "use OpenSSL libcrypto: yes\n");
	printf("\nDefault config values:\n"
	       "config file: " SYSCONFDIR "/intact.conf, else the built-in rule set\n"
	       "state folder: " LOCALSTATEDIR
	       "/lib/intact (root), $XDG_STATE_HOME/intact (others)\n");
	print_attributes();
	print_digests();
}

int cmd_version(const struct options *options)
{
	if (options->as_aide)
		print_aide(options->compat == INTACT_COMPAT_0_18);
	else
		print_intact();
	return 0;
}
