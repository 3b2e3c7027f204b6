/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * See thread.h.
 */

#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void once_run(struct once *once, void (*run)(void))
{
	pthread_once(&once->o, run);
}

int mutex_init(struct mutex *m, struct intact_error *err)
{
	int rc = pthread_mutex_init(&m->m, NULL);

	return rc ? intact_fail(err, INTACT_ETHREAD, "create a mutex: %s", strerror(rc)) : 0;
}

int cond_init(struct cond *c, struct intact_error *err)
{
	pthread_condattr_t attr;
	int rc = pthread_condattr_init(&attr);

	if (!rc) {
		rc = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
		if (!rc)
			rc = pthread_cond_init(&c->c, &attr);
		pthread_condattr_destroy(&attr);
	}
	return rc ? intact_fail(err, INTACT_ETHREAD, "create a condition: %s", strerror(rc)) : 0;
}

void mutex_destroy(struct mutex *m)
{
	pthread_mutex_destroy(&m->m);
}

void cond_destroy(struct cond *c)
{
	pthread_cond_destroy(&c->c);
}

/* Locking can only fail when the lock is misused, which is our own bug. */
void mutex_lock(struct mutex *m)
{
	int rc = pthread_mutex_lock(&m->m);

	assert(rc == 0);
	(void)rc;
}

void mutex_unlock(struct mutex *m)
{
	int rc = pthread_mutex_unlock(&m->m);

	assert(rc == 0);
	(void)rc;
}

void cond_wait(struct cond *c, struct mutex *m)
{
	pthread_cond_wait(&c->c, &m->m);
}

bool cond_wait_ms(struct cond *c, struct mutex *m, unsigned ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	return pthread_cond_timedwait(&c->c, &m->m, &until) != ETIMEDOUT;
}

void cond_signal(struct cond *c)
{
	pthread_cond_signal(&c->c);
}

void cond_broadcast(struct cond *c)
{
	pthread_cond_broadcast(&c->c);
}

int thread_start(struct thread *t, void *(*run)(void *), void *arg, struct intact_error *err)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&t->t, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc ? intact_fail(err, INTACT_ETHREAD, "start a thread: %s", strerror(rc)) : 0;
}

void thread_join(struct thread *t)
{
	pthread_join(t->t, NULL);
}

void thread_detach(struct thread *t)
{
	pthread_detach(t->t);
}

void thread_sleep_for_ever(void)
{
	for (;;)
		pause();
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t thread_waits(void)
{
	struct rusage use = { 0 };

	getrusage(RUSAGE_THREAD, &use);
	return (uint64_t)use.ru_nvcsw;
}

uint64_t thread_cpu(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t thread_clock(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

unsigned thread_processors(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	return n > 0 ? (unsigned)n : 1;
}
