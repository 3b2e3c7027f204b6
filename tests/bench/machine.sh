#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the machine and the programs are, as a table in Markdown.  No names of hosts or folders.
#
#   machine.sh FOLDER   FOLDER: on the file system that was measured
set -eu

row() { [ -z "$2" ] || printf '| %s | %s |\n' "$1" "$2"; }
field() { LC_ALL=C lscpu | sed -n "s/^$1: *//p" | head -n 1; }
package() { dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true; }

printf '| | |\n|---|---|\n'
row processor "$(field 'Model name'), $(nproc) cores$(field Hypervisor\ vendor | sed 's/^/, under /')"
row 'SHA instructions' "$(grep -qw sha_ni /proc/cpuinfo && echo yes || echo no)"
row memory "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
row 'file system' "$(findmnt -no FSTYPE,OPTIONS -T "$1" | awk '{ print $1 ", " $2 }')"
row kernel "$(uname -s) $(uname -r | cut -d - -f 1) $(uname -m)"
row intact "$("${INTACT:-intact}" --version 2>&1 | head -n 1)"
row OpenSSL "$(openssl version 2>/dev/null | cut -d ' ' -f 1,2)"
row aide "$(package aide)"
row mtree "$(package mtree-netbsd)"
row zlib "$(package zlib1g)"
row date "$(date +%Y-%m-%d)"
