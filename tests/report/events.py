# SPDX-License-Identifier: BSD-2-Clause
"""Are the events for machines what their schemas say?

Judges every line by a model of the two schemas: members, types, allowed values, and what is required; a
member that the schema does not have is a fault unless it stands under `intact` (ECS) or `unmapped` (OCSF).
Looks at the samples of the unit tests, at reports of the program over AIDE's sample databases at each level,
and at a report about every name of two bytes, whose exact bytes must come back.
Usage: events.py PROGRAM, in an empty folder
"""

import base64
import collections
import glob
import json
import os
import re
import subprocess
import sys

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "reports")
LEVELS = ["minimal", "summary", "database_attributes", "list_entries", "changed_attributes",
          "added_removed_attributes", "added_removed_entries"]


class Fault(Exception):
    pass


# ---- types: each takes a value and says whether it is one ----

def pattern(text):
    return lambda v: isinstance(v, str) and re.fullmatch(text, v) is not None


def one_of(*values):
    return lambda v: v in values and not isinstance(v, bool)


def array(item):
    return lambda v: isinstance(v, list) and v and all(item(i) for i in v)


def long(v):
    return isinstance(v, int) and not isinstance(v, bool) and -2**63 <= v < 2**63


def natural(v):
    return long(v) and v >= 0


def keyword(v):
    return isinstance(v, str) and v != ""


date = pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")
digits = pattern(r"\d+")
mode = pattern(r"[0-7]{4}")
device = pattern(r"\d+:\d+")


def hexes(n):
    return pattern("[0-9a-f]{%d}" % (2 * n))


HASH = {"md5": hexes(16), "sha1": hexes(20), "sha256": hexes(32), "sha384": hexes(48), "sha512": hexes(64)}


def check(model, value, where):
    """A model is a dict of members, "NAME!" for those required, or a type."""
    if not isinstance(model, dict):
        if not model(value):
            raise Fault(f"{where}: {value!r}")
        return
    if not isinstance(value, dict):
        raise Fault(f"{where}: no object")
    members = {key.rstrip("!"): sub for key, sub in model.items()}
    for key in value:
        if key not in members:
            raise Fault(f"{where}.{key} is not in the schema")
        check(members[key], value[key], f"{where}.{key}")
    for key in model:
        if key.endswith("!") and key[:-1] not in value:
            raise Fault(f"{where}.{key[:-1]} is missing")


def anything(v):
    return isinstance(v, dict)


ECS = {
    "@timestamp!": date,
    "message": keyword,
    "ecs!": {"version!": pattern(r"9\.\d+\.\d+")},
    "event!": {
        "kind!": one_of("alert", "event", "state"),
        "category!": array(one_of("file")),
        # What the schema allows with category `file`.
        "type!": array(one_of("access", "change", "creation", "deletion", "info")),
        "action!": one_of("created", "updated", "deleted", "attributes_modified", "moved", "initial_scan",
                          "unverified", "rules_differ", "scan_completed"),
        "outcome": one_of("success", "failure", "unknown"),
        "module": keyword, "provider": keyword, "dataset": keyword,
        "severity!": one_of(1, 2, 3, 4, 5), "sequence!": natural, "start": date, "end": date, "duration": natural,
    },
    "file": {
        "path!": keyword, "name!": keyword, "directory": keyword, "extension": keyword, "target_path": keyword,
        "type": one_of("file", "dir", "symlink"), "size": natural, "inode": digits, "device": device,
        "mode": mode, "uid": digits, "gid": digits, "mtime": date, "ctime": date, "created": date,
        "accessed": date, "hash": HASH,
    },
    "related": {"hash!": array(pattern("[0-9a-f]{32,128}"))},
    "host": {"name!": keyword},
    "observer": {"product": keyword, "type": keyword, "version": keyword},
    "rule": {"version": keyword},
    "package": {"name!": keyword, "version": keyword, "architecture": keyword, "type": one_of("deb", "rpm"),
                "installed": date},
    "intact!": anything,
}

OCSF_FILE = {
    "name!": keyword, "type_id!": one_of(0, 1, 2, 3, 4, 5, 6, 7), "type": keyword, "path": keyword,
    "parent_folder": keyword, "ext": keyword, "size": natural, "uid": digits, "volume": device,
    "owner": {"uid": digits}, "security_descriptor": mode, "modified_time": long, "created_time": long,
    "accessed_time": long,
    "hashes": array(lambda v: set(v) == {"algorithm_id", "algorithm", "value"} and
                    v["algorithm_id"] in (1, 2, 3, 4, 99) and keyword(v["algorithm"]) and
                    {1: hexes(16), 2: hexes(20), 3: hexes(32), 4: hexes(64)}.get(
                        v["algorithm_id"], pattern("([0-9a-f]{2})+"))(v["value"])),
}
OCSF_BASE = {
    "time!": long, "category_uid!": natural, "category_name": keyword, "class_uid!": natural,
    "class_name": keyword, "activity_id!": natural, "activity_name": keyword, "type_uid!": natural,
    "severity_id!": one_of(1, 2, 3, 4, 5), "severity": one_of("Informational", "Low", "Medium", "High", "Critical"),
    "message": keyword, "start_time": long, "end_time": long,
    "metadata!": {"version!": pattern(r"1\.\d+\.\d+"),
                  "product!": {"name": keyword, "vendor_name!": keyword, "version": keyword},
                  "sequence": natural},
    "device!": {"hostname!": keyword, "type_id!": one_of(0)},
    "unmapped!": {"intact!": anything},
}
EXPLANATION = {
    "verdict!": one_of("explained", "unexplained", "contradicted"), "package": keyword, "package_base64": keyword,
    "version": lambda v: isinstance(v, str), "version_base64": keyword,
    "version_before": lambda v: isinstance(v, str), "version_before_base64": keyword,
    "proof": keyword, "strength": one_of("strong", "weak", "weakest", "as what is in it", "as the baseline"), "reason": keyword}
ENRICHMENT = {"name!": one_of("file.path"), "value!": keyword, "type": one_of("package"),
              "provider": one_of("dpkg", "rpm"), "data!": {"explanation!": EXPLANATION}}


def enrichment(v):
    check(ENRICHMENT, v, "enrichments")
    return True


OCSF = {
    1001: dict(OCSF_BASE, **{"actor!": {"app_name!": keyword}, "file!": OCSF_FILE, "file_result": OCSF_FILE,
                             "enrichments": array(enrichment)}),
    6007: dict(OCSF_BASE, **{
        "status_id": one_of(1), "status": one_of("Success"), "status_code": digits, "duration": natural,
        "scan!": {"name": keyword, "type_id!": one_of(99), "type": keyword}, "total": natural,
        "num_detections": natural, "num_skipped_items": natural,
        "policy": {"name": keyword, "version": keyword}}),
}
ACTIVITIES = {1: "added", 3: "changed", 4: "removed", 5: "moved", 6: "changed", 7: "changed"}
ACTIONS = {"created": "added", "deleted": "removed", "updated": "changed", "attributes_modified": "changed",
           "moved": "moved", "unverified": "unverified", "rules_differ": "rules_differ",
           "initial_scan": "recorded", "scan_completed": "summary"}


def same(a, b, what):
    if a != b:
        raise Fault(f"{what}: {a!r} is not {b!r}")


def check_explanation(facts, severity):
    """Severity follows from it: what is contradicted is worst, what more than a name explains is low."""
    found = facts.get("explanation")
    if not found:
        return
    check(EXPLANATION, found, "explanation")
    if found["verdict"] == "contradicted":
        same(severity, 5, "severity")
    elif found["verdict"] == "explained":
        same("strength" in found, True, "strength")
        same(severity == 2, found["proof"] != "name", "severity")
    else:
        same("reason" in found, True, "reason")


def check_ecs(event):
    check(ECS, event, "")
    facts = event["intact"]
    same(ACTIONS[event["event"]["action"]], facts["verdict"], "event.action")
    same("file" in event, facts["verdict"] != "summary", "file")
    if "file" in event:
        same(event["file"]["path"], facts["path"], "file.path")
    same("package" in event, "package" in facts.get("explanation", {}), "package")
    check_explanation(facts, event["event"]["severity"])
    return facts


def check_ocsf(event):
    if event.get("class_uid") not in OCSF:
        raise Fault("class_uid")
    check(OCSF[event["class_uid"]], event, "")
    same(event["category_uid"], event["class_uid"] // 1000, "category_uid")
    same(event["type_uid"], event["class_uid"] * 100 + event["activity_id"], "type_uid")
    facts = event["unmapped"]["intact"]
    if event["class_uid"] == 1001 and event["activity_id"] != 99:
        same(ACTIVITIES[event["activity_id"]], facts["verdict"], "activity_id")
    same("file_result" in event, facts["verdict"] in ("changed", "moved"), "file_result")
    if event["class_uid"] == 1001:
        same(event.get("file_result", event["file"])["path"], facts["path"], "file.path")
    same([e["data"] for e in event.get("enrichments", [])],
         [{"explanation": facts["explanation"]}] if "explanation" in facts else [], "enrichments")
    check_explanation(facts, event["severity_id"])
    return facts


CHECKS = {"ecs": check_ecs, "ocsf": check_ocsf}


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise Fault(f"a key twice: {keys}")
    return dict(pairs)


def exact(facts, key="path"):
    """The bytes of a path."""
    if key + "_base64" in facts:
        return base64.b64decode(facts[key + "_base64"], validate=True)
    return facts[key].encode()


def check_report(schema, data, where):
    """Returns the facts of its findings, and of the run."""
    found = []
    # Nothing else ends a line.
    for number, line in enumerate(data.decode("utf-8").rstrip("\n").split("\n"), 1):
        try:
            found.append(CHECKS[schema](json.loads(line, object_pairs_hook=unique)))
            if re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u200b-\u200f]", line):
                raise Fault("a control character")
        except (Fault, ValueError) as fault:
            raise Fault(f"{where}:{number}: {fault}") from fault
    same([f["verdict"] == "summary" for f in found], [False] * (len(found) - 1) + [True], f"{where}: the end")
    return found[:-1], found[-1]


def check_counts(findings, run, where):
    counts = collections.Counter(f["verdict"] for f in findings)
    for kind in ("added", "removed", "changed", "unverified"):
        same(counts[kind], run["entries"][kind], f"{where}: {kind}")


# ---- what is looked at ----

def check_samples(schema):
    files = sorted(glob.glob(os.path.join(DATA, "intact", schema + "-*.ndjson")))
    for name in files:
        with open(name, "rb") as f:
            findings, run = check_report(schema, f.read(), os.path.basename(name))
        if run["command"] != "init":
            check_counts(findings, run, name)
    same(len(files), 4, "samples")


def report(program, *options):
    args = [program, "--compare", "-c", "conf"]
    for option in options:
        args += ["-B", option]
    done = subprocess.run(args, stdout=subprocess.PIPE)
    return done.stdout, done.returncode


def write_config(old, new, rules):
    with open("conf", "w") as f:
        f.write(f"database_in=file:{old}\ndatabase_new=file:{new}\n{rules}\n")


def check_levels(program, schema):
    write_config(os.path.join(DATA, "old-head.db"), os.path.join(DATA, "new-head.db"),
                 "/ p+u+g+s+b+m+n+l+i+ftype+sha256+acl+xattrs+e2fsattrs+caps")
    for level in LEVELS:
        data, status = report(program, f"report_format={schema}", f"report_level={level}")
        findings, run = check_report(schema, data, level)
        same(run["exit_status"], status, "exit_status")
        same(run["report_level"], level, "report_level")
        if level in LEVELS[:3]:
            same(findings, [], level)
            continue
        check_counts(findings, run, level)
        for f in findings:
            # The values that the level asks for, of each attribute that differs on one side at least.
            if f["verdict"] != "changed" or level == "list_entries":
                same("new" in f, f["verdict"] == "added" and level == LEVELS[-1], f"{level}: values")
                continue
            for key in f["changed"]:
                values = [f[side].get(key) for side in ("old", "new")]
                if values[0] == values[1] and key not in ("acl", "xattrs"):
                    raise Fault(f"{level}: {f['path']}: {key} {values}")
    # Each target has its own format and level.
    data, _ = report(program, f"report_format={schema}", "report_level=summary", "report_url=stdout",
                     "report_format=plain", f"report_url=file:{os.getcwd()}/plain",
                     f"report_format={schema}", "report_level=list_entries",
                     f"report_url=file:{os.getcwd()}/list")
    same(len(check_report(schema, data, "stdout")[0]), 0, "stdout")
    with open("list", "rb") as f:
        same(len(check_report(schema, f.read(), "list")[0]), len(findings), "list")
    with open("plain") as f:
        same(f.read().startswith("Start timestamp"), True, "plain")


def check_names(program, schema):
    """Every name of two bytes that there can be, and names that look like what stands for others."""
    names = {bytes([a, b]) for a in range(1, 256) for b in range(1, 256)}
    names |= {bytes([a]) for a in range(1, 256)} | {"\ufffd".encode(), b"\xff", b"\\377", b'","x":"', b"\xff" * 255}
    names = sorted("/".encode() + n for n in names if b"/" not in n and n not in (b".", b".."))
    head = b"@@begin_db\n@@db_spec name perm attr\n"
    with open("old.db", "wb") as f:
        f.write(head + b"@@end_db\n")
    with open("new.db", "wb") as f:
        lines = [b"".join(b"%%%02X" % c if c != 47 else b"/" for c in n) + b" 100644 5\n" for n in names]
        f.write(head + b"".join(lines) + b"@@end_db\n")
    write_config(f"{os.getcwd()}/old.db", f"{os.getcwd()}/new.db", "/ p")
    data, _ = report(program, f"report_format={schema}")
    findings, run = check_report(schema, data, "names")
    check_counts(findings, run, "names")
    same([exact(f) for f in findings], names, "names")
    # As shown they differ as well, in `file` too.
    same(len({f["path"] for f in findings}), len(names), "names as shown")


def main():
    program = os.path.abspath(sys.argv[1])
    for schema in CHECKS:
        check_samples(schema)
        check_levels(program, schema)
        check_names(program, schema)
        print(f"events: {schema} is well-formed")


try:
    main()
except Fault as fault:
    sys.exit(f"FAIL {fault}")
