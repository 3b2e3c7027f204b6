# As root: a folder of somebody else, who may have the report, but nothing else that root could write; and
# a file of somebody else in a folder of all.
need_root
mkdir tree theirs
echo 1 >tree/file
configure "$stable"
baseline
echo 2 >tree/file
try() { conf -B "report_url=file:$DIR/theirs/report" --check; cat victim; }
echo victim >victim
chown 12345 theirs
ln -s ../victim theirs/report; try
ln -f victim theirs/report; try; rm theirs/report
# Debian's /var/log/aide, with the file that logrotate makes.
: >theirs/report; chown 12345 theirs/report; chmod 640 theirs/report; try
stat -c '%u %a' theirs/report
chown 0 theirs; chmod 777 theirs; : >theirs/report; chown 12345 theirs/report; try
wc -c <theirs/report
