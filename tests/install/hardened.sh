#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Is the program hardened, as its binary says?  PIE, full RELRO, no executable stack, stack protector,
# _FORTIFY_SOURCE, stack clash protection, CET.  The same questions are asked of a program that was built
# without any of it, where each must be answered with no: else they would say nothing of ours.
#
# INTACT: the program.  BUILD: its build folder.
. "$(dirname "$0")/../lib.sh"
INTACT=${INTACT:-$PWD/intact}
BUILD=${BUILD:-$PWD}

for tool in readelf objdump; do
	command -v $tool >/dev/null || skip "needs $tool"
done
variable() { sed -n "s/^$1 = *//p" "$BUILD/Makefile"; }
flags=" $(variable HARDEN_CFLAGS) $(variable HARDEN_LDFLAGS) "
[ -n "${flags// /}" ] || skip "configured with --disable-hardening"

dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-hardened.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# ---- what a binary says; $1: the binary -------------------------------------------------------------

is_pie() { readelf -hW "$1" | grep -q 'Type:.*DYN' && readelf -dW "$1" | grep -q 'FLAGS_1.*PIE'; }
has_relro() { readelf -lW "$1" | grep -q GNU_RELRO && readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS_1.*NOW'; }
has_noexecstack() { readelf -lW "$1" | grep GNU_STACK | grep -qv 'RWE'; }
has_protector() { readelf -sW "$1" | grep -q __stack_chk_fail; }
has_fortify() { readelf -sW "$1" | grep -qE '__[a-z]+_chk(@|$|[[:space:]])' && readelf -sW "$1" | grep -E '__[a-z]+_chk' | grep -qv stack_chk; }
# A large frame is touched page by page.
has_clash() { objdump -d --no-show-raw-insn "$1" | grep -qE 'sub +\$0x1000,%[re]sp|or[ql] +\$0x0,(0x[0-9a-f]+)?\(%[re]sp\)'; }
# A landing pad at the beginning of functions.
has_cet() { [ "$(objdump -d --no-show-raw-insn "$1" | grep -c endbr64)" -gt "$2" ]; }

# ---- the questions, asked of a program that has none of it -------------------------------------------

cat >"$dir/bare.c" <<'END'
#include <stdio.h>
#include <string.h>
static volatile int n = 3;
int main(int argc, char **argv)
{
	char text[65536];
	strcpy(text, argv[0]);
	return snprintf(text + n, 100, "%d", argc) + text[n] == 0;
}
END
CC=$(variable CC)
refused() { ! "$@"; }
asked() { claim "asked of a program without: $1" refused "${@:2}"; }
if $CC -O2 -w -no-pie -fno-pie -fno-stack-protector -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=0 \
	-fno-stack-clash-protection -Wl,-z,norelro,-z,lazy,-z,execstack -o "$dir/bare" "$dir/bare.c" 2>"$dir/why"; then
	asked PIE is_pie "$dir/bare"
	asked RELRO has_relro "$dir/bare"
	asked noexecstack has_noexecstack "$dir/bare"
	asked stack-protector has_protector "$dir/bare"
	asked fortify has_fortify "$dir/bare"
	asked stack-clash has_clash "$dir/bare"
	asked CET has_cet "$dir/bare" 50
else
	cat "$dir/why"
	claim "a program without any of it can be built" false
fi

# ---- and of ours: what configure found must be there -------------------------------------------------

wants() { [[ $flags == *"$1"* ]]; }
# $1: the flag, $2: what it is called, the rest: the question
ours() {
	if wants "$1"; then
		claim "$2" "${@:3}"
	else
		echo "not with this compiler: $2"
	fi
}
x86() { case $(uname -m) in x86_64) ;; *) return 1 ;; esac; }
ours -pie PIE is_pie "$INTACT"
ours -z,now RELRO has_relro "$INTACT"
ours noexecstack "no executable stack" has_noexecstack "$INTACT"
ours -fstack-protector-strong "stack protector" has_protector "$INTACT"
ours _FORTIFY_SOURCE fortify has_fortify "$INTACT"
if x86; then
	ours -fstack-clash-protection "stack clash protection" has_clash "$INTACT"
	ours -fcf-protection CET has_cet "$INTACT" 50
fi
# With the compilers of today all of it is there; a probe that fails by mistake would leave it out quietly.
if x86 && $CC --version 2>/dev/null | grep -qE '^(gcc|clang|.*clang version)|Free Software'; then
	for flag in -pie -z,now noexecstack -fstack-protector-strong -fstack-clash-protection -fcf-protection; do
		claim "configure found $flag" wants "$flag"
	done
fi
count_claims
