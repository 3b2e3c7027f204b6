# SPDX-License-Identifier: BSD-2-Clause
"""The program itself, called aide, over AIDE's sample databases: are its reports those of AIDE?

Takes the comparisons of tests/data/reports/cases.tsv.  Each report must equal its sample to the byte after
the replacements below, and each of these must occur.  (The unit tests replay the same samples, and those of
real runs and with digests of databases, without the program's own reader.)
Usage: samples.py PROGRAM, in an empty folder
"""

import os
import re
import shutil
import subprocess
import sys

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "reports")
CONFIG = """database_in=file:old.db
database_new=file:new.db
database_attrs=E
"""
RULES = "/ p+u+g+s+b+m+n+l+i+ftype+sha256+acl+xattrs+e2fsattrs+caps\n"

LABEL, BELOW = " Lname     : %-32s | %s\n", "             %-32s | %s\n"
ZEROS = ("0" * 32, "0" * 32)
LONG = "user.one = a_longer_value_th"
WHOLE = '] user.one = a_longer_value_that_has_to_be_wrapped_over_several_lines"'
# Why; what the sample has, as a pattern; what the program writes.
DIFFERENCES = [
    ("a value of 65 characters takes three lines, not two without its last character",
     "(Link: /ll65\n" + re.escape(LABEL % ZEROS + BELOW % ZEROS) + ")", r"\1" + BELOW % ("0", "1")),
    ("a value of 98 characters takes four lines, not three without its last two characters",
     "(Link: /ll98\n" + re.escape(LABEL % ZEROS + BELOW % ZEROS * 2) + ")", r"\1" + BELOW % ("00", "01")),
    ("0.18 writes the code of a control character in decimal, which is another character",
     r'"/\\u0027\[31mred"', r'"/\\u001b[31mred"'),
    ("extended attributes stand in the order of their names",
     r"( {13}\[1\] user\.one = short {13}\| )\[1\] " + LONG + r"\n((?: {46}\| .*\n)+)"
     r"( {13}\[2\] user\.two = 2 {17}\| )\[2\] user\.four = \n",
     r"\1[1] user.four = \n\3[2] " + LONG + r"\n\2"),
    ("the same in JSON", r'"\[1' + WHOLE + r'(,\s+)"\[2\] user\.four = "', r'"[1] user.four = "\1"[2' + WHOLE),
]


def command(program, version, options):
    args = [program, "--compare", "-c", "conf"] + (["--aide-compat", "0.18"] if version == "0.18" else [])
    for option in options:
        # The list has values, a configuration has text.
        text = re.sub(r"([\\ ])", r"\\\1", option)
        args += ["--limit", option[6:]] if option.startswith("limit=") else ["-B", text]
    return args


def masked(text):
    text = re.sub(r'(Start timestamp: |End timestamp: |_time": ")[-0-9]{10} [:0-9]{8} \+0000', r"\1@TIME@", text)
    text = re.sub(r"\(run time: \d+m \d+s\)", "(run time: 0m 0s)", text)
    return re.sub(r'("run_time_seconds": )\d+', r"\g<1>0", text)


def run(program, name, version, options, occurred):
    for side in ("old", "new"):
        source = "old" if "same" in name else side
        shutil.copy(os.path.join(DATA, f"{source}-{version}.db"), side + ".db")
    done = subprocess.run(command(program, version, options), capture_output=True)
    with open(os.path.join(DATA, version, name), encoding="latin-1", newline="") as f:
        expected = f.read()
    for i, (_, old, new) in enumerate(DIFFERENCES):
        expected, n = re.subn(old, new, expected)
        occurred[i] += n
    got = masked(done.stdout.decode("latin-1"))
    if got == masked(expected) and not done.stderr:
        return True
    print(f"FAIL {version}/{name} {options}: {done.stderr.decode(errors='replace')}")
    for a, b in zip(expected.split("\n") + [""] * 999, got.split("\n")):
        if a != b:
            print(f"  - {a}\n  + {b}")
            break
    return False


def main():
    program, failed, passed, occurred = sys.argv[1], 0, 0, [0] * len(DIFFERENCES)
    os.symlink(program, "aide")
    with open("conf", "w") as f:
        f.write(CONFIG + RULES)
    with open(os.path.join(DATA, "cases.tsv")) as f:
        cases = [line.rstrip("\n").split("\t") for line in f][1:]
    for name, version, letter, options in cases:
        options = [o for o in options.split(" | ") if o]
        if letter != "-E" or any(o.startswith("database_attrs") for o in options):
            continue
        if run("./aide", name, version, options, occurred):
            passed += 1
        else:
            failed += 1
    for n, (why, _, _) in zip(occurred, DIFFERENCES):
        if not n:
            print("FAIL does not occur:", why)
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
