# --accept: what a review showed becomes the next generation, and nothing that changed since.
mkdir -p tree/sub
for i in a b c d sub/x; do echo $i >tree/$i; done
configure $stable
baseline
told() { conf "$@" 2>&1 | grep -aE '^[fdl].*: @?|^same|exit|ERROR|WARN|again|Accepted|Generation|stays'; }
echo "== nothing was reviewed"
told --accept
echo "== all of it"
echo 2 >tree/a; rm tree/b; echo new >tree/new; mkdir tree/folder; ln -s a tree/link
conf --update >/dev/null
told --accept --reason "the new release"
ls -A
told --check
echo "== twice"
told --accept
echo "== what changed again is not accepted, and is said"
echo 3 >tree/a; rm tree/c tree/d; echo one >tree/one; echo two >tree/two
conf --update >/dev/null
echo 4 >tree/a; echo back >tree/c; rm tree/one
told --accept
told --check
echo "== a file in whose place there is a link now; content with size and times put back"
conf --update >/dev/null; conf --accept >/dev/null
echo aaaa >tree/new; echo bbbb >tree/two
conf --update >/dev/null
mv tree/new tree/moved; ln -s moved tree/new
touch -r tree/two stamp; echo cccc >tree/two; touch -r stamp tree/two
told --accept
rm tree/new; mv tree/moved tree/new
echo "== a folder that is a link now: nothing below it is what was reviewed"
echo 2 >tree/sub/x
conf --update >/dev/null
mv tree/sub elsewhere; ln -s ../elsewhere tree/sub
told --accept --limit "$DIR/tree/sub"
rm tree/sub; mv elsewhere tree/sub
echo "== nothing differs"
conf --update >/dev/null; conf --accept >/dev/null
conf --update >/dev/null
told --accept
echo "== a limit"
echo 5 >tree/a; echo 5 >tree/sub/x
conf --update >/dev/null
told --accept --limit "$DIR/nothing"
told --accept --limit "$DIR/tree/sub"
told --check
echo "== the journal"
conf --history | grep -aE '^ +[0-9].* accept|accepted|reason' | cut -c 1-100
