# An ordinary user's baseline is below XDG_STATE_HOME, else below the home folder; nobody else may read it.
need_user
unset INTACT_STATE
mkdir tree
echo 1 >tree/file
intact --config '' --check
XDG_STATE_HOME=$DIR/xdg intact --config '' --init tree | grep -E '^New|exit'
XDG_STATE_HOME=$DIR/xdg intact --config '' | grep -E 'found|exit'
intact --config '' --init tree | grep -E '^New|exit'
intact --config '' | grep -E 'found|exit'
stat -c '%a %n' xdg xdg/intact xdg/intact/intact.db .local/state/intact
# A second init does not touch the first baseline.
intact --config '' --init tree | grep -E '^New|exit'
stat -c '%a %n' .local/state/intact/journal
# The environment may name another one.
INTACT_STATE=$DIR/named intact --config '' --init tree | grep -E '^New|exit'
INTACT_STATE=$DIR/named intact --config '' --state elsewhere --check
ls named | hexless
