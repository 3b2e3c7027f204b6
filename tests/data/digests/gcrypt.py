#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A database of aide's (standard input) with libgcrypt's digests: see make.sh.  Argument: the root."""

import base64
import ctypes
import sys

ALGORITHMS = {"tiger": 6, "crc32": 302, "whirlpool": 305, "gost": 308, "stribog256": 309, "stribog512": 310}
BITS = {"stribog256": 1 << 38, "stribog512": 1 << 39}

gcrypt = ctypes.CDLL("libgcrypt.so.20")
gcrypt.gcry_check_version.restype = ctypes.c_char_p
gcrypt.gcry_check_version(None)


def digest(name, data):
    out = ctypes.create_string_buffer(gcrypt.gcry_md_get_algo_dlen(ALGORITHMS[name]))
    gcrypt.gcry_md_hash_buffer(ALGORITHMS[name], out, data, len(data))
    return base64.b64encode(out.raw).decode()


def line(columns, words, name, attr):
    row = dict(zip(columns, words))
    with open(sys.argv[1] + row["name"], "rb") as f:
        row[name] = digest(name, f.read())
    row["name"] = row["name"].replace("/gost/", f"/{name}/")
    row["attr"] = str(attr)
    lines.append(" ".join(row.get(c, "0") for c in columns))


columns = None
lines = []
for text in sys.stdin:
    words = text.split()
    if words and words[0] == "@@db_spec":
        columns = words[1:] + ["stribog256", "stribog512"]
        print("@@db_spec", *columns)
    elif text.startswith("/"):
        name = words[0].split("/")[2]
        attr = int(words[columns.index("attr")])
        line(columns, words, name, attr)
        for other in BITS if name == "gost" else []:
            line(columns, words, other, attr & ~(1 << 18) | BITS[other])
    elif words and words[0] == "@@end_db":
        print(*sorted(lines, key=lambda s: s.split()[0].split("/")), sep="\n")
        print("@@end_db")
    else:
        print(text, end="")
