# SPDX-License-Identifier: BSD-2-Clause
#
# "CASE PROGRAM WALL USER SYSTEM RSS EXIT" for each run, as written by timed with the case before it;
# out comes a line for each program of each case, in the order of their first runs:
#
#   CASE PROGRAM RUNS  WALL min max  USER SYSTEM  CPU min max  RSS  EXIT
#
# Medians, the largest resident memory, and an exit status that is not 0 if there was one.

function median(values, n) {
	return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

# Collect column `column` of `key`, sorted, into sorted[1..n].
function collect(key, column, n, sorted,    i, j, value) {
	for (i = 1; i <= n; i++) {
		value = run[key, i, column]
		for (j = i - 1; j >= 1 && sorted[j] > value; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = value
	}
}

{
	key = $1 " " $2
	if (!(key in runs))
		order[++keys] = key
	n = ++runs[key]
	run[key, n, "wall"] = $3 + 0
	run[key, n, "user"] = $4 + 0
	run[key, n, "system"] = $5 + 0
	run[key, n, "cpu"] = $4 + $5
	if ($6 > rss[key])
		rss[key] = $6
	if ($7 != 0)
		status[key] = $7
}

END {
	for (k = 1; k <= keys; k++) {
		key = order[k]
		n = runs[key]
		collect(key, "wall", n, wall)
		collect(key, "cpu", n, cpu)
		collect(key, "user", n, user)
		collect(key, "system", n, sys)
		printf "%s %d  %.3f %.3f %.3f  %.3f %.3f  %.3f %.3f %.3f  %d %d\n", key, n,
			median(wall, n), wall[1], wall[n], median(user, n), median(sys, n),
			median(cpu, n), cpu[1], cpu[n], rss[key], status[key]
	}
}
