# SPDX-License-Identifier: BSD-2-Clause
#
# The lines of medians.awk as a picture: for each case a bar for each program, its CPU time as a
# multiple of bound's.  Bars are as long as the logarithm, since the slowest takes fifty times as long
# as the fastest; the numbers stand beside them.

function title(name) {
	if (name == "usr-warm") return "/usr, in the cache"
	if (name == "usr-cold") return "/usr, cold cache"
	if (name == "small") return "small files, in the cache"
	if (name == "names") return "one directory with many names"
	if (name == "huge") return "huge files, cold cache"
	return name
}

function x_of(ratio) { return LEFT + (ratio <= 0.5 ? 0 : log(ratio / 0.5) / log(2) * STEP) }

function text(class, x, y, anchor, what) {
	body = body sprintf("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", class, x, y, anchor, what)
}

function bar(y, from, to, class) {
	body = body sprintf("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" rx=\"2\"/>\n", class, from, y, to - from)
}

BEGIN { LEFT = 150; STEP = 75; TOP = 62; ROW = 20 }

{
	if ($2 == "bound")
		base[$1] = $9
	line[++n] = $0
}

END {
	y = TOP
	for (i = 1; i <= n; i++) {
		split(line[i], f, " ")
		if (!(f[1] in base) || base[f[1]] <= 0)
			continue
		if (f[1] != last) {
			last = f[1]
			y += 14
			text("case", 12, y, "start", title(f[1]))
			y += 10
		}
		ratio = f[9] / base[f[1]]
		bar(y, LEFT, x_of(ratio), f[2] ~ /^intact/ ? "ours" : f[2] == "bound" ? "bound" : "other")
		text("name", LEFT - 8, y + 11, "end", f[2])
		text("value", x_of(ratio) + 6, y + 11, "start", sprintf("%.2f", ratio))
		y += ROW
	}
	height = y + 20
	for (ratio = 0.5; ratio <= 64; ratio *= 2) {
		grid = grid sprintf("<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n", ratio == 1 ? "one" : "grid",
			x_of(ratio), TOP - 2, x_of(ratio), height - 14)
		text("tick", x_of(ratio), TOP - 8, "middle", ratio " ×")
	}
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 %d\" role=\"img\">\n", height
	print "<title>CPU time of each program as a multiple of bound's</title>"
	print "<style>"
	print "svg{font:12px system-ui,sans-serif;background:#fff}"
	print "text{fill:#1f2328}.tick,.name{fill:#656d76}.case,.head{font-weight:600}.head{font-size:14px}"
	print ".grid{stroke:#d8dee4}.one{stroke:#656d76;stroke-dasharray:3 3}"
	print ".ours{fill:#1a7f64}.other{fill:#9aa4ae}.bound{fill:#57606a}"
	print "@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.tick,.name{fill:#8d96a0}" \
		".grid{stroke:#30363d}.one{stroke:#8d96a0}.ours{fill:#3fb68b}.other{fill:#6e7681}.bound{fill:#c9d1d9}}"
	print "</style>"
	print "<text class=\"head\" x=\"12\" y=\"24\">CPU time, as a multiple of reading and hashing alone (bound = 1)</text>"
	printf "%s%s</svg>\n", grid, body
}
