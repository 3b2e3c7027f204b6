# SPDX-License-Identifier: BSD-2-Clause
#
# A random tree, random edits, and a judge that looks at the tree himself.
#
#   edits.py make TREE OBJECTS SEED     make the tree
#   edits.py look TREE SNAPSHOT         what there is, as this program sees it
#   edits.py edit TREE EDITS SEED LIST  edit so many objects, each once; what was done goes to LIST
#   edits.py judge BEFORE AFTER LIST REPORT
#                                       REPORT (ndjson) must have the differences of the two snapshots, every one with
#                                       its attributes and none beside them; each edit must be among these differences
#
# It shares nothing with the program but the names of attributes in a report.
import base64
import collections
import fcntl
import hashlib
import json
import os
import pickle
import random
import socket
import stat
import struct
import sys

GETFLAGS, SETFLAGS = 0x80086601, 0x40086602  # FS_IOC_*, linux/fs.h
NODUMP = 0x40
ACL_ACCESS, ACL_DEFAULT = b"system.posix_acl_access", b"system.posix_acl_default"
ROOT = os.geteuid() == 0


# ---- what there is --------------------------------------------------------------------------------

def flags_of(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return struct.unpack("L", fcntl.ioctl(fd, GETFLAGS, b"\0" * 8))[0]
    except OSError:
        return None
    finally:
        os.close(fd)


def xattrs_of(path):
    try:
        return {os.fsencode(name): os.getxattr(path, name, follow_symlinks=False)
                for name in os.listxattr(path, follow_symlinks=False)}
    except OSError:
        return {}


def entry(path):
    st = os.lstat(path)
    kind = stat.S_IFMT(st.st_mode)
    known = {"file_type": kind, "perm": stat.S_IMODE(st.st_mode), "uid": st.st_uid, "gid": st.st_gid,
             "size": st.st_size, "modify_time": st.st_mtime_ns, "inode": st.st_ino, "link_count": st.st_nlink}
    if kind in (stat.S_IFCHR, stat.S_IFBLK):
        known["device_number"] = st.st_rdev
    if kind == stat.S_IFLNK:
        known["link_name"] = os.readlink(path)
        return known
    xattrs = xattrs_of(path)
    # Without an extended one the mode is the ACL.
    known["acl"] = (xattrs.get(ACL_ACCESS, st.st_mode & 0o777), xattrs.get(ACL_DEFAULT))
    known["xattrs"] = sorted((n, v) for n, v in xattrs.items() if not n.startswith((b"system.", b"trusted.")))
    if kind in (stat.S_IFREG, stat.S_IFDIR):
        known["e2fsattrs"] = flags_of(path)
    if kind == stat.S_IFREG:
        with open(path, "rb") as file:
            known["sha256"] = hashlib.sha256(file.read()).digest()
    return known


def paths_below(tree):
    yield tree
    for folder, folders, files in os.walk(tree):
        for name in folders + files:
            yield os.path.join(folder, name)


def look(tree):
    return {path: entry(path) for path in paths_below(tree)}


# ---- making ---------------------------------------------------------------------------------------

class Maker:
    def __init__(self, rng):
        self.rng, self.count = rng, 0

    def name(self):
        """One that is not there yet; one in ten is not what people type."""
        self.count += 1
        number = b"%d" % self.count
        if self.rng.random() < 0.9:
            return self.rng.choice([b"file", b"x", b"some-longer-name."]) + number
        odd = bytes(self.rng.choice([c for c in range(1, 256) if c != ord("/")]) for _ in range(self.rng.randint(1, 12)))
        return odd + number

    def content(self):
        return self.rng.randbytes(self.rng.choice([0, 1, 10, 1000, 5000, self.rng.randint(1, 70000)]))

    def put(self, folder, kind=None):
        path = os.path.join(folder, self.name())
        kind = kind or self.rng.choices(["file", "link", "fifo", "socket", "device"], [80, 12, 4, 2, 2])[0]
        if kind == "link":
            os.symlink(self.rng.randbytes(self.rng.randint(1, 30)).replace(b"\0", b"/"), path)
        elif kind == "fifo":
            os.mkfifo(path)
        elif kind == "socket" and len(path) < 100:
            with socket.socket(socket.AF_UNIX) as s:
                s.bind(path)
        elif kind == "device" and ROOT:
            os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(self.rng.randint(1, 200), self.rng.randint(0, 255)))
        elif kind == "folder":
            os.mkdir(path)
        else:
            with open(path, "wb") as file:
                file.write(self.content())
        return path


def make(tree, objects, seed):
    rng = random.Random(seed)
    maker = Maker(rng)
    os.mkdir(tree)
    folders, files = [tree], []
    while maker.count < objects:
        folder = rng.choice(folders[-20:] if rng.random() < 0.5 else folders)
        what = rng.random()
        if what < 0.08:
            folders.append(maker.put(folder, "folder"))
        elif what < 0.11 and files:
            os.link(rng.choice(files), os.path.join(folder, maker.name()), follow_symlinks=False)
        else:
            files.append(maker.put(folder))


# ---- edits ----------------------------------------------------------------------------------------

# Each takes an Editor, a path and its entry; returns what must be reported of the path: attributes, "added" or
# "removed"; None where it does not apply.  What else changes with it, the folder above for one, the snapshots know.

def keeping_time(path, act):
    before = os.lstat(path)
    act()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns), follow_symlinks=False)


def flip_content(ed, path, e):
    if not e["size"]:
        return None

    def act():
        with open(path, "r+b") as file:
            at = ed.rng.randrange(e["size"])
            file.seek(at)
            old = file.read(1)[0]
            file.seek(at)
            file.write(bytes([old ^ (1 << ed.rng.randrange(8))]))
    keeping_time(path, act)
    return {"sha256"}


def append(ed, path, e):
    def act():
        with open(path, "ab") as file:
            file.write(ed.rng.randbytes(ed.rng.randint(1, 3)))
    keeping_time(path, act)
    return {"sha256", "size"}


def cut(ed, path, e):
    if not e["size"]:
        return None
    keeping_time(path, lambda: os.truncate(path, ed.rng.randrange(e["size"])))
    return {"sha256", "size"}


def chmod(ed, path, e):
    # What we may not read any more would be unverified.
    os.chmod(path, e["perm"] ^ (1 << ed.rng.randrange(12 if ROOT else 6)))
    # Who does not own the group loses the bit again.
    return {"perm"} if stat.S_IMODE(os.lstat(path).st_mode) != e["perm"] else None


def chown(ed, path, e):
    which = ed.rng.choice(["uid", "gid"])
    new = ed.rng.choice([1, 1000, 65534, 100000, 4294967290])
    if not ROOT or e[which] == new:
        return None
    os.chown(path, new if which == "uid" else -1, new if which == "gid" else -1, follow_symlinks=False)
    return {which}


def touch(ed, path, e):
    before = os.lstat(path)
    step = ed.rng.choice([-1, 1, 1000, -10**9, 10**12])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + step), follow_symlinks=False)
    return {"modify_time"} if os.lstat(path).st_mtime_ns != before.st_mtime_ns else None


def set_xattr(ed, path, e):
    name = b"user." + ed.rng.choice([b"a", b"b", b"long." + b"n" * 100])
    old = dict(e["xattrs"]).get(name)
    if old and ed.rng.random() < 0.3:
        os.removexattr(path, name)
    else:
        os.setxattr(path, name, (old or b"") + ed.rng.randbytes(ed.rng.choice([1, 20])))
    return {"xattrs"}


def acl_of(user):
    """Version 2, with one named user."""
    rows = [(0x01, 7, 0xFFFFFFFF), (0x02, 4, user), (0x04, 5, 0xFFFFFFFF), (0x10, 5, 0xFFFFFFFF), (0x20, 0, 0xFFFFFFFF)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)


def set_acl(ed, path, e):
    name = ACL_DEFAULT if e["file_type"] == stat.S_IFDIR and ed.rng.random() < 0.5 else ACL_ACCESS
    os.setxattr(path, name, acl_of(ed.rng.randint(2000, 60000)))
    return {"acl"}


def set_flag(ed, path, e):
    flags = e["e2fsattrs"]
    if flags is None:
        return None
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, SETFLAGS, struct.pack("L", flags ^ NODUMP))
    finally:
        os.close(fd)
    return {"e2fsattrs"}


def replace(ed, path, e):
    """The same content, times and rights, another object."""
    other = os.path.join(os.path.dirname(path), ed.maker.name())
    with open(path, "rb") as old, open(other, "wb") as new:
        new.write(old.read())
    st = os.lstat(path)
    os.chmod(other, e["perm"])
    if ROOT:
        os.chown(other, st.st_uid, st.st_gid)
    os.utime(other, ns=(st.st_atime_ns, st.st_mtime_ns))
    os.rename(other, path)
    return {"inode"}


def remove(ed, path, e):
    os.unlink(path)
    return {"removed"}


def rename(ed, path, e):
    os.rename(path, os.path.join(os.path.dirname(path), ed.maker.name()))
    return {"removed"}


def hard_link(ed, path, e):
    os.link(path, os.path.join(os.path.dirname(path), ed.maker.name()), follow_symlinks=False)
    return {"link_count"}


def retype(ed, path, e):
    os.unlink(path)
    kinds = [(stat.S_IFREG, lambda: open(path, "wb").close()), (stat.S_IFIFO, lambda: os.mkfifo(path)),
             (stat.S_IFLNK, lambda: os.symlink(b"elsewhere", path)), (stat.S_IFDIR, lambda: os.mkdir(path))]
    ed.rng.choice([make for kind, make in kinds if kind != e["file_type"]])()
    return {"file_type"}


def retarget(ed, path, e):
    before = os.lstat(path)
    target = os.readlink(path)
    os.unlink(path)
    # The last byte alone.
    os.symlink(target[:-1] + (b"y" if target[-1:] == b"x" else b"x"), path)
    if ROOT:
        os.chown(path, before.st_uid, before.st_gid, follow_symlinks=False)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns), follow_symlinks=False)
    return {"link_name"}


def other_device(ed, path, e):
    """Another one under the same name, with the same rights."""
    st = os.lstat(path)
    os.unlink(path)
    os.mknod(path, st.st_mode, e["device_number"] ^ (1 << ed.rng.randrange(8)))
    os.chown(path, st.st_uid, st.st_gid)
    os.chmod(path, e["perm"])
    os.utime(path, ns=(st.st_atime_ns, st.st_mtime_ns))
    return {"device_number"}


def add_inside(ed, path, e):
    ed.maker.put(path)
    return {"modify_time"}


def add_folder(ed, path, e):
    ed.maker.put(path, "folder")
    return {"modify_time", "link_count"}


ANY = [touch, chown]
EDITS = {
    stat.S_IFREG: ANY + [flip_content, flip_content, append, cut, chmod, set_xattr, set_acl, set_flag, replace, remove,
                         rename, hard_link, retype],
    stat.S_IFDIR: ANY + [chmod, set_xattr, set_acl, set_flag, add_inside, add_folder],
    stat.S_IFCHR: ANY + [chmod, other_device, other_device, remove, retype],
    stat.S_IFLNK: ANY + [retarget, retarget, remove, rename, retype],
}
SPECIAL = ANY + [chmod, remove, rename, hard_link, retype]


class Editor:
    def __init__(self, rng, seed):
        self.rng, self.maker = rng, Maker(rng)
        # Names of their own in each round.
        self.maker.count = (1 + seed % 10**9) * 10**6


def edit(tree, edits, seed, done):
    rng = random.Random(seed)
    ed = Editor(rng, seed)
    known = look(tree)
    paths = sorted(path for path in known if path != tree)
    rng.shuffle(paths)
    inodes, list_of = set(), []
    for path in paths:
        if len(list_of) == edits:
            break
        e = known[path]
        # One name of each object: what is done to one is done to all.
        if e["inode"] in inodes:
            continue
        inodes.add(e["inode"])
        how = rng.choice(EDITS.get(e["file_type"], SPECIAL))
        try:
            must = how(ed, path, e)
        except OSError as error:  # a file system without ACLs, say
            if how not in (set_acl, set_flag, set_xattr):
                raise
            print(f"left out: {how.__name__}: {error.strerror}", file=sys.stderr)
            must = None
        if must:
            list_of.append((path, how.__name__, must))
    with open(done, "wb") as out:
        pickle.dump(list_of, out)
    print(len(list_of))


# ---- judging --------------------------------------------------------------------------------------

def differences(before, after):
    ret = {}
    for path in before.keys() | after.keys():
        a, b = before.get(path), after.get(path)
        if a is None or b is None:
            ret[path] = {"added" if a is None else "removed"}
        elif a["file_type"] != b["file_type"]:
            ret[path] = {"file_type"}
        elif a != b:
            ret[path] = {name for name in a if a[name] != b.get(name)}
    return ret


def reported(report):
    ret = {}

    def add(line, value):
        names = line.get("paths_base64", {})
        for key, what in line.items():
            if key.startswith("/"):
                path = base64.b64decode(names[key]) if key in names else os.fsencode(key)
                ret.setdefault(path, set()).update(value(what))

    with open(report, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            if line["type"] == "addition":
                add(line, lambda what: {"added"})
            elif line["type"] == "removal":
                add(line, lambda what: {"removed"})
            elif line["type"] == "change":
                add(line, lambda what: set())
            elif line["type"] == "details":
                add(line, set)
    # Of another type nothing else is comparable.
    return {path: {"file_type"} if "file_type" in what else what for path, what in ret.items()}


def judge(before, after, done, report):
    with open(before, "rb") as a, open(after, "rb") as b, open(done, "rb") as c:
        before, after, done = pickle.load(a), pickle.load(b), pickle.load(c)
    there, said = differences(before, after), reported(report)
    bad = 0

    def complain(what, path, *more):
        nonlocal bad
        bad += 1
        if bad <= 10:
            print(what, path, *more)

    for path, how, must in done:
        if not must <= there.get(path, set()):
            complain("the judge does not see", path, how, must, there.get(path))
    for path in there.keys() | said.keys():
        if path not in said:
            complain("not reported:", path, there[path], [how for p, how, _ in done if p == path])
        elif path not in there:
            complain("reported, and not so:", path, said[path])
        elif there[path] != said[path]:
            complain("reported otherwise:", path, "is", sorted(there[path]), "said", sorted(said[path]))
    kinds = collections.Counter(how for _, how, _ in done)
    print(f"{len(done)} edits, {len(there)} differences, {bad} wrong:", *(f"{n} {how}" for how, n in sorted(kinds.items())))
    return bad == 0


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what == "make":
        make(os.fsencode(args[0]), int(args[1]), int(args[2]))
    elif what == "look":
        with open(args[1], "wb") as out:
            pickle.dump(look(os.fsencode(args[0])), out)
    elif what == "edit":
        edit(os.fsencode(args[0]), int(args[1]), int(args[2]), args[3])
    else:
        sys.exit(not judge(*args))


main()
