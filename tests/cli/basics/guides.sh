# What the guides say to type is understood: commands, options, and the settings given with -B.
docs=$(dirname "$MANUAL")
"$INTACT" --help | grep -oE -- '--?[A-Za-z][a-z-]*' | sort -u >known
lines=$(cat "$docs"/guide/*.md "$docs"/../README.md | grep -E '(^|`|&& |\| )intact -')
echo "$lines" | grep -oE '(^|`|&& |\| )intact -[^|`&#]*' >said
[ "$(wc -l <said)" -gt 40 ] || echo "only $(wc -l <said) commands found"
grep -oE -- '(^| )--?[A-Za-z][a-z-]*' said | tr -d ' ' | sort -u | comm -23 - known | sed 's/^/no such option: /'
sed -nE 's/.* -B "?([a-z0-9_]+=[A-Za-z0-9_]+).*/\1/p' said | sort -u | while read -r setting; do
	case $setting in root_prefix=* | database_*) continue ;; esac
	"$INTACT" -B "$setting" --config '' --config-check || echo "not understood: $setting"
done
# Links lead somewhere.
cd "$docs/guide" || exit
grep -hoE '\]\([^)#]+' ./*.md | sed 's/](//' | sort -u | while read -r link; do [ -e "$link" ] || echo "no such file: $link"; done
# Groups and rules of the one on Tripwire are a configuration.
{
	grep -hE '^ReadOnly = ' from-tripwire.md
	echo 'Growing = p+i+n+u+g+ftype+s+growing+sha256'
	sed -n '/^becomes/,/^The left/p' from-tripwire.md | grep -E '^[!/]'
} >"$DIR/conf"
wc -l <"$DIR/conf"
cd "$DIR" && chmod 600 conf && intact -c conf --config-check
