#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The program as it is released under valgrind's memcheck: no error, and nothing lost, in what people do with it.
#
# VALGRIND_WORKERS: with so many threads (default "0 2").
. "$(dirname "$0")/../stress/lib.sh"
has valgrind || { skip "needs valgrind"; finish; }

"$INTACT" --keygen key >/dev/null 2>&1
mkdir -p tree/sub/deeper
for i in $(seq 30); do echo "$i" >"tree/sub/$i"; done
head -c 3000000 /dev/urandom >tree/large
ln -s sub tree/link
mkfifo tree/fifo
has setfattr && setfattr -n user.test -v value tree/sub/1 2>/dev/null
has setfacl && setfacl -m u:1:r tree/sub/2 2>/dev/null
sleep 0.05
configure p+u+g+ftype+l+n+s+m+c+i+sha256+sha512+md5+acl+xattrs+caps+e2fsattrs+growing+compressed

# $1: what it must end with; the rest: the command
check() {
	local want=$1
	shift
	rc=0
	timeout -s KILL 300 valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
		--errors-for-leak-kinds=definite,indirect --trace-children=yes --log-file=memory.%p \
		"$INTACT" $no_wall --state state -c intact.conf "$@" >out 2>&1 || rc=$?
	claim "$*: exit $rc: $(tail -n 1 out)" [ "$rc" -eq "$want" ]
	claim "$*: $(cat memory.* | head -n 40)" [ "$(cat memory.* | grep -c '==')" -eq 0 ]
	rm -f memory.*
}

for workers in ${VALGRIND_WORKERS:-0 2}; do
	with="--workers $workers"
	rm -rf state intact.db
	check 0 $with --init --signing-key key
	mv intact.db.new intact.db
	check 0 $with --check --verify-key key.pub
	echo more >>tree/sub/3; echo X >tree/sub/6; mv tree/sub/4 tree/sub/moved; rm -f tree/sub/5
	check 7 $with --check
	check 7 $with --check -A report_format=json
	for format in ndjson html ecs ocsf; do
		check 7 $with --check -A report_format=$format -B package_manager=auto
	done
	check 7 $with --update --signing-key key
	mv intact.db.new intact.db
	check 0 $with --check --verify-key key.pub
	echo 5 >tree/sub/5; echo 6 >tree/sub/6; mv tree/sub/moved tree/sub/4
done
check 0 --list
check 0 --show "$DIR/tree/sub/1" --verify-key key.pub
check 0 --verify --verify-key key.pub
check 0 --compare -B "database_new=file:$DIR/intact.db"
check 0 --sign --signing-key key
check 0 --lint
echo once more >>tree/sub/7; echo 8 >tree/sub/8; echo new >tree/sub/new
check 7 --nightly -B package_manager=auto -B report_keep=1d --reason night --signing-key key --verify-key key.pub
check 0 --accept --limit "$DIR/tree/sub/7" --signing-key key --verify-key key.pub
check 7 --update --signing-key key --verify-key key.pub
check 0 --accept --signing-key key --verify-key key.pub
last=$(find . -maxdepth 1 -name 'intact.db.g*' | sed 's/.*\.g0*//' | sort -n | tail -n 1)
check 7 --compare "$last" "$((last + 1))"
check 0 --history
check 0 --history "$DIR/tree/sub/7"
check 0 --init -B database_format=aide -B gzip_dbout=yes
mv intact.db.new intact.db
check 0 --list
check 0 --path-check "f:$DIR/tree/large"
check 0 --config-check
check 15 --nonsense
finish
