/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See header.h and doc/baseline-format.md.
 */

#include "db/header.h"

#include <stdlib.h>
#include <string.h>

#include "db/sha256.h"
#include "db/varint.h"
#include "base/zstream.h"

/* Every string but the rules. */
#define TEXT_MAX 65536
/* A number of records and a digest. */
#define JOURNAL_SIZE (8 + INTACT_JOURNAL_DIGEST_SIZE)

/* ---- writing -------------------------------------------------------------------------------- */

static void put_string(struct buf *out, const void *data, size_t len)
{
	varint_add(out, len);
	buf_add(out, data, len);
}

static void put_pair(struct buf *out, const char *key, const void *data, size_t len)
{
	put_string(out, key, strlen(key));
	put_string(out, data, len);
}

static void put_text(struct buf *out, const char *key, const char *text)
{
	put_pair(out, key, text ? text : "", text ? strlen(text) : 0);
}

static void put_attrs(struct buf *out, uint64_t attrs)
{
	struct buf text = { 0 };

	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const char *token = db_attr_token(id);

		if (!token || !(attrs & INTACT_BIT(id)))
			continue;
		if (text.len)
			buf_add_char(&text, '+');
		buf_add_str(&text, token);
	}
	put_pair(out, "attrs", text.data, text.len);
	out->failed |= text.failed;
	buf_release(&text);
}

/* Length of the text, then the text packed; and its digest, so that it can be compared without. */
static int put_rules(struct buf *out, const struct intact_db_meta *meta, struct intact_error *err)
{
	const char *rules = meta->rules ? meta->rules : "";
	struct zpack *z = zpack_new(6, false);
	struct sha256 *h = sha256_new();
	struct buf value = { 0 };
	uint8_t length[8], digest[SHA256_SIZE];
	int rc;

	put_u64(length, meta->rules_len);
	buf_add(&value, length, sizeof(length));
	rc = z && h ? zpack_all(z, rules, meta->rules_len, &value, err) : intact_fail_nomem(err);
	if (rc == 0)
		rc = sha256_sum(h, rules, meta->rules_len, NULL, 0, digest, err);
	if (rc == 0) {
		put_pair(out, "rules", value.data, value.len);
		put_pair(out, "rules.sha256", digest, sizeof(digest));
	}
	buf_release(&value);
	zpack_free(z);
	sha256_free(h);
	return rc;
}

static int put_meta(struct buf *out, const struct intact_db_meta *meta, struct intact_error *err)
{
	uint8_t created[12], generation[8], journal[JOURNAL_SIZE];

	put_u64(created, (uint64_t)meta->created.sec);
	put_u32(created + 8, meta->created.nsec);
	put_u64(generation, meta->generation);
	varint_add(out, meta->has_journal ? 11 : 10);
	put_pair(out, "created", created, sizeof(created));
	put_text(out, "host", meta->host);
	put_text(out, "version", meta->version);
	put_text(out, "config_version", meta->config_version);
	put_text(out, "root_prefix", meta->root_prefix);
	put_pair(out, "generation", generation, sizeof(generation));
	put_pair(out, "previous", meta->previous, sizeof(meta->previous));
	put_u64(journal, meta->journal.count);
	memcpy(journal + 8, meta->journal.head, sizeof(meta->journal.head));
	if (meta->has_journal)
		put_pair(out, "journal", journal, sizeof(journal));
	put_attrs(out, meta->attrs);
	return put_rules(out, meta, err);
}

static void put_schema(struct buf *out)
{
	struct db_columns columns;

	db_columns_init(&columns);
	varint_add(out, (unsigned)__builtin_popcountll(db_attr_known()));
	for (unsigned id = 0; id < INTACT_ATTR_MAX; id++) {
		const char *token = db_attr_token(id);

		if (token)
			put_string(out, token, strlen(token));
	}
	varint_add(out, columns.count);
	for (unsigned id = 0; id < columns.count; id++) {
		const struct db_column *col = &columns.col[id];
		const uint8_t rest[3] = { col->kind, col->flags, col->width };

		put_string(out, col->name, strlen(col->name));
		buf_add(out, rest, sizeof(rest));
	}
}

static int check_meta(const struct intact_db_meta *meta, struct intact_error *err)
{
	const char *const texts[] = { meta->host, meta->version, meta->config_version,
				      meta->root_prefix };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i] && strlen(texts[i]) > TEXT_MAX)
			return intact_fail(err, INTACT_EIO,
					   "host, version or root_prefix is longer than 64 KiB");
	}
	if (meta->created.nsec > 999999999)
		return intact_fail(err, INTACT_EIO, "the creation time has %u nanoseconds",
				   meta->created.nsec);
	if (meta->rules_len > DB_RULES_MAX)
		return intact_fail(err, INTACT_EIO,
				   "the rules take more than %zu MiB: too long for a baseline",
				   DB_RULES_MAX >> 20);
	return 0;
}

int header_put(struct buf *out, const struct intact_db_meta *meta, struct intact_error *err)
{
	static const uint8_t fixed[HEADER_FIXED] = DB_MAGIC;
	size_t start = out->len;
	int rc = check_meta(meta, err);

	if (rc)
		return rc;
	buf_add(out, fixed, sizeof(fixed));
	rc = put_meta(out, meta, err);
	if (rc)
		return rc;
	put_schema(out);
	if (out->failed)
		return intact_fail_nomem(err);
	put_u32((uint8_t *)out->data + start + 8, DB_VERSION);
	put_u32((uint8_t *)out->data + start + 12, (uint32_t)(out->len - start));
	return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* What is left to read. */
struct cursor {
	const uint8_t *at, *end;
};

static int damaged(struct intact_error *err, const char *what)
{
	return intact_fail(err, INTACT_EDAMAGED, "the header's %s", what);
}

static bool get_varint(struct cursor *c, uint64_t *ret)
{
	const uint8_t *p = varint_get(c->at, c->end, ret);

	if (!p)
		return false;
	c->at = p;
	return true;
}

static bool get_string(struct cursor *c, struct cursor *ret)
{
	uint64_t len;

	if (!get_varint(c, &len) || len > (size_t)(c->end - c->at))
		return false;
	ret->at = c->at;
	ret->end = c->at += len;
	return true;
}

static size_t length(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

static bool is(const struct cursor *c, const char *text)
{
	return length(c) == strlen(text) && memcmp(c->at, text, length(c)) == 0;
}

static int get_text(struct db_header *h, const struct cursor *c, const char **ret,
		    struct intact_error *err)
{
	char *copy;

	if (length(c) > TEXT_MAX || memchr(c->at, '\0', length(c)))
		return damaged(err, "texts are wrong");
	copy = arena_strndup(&h->arena, c->at, length(c));
	if (!copy)
		return intact_fail_nomem(err);
	*ret = copy;
	return 0;
}

static int get_created(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	if (length(c) != 12 || get_u32(c->at + 8) > 999999999)
		return damaged(err, "creation time is wrong");
	h->meta.created.sec = (int64_t)get_u64(c->at);
	h->meta.created.nsec = get_u32(c->at + 8);
	return 0;
}

static int get_attrs(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	const uint8_t *at = c->at;

	if (memchr(c->at, '\0', length(c)))
		return damaged(err, "attributes are wrong");
	while (at < c->end) {
		const uint8_t *plus = memchr(at, '+', (size_t)(c->end - at));
		const uint8_t *end = plus ? plus : c->end;
		int id = db_attr_by_token((const char *)at, (size_t)(end - at));

		if (id >= 0)
			h->meta.attrs |= INTACT_BIT((unsigned)id);
		at = plus ? plus + 1 : end;
	}
	return 0;
}

static int get_rules(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	uint64_t len = length(c) >= 8 ? get_u64(c->at) : UINT64_MAX;
	struct zunpack *z;
	char *rules;
	bool good;

	if (len > DB_RULES_MAX)
		return damaged(err, "rules are too long");
	z = zunpack_new(false);
	rules = arena_bytes(&h->arena, len + 1);
	if (!z || !rules) {
		zunpack_free(z);
		return intact_fail_nomem(err);
	}
	good = zunpack_all(z, c->at + 8, length(c) - 8, rules, len);
	zunpack_free(z);
	if (!good)
		return damaged(err, "rules do not expand to their length");
	rules[len] = '\0';
	h->meta.rules = rules;
	h->meta.rules_len = len;
	return 0;
}

/* It stands behind the text, as the order of the keys asks. */
static int get_rules_digest(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	struct sha256 *sha256 = sha256_new();
	uint8_t digest[SHA256_SIZE];
	int rc = sha256 ? sha256_sum(sha256, h->meta.rules, h->meta.rules_len, NULL, 0, digest, err)
			: intact_fail_nomem(err);

	sha256_free(sha256);
	if (rc == 0 && (length(c) != SHA256_SIZE || !sha256_equal(digest, c->at)))
		rc = damaged(err, "digest of the rules is wrong");
	return rc;
}

static int get_generation(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	if (length(c) != 8)
		return damaged(err, "generation is wrong");
	h->meta.generation = get_u64(c->at);
	return 0;
}

static int get_previous(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	if (length(c) != INTACT_DB_DIGEST_SIZE)
		return damaged(err, "digest of the generation before is wrong");
	memcpy(h->meta.previous, c->at, INTACT_DB_DIGEST_SIZE);
	return 0;
}

static int get_journal(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	struct intact_journal_point *point = &h->meta.journal;

	if (length(c) != JOURNAL_SIZE)
		return damaged(err, "point of the journal is wrong");
	point->count = get_u64(c->at);
	memcpy(point->head, c->at + 8, sizeof(point->head));
	h->meta.has_journal = true;
	return 0;
}

static int get_host(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	return get_text(h, c, &h->meta.host, err);
}

static int get_version(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	return get_text(h, c, &h->meta.version, err);
}

static int get_config_version(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	return get_text(h, c, &h->meta.config_version, err);
}

static int get_root_prefix(struct db_header *h, const struct cursor *c, struct intact_error *err)
{
	return get_text(h, c, &h->meta.root_prefix, err);
}

static const struct {
	const char *key;
	int (*get)(struct db_header *h, const struct cursor *c, struct intact_error *err);
} keys[] = {
	{ "created", get_created },
	{ "host", get_host },
	{ "version", get_version },
	{ "config_version", get_config_version },
	{ "root_prefix", get_root_prefix },
	{ "generation", get_generation },
	{ "previous", get_previous },
	{ "journal", get_journal },
	{ "attrs", get_attrs },
	{ "rules", get_rules },
	{ "rules.sha256", get_rules_digest },
};

/* `seen`: bits of the keys so far; none may stand there twice. */
static int get_value(struct db_header *h, const struct cursor *key, const struct cursor *value,
		     unsigned *seen, struct intact_error *err)
{
	for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!is(key, keys[i].key))
			continue;
		if (*seen & 1u << i)
			return damaged(err, "metadata have a key twice");
		*seen |= 1u << i;
		return keys[i].get(h, value, err);
	}
	if (length(key) && key->at[0] >= 'A' && key->at[0] <= 'Z')
		return damaged(err, "metadata have something that this version does not know");
	return 0;
}

static int get_meta(struct db_header *h, struct cursor *c, struct intact_error *err)
{
	struct cursor key, value;
	unsigned seen = 0;
	uint64_t count;

	if (!get_varint(c, &count))
		return damaged(err, "metadata are cut off");
	for (uint64_t i = 0; i < count; i++) {
		int rc;

		if (!get_string(c, &key) || !get_string(c, &value))
			return damaged(err, "metadata are cut off");
		rc = get_value(h, &key, &value, &seen, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int get_attributes(struct db_header *h, struct cursor *c, struct intact_error *err)
{
	uint64_t count, seen = 0;
	struct cursor name;

	if (!get_varint(c, &count) || count > DB_ATTRS_MAX)
		return damaged(err, "list of attributes is wrong");
	for (unsigned i = 0; i < count; i++) {
		int id;

		if (!get_string(c, &name))
			return damaged(err, "list of attributes is cut off");
		id = db_attr_by_token((const char *)name.at, length(&name));
		if (id >= 0 && (seen & INTACT_BIT((unsigned)id)))
			return damaged(err, "list of attributes has one twice");
		if (id >= 0)
			seen |= INTACT_BIT((unsigned)id);
		h->schema.attr[i] = (int8_t)id;
	}
	h->schema.nattrs = (unsigned)count;
	return 0;
}

static int own_column(const struct block_schema *schema, const struct cursor *name)
{
	for (unsigned id = 0; id < schema->columns.count; id++) {
		if (is(name, schema->columns.col[id].name))
			return (int)id;
	}
	return -1;
}

static int get_column(struct db_header *h, unsigned i, struct cursor *c, struct intact_error *err)
{
	struct block_schema *s = &h->schema;
	struct cursor name;
	int own;

	if (!get_string(c, &name) || length(c) < 3)
		return damaged(err, "list of columns is cut off");
	own = own_column(s, &name);
	if (c->at[1] & ~DB_COLUMN_REQUIRED)
		return damaged(err, "list of columns has unknown flags");
	s->own[i] = (int16_t)own;
	s->kind[i] = c->at[0];
	s->width[i] = c->at[2];
	if (own >= 0 &&
	    (s->kind[i] != s->columns.col[own].kind || s->width[i] != s->columns.col[own].width))
		return damaged(err, "list of columns has one of another kind");
	if (own < 0 && (c->at[1] & DB_COLUMN_REQUIRED))
		return damaged(err, "list of columns has one that this version does not know");
	for (unsigned k = 0; own >= 0 && k < i; k++) {
		if (s->own[k] == own)
			return damaged(err, "list of columns has one twice");
	}
	c->at += 3;
	return 0;
}

static int get_columns(struct db_header *h, struct cursor *c, struct intact_error *err)
{
	uint64_t count;
	int rc = 0;

	db_columns_init(&h->schema.columns);
	if (!get_varint(c, &count) || count > DB_COLUMNS_MAX)
		return damaged(err, "list of columns is wrong");
	h->schema.count = (unsigned)count;
	for (unsigned i = 0; i < count && rc == 0; i++)
		rc = get_column(h, i, c, err);
	return rc;
}

int header_get(struct db_header *h, const uint8_t *data, size_t len, struct intact_error *err)
{
	struct cursor c = { data + HEADER_FIXED, data + len };
	int rc;

	memset(h, 0, sizeof(*h));
	h->meta.host = h->meta.version = h->meta.config_version = "";
	h->meta.root_prefix = h->meta.rules = h->meta.remark = "";
	rc = get_meta(h, &c, err);
	if (rc == 0)
		rc = get_attributes(h, &c, err);
	if (rc == 0)
		rc = get_columns(h, &c, err);
	if (rc == 0 && c.at != c.end)
		rc = damaged(err, "end is not where it should be");
	return rc;
}

void header_release(struct db_header *h)
{
	arena_release(&h->arena);
	memset(h, 0, sizeof(*h));
}
