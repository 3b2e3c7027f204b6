# SPDX-License-Identifier: BSD-2-Clause
"""Is the HTML report a page that says what it should, and nothing that a name from outside put there?

Parses pages: only elements and attributes that the report is made of, closed as they were opened, no
reference to anything outside, the policy's hash is that of the style sheet.  Looks at the samples of the
unit tests, at the program's reports over AIDE's sample databases, about names made to break out of text,
about every name of two bytes, and about a hundred thousand changes.
Usage: page.py PROGRAM, in an empty folder
"""

import base64
import glob
import hashlib
import html
import html.parser
import os
import re
import resource
import subprocess
import sys

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "reports")
VOID = {"meta", "br"}
# Element: attributes, each with the values it may have.
NUMBER, WORD, ID = r"-?\d+(\.\d+)?", r"[a-z]+( [a-z]+)*", r"[a-z]+(-[a-z]+)*"
ELEMENTS = {
    "html": {"lang": "en"}, "head": {}, "body": {}, "title": {"id": ID}, "style": {}, "main": {},
    "meta": {"charset": "utf-8", "name": WORD + "|color-scheme", "http-equiv": "Content-Security-Policy",
             "content": r"[a-zA-Z0-9 ,=.;'/+-]+"},
    "header": {"class": "good|bad|warn"}, "footer": {}, "nav": {"aria-label": "Sections"},
    "section": {"id": ID, "aria-labelledby": ID}, "h1": {}, "h2": {"id": ID}, "h3": {}, "p": {"class": WORD},
    "ul": {"class": WORD}, "li": {"class": WORD}, "a": {"href": "#" + ID}, "b": {"class": WORD},
    "i": {"class": WORD}, "span": {"class": WORD, "aria-hidden": "true"}, "code": {}, "br": {},
    "details": {"open": ""}, "summary": {}, "dl": {"class": WORD}, "dt": {}, "dd": {}, "figure": {},
    "figcaption": {}, "table": {}, "thead": {}, "tbody": {}, "tr": {}, "td": {}, "th": {"scope": "col|row"},
    "svg": {"class": WORD, "viewbox": "0 0 [0-9]+ [0-9]+", "role": "img", "preserveaspectratio": "none",
            "aria-labelledby": f"{ID}( {ID})?"},
    "desc": {"id": ID}, "g": {}, "rect": dict.fromkeys(["x", "y", "width", "height"], NUMBER, ) | {"class": WORD},
    "line": dict.fromkeys(["x1", "y1", "x2", "y2"], NUMBER) | {"class": WORD},
    "text": {"class": WORD, "x": NUMBER, "y": NUMBER, "text-anchor": "start|middle|end"},
}
HEADINGS = {"good": "No differences|Baseline made", "bad": "Differences found|Not what the packages ship",
            "warn": "No differences in what could be verified|Baseline made, with gaps|"
                    "Differences, all explained by packages|Differences that packages explain, and some unverified"}


class Fault(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Fault(what)


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.refs, self.codes, self.texts = [], set(), set(), [], []
        self.metas, self.style, self.box, self.verdict, self.sections = {}, "", None, None, []
        self.feed(text)
        self.close()
        require(not self.open, f"not closed: {self.open}")
        require(self.refs <= self.ids, f"refers to what is not there: {self.refs - self.ids}")

    def handle_starttag(self, tag, attrs):
        where = f"{'/'.join(self.open[-4:])}/{tag} at {self.getpos()}"
        require(tag in ELEMENTS, f"element: {where}")
        require(len(dict(attrs)) == len(attrs), f"attribute twice: {where}")
        for name, value in attrs:
            require(name in ELEMENTS[tag], f"attribute {name}: {where}")
            require(re.fullmatch(ELEMENTS[tag][name], value or ""), f"{name}={value!r}: {where}")
        attrs = dict(attrs)
        if "id" in attrs:
            require(attrs["id"] not in self.ids, f"id twice: {where}")
            self.ids.add(attrs["id"])
        self.refs |= set(attrs.get("aria-labelledby", "").split()) | ({attrs["href"][1:]} if "href" in attrs else set())
        if tag == "meta":
            self.metas[attrs.get("name") or attrs.get("http-equiv") or "charset"] = attrs.get("content")
        elif tag == "svg":
            self.box = [float(n) for n in attrs["viewbox"].split()]
        elif tag == "rect":
            x, y, w, h = (float(attrs[k]) for k in ("x", "y", "width", "height"))
            require(w >= 0 and h >= 0 and x >= -.1 and y >= -.1 and x + w <= self.box[2] + .2 and
                    y + h <= self.box[3] + .2, f"outside of the picture: {where}")
        elif tag == "header":
            self.verdict = attrs["class"]
        elif tag == "section":
            self.sections.append(attrs["id"])
        elif tag == "code":
            self.codes.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        require(tag in ("rect", "line"), f"<{tag}/>")
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        require(self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]} at {self.getpos()}")
        self.open.pop()

    def handle_data(self, data):
        for c in data:
            require(c == "\n" or not (ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c in "\u061c\u200b\u200e\u200f\ufeff" or
                                      0x202a <= ord(c) <= 0x202e or 0x2060 <= ord(c) <= 0x206f),
                    f"character {c!r} at {self.getpos()}")
        if self.open and self.open[-1] == "style":
            self.style += data
        elif "code" in self.open:
            self.codes[-1] += data
        elif self.open:
            self.texts.append((self.open[-1], data))

    def handle_comment(self, data):
        raise Fault(f"a comment: {data[:40]}")

    def handle_pi(self, data):
        raise Fault(f"an instruction: {data[:40]}")

    def handle_decl(self, decl):
        require(decl == "DOCTYPE html" and self.getpos() == (1, 0), f"a declaration: {decl}")

    def unknown_decl(self, data):
        raise Fault(f"a declaration: {data}")


def luminance(color):
    parts = [int(color[i:i + len(color) // 3] * (6 // len(color)), 16) / 255 for i in range(0, len(color), len(color) // 3)]
    parts = [p / 12.92 if p <= .03928 else ((p + .055) / 1.055) ** 2.4 for p in parts]
    return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2]


def check_colors(style):
    """What stands on what: a contrast of 4.5 (WCAG AA)."""
    light, dark = (dict(re.findall(r"--(\w+):#([0-9a-f]+)", block))
                   for block in re.findall(r":root\{(color-scheme[^}]*|--bg[^}]*)\}", style)[:2])
    on = [("ink", b) for b in ("bg", "card", "cb", "ab", "rb", "ub")]
    on += [("soft", b) for b in ("bg", "card", "cb", "ab", "rb", "ub")]
    on += [(c, "card") for c in ("link", "c", "a", "r", "bad")] + [("link", "bg")]
    on += [("card", c) for c in ("bad", "warn", "good")]
    for name, scheme in (("light", light), ("dark", dark)):
        for text, back in on + ([(c, c + "b") for c in "caru"] if name == "light" else []):
            a, b = sorted([luminance(scheme[text]), luminance(scheme[back])])
            require((b + .05) / (a + .05) >= 4.5, f"{name}: {text} on {back}: {(b + .05) / (a + .05):.2f}")


def check_page(data, where):
    try:
        page = Page(data.decode("utf-8"))
        digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
        require(page.metas["Content-Security-Policy"] == f"default-src 'none'; style-src 'sha256-{digest}'; "
                "base-uri 'none'; form-action 'none'", f"the style sheet's hash is {digest}")
        require("width=device-width" in page.metas["viewport"], "viewport")
        require("url(" not in page.style and "@import" not in page.style, "the style sheet asks for something")
        words = next(text for tag, text in page.texts if tag == "h1")
        require(re.fullmatch(HEADINGS[page.verdict], words), f"{page.verdict}: {words}")
        return page
    except Fault as fault:
        raise Fault(f"{where}: {fault}") from fault


# ---- what is looked at ----

def check_samples():
    files = glob.glob(os.path.join(DATA, "intact", "*.html"))
    for name in files:
        with open(name, "rb") as f:
            page = check_page(f.read(), os.path.basename(name))
    require(len(files) == 6, "samples")
    check_colors(page.style)


def report(program, *options):
    args = [program, "--compare", "-c", "conf", "-B", "report_format=html"]
    for option in options:
        args += ["-B", option]
    done = subprocess.run(args, stdout=subprocess.PIPE, check=False)
    return done.stdout


def write_config(old, new, rules):
    with open("conf", "w") as f:
        f.write(f"database_in=file:{old}\ndatabase_new=file:{new}\n{rules}\n")


def check_levels(program):
    write_config(os.path.join(DATA, "old-head.db"), os.path.join(DATA, "new-head.db"),
                 "/ p+u+g+s+b+m+n+l+i+ftype+sha256+acl+xattrs+e2fsattrs+caps")
    for level in ("minimal", "summary", "database_attributes", "list_entries", "changed_attributes",
                  "added_removed_attributes", "added_removed_entries"):
        page = check_page(report(program, "report_level=" + level), level)
        require(("changed" in page.sections) == (level[0] in "lca"), level)
    require(report(program, "report_quiet=yes").startswith(b"<!DOCTYPE html>"), "quiet")


SPEC = b"@@begin_db\n@@db_spec name perm mtime attr\n"


def write_database(name, paths):
    with open(name, "wb") as f:
        lines = [b"".join(b"%%%02X" % c if c != 47 else b"/" for c in p) + b" 100644 1704164645 261\n" for p in paths]
        f.write(SPEC + b"".join(lines) + b"@@end_db\n")


def order(path):
    return path.split(b"/")


def check_added(program, paths, where):
    """A report about these paths, all of them new: each stands in it once."""
    write_database("old.db", [])
    write_database("new.db", paths)
    write_config(f"{os.getcwd()}/old.db", f"{os.getcwd()}/new.db", "/ p+m")
    data = report(program, "report_level=added_removed_entries")
    return data, check_page(data, where)


def escaped(name):
    """The bytes of text_escape(), back."""
    return re.sub(rb"\\([0-3][0-7]{2})", lambda m: bytes([int(m[1], 8)]), name.encode())


HOSTILE = [
    b"<script>alert(1)<`script>", b"</code><img src=x onerror=alert(1)>", b"\"onmouseover=\"x", b"' onload='x",
    b"&lt;b&gt;", b"&amp;", b"&#60;", b"-->", b"]]>", b"<!--", b"<?php", b"<![CDATA[", b"</style>", b"</title>",
    b"</svg>", b"</details>", b"{}</style><style>*", b"javascript:x", b"\xe2\x80\xaegnp.exe", b"\x1b[31mred",
    b"a\nb", b"\t", b"\xff\xfe<", b"\xc0\xbcscript\xc0\xbe", b"\xf8\xa0\x80\x80\xbc", b"+ADw-script+AD4-",
    b"\xd7\x90\xd7\x91", b"\\074", b"%3Cscript%3E", b"=cmd", "\uff1cscript\uff1e".encode(),
]


def check_hostile(program):
    tails = [name.replace(b"/", b"\xe2\x88\x95") for name in HOSTILE]
    # As files, and as folders that make headings, boxes of the map and their titles.
    paths = {b"/" + t for t in tails} | {b"/in/" + t + b"/" + u for t in tails for u in tails[:3]}
    paths |= {b"/" + b"<x" * 100 + b"/" + b"\"" * 200}
    _, page = check_added(program, sorted(paths, key=order), "hostile names")
    names = {escaped(code) for code in page.codes}
    for path in paths:
        require(path.rsplit(b"/", 1)[1] in names, f"{path} is missing")
    for tail in tails:
        require(any(code.endswith(b"/" + tail + b"/") for code in names), f"the folder {tail} is missing")


def check_pairs(program):
    paths = sorted(b"/" + bytes([a, b]) for a in range(1, 256) for b in range(1, 256)
                   if 47 not in (a, b) and (a, b) != (46, 46))
    _, page = check_added(program, paths, "pairs of bytes")
    require(sorted(b"/" + escaped(code) for code in page.codes if "/" not in code) == paths, "names")


def check_many(program):
    paths = sorted((b"/srv/%d/data/%d/file-%d.txt" % (i % 7, i % 1000, i) for i in range(100000)), key=order)
    data, page = check_added(program, paths, "a hundred thousand")
    require(len(page.codes) >= 100000, "names")
    require(len(data) < 32 << 20, f"{len(data)} bytes")
    # Of any child so far, in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    require(peak < 256 << 10 or os.environ.get("INTACT_SANITIZED"), f"{peak} KiB")
    print(f"html: 100000 changes are {len(data) >> 10} KiB, and took {peak >> 10} MiB of memory at most")


def main():
    program = os.path.abspath(sys.argv[1])
    check_samples()
    check_levels(program)
    check_hostile(program)
    check_pairs(program)
    check_many(program)


try:
    main()
except Fault as fault:
    sys.exit(f"FAIL {fault}")
