#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Static analysis of the program's source: cppcheck, clang-tidy (.clang-tidy) and gcc's -fanalyzer.  Each must be
# silent; what is suppressed has its reason beside it, here or in the source.
#
# Usage: run.sh SOURCE, in a built folder (config.h, builtin.c).  ANALYZE: which, if not all that are there.
set -u
source=$1
flags="-include config.h -I. -I$source/include -I$source/src -I$source -std=c11 -D_FILE_OFFSET_BITS=64
	-DSYSCONFDIR=\"/etc\" -DLOCALSTATEDIR=\"/var\" -DAIDE_STANDS_FOR=INTACT_COMPAT_NEWEST -DTEST_DATA_DIR=\".\""
files=$(cd "$source" && find src db rules -name '*.c' | sort)
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
failed=0

wanted() {
	case " ${ANALYZE:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
	command -v "$2" >/dev/null && return 0
	echo "$1: not there" >&2
	failed=1
	return 1
}

report() {
	if [ "$2" -eq 0 ] && [ ! -s "$1.found" ]; then
		echo "$1: nothing"
	else
		cat "$1.found"
		failed=1
	fi
	rm -f "$1.found"
}

if wanted cppcheck cppcheck; then
	# It does not know that an attribute lets go of what a pointer holds, nor what libraries promise.
	(cd "$source" && cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability,performance \
		--inline-suppr --suppressions-list=tests/analyze/cppcheck.txt -j "$jobs" \
		-Iinclude -Isrc -I. --include="$OLDPWD/config.h" $files) >cppcheck.found 2>&1
	report cppcheck $?
fi
if wanted clang-tidy clang-tidy; then
	echo "$files" | xargs -P "$jobs" -n 4 sh -c '
		dir=$1 flags=$2; shift 2
		for each; do clang-tidy --quiet "$dir/$each" -- $flags 2>/dev/null; done' sh "$source" "$flags" >clang-tidy.found
	report clang-tidy $?
fi
if wanted gcc gcc; then
	echo "$files" | xargs -P "$jobs" -n 4 sh -c '
		dir=$1 flags=$2; shift 2
		for each; do gcc -O2 -fanalyzer -Wall -Wextra -c -o /dev/null $flags "$dir/$each" 2>&1; done' sh "$source" \
		"$flags" >gcc.found
	report gcc $?
fi
exit $failed
