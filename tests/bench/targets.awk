# SPDX-License-Identifier: BSD-2-Clause
#
# Each target beside what was reached.  First the lines of medians.awk, then those of the facts,
# "CASE KEY VALUE".  What was not measured has no row.

function cpu(c, program) { return med[c, program, "cpu"] }
function wall(c, program) { return med[c, program, "wall"] }
function there(c, program) { return (c, program, "cpu") in med }
function known(c, key) { return (c, key) in fact }

function row(what, limit, unit, value, digits) {
	printf "| %s | ≤ %s%s | %." digits "f%s | %s |\n", what, limit, unit, value, unit,
		value <= limit ? "reached" : "**missed**"
}

function ratio(what, limit, a, b) {
	if (b > 0)
		row(what, limit, " ×", a / b, 2)
}

# Ratios of CPU of one case: program against program.
function cpu_ratio(c, label, a, b, limit) {
	if (there(c, a) && there(c, b))
		ratio(label, limit, cpu(c, a), cpu(c, b))
}

FILENAME == ARGV[1] {
	med[$1, $2, "wall"] = $4
	med[$1, $2, "system"] = $8
	med[$1, $2, "cpu"] = $9
	med[$1, $2, "rss"] = $12
	next
}

{ fact[$1, $2] = $3 }

END {
	print "| what | must reach | reached | |"
	print "|---|--:|--:|---|"
	cpu_ratio("small", "init, small files, warm: CPU / `bound`", "intact-init", "bound", 1.25)
	cpu_ratio("small", "… CPU / `xargs openssl`", "intact-init", "openssl", 0.5)
	cpu_ratio("small", "… CPU / aide", "intact-init", "aide-init", 0.15)
	cpu_ratio("usr-warm", "init, `/usr`, warm: CPU / `bound`", "intact-init", "bound", 1.10)
	if (there("usr-warm", "intact-init"))
		ratio("… wall / `bound`", 1.15, wall("usr-warm", "intact-init"), wall("usr-warm", "bound"))
	cpu_ratio("usr-warm", "… CPU / `xargs openssl`", "intact-init", "openssl", 1.0)
	cpu_ratio("usr-warm", "… CPU / aide", "intact-init", "aide-init", 0.25)
	cpu_ratio("usr-warm", "check, `/usr`, nothing changed: CPU / init", "intact-check", "intact-init", 1.05)
	cpu_ratio("small", "check, small files, nothing changed: CPU / init", "intact-check", "intact-init", 1.05)
	if (there("usr-cold", "readers-8")) {
		best = wall("usr-cold", "readers-8")
		if (there("usr-cold", "readers-16") && wall("usr-cold", "readers-16") < best)
			best = wall("usr-cold", "readers-16")
		ratio("init, `/usr`, cold: wall / best of 8 or 16 readers", 1.1, wall("usr-cold", "intact-default"), best)
	}
	if (there("huge", "intact-init") && known("huge", "read_mbs")) {
		slowest = fact["huge", "read_mbs"]
		if (fact["huge", "sha256_mbs"] < slowest)
			slowest = fact["huge", "sha256_mbs"]
		gigabytes = fact["huge", "bytes"] / 1e9
		ratio("one huge file, cold: wall / slower of SHA-256 and device", 1.15, wall("huge", "intact-init"),
			gigabytes * 1000 / slowest)
		row("… CPU in the kernel, a GB", 0.5, " s", med["huge", "intact-init", "system"] / gigabytes, 2)
	}
	if (known("neighbour", "intact_init_hot_percent"))
		row("scan of twice the memory: lost of another program's working set", 5, " %",
			100 - fact["neighbour", "intact_init_hot_percent"], 1)
	if (known("calls", "intact_init_2000"))
		row("system calls, init, one regular file more", 8, "",
			(fact["calls", "intact_init_2000"] - fact["calls", "intact_init_1000"]) / 1000, 2)
	if (known("calls", "intact_check_2000"))
		row("system calls, check, one regular file more", 8, "",
			(fact["calls", "intact_check_2000"] - fact["calls", "intact_check_1000"]) / 1000, 2)
	if (there("small", "intact-init"))
		row("peak memory, init, small files", 32 + 8 * threads, " MiB", med["small", "intact-init", "rss"] / 1024, 1)
	if (known("small", "intact_bytes_per_entry"))
		row("baseline, small files, sha256", 42, " B an entry", fact["small", "intact_bytes_per_entry"], 1)
	if (known("micro", "bytes_per_entry"))
		row("baseline, generated, all digests different", 42, " B an entry", fact["micro", "bytes_per_entry"], 1)
	if (known("micro", "bytes_exact"))
		row("… all times different to the nanosecond, too", 42, " B an entry", fact["micro", "bytes_exact"], 1)
	if (known("usr-warm", "intact_bytes_per_entry"))
		row("baseline, `/usr`", 38, " B an entry", fact["usr-warm", "intact_bytes_per_entry"], 1)
	if (known("micro", "write_us"))
		row("baseline, encode and compress", 0.4, " µs an entry", fact["micro", "write_us"], 2)
	if (known("micro", "read_us"))
		row("baseline, read and decode", 0.15, " µs an entry", fact["micro", "read_us"], 2)
	if (there("scale", "list"))
		row("`--list PATH` in " fact["scale", "list_entries"] " entries", 20, " ms", wall("scale", "list") * 1000, 0)
	if (known("scale", "list_read_bytes"))
		row("… bytes read", 1024, " KiB", fact["scale", "list_read_bytes"] / 1024, 0)
	if (known("micro", "match_us")) {
		row("matching, " fact["micro", "rules"] " rules of Debian", 1, " µs an entry", fact["micro", "match_us"], 2)
		row("… reading and compiling them", 100, " ms", fact["micro", "startup_ms"], 0)
	}
}
