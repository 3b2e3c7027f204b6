/* SPDX-License-Identifier: BSD-2-Clause */

/**
 * The program.
 */

int main(void)
{
	return 0;
}
