/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See config.h.
 */

#include "config.h"

#include <string.h>

/* ---- regexes ---- */

/* `rnd` NULL: nothing but what it says. */
static void add_literal(struct buf *text, struct random *rnd, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		/* An escaped ( [ ^ $ ? * or \ in a folder: see doc/aide-differences.md. */
		if (c < 0x20 || c == 0x7f || (strchr("([^$?*\\", c) && strchr(s, '/')))
			buf_add_char(text, '.');
		else if (c == '\\')
			buf_add_str(text, "\\\\\\\\");
		else if (c == ' ' || c == '@' || strchr(".*+?[](){}|^$", c))
			buf_printf(text, "\\%c", c);
		else if (rnd && random_chance(rnd, 2) && c != '/')
			buf_add_str(text, c == 'a' ? "[a-c]" : ".");
		else
			buf_add_char(text, (char)c);
	}
}

static const char *some_path(struct random *rnd, const struct tree *t,
			     const struct config_needs *needs)
{
	static const char *const others[] = { "/",	  "/foo",     "/a",  "/missing/x",
					      "/foo/bar", "/foo.log", "/a/b" };

	if (!needs->names || random_chance(rnd, 20))
		return random_pick(rnd, others);
	return t->names[random_below(rnd, (unsigned)needs->names)].path;
}

static void add_tail(struct buf *text, struct random *rnd)
{
	static const char *const tails[] = { "",    "",	     "$",      "$",	  "/",	     ".*",
					     "/.*", "(/|$)", "[^/]*$", "/[^/]+$", "\\.log$", ".+",
					     "?",   "(a|b)", "/(?!a)", "(?i)A",	  "*" };

	buf_add_str(text, random_pick(rnd, tails));
}

void config_regex(struct buf *text, struct random *rnd, const struct tree *t,
		  const struct config_needs *needs)
{
	static const char *const fixed[] = { "/",	   "/$",      "/.*",	    "/[a-f]",
					     "/(foo|bar)", "/[^/]+$", "/.*/[^/]+$", "/foo.*$",
					     "/.*\\.log$", "/a",      "/f" };
	const char *path = some_path(rnd, t, needs);
	char cut[512];

	if (!needs->prefixed)
		add_literal(text, NULL, t->root);
	if (random_chance(rnd, 30)) {
		buf_add_str(text, random_pick(rnd, fixed));
		return;
	}
	if (random_chance(rnd, 15) && strlen(path) > 1 && strlen(path) < sizeof(cut)) {
		memcpy(cut, path, strlen(path) + 1);
		cut[1 + random_below(rnd, (unsigned)strlen(path))] = '\0';
		path = cut;
	}
	add_literal(text, rnd, path);
	add_tail(text, rnd);
}

void config_path(struct buf *text, struct random *rnd, const struct tree *t,
		 const struct config_needs *needs)
{
	static const char *const tails[] = { "", "", "", "x", "/x", "/x/y", "/", "bar" };

	if (!needs->prefixed)
		buf_add_str(text, t->root);
	buf_add_str(text, some_path(rnd, t, needs));
	buf_add_str(text, random_pick(rnd, tails));
}

/* ---- attributes ---- */

static const char *digest(struct random *rnd, const struct config_needs *needs)
{
	return needs->digests[random_below(rnd, (unsigned)needs->ndigests)];
}

static void add_attribute(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	static const char *const names[] = { "p",	"p",	  "u",	       "g",	"s",
					     "s",	"m",	  "c",	       "i",	"n",
					     "l",	"l",	  "b",	       "ftype", "acl",
					     "selinux", "xattrs", "e2fsattrs", "caps",	"X",
					     "L",	"R",	  "a",	       "E",	"S" };
	static const char *const special[] = { "ANF", "ARF", "growing", ">", "I", "compressed" };
	unsigned from = needs->new_files ? 0 : 1, to = needs->moves ? 6 : 4;

	if (random_chance(rnd, 25))
		buf_add_str(text, digest(rnd, needs));
	else if (random_chance(rnd, 10))
		buf_add_str(text, special[from + random_below(rnd, to - from)]);
	else
		buf_add_str(text, random_pick(rnd, names));
}

static void add_expression(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	unsigned n = 1 + random_below(rnd, 6);

	add_attribute(text, rnd, needs);
	for (unsigned i = 1; i < n; i++) {
		buf_add_str(text, random_chance(rnd, 12)  ? "-"
				  : random_chance(rnd, 3) ? " + "
							  : "+");
		add_attribute(text, rnd, needs);
	}
}

/* ---- rules ---- */

static void add_restriction(struct buf *text, struct random *rnd)
{
	static const char *const lists[] = { "f",   "d",   "f,d", "l",	    "f,d,l",
					     "p,s", "b,c", "0",	  "d,f,l,p" };

	buf_printf(text, " %s", random_pick(rnd, lists));
}

static void add_rule(struct buf *text, struct random *rnd, struct random *attrs,
		     const struct tree *t, const struct config_needs *needs)
{
	static const char kinds[] = { 0, 0, 0, 0, '=', '=', '!', '!' };
	char kind = random_pick(rnd, kinds);

	if (kind)
		buf_add_char(text, kind);
	config_regex(text, rnd, t, needs);
	if (random_chance(rnd, 25))
		add_restriction(text, rnd);
	if (kind != '!') {
		buf_add_char(text, ' ');
		if (random_chance(attrs, 15))
			buf_add_str(text, "Mine");
		else
			add_expression(text, attrs, needs);
		if (needs->ftype)
			buf_add_str(text, "+ftype");
	}
	buf_add_char(text, '\n');
}

static void add_block(struct buf *text, struct random *rnd, struct random *attrs,
		      const struct tree *t, const struct config_needs *needs)
{
	static const char *const conditions[] = {
		"@@if defined SET\n",	     "@@if not defined SET\n",
		"@@if exists /etc/passwd\n", "@@if not exists /missing\n",
		"@@if hostname nowhere\n",
	};

	buf_add_str(text, random_pick(rnd, conditions));
	add_rule(text, rnd, attrs, t, needs);
	if (random_chance(rnd, 50)) {
		buf_add_str(text, "@@else\n");
		add_rule(text, rnd, attrs, t, needs);
	}
	buf_add_str(text, "@@endif\n");
}

void config_rules(struct buf *text, struct random *rnd, struct random *attrs, const struct tree *t,
		  const struct config_needs *needs)
{
	unsigned n = 1 + random_below(rnd, 6);

	buf_add_str(text, "Mine = ");
	add_expression(text, attrs, needs);
	buf_add_char(text, '\n');
	if (random_chance(rnd, 30))
		buf_add_str(text, "@@define SET yes\n");
	if (random_chance(rnd, 10))
		buf_add_str(text, "# a comment\n\n \t\n");
	if (random_chance(rnd, 40)) {
		if (!needs->prefixed)
			add_literal(text, NULL, t->root);
		buf_add_str(text, "/ ");
		add_expression(text, attrs, needs);
		buf_add_str(text, needs->ftype ? "+ftype\n" : "\n");
	}
	for (unsigned i = 0; i < n; i++) {
		if (random_chance(rnd, 10))
			add_block(text, rnd, attrs, t, needs);
		else
			add_rule(text, rnd, attrs, t, needs);
	}
}

/* ---- options ---- */

static const char *yes_or_no(struct random *rnd)
{
	static const char *const words[] = { "yes", "no", "true", "false" };

	return random_pick(rnd, words);
}

static void maybe_bool(struct buf *text, struct random *rnd, const char *name, unsigned percent)
{
	if (random_chance(rnd, percent))
		buf_printf(text, "%s=%s\n", name, yes_or_no(rnd));
}

static void maybe_attrs(struct buf *text, struct random *rnd, const char *name, unsigned percent,
			const struct config_needs *needs)
{
	if (!random_chance(rnd, percent))
		return;
	buf_printf(text, "%s=", name);
	add_expression(text, rnd, needs);
	buf_add_char(text, '\n');
}

static void report_options(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	static const char *const levels[] = {
		"minimal",
		"summary",
		"database_attributes",
		"list_entries",
		"changed_attributes",
		"added_removed_attributes",
		"added_removed_entries",
		"added_removed_entries",
	};
	static const char *const letters[] = { "VNIE", "d", "A", "0", "sDde" };

	if (random_chance(rnd, 60))
		buf_printf(text, "report_level=%s\n", random_pick(rnd, levels));
	if (random_chance(rnd, 40))
		buf_printf(text, "report_format=%s\n", random_chance(rnd, 70) ? "json" : "plain");
	maybe_bool(text, rnd, "report_base16", 20);
	maybe_bool(text, rnd, "report_detailed_init", needs->new_files ? 0 : 25);
	maybe_bool(text, rnd, "report_quiet", 15);
	maybe_bool(text, rnd, "report_append", 15);
	maybe_bool(text, rnd, "report_grouped", 20);
	maybe_bool(text, rnd, "report_summarize_changes", 20);
	maybe_attrs(text, rnd, "report_ignore_added_attrs", 12, needs);
	maybe_attrs(text, rnd, "report_ignore_removed_attrs", 12, needs);
	maybe_attrs(text, rnd, "report_ignore_changed_attrs", 12, needs);
	maybe_attrs(text, rnd, "report_force_attrs", 12, needs);
	if (random_chance(rnd, 12))
		buf_printf(text, "report_ignore_e2fsattrs=%s\n", random_pick(rnd, letters));
}

static void database_attrs(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	if (random_chance(rnd, 30))
		return;
	if (random_chance(rnd, 20))
		buf_add_str(text, "database_attrs=E\n");
	else
		buf_printf(text, "database_attrs=%s+%s\n", digest(rnd, needs), digest(rnd, needs));
}

void config_options(struct buf *text, struct random *rnd, const struct tree *t,
		    const struct config_needs *needs)
{
	buf_add_str(text,
		    "database_in=file:in.db\ndatabase_out=file:out.db\ndatabase_new=file:new.db\n");
	if (needs->prefixed)
		buf_printf(text, "root_prefix=%s%s\n", t->root, random_chance(rnd, 5) ? "/" : "");
	database_attrs(text, rnd, needs);
	if (random_chance(rnd, 85))
		buf_add_str(text, "database_add_metadata=no\n");
	maybe_bool(text, rnd, "gzip_dbout", 15);
	if (random_chance(rnd, 10))
		buf_add_str(text, "config_version=v1 # with a comment\n");
	if (random_chance(rnd, 25))
		buf_printf(text, "num_workers=%u\n", random_below(rnd, 5));
	maybe_bool(text, rnd, "warn_dead_symlinks", 10);
	report_options(text, rnd, needs);
	if (random_chance(rnd, 25)) {
		buf_add_str(text, "report_url=stdout\n");
		report_options(text, rnd, needs);
		buf_add_str(text, "report_url=file:report\n");
		report_options(text, rnd, needs);
	}
}

/* ---- breaking it ---- */

static void insert_line(struct buf *text, struct random *rnd)
{
	static const char *const lines[] = {
		"/x",
		"/x p q r",
		"!/x f p",
		"=/x",
		"/x undefinedgroup",
		"/x (p)",
		"/x p+",
		"/x p + ",
		"nosuchoption=1",
		"report_level=7",
		"report_format=xml",
		"gzip_dbout=maybe",
		"database_in=bogus:x",
		"database_in=stdout",
		"database_out=stdin",
		"report_url=stdin",
		"report_url=syslog:LOG_AUTH",
		"report_url=file://host/x",
		"root_prefix=/x",
		"@@define",
		"@@define A",
		"@@define A b",
		"@@undef A",
		"@@undef",
		"@@if",
		"@@endif",
		"@@else",
		"@@if defined A",
		"@@ifdef A\n/x p\n@@endif",
		"@@ifndef A\n/x p\n@@endif",
		"@@if defined A\n@@endif",
		"@@if bogus A\n/x p\n@@endif",
		"@@include",
		"@@include /missing",
		"@@include /etc [",
		"@@include /usr/share ^$",
		"@@x_include /missing",
		"@@bogus",
		"@@x_include_setenv A b",
		"@@x_include_setenv 1A b",
		"@@x_include_setenv A",
		"G = p",
		"G = p\nG = u",
		"G=",
		"=G",
		"p = u",
		"Gr_oup = p",
		"G = nosuch",
		"g",
		"G = p-p",
		"/x[ p",
		"/x(",
		"/x) p",
		"//x p",
		"/x//y p",
		"/x//y/z p",
		"/x\\ y p",
		"/x p # comment",
		"# comment",
		" /x p",
		"\t/x p",
		"/x\tp",
		"/x\t f\tp",
		"/x f,d p",
		"/x z p",
		"/x f,z p",
		"/x f, d p",
		"/x f d p",
		"/x ,f p",
		"@@{A}/x p",
		"/@@{A} p",
		"/@@{HOSTNAME} p",
		"/@@{ p",
		"/\\@@{A} p",
		"num_workers=-1",
		"num_workers=50%",
		"num_workers=x",
		"num_workers=",
		"log_level=bogus",
		"log_level=notice",
		"report_ignore_e2fsattrs=qx",
		"report_force_attrs=nosuch",
		"database_attrs=p",
		"database_attrs=E",

		"grouped=no",
		"summarize_changes=no",
		"database=file:x",
		"config_version=",
		"database_in =x",
		"database_in= file:y",
		"gzip_dbout = yes",
		"gzip_dbout=yes yes",
		"gzip_dbout=yes # no",
		"/x p\r",

		"/x p+ANF+ARF",
		"/x S",
		"/x p+compressed",
		"E = p",
		"R = p",
		"A1 = p",
		"1 = p",
		"/x 1",
		"/x\\",
		"\\",
		"*",
		"\"/x\" p",
		"root_prefix=",
		"acl_no_symlink_follow=yes",
		"/x p\n/x p\n/x u",
		"config_check_warn_unrestricted_rules=yes\n/x p\n/y f p",
	};
	size_t at = text->len ? random_below(rnd, (unsigned)text->len) : 0;
	struct buf out = { 0 };

	while (at > 0 && text->data[at - 1] != '\n')
		at--;
	buf_add(&out, text->data, at);
	buf_printf(&out, "%s\n", random_pick(rnd, lines));
	buf_add(&out, text->data + at, text->len - at);
	buf_release(text);
	*text = out;
}

static void change_byte(struct buf *text, struct random *rnd)
{
	static const char bytes[] = "=@!+-/ \\#{}()[]$^*?,0\t\npufdA%\"\x80|:<";
	size_t at = text->len ? random_below(rnd, (unsigned)text->len) : 0;
	struct buf out = { 0 };
	unsigned kind = random_below(rnd, 3);

	buf_add(&out, text->data, at);
	if (kind != 0)
		buf_add_char(&out, bytes[random_below(rnd, sizeof(bytes) - 1)]);
	if (kind == 2)
		at--;
	if (at + 1 < text->len)
		buf_add(&out, text->data + at + 1, text->len - at - 1);
	buf_release(text);
	*text = out;
}

void config_break(struct buf *text, struct random *rnd)
{
	unsigned n = 1 + random_below(rnd, 2);

	for (unsigned i = 0; i < n; i++) {
		if (random_chance(rnd, 60))
			insert_line(text, rnd);
		else
			change_byte(text, rnd);
	}
	if (random_chance(rnd, 5) && text->len)
		text->len--;
}
