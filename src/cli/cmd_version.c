/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --version: what this build is and has (aide-compat, appendix D).
 */

#include <stdio.h>

#include "cli/commands.h"
#include "cli/state.h"
#include <intact/guard.h>
#include <intact/packages.h>
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

#ifdef HAVE_GCRYPT
#define WITH_GCRYPT "yes"
#else
#define WITH_GCRYPT "no"
#endif
#ifdef HAVE_MHASH
#define WITH_MHASH "yes"
#else
#define WITH_MHASH "no"
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
#define DIGEST_OPTIONS                              \
	"use Mhash: " WITH_MHASH "\n"               \
	"use GNU crypto library: " WITH_GCRYPT "\n" \
	"use OpenSSL libcrypto: yes\n"

static void print_attributes(void)
{
	printf("\nAvailable compiled-in attributes:\n"
	       "acl: yes\nxattrs: yes\nselinux: " WITH_SELINUX "\ne2fsattrs: " WITH_E2FS
	       "\ncaps: " WITH_CAPS "\n");
}

/* Those of `known`: the names that exist for whom we stand in. */
static void print_digests(uint64_t known)
{
	uint64_t available = intact_digests_available();
	size_t n;
	const enum intact_attr_id *order = intact_attr_report_order(&n);

	printf("\nAvailable hashsum attributes:\n");
	for (size_t i = 0; i < n; i++) {
		const struct intact_attr *row = intact_attr_get(order[i]);

		if (known & INTACT_MASK_DIGESTS & INTACT_BIT(row->id))
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
	const char *config = state_aide_config();

	printf("AIDE %s\n\n", old ? "0.18.3" : "0.20-dev");
	printf("Compile-time options:\n" COMMON_OPTIONS "use cURL: no\n" DIGEST_OPTIONS
	       "use Linux Auditing Framework: no\n"
	       "use locale: no\n"
	       "syslog ident: aide\n"
	       "syslog logopt: LOG_CONS\n"
	       "syslog priority: LOG_NOTICE\n"
	       "default syslog facility: LOG_LOCAL0\n");
	printf("\nDefault config values:\n"
	       "config file: %s\n"
	       "database_in: " AIDE_DATABASE_IN "\n"
	       "database_out: " AIDE_DATABASE_OUT "\n",
	       config ? config : AIDE_CONFIG);
	print_attributes();
	print_digests(INTACT_BIT(old ? INTACT_SHA512_256 : INTACT_BTIME) - 1);
	print_groups(old);
}

/* ---- as intact ---- */

static void print_intact(void)
{
	printf("intact " PACKAGE_VERSION "\n\n"
	       "Compile-time options:\n" COMMON_OPTIONS DIGEST_OPTIONS);
	printf("use rpm (SQLite): %s\n",
	       intact_packages_built_in(INTACT_PACKAGES_RPM) ? "yes" : "no");
	/* What the kernel has of it, --log-level info says at the start of a run. */
	for (int i = 0; i < INTACT_LAYERS; i++)
		printf("use %s: %s\n", intact_layer_name((enum intact_layer)i),
		       intact_layer_built_in((enum intact_layer)i) ? "yes" : "no");
	printf("\nDefault config values:\n"
	       "config file: " SYSCONFDIR "/intact.conf, else the built-in rule set\n"
	       "state folder: " LOCALSTATEDIR
	       "/lib/intact (root), $XDG_STATE_HOME/intact (others)\n");
	print_attributes();
	print_digests(UINT64_MAX);
}

int cmd_version(const struct options *options)
{
	if (options->as_aide)
		print_aide(options->compat == INTACT_COMPAT_0_18);
	else
		print_intact();
	return 0;
}
