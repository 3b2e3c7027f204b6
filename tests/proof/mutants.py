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

# What must not be wrong (threat model, section 5): the files, the unit tests, the end-to-end cases, and scripts of
# tests/stress for what the others let pass.
GROUPS = {
    "compare": (
        ["src/compare/*.c"],
        ["join", "match", "moves", "moves_random", "starved"],
        ["basics", "rotation", "honest"],
        [],
    ),
    "match": (["rules/matcher.c"], ["matcher", "walk_rules", "shape", "canon", "rules_fail"], ["input", "basics"], []),
    "verify": (
        ["db/native_read.c", "db/native_sign.c", "db/sign.c", "db/index.c", "db/seen.c", "db/chain.c"],
        ["db_roundtrip", "reader", "seen", "sign", "signed_db", "journal", "crypto_fails", "starved"],
        ["trust"],
        ["damage"],
    ),
    "escape": (
        ["src/base/text.c", "src/report/jsonout.c"],
        ["text", "json", "ndjson", "events", "plain", "html", "matcher"],
        ["hostile"],
        [],
    ),
    "walk": (
        ["src/scan/walk*.c"],
        ["walk", "walk_fails", "walk_rules", "sealed", "slow"],
        ["honest", "hostile", "basics"],
        ["calls"],
    ),
}
STRESS_TOOLS = ["tests/stress/" + t for t in ("build", "flip", "forge", "meddled", "swap")]
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
    # Not 1: where failure is negative, that is as good as 0.
    (r"(?<=return )0(?=;)", "-1"),
    (r"(?<=return )1(?=;)", "0"),
    (r"(?<= )\+ 1\b", "+ 2"),
    (r"(?<= )- 1\b", "- 2"),
    (r"(?<= )\+(?= [a-z])", "-"),
    (r"\+=", "-="),
    (r"\|=", "="),
]
# What means the same as the source: 0 to 2 are open before anything else is opened; the smaller of two that are
# equal; and clearing the lowest bit, which is above the second one.
SAME = re.compile(r"fd (?:< 0|>= 0)|(\S+) < (\S+) \? \1 : \2|(\w+) &= \3 - 1")
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^#[^\n]*', re.S | re.M)


def mutants_of(path, text):
    """All (path, offset, old, new) within functions, which is where lines are indented."""
    code = NOT_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    same = [m.span() for m in SAME.finditer(code)]
    for pattern, new in OPERATORS:
        for m in re.finditer(pattern, code):
            line = code[code.rfind("\n", 0, m.start()) + 1 :]
            if line.startswith("\t") and not any(start <= m.start() < end for start, end in same):
                yield path, m.start(), m.group(), new


def run(command, cwd, seconds, env=None, late=False):
    """Did it succeed?  `late`: what is not done in time did."""
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
        return late


def killer(work, units, topics, scripts):
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
    for script in scripts:
        steps = {**env, "STRESS_STEP": "17", "STRESS_MIB": "1"}
        if not run([f"{work}/source/tests/stress/{script}.sh"], build, 280, steps, late=True):
            return script
    return None


def try_group(work, name, sample):
    files, *tests = GROUPS[name]
    made = []
    for pattern in files:
        for path in sorted(glob.glob(f"{work}/source/{pattern}")):
            with open(path, encoding="utf-8") as f:
                made += mutants_of(path, f.read())
    random.Random(1).shuffle(made)
    targets = ["intact"] + [f"tests/unit/test_{u}" for u in tests[0]] + STRESS_TOOLS
    make = ["make", "-s", "-j2"] + targets
    if not run(make, f"{work}/build", 600):
        sys.exit(f"mutants: {name}: does not build")
    failed = killer(work, *tests)
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
            if not killer(work, *tests):
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
