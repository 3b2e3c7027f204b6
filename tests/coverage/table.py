# SPDX-License-Identifier: BSD-2-Clause
"""Lines and branches covered, a folder a line, from gcovr's summary; and whether the gates hold.

Usage: table.py SUMMARY GATES [WORST]: also so many files with the most branches never taken
"""

import json
import os
import sys


class Sum:
    def __init__(self):
        self.lines = self.lines_hit = self.branches = self.branches_hit = 0

    def add(self, each):
        self.lines += each["line_total"]
        self.lines_hit += each["line_covered"]
        self.branches += each["branch_total"]
        self.branches_hit += each["branch_covered"]

    def percent(self):
        return (100 * self.lines_hit / max(self.lines, 1), 100 * self.branches_hit / max(self.branches, 1))


def show(name, total):
    lines, branches = total.percent()
    print(f"{name:24} {lines:6.1f} % of {total.lines:6} lines   {branches:6.1f} % of {total.branches:6} branches")


def main():
    with open(sys.argv[1]) as f:
        files = json.load(f)["files"]
    sums = {"all": Sum()}
    for each in files:
        name = each["filename"]
        for place in {"all", os.path.dirname(name), name}:
            sums.setdefault(place, Sum()).add(each)
    for place in sorted({os.path.dirname(each["filename"]) for each in files}) + ["all"]:
        show(place, sums[place])
    worst = sorted(files, key=lambda each: each["branch_covered"] - each["branch_total"])
    for each in worst[:int(sys.argv[3]) if len(sys.argv) > 3 else 0]:
        show("  " + each["filename"], sums[each["filename"]])
    failed = passed = 0
    with open(sys.argv[2]) as f:
        gates = [line.split() for line in f if line.strip() and not line.startswith("#")]
    for place, *wanted in gates:
        for what, want, have in zip(("lines", "branches"), wanted, sums[place].percent() if place in sums else (0, 0)):
            if want == "-":
                continue
            if have >= float(want):
                passed += 1
            else:
                failed += 1
                print(f"FAIL {place}: {have:.1f} % of the {what}, not {want} %")
    print(f"{passed} gates hold, {failed} do not")
    return failed != 0


sys.exit(main())
