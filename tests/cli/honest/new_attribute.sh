# The rule asks for an attribute that the baseline does not have: unverified, and the rules changed.
mkdir tree
echo 1 >tree/file
configure p+s
baseline
configure p+s+u
conf --check
