# report_severity by night: what a line ranks stands first in the mail and by its word in the subject, and the hook is told.
. "$here/lib_nightly.sh"
printf '#!/bin/sh\necho "$INTACT_SEVERITY|$INTACT_HEADLINE" >%s/told\n' "$DIR" >hook; chmod 755 hook
nights "nightly_hook=$DIR/hook" "report_severity=critical:$DIR/tree/keys" "report_severity=info:$DIR/tree/cache" "report_severity=low:$DIR/tree/z"
echo 1 >tree/cache; echo 1 >tree/keys; echo 1 >tree/app; echo 1 >tree/z
baseline
echo "== nothing"; night; cat told
echo "== new"; for f in cache keys app z; do echo 2 >tree/$f; done; night; cat told
grep -o '"severity":"[a-z]*"[^}]*"status"' "$INTACT_STATE/findings" | sed -E 's/"(state|first|seen)":[^,]*,//g'
echo "== known already"; night; cat told
echo "== changed again, and only that counts"; echo 33 >tree/z; night; cat told
echo "== a line more: nothing is new by that"; sed -i "1ireport_severity=high:$DIR/tree/app" intact.conf; night
echo "== accepted"; accept; night; cat told
echo "== a night that fails"; flip intact.db 60; night | sed -n 2,3p; cat told
