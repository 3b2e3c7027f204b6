# SPDX-License-Identifier: BSD-2-Clause
#
# The lines of medians.awk as a table in Markdown for each case.

function title(name) {
	if (name == "usr-warm") return "`/usr`, in the cache"
	if (name == "usr-cold") return "`/usr`, cold cache"
	if (name == "small") return "Small files, in the cache"
	if (name == "names") return "One directory with many names"
	if (name == "huge") return "Huge files, cold"
	if (name == "neighbour") return "Twice the memory, beside another program"
	if (name == "system") return "Debian's whole AIDE configuration"
	if (name == "scale") return "One entry out of a large baseline (`--list PATH`)"
	return name
}

function seconds(s) { return sprintf(s < 10 ? "%.2f" : "%.1f", s) }
function spread(mid, low, high) { return seconds(mid) " (" seconds(low) "–" seconds(high) ")" }

# The base of the ratios is the program that does least.
NR == FNR {
	if ($2 == "bound")
		base[$1] = $9
	next
}

$1 != last {
	last = $1
	printf "\n#### %s\n\n", title($1)
	print "| program | runs | wall, s | user, s | system, s | CPU, s | CPU / bound | peak memory, MiB |"
	print "|---|--:|--:|--:|--:|--:|--:|--:|"
}

{
	name = $2 ($13 != 0 ? " (exit " $13 ")" : "")
	ratio = ($1 in base) && base[$1] > 0 ? sprintf("%.2f", $9 / base[$1]) : ""
	printf "| %s | %d | %s | %s | %s | %s | %s | %.1f |\n", name, $3, spread($4, $5, $6), seconds($7),
		seconds($8), spread($9, $10, $11), ratio, $12 / 1024
}
