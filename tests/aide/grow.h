/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Arrays that grow.  A test without memory has nothing to say: it aborts.
 */

#ifndef TESTS_AIDE_GROW_H
#define TESTS_AIDE_GROW_H

#include <stdlib.h>

/** Room for `need` elements of `size` bytes. */
static inline void grow(void **array, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return;
	*cap = need * 2;
	*array = reallocarray(*array, *cap, size);
	if (!*array)
		abort();
}

#endif /* TESTS_AIDE_GROW_H */
