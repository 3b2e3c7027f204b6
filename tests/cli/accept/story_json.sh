# --history PATH for machines: one object a generation, with what changed as reports have it.
command -v python3 >/dev/null || skip "needs python3"
mkdir tree
configure $stable
name=$(printf 'tree/a\377"b')
echo 1 >tree/other; baseline
next() { conf --update >/dev/null; "$INTACT" -c intact.conf --accept "$@" >/dev/null; }
echo 1 >"$name"; next --reason 'a "reason"'
echo x >tree/other; next
echo 22 >"$name"; next
rm "$name"; next
echo y >tree/other; next
show() {
	python3 -c '
import base64, json, re, sys
def clean(o):
    if isinstance(o, dict): return {k: clean(v) for k, v in o.items()}
    return [clean(v) for v in o] if isinstance(o, list) else o
text = sys.stdin.buffer.read().decode("ascii" if sys.argv[1] == "x" else "utf-8")
objects = [json.loads(text)] if sys.argv[1] == "json" else [json.loads(l) for l in text.splitlines()]
if sys.argv[1] == "json":
    assert [k for k in objects[0] if k != "path_base64"] == ["path", "generations", "whole"], list(objects[0])
    objects = objects[0].pop("generations") + objects
for o in objects:
    if "generation" in o:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", o.pop("created")) and re.fullmatch("[0-9a-f]{64}", o.pop("root"))
        for key in ("user", "login", "uid", "login_uid"): o.pop(key, None)
        for path in o.get("details", {}).values():
            o["details"] = {k: v for k, v in path.items() if k in ("size",)}
            assert len(path) > 1
    exact = o.pop("path_base64", None)
    if exact: assert base64.b64decode(exact).endswith(b"/tree/a\xff\"b")
    print(json.dumps(o))
' "$1"
}
echo "== json"; "$INTACT" -B report_format=json -c intact.conf --history "$DIR/$name" | show json >one; cat one
echo "== ndjson"; "$INTACT" -B report_format=ndjson -c intact.conf --history "$DIR/$name" | show ndjson | cmp - one && echo the same
echo "== events and pages are none of it"
"$INTACT" -B report_format=ecs -c intact.conf --history "$DIR/$name" | show ndjson | cmp - one && echo as ndjson
"$INTACT" -B report_format=html -c intact.conf --history "$DIR/tree/none" 2>&1 | head -n 1
echo "== one that cannot be used"; flip intact.db.g000003 300
"$INTACT" -B report_format=json -c intact.conf --history "$DIR/$name" 2>err | show json | cut -c -60; grep -c ERROR err
echo "== never there"; conf -B report_format=json --history "$DIR/tree/none" 2>err >out; tail -n 1 out; show json <<X | cut -c -60 | tail -n 1
$(grep -v ^exit out)
X
