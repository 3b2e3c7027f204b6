#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The sample pages of the HTML report in headless Chromium, at three widths, light and dark: the browser
# must find nothing to complain about (a style that the page's policy refuses, say), and draw something.
# SCREENSHOTS: a folder that keeps the pictures, to be looked at by people.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
	{ echo "needs chromium"; exit 77; }
command -v python3 >/dev/null || { echo "needs python3"; exit 77; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/intact-screenshots.XXXXXX")
trap 'rm -rf "$dir"' EXIT
out=${SCREENSHOTS:-$dir}
mkdir -p "$out"
out=$(cd "$out" && pwd)

# $1: page, $2: picture, $3: width, $4: 0 dark, 1 light
shoot() {
	HOME=$dir timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$dir/profile" --hide-scrollbars --enable-logging=stderr \
		--blink-settings=preferredColorScheme="$4" --window-size="$3",1600 --screenshot="$2" \
		"file://$1" >"$dir/log" 2>&1 || { cat "$dir/log"; echo "FAIL the browser ends with $?"; exit 1; }
	! grep -E 'CONSOLE|Refused|violates' "$dir/log"
}

# Width and height as asked for, and of so many bytes that there must be something to see.
check() {
	python3 - "$1" "$2" <<'END'
import struct
import sys
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n", "no picture"
width, height = struct.unpack(">II", data[16:24])
assert (width, height) == (int(sys.argv[2]), 1600), (width, height)
assert len(data) > 12000, f"{len(data)} bytes: an empty page"
END
}

passed=0
# Whatever the browser is told to, it may be one that cannot start here.
HOME=$dir timeout 120 "$browser" --headless --no-sandbox --disable-gpu --dump-dom \
	--user-data-dir="$dir/profile" about:blank >/dev/null 2>&1 || { echo "needs a chromium that starts"; exit 77; }
for page in "$here"/../data/reports/intact/*.html; do
	page=$(realpath "$page")
	for width in 500 800 1280; do
		for scheme in 0 1; do
			picture=$out/$(basename "$page" .html)-$width-$scheme.png
			shoot "$page" "$picture" "$width" "$scheme"
			check "$picture" "$width"
			passed=$((passed + 1))
		done
	done
done
echo "$passed passed, 0 failed, 0 skipped"
