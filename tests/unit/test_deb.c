/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Packages as files: what comes out of a whole one, and that nothing else counts as one.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/zst.h"
#include "base/zstream.h"
#include "packages/deb.h"

/* ---- writing ---- */

static void set_sum(char *h)
{
	unsigned sum = 0;

	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
}

static void add_header(struct buf *tar, char type, const char *path, const char *target,
		       const char *mode, size_t size)
{
	char h[512] = "";

	strncpy(h, path, 100);
	strncpy(h + 100, mode, 8);
	strncpy(h + 108, "0000003", 8);
	strncpy(h + 116, "0000004", 8);
	snprintf(h + 124, 12, "%011o", (unsigned)size);
	h[156] = type;
	strncpy(h + 157, target, 100);
	memcpy(h + 257, "ustar  ", 8);
	set_sum(h);
	buf_add(tar, h, sizeof(h));
}

static void add_content(struct buf *tar, const char *data, size_t size)
{
	static const char zeros[512];

	buf_add(tar, data, size);
	buf_add(tar, zeros, (512 - size % 512) % 512);
}

static void add_file(struct buf *tar, const char *path, const char *mode, const char *content)
{
	add_header(tar, '0', path, "", mode, strlen(content));
	add_content(tar, content, strlen(content));
}

static void add_end(struct buf *tar)
{
	static const char zeros[1024];

	buf_add(tar, zeros, sizeof(zeros));
}

static void add_ar(struct buf *ar, const char *name, const void *data, size_t size)
{
	buf_printf(ar, "%-16s%-12s%-6s%-6s%-8s%-10zu`\n", name, "0", "0", "0", "100644", size);
	buf_add(ar, data, size);
	if (size % 2)
		buf_add_char(ar, '\n');
}

static void make_deb(struct buf *deb, const char *name, const struct buf *data)
{
	buf_add_str(deb, "!<arch>\n");
	add_ar(deb, "debian-binary", "2.0\n", 4);
	add_ar(deb, "control.tar.xz", "odd", 3);
	add_ar(deb, name, data->data, data->len);
}

static void sample_tar(struct buf *tar)
{
	char deep[160];

	memset(deep, 'd', sizeof(deep));
	memcpy(deep, "./usr/", 6);
	deep[sizeof(deep) - 1] = '\0';
	add_header(tar, '5', "./", "", "0000755", 0);
	add_header(tar, '5', "./usr/", "", "0001777", 0);
	add_file(tar, "./usr/one", "0004755", "content");
	add_file(tar, "./usr/empty", "0000644", "");
	add_header(tar, '1', "./usr/hard", "./usr/one", "0004755", 0);
	add_header(tar, '2', "./usr/link", "../one", "0000777", 0);
	add_header(tar, 'L', "././@LongLink", "", "0000000", sizeof(deep));
	add_content(tar, deep, sizeof(deep));
	add_header(tar, 'K', "././@LongLink", "", "0000000", 4);
	add_content(tar, "far", 4);
	add_header(tar, '2', "./usr/ddd", "ignored", "0000777", 0);
	add_file(tar, "usr/last", "0000600", "x");
	add_end(tar);
}

/* ---- reading ---- */

static int on_begin(void *ctx, const struct untar_member *m, struct intact_error *err)
{
	(void)err;
	buf_printf(ctx, "%c %o %u:%u %.24s%s%s\n", m->type, m->mode, (unsigned)m->uid,
		   (unsigned)m->gid, m->path, *m->target ? " -> " : "", m->target);
	return 0;
}

static int on_data(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	(void)err;
	buf_add(ctx, data, len);
	return 0;
}

static int on_end(void *ctx, struct intact_error *err)
{
	(void)err;
	buf_add_str(ctx, "|\n");
	return 0;
}

static int read_deb(const void *data, size_t len, struct buf *out, struct intact_error *err)
{
	const struct untar_sink sink = { on_begin, on_data, on_end, out };
	int fd = memfd_create("deb", MFD_CLOEXEC);
	int rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	rc = deb_read(fd, NULL, &sink, err);
	close(fd);
	return rc;
}

static int stop_at_data(void *ctx, const void *data, size_t len, struct intact_error *err)
{
	(void)ctx;
	(void)data;
	(void)len;
	return intact_fail(err, INTACT_ESIGNAL, "stop");
}

static const char want[] = "5 755 3:4 /\n|\n"
			   "5 1777 3:4 /usr\n|\n"
			   "0 4755 3:4 /usr/one\ncontent|\n"
			   "0 644 3:4 /usr/empty\n|\n"
			   "1 4755 3:4 /usr/hard -> ./usr/one\n|\n"
			   "2 777 3:4 /usr/link -> ../one\n|\n"
			   "2 777 3:4 /usr/ddddddddddddddddddd -> far\n|\n"
			   "0 600 3:4 /usr/last\nx|\n";

static void test_deb_gives_all_members(void **state)
{
	struct buf tar = { 0 }, gz = { 0 }, deb = { 0 }, got = { 0 };
	struct zpack *z = zpack_new(6, true);

	(void)state;
	sample_tar(&tar);
	make_deb(&deb, "data.tar", &tar);
	assert_int_equal(read_deb(deb.data, deb.len, &got, NULL), 1);
	assert_string_equal(got.data, want);
	buf_clear(&got);
	buf_clear(&deb);
	assert_int_equal(zpack_all(z, tar.data, tar.len, &gz, NULL), 0);
	make_deb(&deb, "data.tar.gz", &gz);
	assert_int_equal(read_deb(deb.data, deb.len, &got, NULL), 1);
	assert_string_equal(got.data, want);
	zpack_free(z);
	buf_release(&tar);
	buf_release(&gz);
	buf_release(&deb);
	buf_release(&got);
}

/* A frame of stored blocks, with a window of 2^(10 + `exponent`) bytes. */
static void pack_zst(struct buf *out, unsigned exponent, const struct buf *data)
{
	static const char magic[] = "\x28\xb5\x2f\xfd";

	buf_add(out, magic, 5); /* ... and no flag */
	buf_add_char(out, (char)(exponent << 3));
	for (size_t at = 0, n; at < data->len; at += n) {
		size_t left = data->len - at, head;

		n = left < 1000 ? left : 1000;
		head = n << 3 | (n == left);
		for (int i = 0; i < 3; i++)
			buf_add_char(out, (char)(head >> 8 * i));
		buf_add(out, data->data + at, n);
	}
}

static void test_deb_reads_zst(void **state)
{
	struct buf tar = { 0 }, zst = { 0 }, deb = { 0 }, got = { 0 };

	(void)state;
	if (!zstunpack_built_in())
		skip();
	sample_tar(&tar);
	pack_zst(&zst, 11, &tar);
	make_deb(&deb, "data.tar.zst", &zst);
	assert_int_equal(read_deb(deb.data, deb.len, &got, NULL), 1);
	assert_string_equal(got.data, want);
	/* Cut, damaged, and one that wants 512 MiB. */
	for (int i = 0; i < 3; i++) {
		buf_clear(&deb);
		buf_clear(&zst);
		buf_clear(&got);
		pack_zst(&zst, i == 2 ? 19 : 11, &tar);
		zst.len -= i == 0 ? 100 : 0;
		zst.data[6] |= (char)(i == 1 ? 6 : 0);
		make_deb(&deb, "data.tar.zst", &zst);
		assert_int_equal(read_deb(deb.data, deb.len, &got, NULL), INTACT_EIO);
	}
	buf_release(&tar);
	buf_release(&zst);
	buf_release(&deb);
	buf_release(&got);
}

/* `control` and `data` have a file each. */
static int read_both(const char *name, struct buf *control, struct buf *got)
{
	const struct untar_sink sink = { on_begin, on_data, on_end, got };
	struct buf deb = { 0 }, data = { 0 };
	int fd = memfd_create("deb", MFD_CLOEXEC);
	int rc;

	add_file(&data, "./usr/one", "0000644", "content");
	add_end(&data);
	buf_add_str(&deb, "!<arch>\n");
	add_ar(&deb, "debian-binary", "2.0\n", 4);
	if (name)
		add_ar(&deb, name, control->data, control->len);
	add_ar(&deb, "data.tar", data.data, data.len);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, deb.data, deb.len), deb.len);
	rc = deb_read(fd, &sink, &sink, NULL);
	close(fd);
	buf_release(&deb);
	buf_release(&data);
	return rc;
}

static void test_deb_gives_what_dpkg_keeps_before(void **state)
{
	struct buf tar = { 0 }, gz = { 0 }, got = { 0 };
	struct zpack *z = zpack_new(6, true);

	(void)state;
	add_file(&tar, "./postinst", "0000755", "script");
	add_end(&tar);
	assert_int_equal(zpack_all(z, tar.data, tar.len, &gz, NULL), 0);
	assert_int_equal(read_both("control.tar.gz", &gz, &got), 1);
	assert_string_equal(got.data, "0 755 3:4 /postinst\nscript|\n"
				      "0 644 3:4 /usr/one\ncontent|\n");
	buf_clear(&got);
	assert_int_equal(read_both("control.tar", &tar, &got), 1);
	/* One that is packed otherwise, damaged, or not there. */
	assert_int_equal(read_both("control.tar.lz9", &gz, &got), INTACT_EIO);
	gz.data[gz.len - 5] ^= 1;
	assert_int_equal(read_both("control.tar.gz", &gz, &got), INTACT_EIO);
	assert_int_equal(read_both(NULL, NULL, &got), INTACT_EIO);
	zpack_free(z);
	buf_release(&tar);
	buf_release(&gz);
	buf_release(&got);
}

static void test_deb_reading_ends_as_its_reader_says(void **state)
{
	struct buf tar = { 0 }, deb = { 0 }, got = { 0 };
	const struct untar_sink sink = { on_begin, stop_at_data, on_end, &got };
	int fd = memfd_create("deb", MFD_CLOEXEC);

	(void)state;
	sample_tar(&tar);
	make_deb(&deb, "data.tar", &tar);
	assert_int_equal(write(fd, deb.data, deb.len), deb.len);
	assert_int_equal(deb_read(fd, NULL, &sink, NULL), INTACT_ESIGNAL);
	close(fd);
	buf_release(&tar);
	buf_release(&deb);
	buf_release(&got);
}

static void test_deb_that_is_cut_is_none(void **state)
{
	struct buf tar = { 0 }, gz = { 0 }, plain = { 0 }, packed = { 0 }, got = { 0 };
	struct zpack *z = zpack_new(6, true);

	(void)state;
	sample_tar(&tar);
	make_deb(&plain, "data.tar", &tar);
	assert_int_equal(zpack_all(z, tar.data, tar.len, &gz, NULL), 0);
	make_deb(&packed, "data.tar.gz", &gz);
	/* The padding of an ar member of an odd size may be missing. */
	for (size_t len = 0; len < packed.len - packed.len % 2 - 1; len++) {
		assert_int_equal(read_deb(packed.data, len, &got, NULL), INTACT_EIO);
		buf_clear(&got);
	}
	for (size_t len = 0; len < plain.len; len += 13) {
		assert_int_equal(read_deb(plain.data, len, &got, NULL), INTACT_EIO);
		buf_clear(&got);
	}
	zpack_free(z);
	buf_release(&tar);
	buf_release(&gz);
	buf_release(&plain);
	buf_release(&packed);
	buf_release(&got);
}

/* A header with one byte changed has another sum. */
static void test_deb_with_a_damaged_header_is_none(void **state)
{
	struct buf tar = { 0 }, deb = { 0 }, got = { 0 };

	(void)state;
	sample_tar(&tar);
	for (size_t at = 0; at < 512; at += 7) {
		if (at >= 148 && at < 156)
			continue;
		tar.data[1024 + at] ^= 0x20;
		make_deb(&deb, "data.tar", &tar);
		assert_int_equal(read_deb(deb.data, deb.len, &got, NULL), INTACT_EIO);
		tar.data[1024 + at] ^= 0x20;
		buf_clear(&got);
		buf_clear(&deb);
	}
	buf_release(&tar);
	buf_release(&deb);
	buf_release(&got);
}

static void expect_refused(char type, const char *path, const char *mode)
{
	struct buf tar = { 0 }, deb = { 0 }, got = { 0 };
	struct intact_error err = { 0 };

	add_header(&tar, type, path, "", mode, 0);
	add_end(&tar);
	make_deb(&deb, "data.tar", &tar);
	assert_int_equal(read_deb(deb.data, deb.len, &got, &err), INTACT_EIO);
	assert_true(err.text[0] != '\0');
	buf_release(&tar);
	buf_release(&deb);
	buf_release(&got);
}

static void test_deb_with_what_is_not_understood_is_none(void **state)
{
	struct buf none = { 0 }, deb = { 0 }, got = { 0 };

	(void)state;
	expect_refused('0', "./usr/../etc/passwd", "0000644");
	expect_refused('0', "./usr//x", "0000644");
	expect_refused('0', "", "0000644");
	expect_refused('x', "./PaxHeaders/x", "0000644");
	expect_refused('S', "./sparse", "0000644");
	expect_refused('0', "./x", "rw-r--r");
	buf_add_str(&none, "x");
	make_deb(&deb, "data.tar.lz9", &none);
	assert_int_equal(read_deb(deb.data, deb.len, &got, NULL), INTACT_EIO);
	assert_int_equal(read_deb("!<arch>\n", 8, &got, NULL), INTACT_EIO);
	buf_release(&none);
	buf_release(&deb);
	buf_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deb_gives_all_members),
		cmocka_unit_test(test_deb_reads_zst),
		cmocka_unit_test(test_deb_gives_what_dpkg_keeps_before),
		cmocka_unit_test(test_deb_reading_ends_as_its_reader_says),
		cmocka_unit_test(test_deb_that_is_cut_is_none),
		cmocka_unit_test(test_deb_with_a_damaged_header_is_none),
		cmocka_unit_test(test_deb_with_what_is_not_understood_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
