# SPDX-License-Identifier: BSD-2-Clause
"""Says what --list says, by way of the second reader.  python3 list.py FILE

Time zone UTC; names of users and groups in ACLs are left numbers."""

import base64
import sys
import time

from baseline import Baseline

DIGESTS = "md5 sha1 sha256 sha512 rmd160 gost stribog256 stribog512 sha512_256 sha3_256 sha3_512 fsverity".split()
LABELS = {"rmd160": "RMD160", "sha512_256": "SHA512/256", "sha3_256": "SHA3-256", "sha3_512": "SHA3-512"}
TYPES = {1: "FIFO", 2: "Character device", 4: "Directory", 6: "Block device", 8: "File", 10: "Link", 12: "Socket"}
FLAGS = [(1, "s"), (2, "u"), (8, "S"), (0x10000, "D"), (0x10, "i"), (0x20, "a"), (0x40, "d"), (0x80, "A"),
         (4, "c"), (0x800, "E"), (0x4000, "j"), (0x1000, "I"), (0x8000, "t"), (0x20000, "T"), (0x80000, "e"),
         (0x800000, "C"), (0x2000000, "x"), (0x40000000, "F"), (0x10000000, "N"), (0x20000000, "P"),
         (0x100000, "V"), (0x400, "m")]
TEXT = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_:;,[]{}<>()!@#$%^&*|\\/?~"
# Attribute, label, in the order of reports.
ORDER = [("ftype", "File type"), ("l", "Lname"), ("s", "Size"), ("b", "Bcount"), ("p", "Perm"), ("u", "Uid"),
         ("g", "Gid"), ("a", "Atime"), ("m", "Mtime"), ("c", "Ctime"), ("i", "Inode"), ("n", "Linkcount")]
ORDER += [(d, LABELS.get(d, d.upper())) for d in DIGESTS]
ORDER += [("acl", "ACL"), ("xattrs", "XAttrs"), ("selinux", "SELinux"), ("e2fsattrs", "E2FSAttrs"), ("caps", "Caps"), ("rdev", "Rdev")]
FIELDS = {"l": "lname", "p": "perm", "u": "uid", "g": "gid", "s": "size", "a": "atime", "c": "ctime", "m": "mtime",
          "i": "inode", "b": "bcount", "n": "lcount", "caps": "capabilities"}


def escape(data):
    """Control bytes as backslash and three octal digits; the tests have no other odd ones."""
    return b"".join(b"\\%03o" % c if c < 0x20 or c == 0x7F else bytes([c]) for c in data)


def mode(m):
    letters = [TYPES[m >> 12][0].lower() if m >> 12 != 8 else "-"]
    letters += ["rwx"[i % 3] if m & 0o400 >> i else "-" for i in range(9)]
    for bit, at, yes, no in ((0o4000, 3, "s", "S"), (0o2000, 6, "s", "l"), (0o1000, 9, "t", "T")):
        if m & bit:
            letters[at] = yes if letters[at] == "x" else no
    return "".join(letters).replace("f", "p", 1) if m >> 12 == 1 else "".join(letters)


def xattrs(pairs):
    yield b"num=%d" % len(pairs)
    width = len(str(len(pairs)))
    for i, (key, value) in enumerate(pairs, 1):
        text = value[:-1] if value.endswith(b"\0") else value
        if all(c in TEXT for c in text):
            yield b"[%0*d] %s = %s" % (width, i, key, text)
        else:
            yield b"[%0*d] %s <=> %s" % (width, i, key, base64.b64encode(value))


def acl(e):
    for prefix, name in ((b"A: ", "acl"), (b"D: ", "acl.default")):
        for line in e.get(name, b"").splitlines():
            yield prefix + line


def values(e, attr):
    field = FIELDS.get(attr, attr)
    if attr in e["failed"]:
        return []
    if attr == "ftype":
        return [TYPES[e["perm"] >> 12].encode()]
    if attr == "p":
        return [mode(e["perm"]).encode()]
    if attr in ("a", "m", "c"):
        seconds = e.get(field, 0) - ((e.get(field, 0) >> 63) << 64)
        return [time.strftime("%Y-%m-%d %H:%M:%S +0000", time.gmtime(seconds)).encode()]
    if attr == "acl":
        return list(acl(e))
    if attr == "xattrs":
        return list(xattrs(e["xattrs"]))
    if attr == "e2fsattrs":
        return ["".join(letter if e.get(field, 0) & bit else "-" for bit, letter in FLAGS).encode()]
    if attr == "rdev":
        return [b"%d:%d" % (e.get(field, 0) >> 32, e.get(field, 0) & 0xFFFFFFFF)]
    if attr in DIGESTS:
        return [e[attr].hex().encode()] if attr in e else []
    if attr in ("l", "selinux", "caps"):
        return [e[field]] if field in e else []
    return [str(e.get(field, 0)).encode()]


def lines(label, texts):
    first = True
    for text in texts:
        text = escape(text)
        for at in range(0, len(text) or 1, 64):
            yield b"  %-10s%s %s" % (label.encode() if first else b"", b":" if first else b" ", text[at : at + 64])
            first = False


def entry(b, e):
    yield escape(e["path"])
    attrs = {a for a in e["attrs"] if a not in ("caps", "selinux") or FIELDS.get(a, a) in e}
    for attr, label in ORDER:
        if attr in attrs:
            yield from lines(label, values(e, attr))
    names = [FIELDS.get(a, a) for a in b.attrs if (a in attrs or a == "name") and a != "ftype"]
    yield from lines("Attributes", [n.encode() for n in names])
    yield b""


baseline = Baseline(open(sys.argv[1], "rb").read())
out = sys.stdout.buffer
for e in baseline.read():
    out.write(b"".join(line + b"\n" for line in entry(baseline, e)))
