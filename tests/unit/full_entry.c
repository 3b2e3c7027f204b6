/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See full_entry.h.
 */

#include "tests/unit/full_entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STR(text)                      \
	{                              \
		text, sizeof(text) - 1 \
	}

static void fill_row(struct full_entry *f, const struct intact_attr *row)
{
	struct intact_time time = { .sec = 1000 + row->id, .nsec = 500 + row->id };
	uint64_t number = 0100000 + row->id;
	/* From the outermost object: gcc takes the way through the member for one into its first
	 * one. */
	char *field = (char *)f + offsetof(struct full_entry, e) + row->offset;

	switch (row->kind) {
	case INTACT_KIND_TIME:
		memcpy(field, &time, sizeof(time));
		break;
	case INTACT_KIND_DIGEST:
		memset(f->digest[row->digest], (int)row->id, 64);
		memset(f->prefix[row->digest], (int)row->id + 1, 64);
		f->e.digest[row->digest] = f->digest[row->digest];
		f->e.digest_prefix[row->digest] = f->prefix[row->digest];
		break;
	case INTACT_KIND_NUMBER:
	case INTACT_KIND_MODE:
	case INTACT_KIND_DEVICE:
	case INTACT_KIND_FLAGS:
	case INTACT_KIND_FSTYPE:
		memcpy(field, &number, sizeof(number));
		break;
	default:
		break;
	}
}

void full_entry_init(struct full_entry *f)
{
	*f = (struct full_entry){
		.e = { .path = STR("/some/path"),
		       .flags = INTACT_ENTRY_PREFIX,
		       .attrs = UINT64_MAX,
		       .read = { .sec = 77 },
		       .prefix_size = 3,
		       .link = STR("target"),
		       .selinux = STR("system_u:object_r:etc_t:s0"),
		       .caps = STR("cap_net_raw=ep"),
		       .acl_access = STR("user::rw-\n"),
		       .acl_default = STR("user::rwx\n"),
		       .nxattrs = 2,
		       .problem = "a problem" },
		.xattrs = { { STR("user.one"), STR("a\0b") }, { STR("user.two"), STR("") } },
	};
	f->e.xattrs = f->xattrs;
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (row)
			fill_row(f, row);
	}
}

bool full_entry_flip(struct full_entry *f, const struct intact_attr *row)
{
	char *field = (char *)&f->e + row->offset;

	switch (row->kind) {
	case INTACT_KIND_NONE:
		return false;
	case INTACT_KIND_FTYPE:
		f->e.mode ^= 0020000;
		return true;
	case INTACT_KIND_DIGEST:
		/* The last byte: digests are compared to their end. */
		f->digest[row->digest][row->digest_size - 1] ^= 1;
		return true;
	case INTACT_KIND_STRING:
		((struct intact_str *)field)->len--;
		return true;
	case INTACT_KIND_ACL:
		f->e.acl_default = (struct intact_str){ 0 };
		return true;
	case INTACT_KIND_XATTRS:
		f->xattrs[0].value.s = "a\0c";
		return true;
	case INTACT_KIND_TIME:
		((struct intact_time *)field)->nsec++;
		return true;
	default:
		field[0] ^= 1;
		return true;
	}
}

static void assert_str_copy(const struct intact_str *a, const struct intact_str *b)
{
	assert_int_equal(a->len, b->len);
	assert_int_equal(a->s == NULL, b->s == NULL);
	if (!a->s)
		return;
	assert_memory_equal(a->s, b->s, a->len + 1);
	assert_ptr_not_equal(a->s, b->s);
}

static void assert_digests_copy(const uint8_t *const *a, const uint8_t *const *b)
{
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const struct intact_attr *row = intact_attr_get(id);

		if (!row || row->kind != INTACT_KIND_DIGEST)
			continue;
		assert_int_equal(a[row->digest] == NULL, b[row->digest] == NULL);
		if (!a[row->digest])
			continue;
		assert_memory_equal(a[row->digest], b[row->digest], row->digest_size);
		assert_ptr_not_equal(a[row->digest], b[row->digest]);
	}
}

void full_entry_assert_copy(const struct intact_entry *a, const struct intact_entry *b, bool prefix)
{
	/* The scalars lie together, from the masks to the times. */
	size_t first = offsetof(struct intact_entry, flags),
	       end = offsetof(struct intact_entry, link);

	assert_memory_equal((const char *)a + first, (const char *)b + first, end - first);
	assert_str_copy(&a->path, &b->path);
	assert_str_copy(&a->link, &b->link);
	assert_str_copy(&a->selinux, &b->selinux);
	assert_str_copy(&a->caps, &b->caps);
	assert_str_copy(&a->acl_access, &b->acl_access);
	assert_str_copy(&a->acl_default, &b->acl_default);
	assert_int_equal(a->nxattrs, b->nxattrs);
	for (size_t i = 0; i < a->nxattrs; i++) {
		assert_str_copy(&a->xattrs[i].name, &b->xattrs[i].name);
		assert_str_copy(&a->xattrs[i].value, &b->xattrs[i].value);
	}
	assert_digests_copy(a->digest, b->digest);
	if (prefix)
		assert_digests_copy(a->digest_prefix, b->digest_prefix);
	assert_int_equal(a->problem == NULL, b->problem == NULL);
	if (!a->problem)
		return;
	assert_string_equal(a->problem, b->problem);
	assert_ptr_not_equal(a->problem, b->problem);
}
