# A rule without a restriction, behind the prefix of its folder: 0.18 shows its regex as written.
mkdir parts
echo "/etc p" >parts/one
printf '%s\n' config_check_warn_unrestricted_rules=yes "@@include parts ^one$ /chroot" "/x p" >conf
chmod 600 conf parts/one
for compat in 0.18 newest; do
	"$INTACT" --aide-compat $compat -c conf --config-check
	echo "exit: $?"
done
