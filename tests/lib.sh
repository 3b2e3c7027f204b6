# SPDX-License-Identifier: BSD-2-Clause
#
# What scripts in several folders share: counting claims, skipping, a run beside Debian's packaged aide.

passed=0 failed=0

# The whole script.
skip() { echo "$*"; exit 77; }

need_root() { [ "$(id -u)" -eq 0 ] || skip "needs root"; }

# In $AIDE the packaged aide 0.18.
need_aide_0_18() {
	AIDE=${AIDE:-$(command -v aide || echo /usr/bin/aide)}
	case $("$AIDE" --version 2>/dev/null | head -n 1) in
	"AIDE 0.18"*) ;;
	*) skip "aide 0.18 is not installed" ;;
	esac
}

# Start again in a mount namespace of our own.  $@: the script and its arguments
in_own_namespace() {
	[ -z "${INTACT_IN_NAMESPACE:-}" ] || return 0
	unshare -m true 2>/dev/null || skip "may not mount"
	INTACT_IN_NAMESPACE=1 exec unshare -m --propagation private "$@"
}

# A Debian of its own in the folder $1, which must be empty: INTACT_CHROOT_TAR (see bootstrap), or from the network.
unpack_debian() {
	if [ -n "${INTACT_CHROOT_TAR:-}" ]; then
		tar -C "$1" --numeric-owner -xpf "$INTACT_CHROOT_TAR" || skip "cannot unpack $INTACT_CHROOT_TAR"
	else
		command -v debootstrap >/dev/null || skip "no debootstrap"
		debootstrap --variant=minbase --include=cron,logrotate,man-db,systemd bookworm "$1" >"$1.out" 2>&1 ||
			skip "debootstrap: $(tail -n 1 "$1.out")"
	fi
	chroot "$1" true 2>/dev/null || skip "may not chroot"
}

# $1: what is wrong if the rest, a command, fails.  In it $? is the status of the command before.
claim() {
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $what"
	fi
}

# The line that counts, and the exit status.
count_claims() {
	printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
	[ "$failed" -eq 0 ]
}
