/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See htmltime.h.
 *
 * Times of content stand upwards from a line, times of the inode downwards.  Nobody can set the
 * latter (but with the clock), so that one before the baseline or after the run is worth a look.
 */

#include "report/htmltime.h"

#include <inttypes.h>
#include <string.h>

#include "report/htmlout.h"

#define DAY INT64_C(86400)
#define HEIGHT 210
/* The line in the middle, and the longest bar. */
#define MIDDLE 98
#define LONGEST 72
/* Left and right of the bins: earlier, later. */
#define MARGIN 46

/* ---- counting ---- */

void timeline_init(struct timeline *t, const struct intact_time *baseline,
		   const struct intact_time *end)
{
	int64_t span = 7 * DAY;

	*t = (struct timeline){ .end = end->sec, .start = end->sec };
	if (baseline->sec > 0 && baseline->sec <= end->sec) {
		t->baseline = baseline->sec;
		span = end->sec - baseline->sec;
	}
	/* A quarter of the picture lies before the baseline. */
	span += span / 3;
	t->step = span / TIMELINE_BINS + 1;
	t->nbins = (unsigned)(span / t->step) + 1;
	t->start = end->sec + 1 - t->step * t->nbins;
}

static void count(struct timeline_count *c, bool explained)
{
	c->all++;
	c->explained += explained;
}

void timeline_add(struct timeline *t, enum timeline_row row, const struct intact_time *time,
		  bool explained)
{
	count(&t->count[row], explained);
	t->since[row] += t->baseline && time->sec >= t->baseline;
	if (time->sec < t->start)
		count(&t->earlier[row], explained);
	else if (time->sec > t->end)
		count(&t->later[row], explained);
	else
		count(&t->bins[row][(time->sec - t->start) / t->step], explained);
}

void timeline_add_package(struct timeline *t, int64_t worked)
{
	if (worked < t->start || worked > t->end)
		return;
	t->npackages++;
	t->packages[(worked - t->start) / t->step]++;
}

/* ---- drawing ---- */

struct chart {
	const struct timeline *t;
	struct buf *out;
	double left, bin; /* where the bins begin, and how wide they are */
	uint64_t most;
};

static uint64_t larger(uint64_t most, const struct timeline_count *c)
{
	return c->all > most ? c->all : most;
}

static uint64_t most_of(const struct timeline *t)
{
	uint64_t most = 1;

	for (unsigned row = 0; row < TIMELINE_ROWS; row++) {
		for (unsigned i = 0; i < t->nbins; i++)
			most = larger(most, &t->bins[row][i]);
		most = larger(most, &t->earlier[row]);
		most = larger(most, &t->later[row]);
	}
	return most;
}

static void draw_piece(const struct chart *c, const char *class, double x, double y, double w,
		       double h)
{
	buf_printf(c->out,
		   "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
		   class, x, y, w, h);
}

/* What is explained is outlined only, and farthest from the line: what stands on it is not. */
static void draw_bar(const struct chart *c, enum timeline_row row, double x, double w,
		     const struct timeline_count *n)
{
	static const char *const what[] = { "times of content", "times of the inode" };
	bool up = row == TIMELINE_MTIME;
	double h = htmlout_weight(n->all) / htmlout_weight(c->most) * LONGEST, hollow;

	if (!n->all)
		return;
	if (h < 4)
		h = 4;
	hollow = h * (double)n->explained / (double)n->all;
	/* However few are not explained, they are to be seen. */
	if (n->explained && n->explained < n->all && h - hollow < 2)
		hollow = h - 2;
	buf_printf(c->out, "<g><title>%" PRIu64 " %s", n->all, what[row]);
	if (n->explained)
		buf_printf(c->out, ", %" PRIu64 " of them explained", n->explained);
	buf_add_str(c->out, "</title>");
	if (n->explained < n->all)
		draw_piece(c, up ? "bm" : "bc", x, up ? MIDDLE - h + hollow : MIDDLE, w,
			   h - hollow);
	if (n->explained)
		draw_piece(c, up ? "bm he" : "bc he", x, up ? MIDDLE - h : MIDDLE + h - hollow, w,
			   hollow);
	buf_add_str(c->out, "</g>");
}

/* A tick above for the packages that were worked on then. */
static void draw_packages(const struct chart *c)
{
	const struct timeline *t = c->t;

	for (unsigned i = 0; i < t->nbins; i++) {
		if (!t->packages[i])
			continue;
		buf_printf(c->out,
			   "<rect class=\"bp\" x=\"%.1f\" y=\"16\" width=\"%.1f\" height=\"6\">"
			   "<title>%" PRIu64 " %s worked on, ",
			   c->left + c->bin * i + 0.5, c->bin - 1, t->packages[i],
			   t->packages[i] == 1 ? "package" : "packages");
		htmlout_minute(c->out, t->start + t->step * i);
		buf_add_str(c->out, " and later</title></rect>");
	}
}

static void draw_bars(const struct chart *c, enum timeline_row row)
{
	const struct timeline *t = c->t;
	double right = c->left + c->bin * c->t->nbins;

	draw_bar(c, row, 6, MARGIN - 16, &t->earlier[row]);
	draw_bar(c, row, right + 10, MARGIN - 16, &t->later[row]);
	for (unsigned i = 0; i < t->nbins; i++)
		draw_bar(c, row, c->left + c->bin * i + 0.5, c->bin - 1, &t->bins[row][i]);
}

static void draw_words(const struct chart *c, double x, double y, const char *anchor,
		       const char *words)
{
	buf_printf(c->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor,
		   words);
}

static void draw_mark(const struct chart *c, double x, const char *class)
{
	buf_printf(c->out, "<line class=\"%s\" x1=\"%.1f\" y1=\"18\" x2=\"%.1f\" y2=\"%d\"/>",
		   class, x, x, MIDDLE + LONGEST + 4);
}

static void draw_minute(const struct chart *c, double x, double y, const char *anchor, int64_t sec)
{
	buf_printf(c->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	htmlout_minute(c->out, sec);
	buf_add_str(c->out, "</text>");
}

static void draw_axis(const struct chart *c, unsigned width)
{
	const struct timeline *t = c->t;
	double right = c->left + c->bin * c->t->nbins;
	double below = MIDDLE + LONGEST + 18, at;

	buf_printf(c->out, "<line class=\"ax\" x1=\"0\" y1=\"%d\" x2=\"%u\" y2=\"%d\"/>", MIDDLE,
		   width, MIDDLE);
	draw_words(c, 0, below, "start", "earlier");
	draw_words(c, width, below, "end", "later");
	draw_mark(c, right, "mr");
	draw_words(c, right, 12, "end", "this run");
	draw_minute(c, right, below + 16, "end", t->end);
	if (!t->baseline)
		return;
	at = c->left + c->bin * ((double)(t->baseline - t->start) / (double)t->step);
	draw_mark(c, at, "mb");
	draw_words(c, at, 12, "middle", "baseline");
	draw_minute(c, at, below + 16, "middle", t->baseline);
}

static void add_row(struct buf *out, const struct timeline *t, enum timeline_row row,
		    const char *what)
{
	buf_printf(out, "%s: ", what);
	htmlout_number(out, t->count[row].all);
	if (t->count[row].explained) {
		buf_add_str(out, ", of which explained ");
		htmlout_number(out, t->count[row].explained);
	}
	if (t->baseline) {
		buf_add_str(out, ", of which since the baseline ");
		htmlout_number(out, t->since[row]);
	}
	if (t->later[row].all) {
		buf_add_str(out, ", later than the run ");
		htmlout_number(out, t->later[row].all);
	}
	buf_add_str(out, ". ");
}

void timeline_draw(const struct timeline *t, struct buf *out, const char *id, const char *class,
		   unsigned width)
{
	struct chart c = { .t = t, .out = out, .left = MARGIN };

	c.bin = (width - 2.0 * MARGIN) / t->nbins;
	c.most = most_of(t);
	buf_printf(out,
		   "<svg class=\"%s\" viewBox=\"0 0 %u %u\" role=\"img\" "
		   "aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">When the findings "
		   "happened</title>"
		   "<desc id=\"%s-d\">",
		   class, width, HEIGHT, id, id, id, id);
	add_row(out, t, TIMELINE_MTIME, "Times of content");
	add_row(out, t, TIMELINE_CTIME, "Times of the inode");
	if (t->npackages) {
		buf_add_str(out, "Packages that were worked on in this time: ");
		htmlout_number(out, t->npackages);
		buf_add_str(out, ".");
	}
	buf_add_str(out, "</desc>");
	draw_packages(&c);
	for (unsigned row = 0; row < TIMELINE_ROWS; row++)
		draw_bars(&c, (enum timeline_row)row);
	draw_axis(&c, width);
	buf_add_str(out, "</svg>\n");
}
