#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Who may include whom: the table of the style guide, checked.  Prints each breach as file:line.
set -eu
cd "$(dirname "$0")/../.."
breaches=0

# $1: folder, $2: extended regex of allowed include lines (after #include)
room() {
	found=$(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+["<]' --include='*.[ch]' "$1" |
		grep -vE "include[[:space:]]+($2)" || true)
	[ -z "$found" ] || { printf '%s\n' "$found" | sed "s|\$|  <- not allowed in $1|"; breaches=1; }
}

libc='<(sys|linux|arpa|netinet|asm)/[a-z0-9_/]+\.h>|<[a-z0-9]+\.h>'
words='<intact/(error|attr|content|entry|change|explanation|severity|stream)\.h>'
door() { printf '<intact/(%s)\\.h>' "$1"; }

room src/base "$libc|\"base/|<intact/error\.h>"
room src/guard "$libc|\"(base|guard)/|<intact/error\.h>|$(door guard)"
room src/model "$libc|\"(base|model)/|$words"
room rules "$libc|\"(base|model|rules)/|$words|$(door rules)"
room db "$libc|\"(base|model|db)/|$words|$(door 'db|journal|trust')|<openssl/"
room src/scan "$libc|\"(base|model|scan)/|$words|$(door 'rules|scan')|<openssl/|<(sys/acl|acl/libacl|selinux/selinux|sys/capability)\.h>"
room src/compare "$libc|\"(base|model|compare)/|$words|$(door compare)"
room src/packages "$libc|\"(base|model|packages)/|$words|$(door 'rules|scan|packages')"
room src/report "$libc|\"(base|model|report)/|$words|$(door 'report|rules')"
room src/cli "$libc|\"(base|cli)/|<intact/"

# Foreign libraries live behind one file each.
facade() {
	found=$(grep -rlE "include[[:space:]]+<$1" src rules db include | grep -vE "^($2)\$" || true)
	[ -z "$found" ] || { printf '%s: includes <%s>, which belongs to %s\n' "$found" "$1" "$2"; breaches=1; }
}
facade 'pthread\.h' 'src/base/thread\.h'
facade 'pcre2\.h' 'rules/regex\.c'
facade 'zlib\.h' 'src/scan/digest_zlib\.c|src/base/zstream\.c'
facade 'lzma\.h' 'src/base/xz\.c'
facade 'zstd\.h' 'src/base/zst\.c'
facade 'sqlite3\.h' 'src/packages/rpm_db\.c'
facade 'openssl/' 'src/scan/digest_evp\.c|db/(sha256|sign)\.c'
facade 'gcrypt\.h' 'src/scan/digest_gcrypt\.c'
facade 'mhash\.h' 'src/scan/digest_mhash\.c'
facade '(sys/acl|acl/libacl)\.h' 'src/scan/acl\.c'
facade 'sys/capability\.h' 'src/scan/caps\.c'
facade '(pwd|grp)\.h' 'src/base/accounts\.c|src/cli/user\.c'
facade 'seccomp\.h' 'src/guard/calls\.c'
facade 'linux/landlock\.h' 'src/guard/files\.c'
facade 'getopt\.h' 'src/cli/options\.c'

# Calls that are banned: unbounded, locale-dependent, or they end the program.
banned='\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|atof|alloca|tmpnam|mktemp|system|popen)[[:space:]]*\('
found=$(grep -rnE "$banned" --include='*.[ch]' src rules db include || true)
[ -z "$found" ] || { printf '%s\n' "$found" | sed 's|$|  <- banned call|'; breaches=1; }
found=$(grep -rnE '\b(exit|abort|printf|puts|putchar|perror)[[:space:]]*\(' --include='*.[ch]' \
	src/base src/guard src/model src/scan src/compare src/report rules db || true)
[ -z "$found" ] || { printf '%s\n' "$found" | sed 's|$|  <- only cli prints and exits|'; breaches=1; }

[ "$breaches" -eq 0 ] || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
echo "1 passed, 0 failed, 0 skipped"
