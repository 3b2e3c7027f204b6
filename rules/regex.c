/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See regex.h.
 */

#include "rules/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdint.h>
#include <stdlib.h>

/* 0.1 to 0.6 ms with JIT, up to 2 ms without; PCRE2's own ten million take 50 to 400 ms for one
 * name. */
#define STEPS_JIT 100000
#define STEPS_INTERPRETED 75000
/* In KiB.  The interpreter keeps its backtracking points there. */
#define HEAP_MAX 4096
/* A long name and a nested group need more than the 32 KiB of machine stack that JIT takes unasked.
 */
#define JIT_STACK_MIN (32 * 1024)
#define JIT_STACK_MAX (512 * 1024)

struct regex {
	pcre2_code *utf;   /* NULL where there is only the bytewise one */
	pcre2_code *bytes; /* NULL where the pattern has no bytewise meaning */
	uint32_t options;
};

struct regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

static pcre2_code *compile(const char *pattern, size_t len, uint32_t options,
			   struct regex_fault *fault)
{
	PCRE2_SIZE offset = 0;
	int number = 0;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, len, options, &number, &offset, NULL);

	if (!code && fault) {
		fault->no_memory = number == PCRE2_ERROR_HEAP_FAILED;
		fault->offset = offset;
		fault->text[0] = '\0';
		pcre2_get_error_message(number, (PCRE2_UCHAR *)fault->text, sizeof(fault->text));
	}
	return code;
}

int regex_compile(const char *pattern, size_t len, enum regex_mode mode, struct regex **ret,
		  struct regex_fault *fault)
{
	uint32_t anchor = mode == REGEX_SEARCH ? 0 : PCRE2_ANCHORED;
	uint32_t bytes = anchor | (mode == REGEX_PATH ? PCRE2_NEVER_UTF : 0);
	struct regex *re = calloc(1, sizeof(*re));

	if (!re)
		return INTACT_ENOMEM;
	re->options = mode == REGEX_SEARCH ? 0 : PCRE2_PARTIAL_SOFT;
	if (mode == REGEX_PATH)
		re->utf = compile(pattern, len, anchor | PCRE2_UTF, fault);
	else
		re->bytes = compile(pattern, len, bytes | PCRE2_NEVER_UTF, fault);
	if (!re->utf && !re->bytes) {
		free(re);
		return fault->no_memory ? INTACT_ENOMEM : INTACT_ECONFIG;
	}
	if (!re->bytes)
		re->bytes = compile(pattern, len, bytes, NULL);
	if (!re->bytes) {
		/* Such as \x{100}.  This one skips what is not UTF-8, and takes its beginning
		 * for an end of the name: PARTIAL may be said too often, and then a directory
		 * is looked into for nothing. */
		re->bytes =
			compile(pattern, len, anchor | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, NULL);
	}
	/* Without JIT (no memory, not for this machine) it works as well, only slower.  Names that
	 * are not UTF-8 are rare: the interpreter will do for them. */
	if (mode != REGEX_SEARCH)
		(void)pcre2_jit_compile(re->utf ? re->utf : re->bytes, PCRE2_JIT_PARTIAL_SOFT);
	*ret = re;
	return 0;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_code_free(re->utf);
	pcre2_code_free(re->bytes);
	free(re);
}

struct regex_scratch *regex_scratch_new(void)
{
	struct regex_scratch *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->data = pcre2_match_data_create(1, NULL);
	s->context = pcre2_match_context_create(NULL);
	if (!s->data || !s->context) {
		regex_scratch_free(s);
		return NULL;
	}
	pcre2_set_heap_limit(s->context, HEAP_MAX);
	s->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	if (s->stack)
		pcre2_jit_stack_assign(s->context, NULL, s->stack);
	return s;
}

void regex_scratch_free(struct regex_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_jit_stack_free(scratch->stack);
	pcre2_match_context_free(scratch->context);
	pcre2_match_data_free(scratch->data);
	free(scratch);
}

enum regex_result regex_match(const struct regex *re, struct regex_scratch *scratch,
			      const char *subject, size_t len, bool utf8, unsigned effort)
{
	const pcre2_code *code = re->utf && utf8 ? re->utf : re->bytes;
	bool interpreted = re->utf && code != re->utf;
	uint32_t steps = interpreted ? STEPS_INTERPRETED : STEPS_JIT;
	uint32_t options = re->options;
	int rc;

	if (!code)
		return REGEX_LIMIT;
	if (code == re->utf)
		options |= PCRE2_NO_UTF_CHECK;
	pcre2_set_match_limit(scratch->context, steps / (effort ? effort : 1));
	rc = pcre2_match(code, (PCRE2_SPTR)subject, len, 0, options, scratch->data,
			 scratch->context);
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(code, (PCRE2_SPTR)subject, len, 0, options | PCRE2_NO_JIT,
				 scratch->data, scratch->context);
	if (rc >= 0)
		return REGEX_MATCH;
	if (rc == PCRE2_ERROR_NOMATCH)
		return REGEX_NONE;
	return rc == PCRE2_ERROR_PARTIAL ? REGEX_PARTIAL : REGEX_LIMIT;
}
