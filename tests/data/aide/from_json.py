#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the .tsv files of this directory from the JSON samples.  See README."""

import json
import os
import sys


def escape(s):
    return (s.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
             .replace("\r", "\\r"))


def row(*fields):
    out = []
    for f in fields:
        if f is None:
            f = ""
        if isinstance(f, bool):
            f = int(f)
        if isinstance(f, list):
            f = "\n".join(f)
        out.append(escape(str(f)))
    return "\t".join(out) + "\n"


def put(name, rows, encoding="utf-8"):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "wb") as f:
        for r in rows:
            f.write(r if isinstance(r, bytes) else r.encode(encoding))


def path_check(samples):
    for s in samples:
        fields = ["\n".join(s["rules"]) + "\n", s["path_check"]]
        for version in ("head", "v018"):
            r = s[version]
            fields += [r["rc"], r.get("kind"), r.get("rule_line"), r.get("via_parent")]
        fields += [s[version]["raw"] for version in ("head", "v018")]
        yield row(*fields)


def dry_init(samples):
    directories = {"/", "/foo", "/foo/bar", "/foo/bar/sub", "/foo/d.log", "/foo/src", "/other",
                   "/other/deep"}
    for s in samples["cases"]:
        fields = ["\n".join(s["rules"]) + "\n", s["limit"]]
        for version in ("head", "v018"):
            r = s[version]
            fields += [r["rc"], sorted(r.get("added") or []),
                       sorted(r.get("visited_not_added") or [])]
        yield row(*fields)
    assert directories <= set(samples["tree_below_root_prefix"])


def config(samples):
    for s in samples:
        latin1 = "config_latin1" in s
        text = s["config_latin1"] if latin1 else s["config"]
        if "@DEFAULTDIR@" in json.dumps(s):
            continue
        fields = [s["title"], text]
        for version in ("head", "v018"):
            r = s[version]
            log = [l.replace(" CONFIG: ", "", 1) for l in r.get("config_log") or []]
            fields += [r["rc"], [l.strip() for l in r["stderr"]], log]
        yield row(*fields).encode("latin-1" if latin1 else "utf-8", "replace")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: from_json.py DIRECTORY-OF-JSON-SAMPLES")
    read = lambda name: json.load(open(os.path.join(sys.argv[1], name)))
    put("path-check.tsv", path_check(read("path-check-cases.json")))
    put("dry-init.tsv", dry_init(read("dry-init-cases.json")))
    put("config.tsv", config(read("config-cases.json")))


main()
