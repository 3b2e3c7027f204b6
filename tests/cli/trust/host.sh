# The baseline of another host, made with the same key, is not this one's.
key_pair key
mkdir tree
configure p signing_key="$DIR/key" verify_key="$DIR/key.pub"
"$INTACT" --state state -c intact.conf --init >/dev/null; accept
complaint
complaint -B verify_host="$(uname -n)"
complaint -B verify_host=other.example
complaint -B verify_host=other.example --update
complaint -B 'verify_host=*'
echo "== what looks at no disk"
complaint -B verify_host=other.example --verify
complaint -B verify_host=other.example --list
complaint -B verify_host=
