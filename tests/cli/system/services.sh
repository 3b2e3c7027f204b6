# The policies for a container host and a web server: their daily work is no finding, what is planted in it is.
policies=$(cd "$here/../../rules/policies" && pwd)
mkdir -p root && cd root || exit 1
mkdir -p etc/systemd/system etc/docker etc/nginx/sites-enabled run/docker usr/bin var/log/nginx var/lib/nginx/body var/cache/nginx var/www/html \
	var/lib/docker/overlay2/{aa/diff,aa/work,aa/merged,l} var/lib/docker/containers/c1 var/lib/containerd/x
echo 1 >var/lib/docker/overlay2/aa/diff/file; echo '{}' >etc/docker/daemon.json; echo log >var/lib/docker/containers/c1/c1-json.log
echo 'server {}' >etc/nginx/nginx.conf; echo hi >var/www/html/index.html; echo GET >var/log/nginx/access.log; echo x >usr/bin/docker
cd ..
with() {
	printf '%s\n' "root_prefix=$DIR/root" "database_in=file:$DIR/intact.db" "database_out=file:$DIR/intact.db.new" \
		report_level=list_entries "@@define POLICIES $policies" "@@include $policies/$1.conf" >intact.conf
	chmod 600 intact.conf
	baseline
}
found() { "$INTACT" --workers "$WORKERS" -c intact.conf --check >out 2>err; echo "exit: $?"; grep -E '^[fdl][ +].*: ' out; cat err; }
echo "== containers: a day"
with container-host
echo 2 >root/var/lib/docker/overlay2/aa/diff/file; mkdir -p root/var/lib/docker/overlay2/bb/diff; touch root/var/lib/docker/overlay2/aa/merged/x
echo more >>root/var/lib/docker/containers/c1/c1-json.log; touch root/var/lib/containerd/x/y; rm -r root/var/lib/docker/overlay2/bb
found
echo "== containers: planted"
echo '{"insecure-registries":["x"]}' >root/etc/docker/daemon.json
mkdir root/etc/systemd/system/docker.service.d; echo x >root/etc/systemd/system/docker.service.d/x.conf; echo evil >root/usr/bin/docker
found | sed 's/[^:]*: /: /'
rm -r root/etc/systemd/system/docker.service.d
echo "== a web server: a day"
with web-server
echo GET2 >>root/var/log/nginx/access.log; echo t >root/var/lib/nginx/body/1; echo t >root/var/cache/nginx/1
mv root/var/log/nginx/access.log root/var/log/nginx/access.log.1; echo GET3 >root/var/log/nginx/access.log
chmod --reference=root/var/log/nginx/access.log.1 root/var/log/nginx/access.log
found
echo "== a web server: planted"
echo '<?php' >root/var/www/html/shell.php; echo 'server {1}' >root/etc/nginx/sites-enabled/evil; echo ho >root/var/www/html/index.html
found | sed 's/[^:]*: /: /'
