# SPDX-License-Identifier: BSD-2-Clause
"""What names.c wrote: does every name come back from every format, and is no byte of it dangerous?

Decodes by its own means, not by the program's.  Usage: names.py, in the folder where names.c ran
"""

import base64
import json
import re
import sys
import unicodedata

# C0 but the newline that ends a line, DEL, C1, bidi and invisible characters, line separators.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
                     "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
OCTAL = re.compile(rb"\\([0-7]{3})")
failed = passed = controls = 0


def claim(what, holds):
    global failed, passed
    if holds:
        passed += 1
    else:
        failed += 1
        print("FAIL", what)


def unescape(line):
    return OCTAL.sub(lambda m: bytes([int(m[1], 8)]), line)


def read(name):
    """The lines, after a look at every character."""
    global controls
    with open(name, "rb") as f:
        data = f.read()
    text = data.decode("utf-8")  # strictly
    # The summary's own, as in AIDE.
    text = re.sub(r"(?m)^( *[A-Z][a-z ]+ entries:|Number of entries:)\t+(\d+)$", r"\1 \2", text)
    bad = CONTROL.findall(text)
    # What Python's own table calls a control or a format character, beside the newline.
    odd = [c for c in set(text) if unicodedata.category(c) in ("Cc", "Zl", "Zp") and c != "\n"]
    controls += len(bad) + len(odd)
    claim(f"{name}: {len(bad)} control characters, {odd[:3]}", not bad and not odd)
    return data.split(b"\n")


def same(name, got):
    """Each of the names, once, and nothing else."""
    missing, more = set(names) - set(got), set(got) - set(names)
    claim(f"{name}: {len(missing)} are missing, {len(more)} are invented: {list(missing)[:3]} {list(more)[:3]}",
          not missing and not more and len(got) == len(set(got)))


def path_of(key, exact):
    return base64.b64decode(exact[key], validate=True) if key in exact else key.encode()


def details_of(name, details, exact):
    """Of each the target of the link is the name as well."""
    wrong = 0
    for key, attributes in details.items():
        value = attributes["link_name"]
        new = (base64.b64decode(value["new_base64"], validate=True) if "new_base64" in value
               else value["new"].encode())
        wrong += new != path_of(key, exact)
    claim(f"{name}: {wrong} targets are others", not wrong)


def no_key_twice(pairs):
    claim("a key twice", len({key for key, _ in pairs}) == len(pairs)) if len(pairs) > 20 else None
    return dict(pairs)


def plain(name, lines):
    pattern = re.compile(rb"^l[l ][^:]{10,30}: (.*)$")
    same(name, [unescape(m[1]) for m in map(pattern.match, lines) if m])


def as_json(name, lines):
    value = json.loads(b"\n".join(lines).decode(), object_pairs_hook=no_key_twice)
    exact = value.get("paths_base64", {})
    same(name, [path_of(key, exact) for key in value["changed"]])
    details_of(name, value["details"], exact)


def as_ndjson(name, lines):
    got, details, all_exact = [], {}, {}
    for line in lines:
        if not line:
            continue
        value = json.loads(line.decode())
        exact = value.pop("paths_base64", {})
        all_exact.update(exact)
        kind = value.pop("type")
        if kind == "change":
            got += [path_of(key, exact) for key in value]
        elif kind == "details":
            details.update(value)
    same(name, got)
    details_of(name, details, all_exact)


def as_events(name, lines):
    got, wrong = [], 0
    for line in lines:
        value = json.loads(line.decode()) if line else {}
        facts = value.get("unmapped", value).get("intact", {})
        if facts.get("verdict") != "changed":
            continue
        exact = lambda where, key: (base64.b64decode(where[key + "_base64"], validate=True)
                                    if key + "_base64" in where else where[key].encode())
        got.append(exact(facts, "path"))
        wrong += exact(facts["new"], "link_name") != got[-1]
    same(name, got)
    claim(f"{name}: {wrong} targets are others", not wrong)


def as_list(name, lines):
    got, wrong, path, target = [], 0, None, b""
    inside = False
    for line in lines:
        if path is None and line:
            path, target = line, b""
        elif line.startswith(b"  Lname     : ") or (inside and line.startswith(b" " * 12 + b"  ")):
            target += line[14:]
            inside = True
            continue
        elif not line and path is not None:
            got.append(unescape(path))
            wrong += unescape(target) != got[-1]
            path = None
        inside = False
    same(name, got)
    claim(f"{name}: {wrong} targets are others", not wrong)


def log(name, lines):
    got = [unescape(line[9:]) for line in lines if line.startswith(b"WARNING: ")]
    claim(f"{name}: lines that no message began", len(got) == len(lines) - 1)
    wanted = [each for each in names if b"\0" not in each]
    claim(f"{name}: others are logged", sorted(got) == sorted(wanted))


with open("hex") as f:
    names = [bytes.fromhex(line) for line in f]
plain("plain", read("plain"))
plain("syslog", read("syslog"))
plain("aide-plain", read("aide-plain"))
plain("aide-syslog", read("aide-syslog"))
as_json("json", read("json"))
as_ndjson("ndjson", read("ndjson"))
as_events("ecs", read("ecs"))
as_events("ocsf", read("ocsf"))
# AIDE's has no exact bytes beside what is not UTF-8: it must be valid, and harmless.
json.loads(b"\n".join(read("aide-json")).decode())
for each in read("aide-ndjson"):
    each and json.loads(each.decode())
as_list("list", read("list"))
log("log", read("log"))
print(f"{len(names)} names through 12 outputs: {controls} control characters")
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
