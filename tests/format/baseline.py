# SPDX-License-Identifier: BSD-2-Clause
"""A second reader of baselines, written from doc/baseline-format.md alone.

It is here to keep that page true: whatever it says, this does, and run.sh compares the outcome with the
program's.  It refuses whatever the page does not allow, and knows no shortcut and no limit on time.
"""

import hashlib
import struct
import zlib

MAGIC = b"\x89INTACT\n"
END = b"INTACT\n\x98"
U64 = 1 << 64
PATH, SHAPES, NUMBER, STRING, DIGEST = 1, 2, 3, 4, 5
ALWAYS = ("path.shared", "path.more", "path", "shape", "shapes")


class Damaged(Exception):
    pass


def need(good, what):
    if not good:
        raise Damaged(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def expand(data, size):
    z = zlib.decompressobj()
    try:
        out = z.decompress(data, size + 1)
    except zlib.error as e:
        raise Damaged("zlib") from e
    need(z.eof and not z.unused_data and len(out) == size, "zlib: length")
    return out


class Bytes:
    """What is left to read of a piece."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        need(n <= len(self.data) - self.at, "cut off")
        self.at += n
        return self.data[self.at - n : self.at]

    def u8(self):
        return self.take(1)[0]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        need(value < U64 and (byte or shift == 7), "varint")
        return value

    def folded(self):
        v = self.varint()
        return (v >> 1) ^ -(v & 1)

    def string(self):
        return self.take(self.varint())

    def end(self):
        need(self.at == len(self.data), "too long")


def path_key(path):
    """Sorts in path order: '/' before every other byte, the end of a path before everything."""
    return [0 if c == 0x2F else c + 1 for c in path]


def path_is_clean(path):
    return path == b"/" or (
        len(path) <= 1 << 20 and path[:1] == b"/" and 0 not in path and b"" not in path[1:].split(b"/")
    )


class Baseline:
    def __init__(self, data):
        self.data = data
        self.trailer()
        self.header(data[: self.header_len])
        self.index()

    # ---- trailer, header, index -------------------------------------------------------------------

    def trailer(self):
        d = self.data
        need(len(d) >= 16 + 168 and d[:8] == MAGIC and d[8:12] == b"\1\0\0\0", "beginning")
        size, = struct.unpack("<I", d[-12:-8])
        need(d[-8:] == END and size in (168, 232) and len(d) >= 16 + size, "end")
        t = d[-size:]
        need(struct.unpack("<I", t[152:156])[0] == size - 168, "length of the signature")
        self.signature = t[156:-12]
        self.root = sha256(b"intact baseline root v1\0" + t[:120])
        need(t[120:152] == self.root, "root digest")
        (self.header_len, self.nblocks, self.entries, self.index_at, self.index_len, self.index_size,
         body) = struct.unpack("<7Q", t[64:120])
        need(body == len(d) - size == self.index_at + self.index_len, "sizes")
        need(16 <= self.header_len <= min(9 << 20, self.index_at), "length of the header")
        need(32 * self.nblocks <= self.index_len <= 16 << 20, "length of the index")
        need(32 * self.nblocks + self.index_size <= 16 << 20, "size of the index")
        need(sha256(d[: self.header_len]) == t[:32], "digest of the header")
        need(sha256(d[self.index_at : body]) == t[32:64], "digest of the index")

    def signed(self):
        """What the signature is over."""
        return b"intact baseline v1\0" + self.root

    def header(self, data):
        need(struct.unpack("<I", data[12:16])[0] == len(data), "length in the header")
        b = Bytes(data[16:])
        self.meta = {}
        for _ in range(b.varint()):
            key, value = b.string(), b.string()
            need(key not in self.meta, "a key twice")
            self.meta[key] = value
        count = b.varint()
        need(count <= 64, "attributes")
        self.attrs = [b.string().decode() for _ in range(count)]
        need(len(set(self.attrs)) == count, "an attribute twice")
        count = b.varint()
        need(count <= 128, "columns")
        self.columns = []
        for _ in range(count):
            name, kind, flags, width = b.string().decode(), b.u8(), b.u8(), b.u8()
            need(flags in (0, 1), "flags of a column")
            need(not flags or name in ALWAYS, "a column that must be understood")
            need(bool(width) == (kind == DIGEST), "width of a column")
            self.columns.append((name, kind, width))
        b.end()
        self.check_meta()

    def check_meta(self):
        m = self.meta
        if b"rules" in m:
            size = struct.unpack("<Q", m[b"rules"][:8])[0]
            need(size <= 8 << 20, "rules")
            self.rules = expand(m[b"rules"][8:], size)
            need(m.get(b"rules.sha256", sha256(self.rules)) == sha256(self.rules), "digest of the rules")
        self.journal = m.get(b"journal")
        need(self.journal is None or len(self.journal) == 40, "point of the journal")

    def index(self):
        stored = self.data[self.index_at : self.index_at + self.index_len]
        b = Bytes(expand(stored[32 * self.nblocks :], self.index_size))
        self.blocks, at, before = [], self.header_len, b""
        for i in range(self.nblocks):
            first, last = b.take(b.u8()), b.take(b.u8())
            raw, packed, size, rows = (b.varint() for _ in range(4))
            need(path_key(before) <= path_key(first) <= path_key(last), "order in the index")
            need(0 < rows <= 16384 and raw + size <= 12 << 20, "sizes in the index")
            need(raw + packed <= (12 << 20) + 65536, "sizes in the index")
            self.blocks.append((at, raw, packed, size, rows, first, last, stored[32 * i : 32 * i + 32]))
            at, before = at + raw + packed, last
        b.end()
        need(at == self.index_at and sum(x[4] for x in self.blocks) == self.entries, "index")

    # ---- blocks -----------------------------------------------------------------------------------

    def parts(self, block):
        """The columns of a block as stored: {number: bytes}, and the low bytes behind the digests."""
        at, raw, packed, size, rows, first, last, digest = block
        stored = self.data[at : at + raw + packed]
        need(sha256(stored) == digest, "digest of a block")
        body, digests = Bytes(expand(stored[raw:], size)), Bytes(stored[:raw])
        directory = [(body.varint(), body.varint()) for _ in range(body.varint())]
        numbers = [n for n, _ in directory]
        need(numbers == sorted(set(numbers)) and numbers[-1] < len(self.columns), "directory")
        parts = {}
        for n, size in directory:
            parts[n] = (digests if self.columns[n][1] == DIGEST else body).take(size)
        body.end()
        return parts, digests

    def number_column(self, data, low, rows, numbers):
        b = Bytes(data)
        code = b.u8()
        if code == 0:
            values = [b.varint()] * rows
        elif code == 1:
            values = [b.varint() for _ in range(rows)]
        elif code == 2:
            values, v = [], 0
            for _ in range(rows):
                v = (v + b.folded()) % U64
                values.append(v)
        elif code == 4:
            values = [b.varint() << 24 for _ in range(rows)]
            values = [v + int.from_bytes(low.take(3), "little") for v in values]
            need(max(values) < U64, "number")
        else:
            need(code == 3, "code of a column")
            other = b.varint()
            need(other in numbers, "a column that is like one that is not there")
            values = [(v + b.folded()) % U64 for v in numbers[other]]
        b.end()
        return values

    def shapes(self, data, rows):
        b, shapes = Bytes(data), []
        count = b.varint()
        need(0 < count <= rows, "shapes")
        for _ in range(count):
            flags, *masks = (b.varint() for _ in range(4))
            have = [b.varint() for _ in range(b.varint())]
            need(flags < 4 and max(masks) >> len(self.attrs) == 0 and have == sorted(set(have)), "shape")
            shapes.append((flags, [self.names(m) for m in masks], have))
        b.end()
        return shapes

    def names(self, mask):
        return {name for bit, name in enumerate(self.attrs) if mask >> bit & 1}

    def block(self, block, before):
        """The entries of a block; `before`: the path that they must come after."""
        rows, first, last = block[4:7]
        parts, low = self.parts(block)
        numbers, strings, digests, shapes, paths = {}, {}, {}, [], b""
        for n, (name, kind, width) in enumerate(self.columns):
            if kind == NUMBER and n in parts:
                numbers[n] = self.number_column(parts[n], low, rows, numbers)
            elif kind == STRING:
                strings[n] = (Bytes(parts.get(n, b"")), [])
            elif kind == DIGEST:
                digests[n] = Bytes(parts.get(n, b""))
            elif kind == SHAPES:
                shapes = self.shapes(parts[n], rows)
            elif kind == PATH:
                paths = Bytes(parts[n])
        low.end()
        by_name = {self.columns[n][0]: values for n, values in numbers.items()}
        texts = {self.columns[n][0]: s for n, s in strings.items()}
        entries, path = [], b""
        for row in range(rows):
            old, path = path, self.path(path, by_name["path.shared"][row], paths.take(by_name["path.more"][row]))
            need(path_is_clean(path) and path_key(before) < path_key(path), "path")
            before = path
            e = {name: values[row] for name, values in by_name.items()}
            shape = by_name["shape"][row] if "shape" in by_name else 0
            need(shape < len(shapes), "number of a shape")
            e["path"] = path
            e["flags"], (e["attrs"], e["unsupported"], e["failed"]), have = shapes[shape]
            for n in have:
                name, kind, width = self.columns[n]
                need(kind in (STRING, DIGEST) and not name.startswith("xattrs."), "columns of a shape")
                e[name] = digests[n].take(width) if kind == DIGEST else self.text(*strings[n])
            if e["flags"] & 2:
                e["acl"] = acl_of_mode(e.get("perm", 0))
            e["xattrs"] = [(self.text(*texts["xattrs.name"]), self.text(*texts["xattrs.value"]))
                           for _ in range(e.get("xattrs", 0))]
            keys = [k for k, _ in e["xattrs"]]
            need(keys == sorted(set(keys)) and len(keys) <= 32768, "extended attributes")
            entries.append(e)
        for rest in [paths, *digests.values(), *(b for b, _ in strings.values())]:
            rest.end()
        need(first == entries[0]["path"][:255] and last == entries[-1]["path"][:255], "keys of a block")
        return entries

    @staticmethod
    def path(old, shared, more):
        need(more and shared <= len(old), "shared part of a path")
        need(shared == len(old) or old[shared] != more[0], "shared part of a path is not all of it")
        return old[:shared] + more

    @staticmethod
    def text(b, dictionary):
        n = b.varint()
        need(n <= len(dictionary), "number of a string")
        if n == len(dictionary):
            dictionary.append(b.string())
            need(b.u8() == 0 and n < 65536, "string")
        return dictionary[n]

    def read(self):
        before = b""
        for block in self.blocks:
            for e in self.block(block, before):
                yield e
                before = e["path"]


def acl_of_mode(mode):
    rights = ["".join("rwx"[i] if mode >> shift & 4 >> i else "-" for i in range(3)) for shift in (6, 3, 0)]
    return "user::%s\ngroup::%s\nother::%s\n".encode() % tuple(r.encode() for r in rights)
