# A mail that cannot be sent is kept and sent the next night; nothing is lost.
. "$here/lib_nightly.sh"
nights
echo 1 >tree/a; baseline; echo 2 >tree/a
echo "== broken"; touch broken; night; ls "$INTACT_STATE/mail" | sed -E 's/[0-9]+T[0-9]+Z-[0-9]+/TIME/'
stat -c %a "$INTACT_STATE/mail" "$INTACT_STATE"/mail/*
echo "== still broken, and nothing new"; night
echo "== works again"; rm broken; night; ls "$INTACT_STATE/mail"
echo "== no such program"; rm sendmail; echo 3 >tree/a; night
