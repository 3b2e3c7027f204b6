/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * Allocations that fail, for who is linked with starved.c and by --wrap.
 */

#ifndef STRESS_STARVED_H
#define STRESS_STARVED_H

/** Count from 1 again, and let number `at` fail; 0: none. */
void starve(unsigned long at);

/** How many there were since then. */
unsigned long starve_count(void);

#endif /* STRESS_STARVED_H */
