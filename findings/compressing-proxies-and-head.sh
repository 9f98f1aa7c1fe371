#!/usr/bin/env bash
# Behind a proxy that compresses, HEAD names another representation than GET: HAProxy and Apache.
#
# HEAD has to answer with the fields that GET would have (RFC 9110, 9.3.2). With compression at the
# proxy and the same `Accept-Encoding: gzip`, GET has a changed ETag (Apache: `"abc-gzip"`, HAProxy:
# `W/"abc"`), Content-Encoding and Vary; HEAD has the server's own ETag and its length, and no Vary. A
# client that asks HEAD whether its copy is fresh (Apache) never finds that it is. nginx is consistent.
#
# Gets Debian 12's haproxy and apache2-bin (the versions below) into a temporary folder; needs curl and
# Node.js. Exit 0: as described; 1: one of them does otherwise now; 2: it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT

# The pinned packages, and libraries that a small machine may lack, unpacked beside each other.
unpack() {
  (cd "$folder" && apt-get download -qq "$@" >/dev/null 2>&1) ||
    { echo "cannot download: $*" >&2; exit 2; }
  for package in "$folder"/*.deb; do dpkg-deb --extract "$package" "$folder/root"; done
  rm -f "$folder"/*.deb
}
unpack haproxy=2.6.12-1+deb12u4 apache2-bin=2.4.71-1~deb12u1 liblua5.3-0 libapr1 libaprutil1 \
  libjansson4 libnghttp2-14 libbrotli1
haproxy=$folder/root/usr/sbin/haproxy
apache2=$folder/root/usr/sbin/apache2
export LD_LIBRARY_PATH=$folder/root/usr/lib/$(uname -m)-linux-gnu

cat >"$folder/server.mjs" <<'JS'
import http from "node:http";
const text = "x".repeat(5000);
http.createServer((request, answer) => {
  answer.writeHead(200, { ETag: '"abc"', "Content-Type": "text/plain", "Content-Length": text.length });
  answer.end(request.method === "HEAD" ? undefined : text);
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
JS
node "$folder/server.mjs" >"$folder/port" &
started+=($!)
for _ in $(seq 100); do [ -s "$folder/port" ] && break; sleep 0.05; done
behind=$(cat "$folder/port")
free() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

haproxy_port=$(free)
cat >"$folder/haproxy.cfg" <<CFG
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen proxy
  bind 127.0.0.1:$haproxy_port
  filter compression
  compression algo gzip
  compression type text/plain
  server origin 127.0.0.1:$behind
CFG
"$haproxy" -db -f "$folder/haproxy.cfg" &
started+=($!)

apache_port=$(free)
modules=$folder/root/usr/lib/apache2/modules
cat >"$folder/apache.conf" <<CFG
ServerRoot $folder
PidFile $folder/apache.pid
DefaultRuntimeDir $folder
ServerName localhost
Listen 127.0.0.1:$apache_port
ErrorLog $folder/apache.log
$([ "$(id -u)" -ne 0 ] || printf 'User www-data\nGroup www-data\n')
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule filter_module $modules/mod_filter.so
LoadModule deflate_module $modules/mod_deflate.so
LoadModule proxy_module $modules/mod_proxy.so
LoadModule proxy_http_module $modules/mod_proxy_http.so
AddOutputFilterByType DEFLATE text/plain
ProxyPass / http://127.0.0.1:$behind/
CFG
"$apache2" -DFOREGROUND -f "$folder/apache.conf" &
started+=($!)

ask() {
  curl --silent --max-time 5 --dump-header - --output /dev/null --header 'Accept-Encoding: gzip' "$@" |
    tr -d '\r'
}
changed=0
check() {  # name, port, what its GET has as ETag
  local get head
  for _ in $(seq 100); do ask "http://127.0.0.1:$2/" >/dev/null && break; sleep 0.05; done
  get=$(ask "http://127.0.0.1:$2/")
  head=$(ask --head "http://127.0.0.1:$2/")
  printf -- '\n== %s\n-- GET\n%s\n-- HEAD\n%s\n' "$1" "$get" "$head"
  if grep -qixF "etag: $3" <<<"$get" && grep -qi '^content-encoding: gzip' <<<"$get" &&
     grep -qi '^vary:.*accept-encoding' <<<"$get" && grep -qixF 'etag: "abc"' <<<"$head" &&
     grep -qi '^content-length: 5000' <<<"$head" && ! grep -qi '^vary:' <<<"$head"; then
    echo "-- expected: the same ETag and Vary; seen: '$3' and Vary in GET, '\"abc\"' and none in HEAD"
  else
    echo "-- seen: otherwise than described, its behaviour has changed"
    changed=1
  fi
}
"$haproxy" -v | sed -n 1p
"$apache2" -v | sed -n 1p
check HAProxy "$haproxy_port" 'W/"abc"'
check Apache "$apache_port" '"abc-gzip"'
exit "$changed"
