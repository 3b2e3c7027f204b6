#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Mutants: one operator of what must not be wrong is changed (in a copy), and the tests must fail.  Lists those
# that nothing noticed; some of them mean the same as the source.
#
# Usage: mutants.sh [GROUP...] (mutants.py has the groups); MUTANTS: how many of each (100)
set -u
tools='tests/cli/hear tests/cli/without'
. "$(dirname "$0")/copy.sh"
copy_and_build '-g0 -O0'
python3 "$here/mutants.py" "$work" "${MUTANTS:-100}" "$@"
