"""Are the explanations of a report what they have to be?

judge.py REPORT.ndjson EXPECTED INFO: EXPECTED has lines "VERDICT PATH"; every other path that a list in
INFO (dpkg's folder of lists) has must be explained; what is in INFO itself may be, by the packages
themselves.  Prints how many there are of each.
"""
import glob
import json
import sys


def changes(path):
    """path -> explanation, of all additions, removals and changes."""
    found = {}
    for line in open(path, encoding="utf-8"):
        event = json.loads(line)
        if event["type"] in ("addition", "removal", "change"):
            explanation = event["explanation"]
            names = [key for key in event if key.startswith("/")]
            assert len(names) == 1
            found[names[0]] = (event["type"], explanation)
    return found


def owned(info):
    paths = set()
    for name in glob.glob(info + "/*.list"):
        for line in open(name, encoding="utf-8"):
            path = line.rstrip("\n")
            top = path.split("/")[1]
            if top in ("bin", "sbin", "lib", "lib64"):
                path = "/usr" + path
            paths.add(path)
    return paths


def main():
    report, expected, info = sys.argv[1:]
    found = changes(report)
    wanted = dict(reversed(line.rstrip("\n").split(" ", 1)) for line in open(expected, encoding="utf-8"))
    paths = owned(info)
    # Folders in which something was planted changed for that as well.
    touched = {path.rsplit("/", 1)[0] for path in wanted}
    # So did those that lost something of which no record is left.
    touched |= {path.rsplit("/", 1)[0] for path, (kind, e) in found.items()
                if kind == "removal" and e["verdict"] == "unexplained"}
    wrong, counts, others = [], {}, []
    for path, verdict in wanted.items():
        if path not in found:
            wrong.append(f"planted {path} is not reported")
        elif found[path][1]["verdict"] != verdict:
            wrong.append(f"planted {path}: {found[path]}, not {verdict}")
    for path, (kind, explanation) in found.items():
        verdict = explanation["verdict"]
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict == "explained" and not explanation.get("strength"):
            wrong.append(f"{path} is explained by nothing")
        if path in wanted or path in touched:
            continue
        if path in paths and verdict != "explained":
            wrong.append(f"{path} of a package: {explanation}")
        own = path.startswith("/var/lib/dpkg/info/") and explanation.get("proof") == "package"
        if path not in paths and verdict != "unexplained" and kind != "removal" and not own:
            wrong.append(f"{path} of no package: {explanation}")
        if path not in paths and verdict != "explained":
            others.append(path)
    print(f"{len(wanted)} planted, {len(found)} changes:", counts, "of no package:", len(others), others[:30])
    for line in wrong:
        print("WRONG", line)
    sys.exit(bool(wrong))


main()
