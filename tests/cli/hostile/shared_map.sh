# hash_policy: a file that was written to through a shared memory map before it was read, and again behind it, which
# moves no time stamp as long as the page is dirty.
command -v python3 >/dev/null || skip "needs python3"
mkdir tree
echo before >tree/file
configure "$stable+m+c" hash_policy=changed
mkfifo go done
python3 -c '
import mmap
with open("tree/file", "r+b") as f:
    page = mmap.mmap(f.fileno(), 0)
    for text in b"inside", b"behind":
        open("go").close()
        page[0:6] = text
        open("done", "w").close()
' &
write_there() { : >go; cat done; }
write_there
baseline
write_there
# (A disk that has written the page back by now has moved the times as well.)
conf --check | grep -o '^f .*H .*' | sed 's/mc/../'
wait
