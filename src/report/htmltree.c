/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See htmltree.h.
 *
 * The picture is a squarified treemap (Bruls, Huizing, van Wijk, 2000): in each folder the largest
 * parts come first, laid in rows along the shorter side, a row as long as it makes its parts more
 * square.  Areas grow with the square root of the numbers, and none is too small to be seen: the
 * one file in /etc matters beside ten thousand in /usr.
 */

#include "report/htmltree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "report/htmlout.h"
#include "report/values.h"

/* Folders deeper than this are counted in the one above. */
#define DEPTH 6
/* From so many on there is room only for folders above the given depth: a flood in one place leaves
 * the upper folders of all others their names. */
static const size_t room_at[DEPTH + 1] = { 0, 16384, 15360, 14336, 12288, 8192, 4096 };

/* Parts of one folder that are drawn by themselves. */
#define PARTS 24

struct tree_node {
	char *name; /* NULL: the root */
	size_t len;
	size_t child, next;	     /* first child, next sibling; 0: none */
	uint64_t counts[TREE_KINDS]; /* with all below */
	uint64_t total;
};

void tree_release(struct tree *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->nodes[i].name);
	free(t->nodes);
	*t = (struct tree){ 0 };
}

uint64_t tree_count(const struct tree *t, enum tree_kind kind)
{
	return t->count ? t->nodes[0].counts[kind] : 0;
}

uint64_t tree_total(const struct tree *t)
{
	return t->count ? t->nodes[0].total : 0;
}

/* ---- growing ---- */

/* A node more; 0 (the root's number) without memory, but for the root itself. */
static size_t node_new(struct tree *t, const char *name, size_t len)
{
	struct tree_node *node;

	if (t->count == t->size) {
		size_t size = t->size ? t->size * 2 : 64;
		struct tree_node *nodes = realloc(t->nodes, size * sizeof(*nodes));

		if (!nodes) {
			t->failed = true;
			return 0;
		}
		t->nodes = nodes;
		t->size = size;
	}
	node = &t->nodes[t->count];
	*node = (struct tree_node){ .len = len };
	if (name) {
		node->name = strndup(name, len);
		if (!node->name) {
			t->failed = true;
			return 0;
		}
	}
	return t->count++;
}

/* The child of this name.  Paths come in order, so it is the first one (children are put in front)
 * or a new one. 0: there is no room. */
static size_t child_of(struct tree *t, size_t parent, unsigned depth, const char *name, size_t len)
{
	size_t at = t->nodes[parent].child;

	if (at && t->nodes[at].len == len && memcmp(t->nodes[at].name, name, len) == 0)
		return at;
	if (t->count >= room_at[depth])
		return 0;
	at = node_new(t, name, len);
	if (!at)
		return 0;
	t->nodes[at].next = t->nodes[parent].child;
	t->nodes[parent].child = at;
	return at;
}

static void count(struct tree_node *node, enum tree_kind kind)
{
	node->counts[kind]++;
	node->total++;
}

void tree_add(struct tree *t, const struct intact_str *path, bool folder, enum tree_kind kind)
{
	size_t end = folder ? path->len : path_parent(path->s, path->len);
	size_t node = 0, at = 1;

	if (!t->count) {
		node_new(t, NULL, 0);
		if (!t->count)
			return;
	}
	count(&t->nodes[0], kind);
	for (unsigned depth = 1; depth <= DEPTH && at < end; depth++) {
		const char *slash = memchr(path->s + at, '/', end - at);
		size_t stop = slash ? (size_t)(slash - path->s) : end;

		node = child_of(t, node, depth, path->s + at, stop - at);
		if (!node)
			return;
		count(&t->nodes[node], kind);
		at = stop + 1;
	}
}

/* ---- drawing ---- */

struct box {
	double x, y, w, h;
};

/* A part of a folder: a child, or what is left of it: its own files and the children that are too
 * many (node 0). */
struct part {
	size_t node;
	uint64_t counts[TREE_KINDS];
	uint64_t total;
	double area;
};

struct drawing {
	const struct tree *t;
	struct buf *out;
	struct buf path; /* of the folder being drawn, without the slash at the end */
};

static int by_total(const void *a, const void *b)
{
	const struct part *p = a, *q = b;

	if (p->total != q->total)
		return p->total < q->total ? 1 : -1;
	/* Younger nodes are later paths. */
	return p->node < q->node ? -1 : p->node > q->node;
}

static void subtract(struct part *rest, const struct part *p)
{
	for (unsigned i = 0; i < TREE_KINDS; i++)
		rest->counts[i] -= p->counts[i];
	rest->total -= p->total;
}

/* Keep the PARTS largest, in order.  Linear for many, since the smallest kept one is known. */
static void keep_part(struct part *parts, size_t *n, const struct part *p)
{
	size_t at = *n;

	if (at == PARTS && by_total(p, &parts[PARTS - 1]) >= 0)
		return;
	if (at == PARTS)
		at--;
	else
		++*n;
	for (; at > 0 && by_total(p, &parts[at - 1]) < 0; at--)
		parts[at] = parts[at - 1];
	parts[at] = *p;
}

static struct part part_of(const struct tree *t, size_t node)
{
	struct part p = { .node = node, .total = t->nodes[node].total };

	memcpy(p.counts, t->nodes[node].counts, sizeof(p.counts));
	return p;
}

/* The parts of a folder, largest first.  Room for one more than PARTS. */
static size_t parts_of(const struct tree *t, size_t node, struct part *parts)
{
	struct part rest = part_of(t, node);
	size_t n = 0;

	for (size_t at = t->nodes[node].child; at; at = t->nodes[at].next) {
		const struct part p = part_of(t, at);

		keep_part(parts, &n, &p);
	}
	for (size_t i = 0; i < n; i++)
		subtract(&rest, &parts[i]);
	rest.node = 0;
	if (rest.total)
		parts[n++] = rest;
	qsort(parts, n, sizeof(parts[0]), by_total);
	return n;
}

static void draw_counts(struct buf *out, const uint64_t counts[TREE_KINDS])
{
	static const char *const words[] = { "not as shipped", "changed",    "added",
					     "removed",	       "unverified", "explained" };
	const char *join = "";

	for (unsigned i = 0; i < TREE_KINDS; i++) {
		if (!counts[i])
			continue;
		buf_printf(out, "%s%" PRIu64 " %s", join, counts[i], words[i]);
		join = ", ";
	}
}

/* The kind there is most of names the colour, but one that a package contradicts is louder than any
 * number of others, and what is explained is quieter than anything else.  The words are in the
 * title. */
static const char *color_class(const uint64_t counts[TREE_KINDS])
{
	static const char *const classes[] = { "kx", "kc", "ka", "kr", "ku", "ke" };
	unsigned best = TREE_EXPLAINED;

	if (counts[TREE_CONTRADICTED])
		return classes[TREE_CONTRADICTED];
	for (unsigned i = TREE_CHANGED; i < TREE_EXPLAINED; i++) {
		if (counts[i] && (best == TREE_EXPLAINED || counts[i] > counts[best]))
			best = i;
	}
	return classes[best];
}

/* "3 + 140 \u2713": what is not explained, and what is. */
static void draw_number(struct buf *out, const struct box *b, double y,
			const uint64_t counts[TREE_KINDS], uint64_t total)
{
	uint64_t explained = counts[TREE_EXPLAINED], others = total - explained;

	buf_printf(out, "<text class=\"tn\" x=\"%.1f\" y=\"%.1f\">", b->x + 5, y);
	if (counts[TREE_CONTRADICTED])
		buf_add_str(out, "! ");
	if (others)
		buf_printf(out, "%" PRIu64, others);
	if (explained)
		buf_printf(out, "%s%" PRIu64 " \xe2\x9c\x93", others ? " + " : "", explained);
	buf_add_str(out, "</text>");
}

/* What fits into `width` of the name, for an average letter of the font. */
static void draw_label(struct buf *out, const char *class, const struct box *b, double down,
		       const char *s, size_t len, const struct part *p)
{
	size_t columns = b->w > 16 ? (size_t)((b->w - 10) / 7.9) : 0, chars, n;
	struct buf text = { 0 };

	text_escape(&text, s, len);
	out->failed |= text.failed;
	if (columns < 3 || b->h < 16 || !text.len) {
		buf_release(&text);
		return;
	}
	n = value_piece(text.data, text.len, columns, &chars);
	if (n < text.len)
		n = value_piece(text.data, text.len, columns - 1, &chars);
	buf_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, b->x + 5, b->y + down);
	/* Harmless already; a second escaping would be of its own backslashes. */
	for (size_t i = 0; i < n; i++) {
		if (strchr("&<>\"'", text.data[i]))
			text_html(out, &text.data[i], 1);
		else
			buf_add_char(out, text.data[i]);
	}
	buf_add_str(out, n < text.len ? "\xe2\x80\xa6" : "");
	buf_add_str(out, "</text>");
	if (b->h >= down + 20 && columns >= 4 && strcmp(class, "tl") == 0)
		draw_number(out, b, b->y + down + 15, p->counts, p->total);
	buf_release(&text);
}

static void draw_title(struct drawing *d, const struct part *p)
{
	buf_add_str(d->out, "<title>");
	text_html(d->out, d->path.data ? d->path.data : "", d->path.len);
	buf_add_str(d->out, p->node ? "/: " : "/ (files here, and other folders): ");
	draw_counts(d->out, p->counts);
	buf_add_str(d->out, "</title>");
}

static void draw_rect(struct buf *out, const char *class, const struct box *b)
{
	buf_printf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
		   class, b->x, b->y, b->w, b->h);
}

/* The share of it that is explained, from the right: paler, and in dashes. */
static void draw_explained(struct buf *out, const struct box *b, const struct part *p)
{
	double share = (double)p->counts[TREE_EXPLAINED] / (double)p->total;
	/* Inside of the frame, whose colour and width say more. */
	const struct box in = { b->x + 2, b->y + 2, b->w - 4, b->h - 4 };
	const struct box pale = { in.x + in.w * (1 - share), in.y, in.w * share, in.h };

	if (p->counts[TREE_EXPLAINED] && in.w > 0 && in.h > 0)
		draw_rect(out, "he", &pale);
}

static void draw_folder(struct drawing *d, size_t node, const struct box *box, unsigned depth);

/* "usr/share" where /usr has nothing but share: one box less around it. */
static size_t descend(struct drawing *d, size_t node)
{
	const struct tree_node *nodes = d->t->nodes;

	while (nodes[node].child && !nodes[nodes[node].child].next &&
	       nodes[nodes[node].child].total == nodes[node].total) {
		node = nodes[node].child;
		buf_add_char(&d->path, '/');
		buf_add(&d->path, nodes[node].name, nodes[node].len);
	}
	return node;
}

static void draw_part(struct drawing *d, const struct part *p, const struct box *box,
		      unsigned depth)
{
	const struct box b = { box->x + 1, box->y + 1, box->w - 2, box->h - 2 };
	size_t before = d->path.len, node = p->node;
	const struct tree_node *nodes = d->t->nodes;
	bool frame;

	if (b.w < 2 || b.h < 2)
		return;
	if (node) {
		buf_add_char(&d->path, '/');
		buf_add(&d->path, nodes[node].name, nodes[node].len);
		node = descend(d, node);
	}
	frame = node && nodes[node].child && depth < 3 && b.w >= 70 && b.h >= 54;
	buf_add_str(d->out, "<g>");
	draw_title(d, p);
	draw_rect(d->out, frame ? "tf" : color_class(p->counts), &b);
	if (!frame)
		draw_explained(d->out, &b, p);
	if (!d->path.failed && node)
		draw_label(d->out, frame ? "th" : "tl", &b, 14, d->path.data + before + (depth > 0),
			   d->path.len - before - (depth > 0), p);
	else if (!node)
		draw_label(d->out, "tl", &b, 14, "(rest)", 6, p);
	if (frame) {
		const struct box inner = { b.x + 2, b.y + 19, b.w - 4, b.h - 21 };

		draw_folder(d, node, &inner, depth + 1);
	}
	buf_add_str(d->out, "</g>");
	d->out->failed |= d->path.failed;
	if (!d->path.failed && d->path.data) {
		d->path.len = before;
		d->path.data[before] = '\0';
	}
}

/* How far the worst part of a row is from a square, were the row `sum` in area along `side`. */
static double worst(const struct part *parts, size_t n, double sum, double side)
{
	double thick = sum / side, most = 0;

	for (size_t i = 0; i < n; i++) {
		double along = parts[i].area / thick;
		double ratio = along > thick ? along / thick : thick / along;

		if (ratio > most)
			most = ratio;
	}
	return most;
}

/* The row that begins with the first part: as long as it gets better. */
static size_t row_of(const struct part *parts, size_t n, double side, double *ret_sum)
{
	double sum = parts[0].area, now = worst(parts, 1, sum, side);
	size_t used = 1;

	while (used < n) {
		double more = sum + parts[used].area;
		double next = worst(parts, used + 1, more, side);

		if (next > now)
			break;
		now = next;
		sum = more;
		used++;
	}
	*ret_sum = sum;
	return used;
}

static void draw_row(struct drawing *d, const struct part *parts, size_t n, double sum,
		     struct box *left, unsigned depth)
{
	bool upright = left->w >= left->h;
	double side = upright ? left->h : left->w, thick = sum / side, at = 0;

	for (size_t i = 0; i < n; i++) {
		double along = parts[i].area / thick;
		struct box b = upright ? (struct box){ left->x, left->y + at, thick, along }
				       : (struct box){ left->x + at, left->y, along, thick };

		draw_part(d, &parts[i], &b, depth);
		at += along;
	}
	if (upright) {
		left->x += thick;
		left->w -= thick;
	} else {
		left->y += thick;
		left->h -= thick;
	}
}

/* Areas that fill the box: by the roots, but none smaller than a part that can be seen. */
static void give_areas(struct part *parts, size_t n, const struct box *box)
{
	double sum = 0, given = 0, least = n < 13 ? 0.04 : 0.5 / (double)n;

	for (size_t i = 0; i < n; i++)
		sum += parts[i].area = htmlout_weight(parts[i].total);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].area < sum * least)
			parts[i].area = sum * least;
		given += parts[i].area;
	}
	for (size_t i = 0; i < n; i++)
		parts[i].area *= box->w * box->h / given;
}

static void draw_folder(struct drawing *d, size_t node, const struct box *box, unsigned depth)
{
	struct part parts[PARTS + 1];
	size_t n = parts_of(d->t, node, parts);
	struct box left = *box;

	give_areas(parts, n, box);
	for (size_t i = 0; i < n;) {
		double side = left.w < left.h ? left.w : left.h, row;
		size_t used;

		if (side <= 0.5)
			break;
		used = row_of(parts + i, n - i, side, &row);
		draw_row(d, parts + i, used, row, &left, depth);
		i += used;
	}
}

void tree_draw(struct tree *t, struct buf *out, const char *id, const char *class, unsigned width,
	       unsigned height)
{
	struct drawing d = { .t = t, .out = out };
	const struct box all = { 0, 0, width, height };

	out->failed |= t->failed;
	if (out->failed || !t->count)
		return;
	buf_printf(out,
		   "<svg class=\"%s\" viewBox=\"0 0 %u %u\" role=\"img\" "
		   "aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">Where the findings are</title>"
		   "<desc id=\"%s-d\">A map of folders, larger where there is more. In all: ",
		   class, width, height, id, id, id, id);
	draw_counts(out, t->nodes[0].counts);
	buf_add_str(out, ".</desc>");
	draw_folder(&d, 0, &all, 0);
	buf_add_str(out, "</svg>\n");
	buf_release(&d.path);
}
