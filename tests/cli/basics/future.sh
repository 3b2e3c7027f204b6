# Times that have not come yet are worth a notice.
mkdir tree
touch -d '2099-01-02 UTC' tree/mtime
touch -a -d '2099-01-02 UTC' tree/atime
touch tree/now
configure p+ftype
notices() { conf "$@" 2>&1 >/dev/null | sort; }
notices --init --log-level notice
notices --init --log-level warning
notices --init --log-level notice --limit "$DIR/tree/atime"
# What only looks at the rules has its level from the command line.
echo 'num_workers=3
log_level=notice' >>intact.conf
notices --dry-init --workers 1
notices --dry-init --workers 1 --log-level notice
