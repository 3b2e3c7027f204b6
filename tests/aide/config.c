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
	static const char *const fixed[] = { "/@@{NAME}",   "/@@{NAME}/x", "/@@{HOSTNAME}",
					     "/\\@@{NAME}", "/",	   "/$",
					     "/.*",	    "/[a-f]",	   "/(foo|bar)",
					     "/[^/]+$",	    "/.*/[^/]+$",  "/foo.*$",
					     "/.*\\.log$",  "/a",	   "/f" };
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
	const char *path = some_path(rnd, t, needs), *tail = random_pick(rnd, tails);

	if (!needs->prefixed)
		buf_add_str(text, t->root);
	/* Two slashes: no object has such a path. */
	buf_add_str(text, *tail == '/' && strcmp(path, "/") == 0 ? "" : path);
	buf_add_str(text, tail);
}

/* ---- attributes ---- */

const char *config_digest(struct random *rnd, const struct config_needs *needs)
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
	static const char *const special[] = { "ANF", "ARF", "growing",
					       ">",   "I",   "compressed+sha256" };
	unsigned from = needs->new_files ? 0 : 1, to = needs->moves ? 6 : 4;

	if (needs->all_digests && random_chance(rnd, 3))
		buf_add_str(text, "H");
	else if (random_chance(rnd, 25))
		buf_add_str(text, config_digest(rnd, needs));
	else if (random_chance(rnd, 10))
		buf_add_str(text, special[from + random_below(rnd, to - from)]);
	else
		buf_add_str(text, random_pick(rnd, names));
}

void config_expression(struct buf *text, struct random *rnd, const struct config_needs *needs)
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

/* What a rule asks for. */
static void wanted(struct buf *text, struct random *rnd, const struct config_needs *needs)
{
	config_expression(text, rnd, needs);
	if (needs->bias)
		buf_printf(text, "+%s", needs->bias);
}

/* ---- rules ---- */

static void add_restriction(struct buf *text, struct random *rnd)
{
	static const char *const lists[] = { "f",   "d", "f,d",	    "l", "f,d,l", "p,s",
					     "b,c", "0", "d,f,l,p", "0", "f , d", "f,f" };

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
			wanted(text, attrs, needs);
		if (needs->ftype)
			buf_add_str(text, "+ftype");
	}
	buf_add_char(text, '\n');
}

static void add_block(struct buf *text, struct random *rnd, struct random *attrs,
		      const struct tree *t, const struct config_needs *needs, unsigned depth)
{
	static const char *const conditions[] = {
		"@@if defined SET\n",
		"@@if not defined SET\n",
		"@@if exists /etc/passwd\n",
		"@@if not exists /missing\n",
		"@@if hostname nowhere\n",
		"@@if hostname @@{HOSTNAME}\n",
		"@@if not hostname nowhere\n",
		"@@if not not defined SET\n",
		"@@if defined @@{SET}\n",
		"@@if exists @@{FOLDER}/passwd # a comment\n",
		"@@ifdef SET\n",
		"@@ifndef SET\n",
		"@@ifhost nowhere\n",
		"@@ifnhost nowhere\n",
		" @@if  defined\tSET\n",
	};

	buf_add_str(text, random_pick(rnd, conditions));
	if (random_chance(rnd, 20) && depth < 3)
		add_block(text, rnd, attrs, t, needs, depth + 1);
	else
		add_rule(text, rnd, attrs, t, needs);
	if (random_chance(rnd, 50)) {
		buf_add_str(text, "@@else\n");
		add_rule(text, rnd, attrs, t, needs);
	}
	buf_add_str(text, "@@endif\n");
}

static void add_macros(struct buf *text, struct random *rnd)
{
	static const char *const lines[] = {
		"@@define SET yes\n",
		"@@define SET yes\n@@undef SET\n",
		"@@define SET\n",
		"@@define SET one\n@@define SET @@{SET}two\n",
		"@@undef SET\n",
		"@@define FOLDER /etc # a comment\n",
		"@@define NAME a\\ b\\@\n",
		"@@define NAME foo\n",
		"@@define NAME (a|b)\n",
	};

	while (random_chance(rnd, 40))
		buf_add_str(text, random_pick(rnd, lines));
}

static void add_groups(struct buf *text, struct random *rnd, struct random *attrs,
		       const struct config_needs *needs)
{
	static const char *const names[] = { "Mine", "Mine2", "My_group", "0A%", "M\xc4x" };

	buf_add_str(text, random_chance(rnd, 80) ? "Mine = " : "  Mine  =\t");
	wanted(text, attrs, needs);
	buf_add_char(text, '\n');
	if (random_chance(rnd, 10)) {
		buf_add_str(text, "Mine=Mine+");
		wanted(text, attrs, needs);
		buf_add_char(text, '\n');
	}
	if (random_chance(rnd, 5)) {
		buf_printf(text, "%s=", random_pick(rnd, names));
		wanted(text, attrs, needs);
		buf_add_char(text, '\n');
	}
}

void config_rules(struct buf *text, struct random *rnd, struct random *attrs, const struct tree *t,
		  const struct config_needs *needs)
{
	unsigned n = 1 + random_below(rnd, 6);

	add_groups(text, rnd, attrs, needs);
	add_macros(text, rnd);
	if (random_chance(rnd, 10))
		buf_add_str(text, "# a comment\n\n \t\n");
	if (random_chance(rnd, 40)) {
		if (!needs->prefixed)
			add_literal(text, NULL, t->root);
		buf_add_str(text, "/ ");
		wanted(text, attrs, needs);
		buf_add_str(text, needs->ftype ? "+ftype\n" : "\n");
	}
	for (unsigned i = 0; i < n; i++) {
		if (random_chance(rnd, 10))
			add_block(text, rnd, attrs, t, needs, 0);
		else
			add_rule(text, rnd, attrs, t, needs);
	}
}
