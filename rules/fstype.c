/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Names of file system types: statfs f_type (linux/magic.h and aide-compat 3.6).
 */

#include <intact/rules.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	uint64_t type;
} types[] = {
	{ "9p", 0x01021997 },	     { "autofs", 0x0187 },
	{ "bcachefs", 0xca451a4e },  { "binfmt", 0x42494e4d },
	{ "bpf", 0xcafe4a11 },	     { "btrfs", 0x9123683e },
	{ "cgroup", 0x0027e0eb },    { "cgroup2", 0x63677270 },
	{ "configfs", 0x62656570 },  { "debugfs", 0x64626720 },
	{ "devpts", 0x1cd1 },	     { "efivarfs", 0xde5e81e4 },
	{ "exfat", 0x2011bab0 },     { "ext", 0xef53 },
	{ "f2fs", 0xf2f52010 },	     { "fuse", 0x65735546 },
	{ "fusectl", 0x65735543 },   { "hugetlbfs", 0x958458f6 },
	{ "mqueue", 0x19800202 },    { "nfs", 0x6969 },
	{ "nilfs", 0x3434 },	     { "overlayfs", 0x794c7630 },
	{ "proc", 0x9fa0 },	     { "pstore", 0x6165676c },
	{ "ramfs", 0x858458f6 },     { "securityfs", 0x73636673 },
	{ "selinuxfs", 0xf97cff8c }, { "squashfs", 0x73717368 },
	{ "sysfs", 0x62656572 },     { "tmpfs", 0x01021994 },
	{ "tracefs", 0x74726163 },   { "udf", 0x15013346 },
	{ "vfat", 0x4d44 },	     { "xfs", 0x58465342 },
};

const char *intact_fstype_name(uint64_t fstype)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == fstype)
			return types[i].name;
	}
	return NULL;
}

int intact_fstype_by_name(const char *name, uint64_t *ret)
{
	unsigned long long value;
	char *end;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, name) == 0) {
			*ret = types[i].type;
			return 0;
		}
	}
	if (strncmp(name, "0x", 2) != 0 || strspn(name + 2, "0123456789abcdefABCDEF") == 0)
		return -1;
	errno = 0;
	value = strtoull(name + 2, &end, 16);
	if (errno || *end || value == 0 || value > 0xffffffff)
		return -1;
	*ret = value;
	return 0;
}
