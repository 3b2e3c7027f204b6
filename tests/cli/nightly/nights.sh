# A finding is new once, then open, then accepted or gone; and told again when it changes or returns.
. "$here/lib_nightly.sh"
nights
echo 1 >tree/a; echo 1 >tree/b; echo 1 >tree/c
baseline
echo "== nothing"; night
echo "== new"; echo 2 >tree/a; echo 2 >tree/b; night; cat args
echo "== open"; night
echo "== one more"; rm tree/c; night
echo "== changed again"; echo 33 >tree/a; night
echo "== gone"; echo 1 >tree/b; night
echo "== accepted"; accept; night
echo "== all is well"; night
echo "== returned"; echo 2 >tree/b; night
echo "== the run is in the journal"; "$INTACT" -c intact.conf --history | grep -c nightly
stat -c '%a %n' "$INTACT_STATE"/findings "$INTACT_STATE"/nightly.lock "$INTACT_STATE"/reports | sed 's#/[^ ]*/##'
ls "$INTACT_STATE/reports" | sed -E 's/[0-9]+T[0-9]+Z/TIME/' | sort -u
