# A page is no log: refused before anything is done.
mkdir tree
configure "$stable" report_format=html report_url=stdout report_url=syslog:LOG_USER
conf --init 2>&1
ls
