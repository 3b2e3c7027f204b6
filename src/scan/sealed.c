/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See sealed.h.
 *
 * The kernel's digest is that of a descriptor, in which block size and salt are whatever the file
 * was sealed with.  It also gives the root of the tree: if a descriptor with our block size,
 * without salt, and with that root and the size that we saw has the same digest, it is the
 * descriptor.  So none of its fields need be read, nor trusted.
 */

#include "scan/sealed.h"

#include <string.h>
#include <sys/ioctl.h>

#ifndef STATX_ATTR_VERITY
#define STATX_ATTR_VERITY 0x00100000
#endif

/* linux/fsverity.h, of which kernels before 5.12 have the first half only. */
#define SHA256_NUMBER 1
#define METADATA_DESCRIPTOR 2
#define DESCRIPTOR_SIZE ((size_t)256)
#define DESCRIPTOR_ROOT 16

struct digest_arg {
	uint16_t algorithm;
	uint16_t size;
	uint8_t digest[VERITY_HASH];
};

struct metadata_arg {
	uint64_t type;
	uint64_t offset;
	uint64_t length;
	uint64_t to;
	uint64_t reserved;
};

/* Its number has the size of the struct without the digest. */
#define MEASURE _IOC(_IOC_READ | _IOC_WRITE, 'f', 134, 4)
#define READ_METADATA _IOWR('f', 135, struct metadata_arg)

bool sealed_is(const struct statx *st)
{
	return (st->stx_attributes & STATX_ATTR_VERITY) &&
	       (st->stx_attributes_mask & STATX_ATTR_VERITY);
}

static bool measure(int fd, uint8_t ret[VERITY_HASH])
{
	struct digest_arg arg = { .size = VERITY_HASH };

	if (ioctl(fd, MEASURE, &arg) != 0)
		return false;
	if (arg.algorithm != SHA256_NUMBER || arg.size != VERITY_HASH)
		return false;
	memcpy(ret, arg.digest, VERITY_HASH);
	return true;
}

static bool read_root(int fd, uint8_t ret[VERITY_HASH])
{
	uint8_t descriptor[DESCRIPTOR_SIZE] = { 0 };
	struct metadata_arg arg = {
		.type = METADATA_DESCRIPTOR,
		.length = sizeof(descriptor),
		.to = (uint64_t)(uintptr_t)descriptor,
	};

	if (ioctl(fd, READ_METADATA, &arg) != (int)sizeof(descriptor))
		return false;
	memcpy(ret, descriptor + DESCRIPTOR_ROOT, VERITY_HASH);
	return true;
}

bool sealed_digest(struct verity *v, int fd, const struct statx *st, uint8_t ret[VERITY_HASH])
{
	uint8_t kept[VERITY_HASH], root[VERITY_HASH], ours[VERITY_HASH];

	if (!sealed_is(st) || !measure(fd, kept) || !read_root(fd, root))
		return false;
	if (!verity_of_root(v, st->stx_size, root, ours) || memcmp(ours, kept, VERITY_HASH) != 0)
		return false;
	memcpy(ret, ours, VERITY_HASH);
	return true;
}
