/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The HTML report under work: what its page (html.c) and its lists of entries (htmllist.c) share.
 */

#ifndef REPORT_HTMLPAGE_H
#define REPORT_HTMLPAGE_H

#include "report/parts.h"
#include "report/htmltime.h"
#include "report/htmltree.h"

/** How many lists of entries there can be, in the order of the page. */
#define HTMLLIST_SECTIONS 9
/** Those that come before the pictures: what is urgent. */
#define HTMLLIST_URGENT 4

/** Folders inside one another; browsers give up at some hundred elements. */
#define HTMLLIST_NESTED 12

struct section;
struct html_rows;

/** A report and its page; the entry functions get the former and need the latter. */
struct html {
	struct report r;
	struct buf *out; /* the report's text */
	struct tree tree;
	struct timeline timeline;

	uint64_t counts[HTMLLIST_SECTIONS]; /* entries of each section */
	uint64_t detailed;		    /* entries whose details were written */

	/* While packages are written: rows of each, and one for what has none. */
	struct html_rows *packages;
	size_t packages_size;

	/* The list being written. */
	const struct section *section;
	uint64_t rows;
	/* Lengths of the folders that are open, each a beginning of `folder`. */
	size_t folders[HTMLLIST_NESTED];
	size_t nfolders;
	struct buf folder;
};

static inline struct html *html_of(struct report *r)
{
	return (struct html *)r;
}

/** Open a section whose heading goes on with what is written next. */
void html_open_section(struct html *h, const char *id, const char *title);
/** A sentence of our own. */
void html_note(struct html *h, const char *note);
/** Values of an attribute, escaped, and cut if they are a page of their own. */
void html_values(struct buf *out, const struct values *v);

/* ---- htmllist.c ---- */

/** The first pass: count what each list will have, and what the pictures show. */
void htmllist_survey(struct report *r, const struct view *v);

/** Write list number `i`, unless it is empty. */
INTACT_MUST_CHECK
int htmllist_write(struct html *h, unsigned i, struct intact_error *err);

/** A row by itself: how it changed, its whole path, what explains it. */
void htmllist_entry(struct html *h, const struct view *v);

const char *htmllist_id(unsigned i);
const char *htmllist_title(unsigned i);

/** Were details left out, since there are too many? */
bool htmllist_is_cut(const struct html *h);

/* ---- htmlpack.c ---- */

/** Behind the name of an entry: what explains it, or why its package does not.  Nothing where
 * nobody asked. */
void htmlpack_note(struct html *h, const struct view *v);

/** The section of what packages explain. */
INTACT_MUST_CHECK
int htmlpack_write(struct html *h, struct intact_error *err);

#endif /* REPORT_HTMLPAGE_H */
