# Paths far beyond PATH_MAX.
mkdir tree
(
	cd tree
	name=$(printf 'd%.0s' $(seq 100))
	for i in $(seq 60); do mkdir "$name" && cd "$name" || exit; done
	echo 1 >leaf
)
configure "$stable"
baseline
conf --check | grep -E 'found|exit|Coverage'
(
	cd tree
	name=$(printf 'd%.0s' $(seq 100))
	for i in $(seq 60); do cd "$name" || exit; done
	echo 2 >leaf
)
conf --check | grep -E 'found|exit|Coverage|  Changed entries'
