/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Rules as text: for people, and in the canonical form that is stored in baselines.
 */

#include <intact/rules.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "rules/group.h"
#include "rules/ruleset.h"

static const char *const prefixes[] = { "", "=", "!", "-" };

const char *ruleset_kind_name(enum intact_rule_kind kind, enum intact_compat compat)
{
	static const char *const names[] = { "selective rule", "equal rule",
					     "recursive negative rule",
					     "non-recursive negative rule" };

	if (kind == INTACT_RULE_NEGATIVE && compat == INTACT_COMPAT_0_18)
		return "negative rule";
	return names[kind];
}

/* "f,d=ext", or `none`. */
static void add_restriction(struct buf *out, const struct intact_rule *rule, const char *none)
{
	static const char letters[] = "fdplbcs";
	size_t start = out->len;

	for (unsigned i = 0; letters[i] && rule->types != INTACT_FT_ANY; i++) {
		if (rule->types & 1u << i)
			buf_printf(out, "%s%c", out->len > start ? "," : "", letters[i]);
	}
	if (rule->has_fstype) {
		const char *name = intact_fstype_name(rule->fstype);

		if (name)
			buf_printf(out, "=%s", name);
		else
			buf_printf(out, "=0x%llx", (unsigned long long)rule->fstype);
	}
	if (out->len == start)
		buf_add_str(out, none);
}

static bool is_positive(const struct intact_rule *rule)
{
	return rule->kind == INTACT_RULE_SELECTIVE || rule->kind == INTACT_RULE_EQUAL;
}

void ruleset_describe(const struct intact_rule *rule, struct buf *out)
{
	char expr[EXPR_MAX];

	buf_printf(out, "%s%s ", prefixes[rule->kind], rule->regex);
	add_restriction(out, rule, "(none)");
	intact_attr_expr(rule->attrs, expr, sizeof(expr));
	if (is_positive(rule))
		buf_printf(out, " %s", expr);
}

char *intact_rule_describe(const struct intact_rule *rule)
{
	struct buf out = { 0 };

	ruleset_describe(rule, &out);
	return buf_take(&out, NULL);
}

/* A regex as a string value; no value has a tab in it. */
static void add_value(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' || *s == '@' || *s == ' ')
			buf_add_char(out, '\\');
		buf_add_char(out, *s);
	}
}

static void add_rule(struct buf *out, const struct intact_rule *rule)
{
	char expr[EXPR_MAX];

	buf_add_str(out, prefixes[rule->kind]);
	add_value(out, rule->regex);
	buf_add_char(out, ' ');
	add_restriction(out, rule, "0");
	if (is_positive(rule)) {
		intact_attr_expr(rule->attrs, expr, sizeof(expr));
		buf_printf(out, " %s", rule->attrs ? expr : "E");
	}
	buf_add_char(out, '\n');
}

int intact_rules_text(const struct intact_rules *rules, char **ret, size_t *ret_len,
		      struct intact_error *err)
{
	struct buf out = { 0 };
	size_t len;
	char *text;

	if (rules->compat == INTACT_COMPAT_0_18)
		buf_add_str(&out, "aide_compat=0.18\n");
	for (size_t i = 0; i < intact_rules_count(rules); i++)
		add_rule(&out, intact_rules_get(rules, i));
	text = buf_take(&out, &len);
	if (!text)
		return intact_fail_nomem(err);
	*ret = text;
	if (ret_len)
		*ret_len = len;
	return 0;
}

/* A pattern must be UTF-8.  A name that is not is matched bytewise, and there \xHH is a byte. */
int intact_rules_quote(const char *path, char **ret, struct intact_error *err)
{
	const unsigned char *s = (const unsigned char *)path;
	size_t len = strlen(path), n;
	struct buf out = { 0 };
	uint32_t c;
	char *text;

	for (size_t i = 0; i < len; i += n ? n : 1) {
		n = text_utf8(s + i, len - i, &c);
		if (n == 0) {
			buf_printf(&out, "\\x%02x", s[i]);
			continue;
		}
		if (n == 1 && strchr("\\^$.|?*+()[]{}", path[i]))
			buf_add_char(&out, '\\');
		buf_add(&out, path + i, n);
	}
	text = buf_take(&out, NULL);
	if (!text)
		return intact_fail_nomem(err);
	*ret = text;
	return 0;
}
