/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Threads, locks and conditions: the only door to pthreads.
 */

#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <intact/error.h>

struct mutex {
	pthread_mutex_t m;
};

struct cond {
	pthread_cond_t c;
};

struct thread {
	pthread_t t;
};

/** For what a process does once, whichever thread comes first: static, and set to ONCE_INIT. */
struct once {
	pthread_once_t o;
};

#define ONCE_INIT                 \
	{                         \
		PTHREAD_ONCE_INIT \
	}

/** Run it, or wait until another thread has. */
void once_run(struct once *once, void (*run)(void));

/** Both return 0 or INTACT_ETHREAD. */
INTACT_MUST_CHECK int mutex_init(struct mutex *m, struct intact_error *err);
INTACT_MUST_CHECK int cond_init(struct cond *c, struct intact_error *err);
void mutex_destroy(struct mutex *m);
void cond_destroy(struct cond *c);

void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);

void cond_wait(struct cond *c, struct mutex *m);
/** Wait at most `ms` milliseconds (monotonic clock).  False after the time is over. */
bool cond_wait_ms(struct cond *c, struct mutex *m, unsigned ms);
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

/** Start a thread with all signals blocked in it.  Returns 0 or INTACT_ETHREAD. */
INTACT_MUST_CHECK
int thread_start(struct thread *t, void *(*run)(void *), void *arg, struct intact_error *err);
void thread_join(struct thread *t);

/** Nobody will join it. */
void thread_detach(struct thread *t);

/** Sleep until the process ends. */
_Noreturn void thread_sleep_for_ever(void);

/** How often this thread gave its processor away by itself so far: to wait for a disk, a lock, or
 * time. */
uint64_t thread_waits(void);

/** Processor time of all threads of the process so far, in nanoseconds. */
uint64_t thread_cpu(void);

/** Nanoseconds on the monotonic clock. */
uint64_t thread_clock(void);

/** Processors this process may use; at least 1. */
unsigned thread_processors(void);

#endif /* BASE_THREAD_H */
