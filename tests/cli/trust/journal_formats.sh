# --history for machines: valid JSON, also of a damaged journal, with all that a record holds.
command -v python3 >/dev/null || skip "needs python3"
mkdir tree; echo 1 >tree/file
configure p
baseline
for reason in a $'b\n\033' $'c\xff'; do signed --check --reason "$reason" >/dev/null; done
show() {
	"$INTACT" -c intact.conf --state state -B report_format=json --history >history.json 2>/dev/null; echo "exit: $?"
	"$INTACT" -c intact.conf --state state -B report_format=ndjson --history >history.ndjson 2>/dev/null
	python3 - <<'END'
import json
whole = json.load(open("history.json"))
lines = [json.loads(line) for line in open("history.ndjson")]
assert whole["records"] == lines[:-1], "records"
for r in whole["records"]:
    print({k: r[k] for k in ("n", "command", "reason", "reason_base64", "line", "damaged", "torn") if k in r})
del whole["records"]
assert whole == lines[-1], "the end"
whole["head"] = len(whole["head"])
whole["journal"] = whole["journal"].split("/")[-1]
for p in whole["past"]:
    p["file"] = p["file"].split("/")[-1].split("-")[0]
print(whole)
END
	LC_ALL=C grep -c '[[:cntrl:]]' history.ndjson
}
show
arrange 1 3; echo junk >>state/journal; printf '{"n":4,"prev' >>state/journal
show
rm state/journal
show
