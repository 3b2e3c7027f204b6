# --init PATH needs nothing else; the baseline remembers its rules.
mkdir tree
echo one >tree/one
intact --state state --config '' --init tree | grep -v '^Number'
ls state | hexless
intact --state state --config '' --check | grep -E 'found|exit|^Coverage'
echo two >>tree/one
intact --state state --config '' | grep -E '^f|exit'
intact --state state --config '' --update | grep -E '^New|exit'
ls state | hexless
mv state/intact.db.new state/intact.db
intact --state state --config '' | grep -E 'found|exit'
# The record of the run says of which.
head -n 1 state/journal | grep -o '"paths":[^]]*\]'
