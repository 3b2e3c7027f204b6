# A night that cannot begin, or was killed, comes to somebody's notice.
. "$here/lib_nightly.sh"
nights
with="-B sendmail=$DIR/sendmail"
echo 1 >tree/a; baseline
echo "== nobody is known yet: said on stderr, with the exit status"
cp intact.conf good.conf; echo nonsense >>intact.conf; night $with
echo "== whom the command line names"
night $with -B report_url=mailto:boss,admin@example.org
echo "== whom the last night knew"
cp good.conf intact.conf; night; echo nonsense >>intact.conf; night $with
echo "== with a hook on the command line"
printf '#!/bin/sh\necho "$INTACT_VERDICT: $INTACT_FAILURE"\n' >hook; chmod 755 hook; night $with -B nightly_hook=$DIR/hook | sed -n 1,4p; rm hook
echo "== no file; a folder; an option that is wrong on the command line"
rm intact.conf; night $with | sed -n 1,3p
mkdir intact.conf; night $with | sed -n 1,3p; rmdir intact.conf
cp good.conf intact.conf; night $with -A nonsense | sed -n 1,3p
night -B nonsense
echo "== it is not sent: kept, and sent by the next night"
cp good.conf intact.conf; echo nonsense >>intact.conf; touch broken; night $with; rm broken; cp good.conf intact.conf; night | sed -n 1,3p
echo "== what is no address is nobody's"
sed -i '1s/"mailed_to":"[^"]*"/"mailed_to":"root\\nsendmail=\/bin\/false"/' "$INTACT_STATE/findings"; grep -c 'bin..false' "$INTACT_STATE/findings"
echo nonsense >>intact.conf; night $with; cp good.conf intact.conf
sed -i '1s/"mailed_to":"[^"]*"/"mailed_to":"-oX"/' "$INTACT_STATE/findings"; echo nonsense >>intact.conf; night $with; cp good.conf intact.conf
echo "== the baseline is not there; is not ours"
night >/dev/null; mv intact.db away; night; mv away intact.db
echo "== killed, with all that belonged to it"
echo "12345 1700000000" >"$INTACT_STATE/nightly.lock"; night; night
echo "== more mails wait than are kept"
echo 2 >tree/a; touch broken; night >/dev/null; mails=$INTACT_STATE/mail
one=$(ls "$mails"/*); for i in $(seq 10 40); do cp "$one" "$mails/mail-20010101T0000${i}Z-1"; done; ls "$mails" | wc -l
echo 3 >tree/a; night; cat "$mails/lost"; ls "$mails" | wc -l
echo 4 >tree/a; night >/dev/null; cat "$mails/lost"; ls "$mails" | wc -l
rm "$mails"/mail*; rm broken; night; ls "$mails"; night
