/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See news.h.  What is explained is folded, never left out of a count: its paths are in the report.
 */

#include "cli/news.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/findings.h"

/* Lines of one kind. */
#define LINES_NEWS 200
#define LINES_KNOWN 20

/* What the packages say of a finding; the loudest first. */
enum voice {
	VOICE_CONTRADICTED,
	VOICE_UNEXPLAINED,
	VOICE_EXPLAINED,
	VOICES,
};

bool news_any(const struct findings *n)
{
	return n->more || n->turns[FINDING_NEW] || n->turns[FINDING_AGAIN] ||
	       n->turns[FINDING_RETURNED] || n->turns[FINDING_ACCEPTED] || n->turns[FINDING_GONE];
}

static enum voice voice_of(const struct finding *x)
{
	return strcmp(x->explanation, "contradicted") == 0 ? VOICE_CONTRADICTED
	       : strcmp(x->explanation, "explained") == 0  ? VOICE_EXPLAINED
							   : VOICE_UNEXPLAINED;
}

/* ---- the headline ---- */

void news_part(struct buf *out, size_t start, uint64_t n, const char *words)
{
	if (n)
		buf_printf(out, "%s%" PRIu64 " %s", out->len > start ? ", " : "", n, words);
}

/* Those of one turn by what the packages say.  Returns whether anybody asked them. */
static bool count_voices(const struct findings *n, enum finding_turn turn, size_t ret[VOICES])
{
	bool asked = false;

	memset(ret, 0, VOICES * sizeof(*ret));
	for (size_t i = 0; i < n->n; i++) {
		if (n->list[i].turn != turn)
			continue;
		ret[voice_of(&n->list[i])]++;
		asked |= n->list[i].explanation[0] != '\0';
	}
	return asked;
}

void news_headline(struct buf *out, const struct findings *n)
{
	size_t start = out->len, voices[VOICES], fresh = n->turns[FINDING_NEW];
	size_t open = n->turns[FINDING_OPEN] + n->turns[FINDING_UNSEEN];
	enum intact_severity highest = findings_highest(n, true);

	if (count_voices(n, FINDING_NEW, voices)) {
		news_part(out, start, voices[VOICE_CONTRADICTED], "new NOT as shipped");
		news_part(out, start, voices[VOICE_UNEXPLAINED], "new unexplained");
		news_part(out, start, voices[VOICE_EXPLAINED], "new explained");
	} else {
		news_part(out, start, fresh, fresh == 1 ? "new finding" : "new findings");
	}
	news_part(out, start, n->turns[FINDING_AGAIN], "changed again");
	news_part(out, start, n->turns[FINDING_RETURNED], "returned");
	news_part(out, start, n->more, "more");
	news_part(out, start, n->turns[FINDING_ACCEPTED], "accepted");
	news_part(out, start, n->turns[FINDING_GONE], "gone");
	if (out->len == start && open)
		buf_add_str(out, "nothing new");
	news_part(out, start, open, "open");
	if (out->len == start)
		buf_add_str(out, "all is well");
	if (highest != INTACT_SEVERITY_NONE)
		buf_printf(out, "; highest: %s", intact_severity_name(highest));
}

/* ---- lists ---- */

void news_time(struct buf *out, int64_t seconds, const char *format)
{
	time_t t = (time_t)seconds;
	char text[64] = "";
	struct tm tm;

	if (localtime_r(&t, &tm))
		strftime(text, sizeof(text), format, &tm);
	buf_add_str(out, text);
}

static void add_foreign(struct buf *out, const char *s)
{
	text_escape(out, s, strlen(s));
}

static bool is_known(enum finding_turn turn)
{
	return turn == FINDING_OPEN || turn == FINDING_UNSEEN;
}

/* "[unexplained: libtls 3.0.15]" */
static void add_explanation(struct buf *out, const struct finding *x)
{
	if (!*x->explanation)
		return;
	buf_add_str(out, "  [");
	if (voice_of(x) == VOICE_CONTRADICTED)
		buf_add_str(out, "NOT as shipped");
	else
		add_foreign(out, x->explanation);
	if (*x->package) {
		buf_add_str(out, ": ");
		add_foreign(out, x->package);
	}
	buf_add_char(out, ']');
}

static void add_line(struct buf *out, const struct finding *x)
{
	if (is_known(x->turn) || x->turn == FINDING_AGAIN) {
		buf_add_str(out, "  since ");
		news_time(out, x->first, "%Y-%m-%d");
	}
	if (x->by_line)
		buf_printf(out, "  %-8s", intact_severity_name(x->severity));
	buf_printf(out, "  %-10s ", x->change);
	text_escape(out, x->path, x->path_len);
	if (x->gap)
		buf_add_str(out, "  (names below may be missing)");
	if (*x->attributes && strcmp(x->change, "changed") == 0) {
		buf_add_str(out, "  (");
		add_foreign(out, x->attributes);
		buf_add_char(out, ')');
	}
	if (*x->reason) {
		buf_add_str(out, "  ");
		add_foreign(out, x->reason);
	}
	add_explanation(out, x);
	buf_add_char(out, '\n');
}

/* Nobody has ranked the others: they stand between what a line puts above and below.  What is
 * explained is ranked only where its explanation did not make it low. */
static int weight(const struct finding *x)
{
	bool explained = voice_of(x) == VOICE_EXPLAINED;

	if (x->by_line && (!explained || x->severity > INTACT_SEVERITY_LOW))
		return (int)x->severity;
	return explained ? 0 : (int)INTACT_SEVERITY_MEDIUM;
}

/* By voice, by severity where a line gives one, what is explained by package; else as they are in
 * the list, by path. */
static int louder(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a;
	const struct finding *y = *(const struct finding *const *)b;
	int order = (int)voice_of(x) - (int)voice_of(y);

	if (order == 0)
		order = weight(y) - weight(x);
	if (order == 0 && voice_of(x) == VOICE_EXPLAINED)
		order = strcmp(x->package, y->package);
	return order ? order : (x > y) - (x < y);
}

/* How many from `list` on are explained by the same package: those are one line. */
static size_t fold(const struct finding *const *list, size_t n)
{
	size_t same = 1;

	if (voice_of(*list) != VOICE_EXPLAINED || weight(*list) || !*list[0]->package)
		return 1;
	while (same < n && strcmp(list[same]->package, list[0]->package) == 0)
		same++;
	return same;
}

static void add_folded(struct buf *out, const struct finding *const *list, size_t n)
{
	if (n == 1) {
		add_line(out, *list);
		return;
	}
	buf_printf(out, "  %zu entries explained by ", n);
	add_foreign(out, list[0]->package);
	buf_add_char(out, '\n');
}

static void add_list(struct buf *out, const struct finding *const *list, size_t n, size_t max)
{
	size_t shown = 0, same;

	for (size_t lines = 0; shown < n && lines < max; lines++, shown += same) {
		same = fold(list + shown, n - shown);
		add_folded(out, list + shown, same);
	}
	if (shown < n)
		buf_printf(out, "  ... and %zu more\n", n - shown);
	buf_add_char(out, '\n');
}

static void section(struct buf *out, const struct findings *f, enum finding_turn turn,
		    const char *title)
{
	const struct finding **list;
	size_t n = 0;

	if (!f->turns[turn])
		return;
	list = calloc(f->turns[turn],
		      sizeof(*list)); /* NOLINT(bugprone-sizeof-expression): pointers */
	if (!list) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < f->n && n < f->turns[turn]; i++) {
		if (f->list[i].turn == turn)
			list[n++] = &f->list[i];
	}
	qsort(list, n, sizeof(*list), /* NOLINT(bugprone-sizeof-expression): pointers */
	      louder);
	buf_printf(out, "%s (%zu):\n", title, f->turns[turn]);
	add_list(out, list, n,
		 turn == FINDING_NEW || turn == FINDING_AGAIN || turn == FINDING_RETURNED
			 ? LINES_NEWS
			 : LINES_KNOWN);
	free(list);
}

void news_lists(struct buf *out, const struct findings *n)
{
	section(out, n, FINDING_NEW, "New");
	section(out, n, FINDING_AGAIN, "Changed again");
	section(out, n, FINDING_RETURNED, "Returned");
	if (n->more)
		buf_printf(out,
			   "%" PRIu64 " more are in the report; they are too many to be followed "
			   "one by one.\n\n",
			   n->more);
	section(out, n, FINDING_OPEN, "Open");
	section(out, n, FINDING_UNSEEN, "Open, and could not be looked at");
	section(out, n, FINDING_ACCEPTED, "Accepted with a new baseline");
	section(out, n, FINDING_GONE, "Gone: as in the baseline again");
}
