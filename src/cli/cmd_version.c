/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * --version: what this build is and has (aide-compat, appendix D).
 */

#include <stdio.h>

#include "cli/commands.h"
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

int cmd_version(const struct options *options)
{
	printf("%s %s\n\n", options->as_aide ? "AIDE" : "intact", PACKAGE_VERSION);
	printf("Compile-time options:\n"
	       "use pcre2: mandatory\n"
	       "use pthread: yes\n"
	       "use zlib compression: yes\n"
	       "use POSIX ACLs: yes\n"
	       "use SELinux: " WITH_SELINUX "\n"
	       "use xattr: yes\n"
	       "use POSIX 1003.1e capabilities: " WITH_CAPS "\n"
	       "use e2fsattrs: " WITH_E2FS "\n"
	       "use OpenSSL libcrypto: yes\n");
	printf("\nDefault config values:\n"
	       "config file: " SYSCONFDIR "/intact.conf, else the built-in rule set\n"
	       "state folder: " LOCALSTATEDIR
	       "/lib/intact (root), $XDG_STATE_HOME/intact (others)\n");
	printf("\nAvailable compiled-in attributes:\n"
	       "acl: yes\nxattrs: yes\nselinux: " WITH_SELINUX "\ne2fsattrs: " WITH_E2FS
	       "\ncaps: " WITH_CAPS "\n");
	print_digests();
	return 0;
}
