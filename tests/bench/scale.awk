# SPDX-License-Identifier: BSD-2-Clause
#
# "CASE KEY VALUE" of the cases `scale` and `trees` as a picture: peak memory and time against the number of
# entries, both axes logarithmic, so that what grows with the entries is a line that climbs by one
# step for each step, and what does not is level.

function log10(v) { return log(v) / log(10) }
function x_of(entries) { return left + MARGIN + (log10(entries) - FIRST) / (LAST - FIRST) * (WIDTH - 2 * MARGIN) }
function y_of(value) { return BOTTOM - (log10(value) - low) / (high - low) * HEIGHT }

function text(class, x, y, anchor, what) {
	printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", class, x, y, anchor, what
}
function line(class, x1, y1, x2, y2) {
	printf "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1, y1, x2, y2
}
function power(e) {
	return e == 0 ? "1" : e == 1 ? "10" : e == 2 ? "100" : e == 3 ? "1,000" : e == -1 ? "0.1" : e == -2 ? "0.01" : "10^" e
}

function axes(head, unit, e) {
	text("head", left - 40, TOP - 22, "start", head)
	for (e = low; e <= high; e++) {
		line("grid", left, y_of(10 ^ e), left + WIDTH, y_of(10 ^ e))
		text("tick", left - 6, y_of(10 ^ e) + 4, "end", power(e) " " unit)
	}
	for (e = FIRST; e <= LAST; e++) {
		line("grid", x_of(10 ^ e), TOP, x_of(10 ^ e), BOTTOM)
		printf "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">10<tspan dy=\"-5\" font-size=\"9\">%d</tspan></text>\n",
			x_of(10 ^ e), BOTTOM + 18, e
	}
	text("tick", left + WIDTH / 2, BOTTOM + 36, "middle", "entries")
}

function curve(kind, key, divide, up, format,    i, points, v) {
	for (i = 1; i <= n; i++) {
		v = value[kind, sizes[i], key] / divide
		if (v <= 0)
			continue
		points = points sprintf("%.1f,%.1f ", x_of(sizes[i]), y_of(v))
		printf "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n", kind, x_of(sizes[i]), y_of(v)
		text("value " kind, x_of(sizes[i]), y_of(v) + (up ? -9 : 17), "middle", sprintf(format, v))
	}
	printf "<polyline class=\"%s\" points=\"%s\"/>\n", kind, points
}

$2 ~ /^(same|changed|init)_[0-9]+_/ && ($1 == "scale" || $1 == "trees") {
	split($2, part, "_")
	name = $2
	sub(/^[a-z]*_[0-9]*_/, "", name)
	value[part[1], part[2], name] = $3
	if (!(part[2] in seen)) {
		seen[part[2]] = 1
		sizes[++n] = part[2] + 0
	}
}

END {
	WIDTH = 280; MARGIN = 24; HEIGHT = 200; TOP = 76; BOTTOM = TOP + HEIGHT
	FIRST = n ? log10(sizes[1]) : 5
	LAST = n > 1 ? log10(sizes[n]) : FIRST + 1
	FIRST = int(FIRST + 1e-9)
	LAST = LAST == int(LAST) ? LAST : int(LAST + 1 - 1e-9)
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 350\" role=\"img\">"
	print "<title>Memory and time against the number of entries</title>"
	print "<style>"
	print "svg{font:12px system-ui,sans-serif;background:#fff}"
	print "text{fill:#1f2328}.tick{fill:#656d76}.head{font-weight:600;font-size:14px}.value{font-size:11px}"
	print ".grid{stroke:#d8dee4}.same{fill:#1a7f64}.changed{fill:#b35900}.init{fill:#5a4fcf}"
	print "polyline.same{fill:none;stroke:#1a7f64;stroke-width:2}polyline.changed{fill:none;stroke:#b35900;stroke-width:2}" \
		"polyline.init{fill:none;stroke:#5a4fcf;stroke-width:2}"
	print "@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.tick{fill:#8d96a0}" \
		".grid{stroke:#30363d}.same{fill:#3fb68b}.changed{fill:#f0a35e}.init{fill:#a59cff}" \
		"polyline.same{fill:none;stroke:#3fb68b}polyline.changed{fill:none;stroke:#f0a35e}polyline.init{fill:none;stroke:#a59cff}}"
	print "</style>"
	text("same", 40, 24, "start", "● generated, nothing changed")
	text("changed", 250, 24, "start", "● generated, every entry changed")
	text("init", 480, 24, "start", "● on disk, init")
	left = 80; low = 0; high = 3
	axes("Peak memory", "MiB")
	curve("init", "rss_kib", 1024, 1, "%.1f")
	curve("changed", "rss_kib", 1024, 1, "%.1f")
	curve("same", "rss_kib", 1024, 0, "%.1f")
	left = 460; low = -2; high = 3
	axes("CPU time to write, read and compare; to scan", "s")
	curve("init", "cpu_seconds", 1, 1, "%.2f")
	curve("changed", "cpu_seconds", 1, 1, "%.2f")
	curve("same", "cpu_seconds", 1, 0, "%.2f")
	print "</svg>"
}
