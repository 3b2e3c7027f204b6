#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Compares the program's reports with AIDE's samples: see samples.py.  INTACT: the program under test.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
INTACT=$(realpath "${INTACT:-$PWD/intact}")
command -v python3 >/dev/null || { echo "needs python3"; exit 77; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-report.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1
cd "$dir"
python3 "$here/samples.py" "$INTACT"
python3 "$here/events.py" "$INTACT"
python3 "$here/page.py" "$INTACT"
