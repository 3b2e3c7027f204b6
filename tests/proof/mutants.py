# SPDX-License-Identifier: BSD-2-Clause
"""Change one operator of the source after the other; do the tests notice?  See mutants.sh.

Usage: mutants.py WORK SAMPLE [GROUP...]: in WORK/source and WORK/build, so many mutants of each group.
"""

import glob
import os
import random
import re
import signal
import subprocess
import sys

# What must not be wrong (threat model, section 5): the files, the unit tests, the end-to-end cases.
GROUPS = {
    "compare": (["src/compare/*.c"], ["join", "match", "moves"], ["basics", "rotation", "honest"]),
    "match": (["rules/matcher.c"], ["matcher", "walk_rules", "shape", "canon"], ["input", "basics"]),
    "verify": (
        ["db/native_read.c", "db/native_sign.c", "db/sign.c", "db/index.c", "db/seen.c", "db/chain.c"],
        ["db_roundtrip", "reader", "seen", "sign", "signed_db", "journal"],
        ["trust"],
    ),
    "escape": (
        ["src/base/text.c", "src/report/jsonout.c"],
        ["text", "json", "ndjson", "events", "plain", "html"],
        ["hostile"],
    ),
    "walk": (["src/scan/walk*.c"], ["walk", "walk_rules", "sealed"], ["honest", "hostile", "basics"]),
}
GATE = 85  # percent

OPERATORS = [
    (r"==", "!="),
    (r"!=", "=="),
    (r"(?<![<-])<(?![<=])", "<="),
    (r"(?<![-<>])>(?![>=])", ">="),
    (r"<=", "<"),
    (r"(?<!>)>=", ">"),
    (r"&&", "||"),
    (r"\|\|", "&&"),
    (r"!(?=[A-Za-z(*])", ""),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"(?<=return )0(?=;)", "1"),
    (r"(?<=return )1(?=;)", "0"),
    (r"(?<= )\+ 1\b", "+ 2"),
    (r"(?<= )- 1\b", "- 2"),
    (r"(?<= )\+(?= [a-z])", "-"),
    (r"\+=", "-="),
    (r"\|=", "="),
]
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^#[^\n]*', re.S | re.M)


def mutants_of(path, text):
    """All (path, offset, old, new) within functions, which is where lines are indented."""
    code = NOT_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    for pattern, new in OPERATORS:
        for m in re.finditer(pattern, code):
            line = code[code.rfind("\n", 0, m.start()) + 1 :]
            if line.startswith("\t"):
                yield path, m.start(), m.group(), new


def run(command, cwd, seconds, env=None):
    """Did it succeed in time?"""
    p = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return p.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        return False


def killer(work, units, topics):
    """The first test that fails, or None."""
    build = f"{work}/build"
    env = {"INTACT": f"{build}/intact", "HEAR": f"{build}/tests/cli/hear", "WITHOUT": f"{build}/tests/cli/without", "CLI_WORKERS": "2", "srcdir": f"{work}/source"}
    for unit in units:
        if not run([f"{build}/tests/unit/test_{unit}"], build, 60, env):
            return unit
    for topic in topics:
        for case in sorted(glob.glob(f"{work}/source/tests/cli/{topic}/*.sh")):
            if not run([f"{work}/source/tests/cli/run.sh", case], build, 60, env):
                return case
    return None


def try_group(work, name, sample):
    files, units, topics = GROUPS[name]
    made = []
    for pattern in files:
        for path in sorted(glob.glob(f"{work}/source/{pattern}")):
            with open(path, encoding="utf-8") as f:
                made += mutants_of(path, f.read())
    random.Random(1).shuffle(made)
    targets = ["intact"] + [f"tests/unit/test_{u}" for u in units]
    make = ["make", "-s", "-j2"] + targets
    if not run(make, f"{work}/build", 600):
        sys.exit(f"mutants: {name}: does not build")
    failed = killer(work, units, topics)
    if failed:
        sys.exit(f"mutants: {name}: {failed} fails without a mutant")
    tried = killed = 0
    for path, offset, old, new in made:
        if tried == sample:
            break
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text[:offset] + new + text[offset + len(old) :])
        if run(make, f"{work}/build", 300):
            tried += 1
            if not killer(work, units, topics):
                line = text.count("\n", 0, offset)
                print(f"{path[len(work) + 8 :]}:{line + 1}: {old} -> {new}: {text.splitlines()[line].strip()}", flush=True)
            else:
                killed += 1
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
    percent = 100 * killed / max(tried, 1)
    print(f"{name}: {killed} of {tried} killed ({percent:.0f} %; there are {len(made)})", flush=True)
    return percent >= GATE


def main():
    work, sample, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:] or list(GROUPS)
    results = [try_group(work, name, sample) for name in names]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed, 0 skipped")
    sys.exit(0 if all(results) else 1)


main()
