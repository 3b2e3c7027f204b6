#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Static analysis of the program's source: cppcheck, clang-tidy (.clang-tidy) and gcc's -fanalyzer.  Each must be
# silent; what is suppressed has its reason beside it, here, in .clang-tidy or in the source.
#
# Usage: run.sh SOURCE, in a built folder (config.h).  ANALYZE: which, if not all.  ANALYZE_FILES: of which files.
set -u
source=$1
flags="-include config.h -I. -I$source/include -I$source/src -I$source -std=c11 -D_FILE_OFFSET_BITS=64
	-DSYSCONFDIR=\"/etc\" -DLOCALSTATEDIR=\"/var\" -DPKGDATADIR=\"/usr/share/intact\"
	-DAIDE_STANDS_FOR=INTACT_COMPAT_NEWEST"
files=${ANALYZE_FILES:-$(cd "$source" && find src db rules -name '*.c' | grep -v builtin.c | sort)}
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
failed=0

wanted() {
	case " ${ANALYZE:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
	command -v "$2" >/dev/null && return 0
	echo "$1: needs $2" >&2
	failed=1
	return 1
}

# $1: what is before a file, $2: what is behind it.  Files in parallel.
each_file() {
	echo $files | xargs -P "$jobs" -n 1 sh -c '
		known="-include $1/tests/analyze/known.h"
		case $4 in *error.c | *place.c) known= ;; rules/*) known="-DANALYZE_RULES $known" ;; esac
		$2 $1/$4 $3 $known' sh "$source" "$1" "$2"
}

# $1: name; standard input: what was found
report() {
	if grep . >"$1.found"; then
		cat "$1.found"
		failed=1
	else
		echo "$1: nothing"
	fi
	rm -f "$1.found"
}

if wanted cppcheck cppcheck; then
	here=$PWD
	(cd "$source" && cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr -j "$jobs" \
		-Iinclude -Isrc -I. --include="$here/config.h" $files 2>&1) >cppcheck.out
	report cppcheck <cppcheck.out
fi
if wanted clang-tidy clang-tidy; then
	# On stderr it counts what it suppressed.
	each_file "clang-tidy --quiet" "-- $flags" 2>/dev/null >clang-tidy.out
	report clang-tidy <clang-tidy.out
fi
if wanted gcc gcc; then
	# gcc 12 does not follow what a structure owns through a member that is handed out (leak), a pointer that is set
	# whenever there is something (null), nor arrays that a loop fills (uninitialised): leaks are LeakSanitizer's,
	# under failing allocations (starve.sh), and valgrind's, as is what was never set; null pointers are clang's.
	quiet="-Wno-analyzer-malloc-leak -Wno-analyzer-null-dereference -Wno-analyzer-use-of-uninitialized-value"
	each_file "gcc -O1 -fanalyzer -Wall -Wextra $quiet -c -o /dev/null" "$flags" >gcc.out 2>&1
	report gcc <gcc.out
fi
rm -f cppcheck.out clang-tidy.out gcc.out
exit $failed
