# On a host without OpenSSL's legacy provider whirlpool comes from another library, if there is one.
export OPENSSL_MODULES=$DIR/nothing
. "$(dirname "${BASH_SOURCE[0]}")/../lib_digests.sh"
digest_tree tree "$small_sizes" whirlpool rmd160
cp "$data/mhash.db" db
has whirlpool || ! built_with Mhash || echo "Mhash has whirlpool"
has whirlpool || ! built_with "GNU crypto library" || echo "libgcrypt has whirlpool"
for name in whirlpool rmd160; do
	if has "$name"; then verify "$name" "$name" 0 "NO differences"; else lacks "$name" "$name"; fi
done
