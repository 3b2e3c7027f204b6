#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Compares the program's reports with AIDE's samples: see samples.py; and hostile names through all that people
# read: see names.py.  INTACT: the program under test.  NAMES_RANDOM: so many beside all pairs of bytes (default
# 10000).
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTACT=$(realpath "${INTACT:-$PWD/intact}")
command -v python3 >/dev/null || { echo "needs python3"; exit 77; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-report.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1 INTACT_STATE=$dir/state
cd "$dir"
rc=0
python3 "$here/samples.py" "$INTACT" || rc=1
python3 "$here/events.py" "$INTACT" || rc=1
python3 "$here/page.py" "$INTACT" || rc=1
names=${NAMES:-$(dirname "$INTACT")/tests/report/names}
mkdir names && cd names
"$names" "${NAMES_RANDOM:-10000}" 2>"$dir/error" || { cat "$dir/error"; rc=1; }
python3 "$here/names.py" || rc=1
exit $rc
