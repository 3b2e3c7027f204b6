/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See watch.h.
 */

#include "scan/watch.h"

#include <stdatomic.h>

void watch_begin(struct watch *w)
{
	/* Nobody leaves a thread behind while the state is even. */
	atomic_fetch_add(&w->state, 1);
}

void watch_progress(struct watch *w)
{
	atomic_fetch_add_explicit(&w->progress, 1, memory_order_relaxed);
}

bool watch_end(struct watch *w)
{
	uint64_t state = atomic_load(&w->state);

	return state != WATCH_LEFT && atomic_compare_exchange_strong(&w->state, &state, state + 1);
}

bool watch_is_left(const struct watch *w)
{
	return atomic_load(&w->state) == WATCH_LEFT;
}

void watch_look(struct watch *w, uint64_t ms)
{
	uint64_t progress = atomic_load_explicit(&w->progress, memory_order_relaxed);

	if (progress != w->seen)
		w->silent_ms = 0;
	else if (atomic_load(&w->state) % 2)
		w->silent_ms += ms;
	w->seen = progress;
}

bool watch_give_up(struct watch *w, uint64_t patience_ms)
{
	uint64_t state = atomic_load(&w->state);

	if (state % 2 == 0 || state == WATCH_LEFT || w->silent_ms < patience_ms)
		return false;
	if (atomic_load_explicit(&w->progress, memory_order_relaxed) != w->seen)
		return false;
	return atomic_compare_exchange_strong(&w->state, &state, WATCH_LEFT);
}
