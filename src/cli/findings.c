/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See findings.h.  Both the file and what a run hands over are lines of JSON in the one form of
 * base/json.h: names come from whoever writes to the trees, and every line is checked whole before
 * anything in it is used.
 */

#include "cli/findings.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include <intact/journal.h>

/* No path and no list of values is longer. */
#define LINE_MAX_BYTES ((size_t)16 << 20)
#define DAY 86400
/* In the file: those of tonight, and as many that are not here any more. */
#define FINDINGS_KEPT ((size_t)2 * FINDINGS_MAX)

static const char *const turn_names[] = {
	[FINDING_NEW] = "new",	 [FINDING_AGAIN] = "changed again", [FINDING_RETURNED] = "returned",
	[FINDING_OPEN] = "open", [FINDING_UNSEEN] = "not seen",	    [FINDING_ACCEPTED] = "accepted",
	[FINDING_GONE] = "gone", [FINDING_CLOSED] = "closed",
};

const char *finding_turn_name(enum finding_turn turn)
{
	return turn_names[turn];
}

void findings_release(struct findings *f)
{
	arena_release(&f->arena);
	free(f->list);
	*f = (struct findings){ 0 };
}

/* ---- lines ---- */

struct line {
	const char *text;
	size_t len;
	struct buf scratch;
};

/* A copy in the arena; "" where there is none.  NULL without memory. */
static const char *string(struct findings *f, struct line *l, const char *key, size_t *ret_len)
{
	buf_clear(&l->scratch);
	json_find_bytes(l->text, l->len, key, &l->scratch);
	if (l->scratch.failed)
		return NULL;
	if (ret_len)
		*ret_len = l->scratch.len;
	return arena_strndup(&f->arena, l->scratch.len ? l->scratch.data : "", l->scratch.len);
}

static int64_t number(const struct line *l, const char *key)
{
	uint64_t n = 0;

	/* Behind this no calendar goes on. */
	return json_find_number(l->text, l->len, key, &n) && n < UINT64_C(1) << 40 ? (int64_t)n : 0;
}

static bool is_word(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(s, words[i]) == 0)
			return true;
	}
	return false;
}

static bool is_change(const char *s)
{
	static const char *const words[] = { "added", "removed", "changed", "unverified" };

	return is_word(s, words, sizeof(words) / sizeof(words[0]));
}

static bool is_hex(const char *s)
{
	return strlen(s) == FINDINGS_HEX - 1 && strspn(s, "0123456789abcdef") == FINDINGS_HEX - 1;
}

/* Nothing between its end and a NUL inside would be seen. */
static bool has_nul(const char *s, size_t len)
{
	return memchr(s, '\0', len) != NULL;
}

static int make_room(struct findings *f, struct intact_error *err)
{
	size_t size = f->size ? 2 * f->size : 64;
	struct finding *list;

	if (f->n < f->size)
		return 0;
	list = realloc(f->list, size * sizeof(*list));
	if (!list)
		return intact_fail_nomem(err);
	f->list = list;
	f->size = size;
	return 0;
}

/* "NAME VERSION", of both or as the file of findings has it. */
static const char *package_of(struct findings *f, struct line *l)
{
	struct json_value version;
	struct buf both = { 0 };
	const char *ret = NULL;

	json_find_bytes(l->text, l->len, "package", &both);
	if (both.len && json_find(l->text, l->len, "version", &version)) {
		buf_add_char(&both, ' ');
		json_find_bytes(l->text, l->len, "version", &both);
	}
	if (!both.failed)
		ret = arena_strndup(&f->arena, both.len ? both.data : "", both.len);
	buf_release(&both);
	return ret;
}

/* A word that nobody knows says nothing. */
static int parse_severity(struct line *l, struct finding *x, struct intact_error *err)
{
	buf_clear(&l->scratch);
	json_find_bytes(l->text, l->len, "severity", &l->scratch);
	if (l->scratch.failed)
		return intact_fail_nomem(err);
	x->severity =
		intact_severity_by_name(l->scratch.len ? l->scratch.data : "", l->scratch.len);
	x->by_line = x->severity != INTACT_SEVERITY_NONE && number(l, "by_line") != 0;
	return 0;
}

/* Returns 1, 0 if it is no finding, or a negative code. */
static int parse_common(struct findings *f, struct line *l, struct finding *x,
			struct intact_error *err)
{
	*x = (struct finding){ 0 };
	x->path = string(f, l, "path", &x->path_len);
	x->change = string(f, l, "change", NULL);
	x->attributes = string(f, l, "attributes", NULL);
	x->reason = string(f, l, "reason", NULL);
	x->explanation = string(f, l, "explanation", NULL);
	x->package = package_of(f, l);
	x->gap = number(l, "gap") != 0;
	if (!x->path || !x->change || !x->attributes || !x->reason || !x->explanation ||
	    !x->package)
		return intact_fail_nomem(err);
	if (parse_severity(l, x, err) < 0)
		return INTACT_ENOMEM;
	return x->path_len && x->path[0] == '/' && !has_nul(x->path, x->path_len) &&
	       is_change(x->change);
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	size_t shorter = x->path_len < y->path_len ? x->path_len : y->path_len;
	int order = memcmp(x->path, y->path, shorter);

	if (order == 0)
		order = (x->path_len > y->path_len) - (x->path_len < y->path_len);
	return order ? order : x->gap - y->gap;
}

static void sort(struct findings *f)
{
	size_t kept = 0;

	if (f->n)
		qsort(f->list, f->n, sizeof(*f->list), compare);
	for (size_t i = 0; i < f->n; i++) {
		if (kept && compare(&f->list[kept - 1], &f->list[i]) == 0)
			continue;
		f->list[kept++] = f->list[i];
	}
	f->n = kept;
}

/* Handed each line that is JSON; returns 1, 0 if it means nothing, or a negative code. */
typedef int line_fn(struct findings *f, struct line *l, struct intact_error *err);

/* One line without its end.  Returns 1, 0 at the end of the file, or -1 where a line is too long or
 * has no end: whoever wrote it does not decide how much memory it takes. */
static int read_line(FILE *in, struct buf *line)
{
	int c;

	buf_clear(line);
	while ((c = getc_unlocked(in)) != EOF && c != '\n') {
		if (line->len == LINE_MAX_BYTES)
			return -1;
		buf_add_char(line, (char)c);
	}
	if (c == EOF && line->len == 0 && !ferror(in))
		return 0;
	return c == '\n' ? 1 : -1;
}

/* Returns 1 if each line was one, else 0, or a negative code. */
static int each_line(FILE *in, struct findings *f, line_fn *fn, struct intact_error *err)
{
	struct buf text = { 0 };
	struct line l = { 0 };
	int rc = 1, more = 1;

	while (rc == 1 && (more = read_line(in, &text)) == 1) {
		l.text = text.data ? text.data : "";
		l.len = text.len;
		rc = text.failed ? intact_fail_nomem(err) : json_check(l.text, l.len, err);
		if (rc == 1)
			rc = fn(f, &l, err);
	}
	if (more < 0 && rc == 1)
		rc = text.failed ? intact_fail_nomem(err) : 0;
	buf_release(&l.scratch);
	buf_release(&text);
	return rc;
}

/* ---- what a run hands over ---- */

static int digest_state(struct line *l, const struct finding *x, char ret[FINDINGS_HEX],
			struct intact_error *err)
{
	uint8_t digest[INTACT_JOURNAL_DIGEST_SIZE];
	struct buf hex = { 0 };
	int rc;

	buf_clear(&l->scratch);
	buf_printf(&l->scratch, "%s %s ", x->change, x->attributes);
	json_find_bytes(l->text, l->len, "state", &l->scratch);
	if (l->scratch.failed)
		return intact_fail_nomem(err);
	rc = intact_journal_digest(l->scratch.data, l->scratch.len, digest, err);
	if (rc < 0)
		return rc;
	text_hex(&hex, digest, sizeof(digest));
	if (hex.failed || hex.len != FINDINGS_HEX - 1)
		rc = intact_fail_nomem(err);
	else
		memcpy(ret, hex.data, FINDINGS_HEX);
	buf_release(&hex);
	return rc;
}

static int run_facts(struct findings *f, struct line *l, struct intact_error *err)
{
	struct findings_run *r = &f->run;
	const char *baseline = string(f, l, "baseline", NULL);

	if (!baseline)
		return intact_fail_nomem(err);
	if (is_hex(baseline))
		memcpy(f->baseline, baseline, FINDINGS_HEX);
	r->status = (uint64_t)number(l, "status");
	r->entries = (uint64_t)number(l, "entries");
	r->added = (uint64_t)number(l, "added");
	r->removed = (uint64_t)number(l, "removed");
	r->changed = (uint64_t)number(l, "changed");
	r->unverified = (uint64_t)number(l, "unverified");
	r->complete = true;
	return 1;
}

static int run_line(struct findings *f, struct line *l, struct intact_error *err)
{
	struct finding x;
	struct json_value v;
	int rc;

	if (json_find(l->text, l->len, "error", &v)) {
		f->run.error = string(f, l, "error", NULL);
		return f->run.error ? 1 : intact_fail_nomem(err);
	}
	if (json_find(l->text, l->len, "status", &v))
		return run_facts(f, l, err);
	if (f->n == FINDINGS_MAX) {
		f->more++;
		return 1;
	}
	rc = parse_common(f, l, &x, err);
	if (rc == 1)
		rc = digest_state(l, &x, x.state, err) < 0 ? INTACT_ENOMEM : 1;
	if (rc == 1 && make_room(f, err) < 0)
		rc = INTACT_ENOMEM;
	if (rc == 1)
		f->list[f->n++] = x;
	return rc;
}

int findings_read_run(FILE *in, struct findings *ret, struct intact_error *err)
{
	int rc = each_line(in, ret, run_line, err);

	if (!ret->run.error)
		ret->run.error = "";
	if (rc < 0)
		return rc;
	/* Whoever says one thing that cannot be is not believed the rest. */
	if (rc == 0)
		ret->run.complete = false;
	sort(ret);
	return 0;
}

/* ---- what an accepting run hands over ---- */

static int accepted_line(struct findings *f, struct line *l, struct intact_error *err)
{
	struct finding x = { 0 };
	const char *baseline;
	uint64_t n;

	if (f->run.complete)
		return 0;
	if (json_find_number(l->text, l->len, "accepted", &n)) {
		baseline = string(f, l, "baseline", NULL);
		if (!baseline)
			return intact_fail_nomem(err);
		if (is_hex(baseline))
			memcpy(f->baseline, baseline, FINDINGS_HEX);
		f->run.entries = n;
		f->run.status = (uint64_t)number(l, "generation");
		f->run.complete = true;
		return !f->run.status == !*f->baseline;
	}
	x.path = string(f, l, "error", &x.path_len);
	if (x.path && x.path_len) {
		f->run.error = x.path;
		return 1;
	}
	x.path = string(f, l, "path", &x.path_len);
	if (!x.path || make_room(f, err) < 0)
		return intact_fail_nomem(err);
	if (!x.path_len || x.path[0] != '/' || has_nul(x.path, x.path_len))
		return 0;
	f->list[f->n++] = x;
	return 1;
}

int findings_read_accepted(FILE *in, struct findings *taken, struct intact_error *err)
{
	int rc = each_line(in, taken, accepted_line, err);

	if (!taken->run.error)
		taken->run.error = "";
	if (rc < 0)
		return rc;
	if (rc == 0)
		taken->run.complete = false;
	sort(taken);
	return 0;
}

/* Of what nobody has seen no state was accepted. */
static bool can_be_accepted(const struct finding *x)
{
	return x->turn <= FINDING_OPEN && !x->gap && strcmp(x->change, "unverified") != 0;
}

size_t findings_accept(struct findings *f, const struct findings *taken)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		struct finding *x = &f->list[i];

		if (!can_be_accepted(x) || !taken->n ||
		    !bsearch(x, taken->list, taken->n, sizeof(*x), compare))
			continue;
		f->turns[x->turn]--;
		f->turns[FINDING_ACCEPTED]++;
		x->turn = FINDING_ACCEPTED;
		x->accepted = x->tonight = true;
		n++;
	}
	if (*taken->baseline)
		memcpy(f->baseline, taken->baseline, FINDINGS_HEX);
	return n;
}

static bool is_fresh(const struct finding *x)
{
	return x->turn == FINDING_NEW || x->turn == FINDING_AGAIN || x->turn == FINDING_RETURNED;
}

enum intact_severity findings_highest(const struct findings *f, bool by_line)
{
	enum intact_severity ret = INTACT_SEVERITY_NONE;

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		if (is_fresh(x) && (x->by_line || !by_line) && x->severity > ret)
			ret = x->severity;
	}
	return ret;
}

/* ---- the file ---- */

static int kept_line(struct findings *f, struct line *l, struct intact_error *err)
{
	const char *status, *state;
	struct finding x;
	int rc = parse_common(f, l, &x, err);

	if (rc <= 0)
		return rc;
	status = string(f, l, "status", NULL);
	state = string(f, l, "state", NULL);
	if (!status || !state)
		return intact_fail_nomem(err);
	x.first = number(l, "first");
	x.seen = number(l, "seen");
	x.accepted = strcmp(status, "accepted") == 0;
	x.turn = strcmp(status, "open") == 0 ? FINDING_OPEN : FINDING_CLOSED;
	if (!is_hex(state) ||
	    (x.turn == FINDING_CLOSED && !x.accepted && strcmp(status, "gone") != 0))
		return 0;
	memcpy(x.state, state, FINDINGS_HEX);
	rc = make_room(f, err);
	if (rc < 0)
		return rc;
	f->list[f->n++] = x;
	return 1;
}

/* First the head, then the findings, last how many they are; `more` counts the lines meanwhile. */
static int file_line(struct findings *f, struct line *l, struct intact_error *err)
{
	uint64_t version, end;
	const char *baseline;

	if (f->run.complete)
		return 0;
	if (f->more++ == 0) {
		if (!json_find_number(l->text, l->len, "intact_findings", &version) || version != 1)
			return 0;
		f->night = number(l, "night");
		f->mailed = number(l, "mailed");
		f->mailed_to = string(f, l, "mailed_to", NULL);
		baseline = string(f, l, "baseline", NULL);
		if (!baseline || !f->mailed_to)
			return intact_fail_nomem(err);
		if (is_hex(baseline))
			memcpy(f->baseline, baseline, FINDINGS_HEX);
		return !*baseline || is_hex(baseline);
	}
	if (json_find_number(l->text, l->len, "end", &end)) {
		f->run.complete = true;
		return end == f->n;
	}
	return f->n < FINDINGS_KEPT ? kept_line(f, l, err) : 0;
}

int findings_read(FILE *in, struct findings *ret, struct intact_error *err)
{
	int rc = each_line(in, ret, file_line, err);
	bool whole = rc == 1 && ret->run.complete;
	size_t n = ret->n;

	ret->more = 0;
	ret->run = (struct findings_run){ .error = "" };
	if (rc < 0)
		return rc;
	sort(ret);
	if (!whole || ret->n != n)
		return intact_fail(err, INTACT_EDAMAGED, "it is damaged, or of another version");
	return 0;
}

int findings_load(const char *path, struct findings *ret, struct intact_error *err)
{
	uint64_t size;
	FILE *in;
	int fd, rc;

	if (!file_is_there(path))
		return 0;
	rc = file_open_regular(path, &fd, &size, err);
	if (rc < 0)
		return intact_fail(err, INTACT_EDAMAGED, "it cannot be read");
	in = fdopen(fd, "r");
	if (!in) {
		close(fd);
		return intact_fail_nomem(err);
	}
	rc = findings_read(in, ret, err);
	fclose(in);
	return rc;
}

static const char *status_word(const struct finding *x)
{
	switch (x->turn) {
	case FINDING_ACCEPTED:
		return "accepted";
	case FINDING_GONE:
		return "gone";
	case FINDING_CLOSED:
		return x->accepted ? "accepted" : "gone";
	default:
		return "open";
	}
}

static void add_finding(struct buf *out, const struct finding *x)
{
	buf_add_char(out, '{');
	json_bytes(out, "path", x->path, x->path_len);
	json_text(out, "change", x->change);
	json_number(out, "gap", x->gap);
	json_text(out, "attributes", x->attributes);
	if (*x->reason)
		json_text(out, "reason", x->reason);
	if (*x->explanation)
		json_text(out, "explanation", x->explanation);
	if (*x->package)
		json_text(out, "package", x->package);
	if (x->severity != INTACT_SEVERITY_NONE)
		json_text(out, "severity", intact_severity_name(x->severity));
	if (x->by_line)
		json_number(out, "by_line", 1);
	json_text(out, "state", x->state);
	json_number(out, "first", (uint64_t)x->first);
	json_number(out, "seen", (uint64_t)x->seen);
	json_text(out, "status", status_word(x));
	buf_add_str(out, "}\n");
}

static bool is_here(const struct finding *x)
{
	return x->turn <= FINDING_OPEN;
}

/* Those that are not here tonight are kept as far as there is room: one that is forgotten would be
 * new when it returns. */
static size_t room_for_others(const struct findings *f)
{
	size_t here = 0;

	for (size_t i = 0; i < f->n; i++)
		here += is_here(&f->list[i]);
	return here < FINDINGS_KEPT ? FINDINGS_KEPT - here : 0;
}

static void add_head(struct buf *out, const struct findings *f)
{
	buf_add_char(out, '{');
	json_number(out, "intact_findings", 1);
	json_number(out, "night", (uint64_t)f->night);
	json_number(out, "mailed", (uint64_t)f->mailed);
	if (f->mailed_to && *f->mailed_to)
		json_text(out, "mailed_to", f->mailed_to);
	json_text(out, "baseline", f->baseline);
	buf_add_str(out, "}\n");
}

static int write_all(int fd, const struct findings *f, struct intact_error *err)
{
	size_t others = room_for_others(f), written = 0;
	struct buf out = { 0 };
	bool good = true;

	add_head(&out, f);
	for (size_t i = 0; good && i < f->n; i++) {
		if (!is_here(&f->list[i]) && !others)
			continue;
		others -= !is_here(&f->list[i]);
		add_finding(&out, &f->list[i]);
		good = !out.failed && file_write(fd, out.data, out.len) == 0;
		buf_clear(&out);
		written++;
	}
	buf_printf(&out, "{\"end\":%zu}\n", written);
	good = good && !out.failed && file_write(fd, out.data, out.len) == 0;
	buf_release(&out);
	return good ? 0 : intact_fail_errno(err, "write the findings");
}

int findings_save(const char *path, const struct findings *f, struct intact_error *err)
{
	struct file_new file;
	int rc = file_new_open(&file, path, err);

	if (rc < 0)
		return rc;
	rc = write_all(file.fd, f, err);
	if (rc == 0)
		rc = file_new_commit(&file, err);
	file_new_release(&file);
	return rc;
}

/* ---- night against night ---- */

static void keep(struct findings *f, const struct finding *x, enum finding_turn turn)
{
	f->list[f->n] = *x;
	f->list[f->n++].turn = turn;
	f->turns[turn]++;
}

static void add_both(struct findings *ret, const struct finding *old, const struct finding *now,
		     int64_t time)
{
	struct finding x = *now;

	x.first = old->first;
	x.seen = time;
	if (old->turn == FINDING_CLOSED)
		keep(ret, &x, FINDING_RETURNED);
	else
		keep(ret, &x, strcmp(old->state, now->state) == 0 ? FINDING_OPEN : FINDING_AGAIN);
}

/* Names below what could not be looked at are not missing. */
static bool is_behind_gap(const struct findings *now, const struct finding *x)
{
	struct finding up = { .path = x->path, .gap = true };

	for (size_t i = 0; i < x->path_len; i++) {
		if (x->path[i] != '/')
			continue;
		up.path_len = i ? i : 1;
		if (now->n && bsearch(&up, now->list, now->n, sizeof(up), compare))
			return true;
	}
	return false;
}

static void add_old(struct findings *ret, const struct findings *before, const struct findings *now,
		    const struct finding *old, int64_t time)
{
	bool moved = strcmp(before->baseline, now->baseline) != 0;

	if (old->turn == FINDING_CLOSED) {
		if (time - old->seen < (int64_t)FINDINGS_DAYS * DAY)
			keep(ret, old, FINDING_CLOSED);
	} else if (now->more || is_behind_gap(now, old)) {
		keep(ret, old, FINDING_UNSEEN);
	} else {
		struct finding x = *old;

		x.accepted = moved;
		keep(ret, &x, moved ? FINDING_ACCEPTED : FINDING_GONE);
	}
}

int findings_compare(const struct findings *before, const struct findings *now, int64_t time,
		     struct findings *ret, struct intact_error *err)
{
	size_t i = 0, k = 0;

	*ret = (struct findings){ .night = time, .mailed = before->mailed, .more = now->more };
	memcpy(ret->baseline, now->baseline, FINDINGS_HEX);
	ret->run = now->run;
	ret->size = before->n + now->n + 1;
	ret->list = calloc(ret->size, sizeof(*ret->list));
	if (!ret->list)
		return intact_fail_nomem(err);
	while (i < before->n || k < now->n) {
		int order = i == before->n ? 1
			    : k == now->n  ? -1
					   : compare(&before->list[i], &now->list[k]);

		if (order == 0) {
			add_both(ret, &before->list[i++], &now->list[k++], time);
		} else if (order < 0) {
			add_old(ret, before, now, &before->list[i++], time);
		} else {
			struct finding x = now->list[k++];

			x.first = x.seen = time;
			keep(ret, &x, FINDING_NEW);
		}
	}
	return 0;
}
