# The shells know all options that --help has, and bash offers them.
folder=$(dirname "$MANUAL")/completion
"$INTACT" --help | grep -oE '^ +(-[A-Za-z], )?--[a-z-]+' | grep -oE -- '-[A-Za-z-]+' | sort >options
for file in bash/intact zsh/_intact; do
	grep -oE -- '(^|[^A-Za-z0-9-])--?[A-Za-z][a-z-]*' "$folder/$file" | grep -oE -- '--?[A-Za-z][a-z-]*$' | sort -u >known
	comm -23 options known | sed "s|^|$file lacks |"
done
grep -oE -- '-[sl] [A-Za-z-]+ ' "$folder/fish/intact.fish" | sed -E 's/^-s (.) $/-\1/; s/^-l (.+) $/--\1/' | sort >known
comm -3 options known | sed 's/^/fish: not in both: /'
bash -n "$folder/bash/intact"
! command -v zsh >/dev/null || zsh -n "$folder/zsh/_intact"
. "$folder/bash/intact"
# $*: words, the last one being written
offer() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_intact
	echo "${COMPREPLY[*]}"
}
offer intact --ver
offer intact -L t
offer intact --aide-compat ''
mkdir -p here/folder
touch here/file
offer intact --state here/
offer intact --init here/
offer intact --reason he
