/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See fstype.h.
 */

#include "scan/fstype.h"

#include <linux/magic.h>
#include <stddef.h>

bool fstype_is_pseudo(uint64_t fstype)
{
	static const uint32_t types[] = {
		PROC_SUPER_MAGIC,
		SYSFS_MAGIC,
		DEBUGFS_MAGIC,
		TRACEFS_MAGIC,
		SECURITYFS_MAGIC,
		SELINUX_MAGIC,
		SMACK_MAGIC,
		CGROUP_SUPER_MAGIC,
		CGROUP2_SUPER_MAGIC,
		BPF_FS_MAGIC,
		BINFMTFS_MAGIC,
		NSFS_MAGIC,
		0x62656570 /* configfs */,
		0x65735543 /* fusectl */,
		0x19800202 /* mqueue */,
		0x7655821 /* resctrl */,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (fstype == types[i])
			return true;
	}
	return false;
}

bool fstype_is_memory(uint64_t fstype)
{
	return fstype == TMPFS_MAGIC || fstype == RAMFS_MAGIC || fstype == HUGETLBFS_MAGIC;
}
