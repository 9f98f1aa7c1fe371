#!/usr/bin/env bash
# HAProxy adds Sec-WebSocket-Accept to a 426 that answers a plain GET.
#
# A server refuses a plain GET of a WebSocket's address with 426 and, as RFC 9110 (15.5.22) demands,
# `Upgrade: websocket`. Nobody opened a handshake: the request has no Sec-WebSocket-Key. HAProxy in front
# of it writes a Sec-WebSocket-Accept into the answer all the same, though RFC 6455 (4.2.2) knows it in a
# 101 only, as the digest of the client's key.
#
# Gets Debian 12's haproxy (the version below) into a temporary folder; needs curl and Node.js. Exit 0: as
# described; 1: HAProxy does otherwise now; 2: it could not be tried.
set -euo pipefail
wanted=2.6.12-1+deb12u4
folder=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT

# The pinned packages, and libraries that a small machine may lack, unpacked beside each other.
unpack() {
  (cd "$folder" && apt-get download -qq "$@" >/dev/null 2>&1) ||
    { echo "cannot download: $*" >&2; exit 2; }
  for package in "$folder"/*.deb; do dpkg-deb --extract "$package" "$folder/root"; done
  rm -f "$folder"/*.deb
}
unpack "haproxy=$wanted" liblua5.3-0
haproxy=$folder/root/usr/sbin/haproxy
export LD_LIBRARY_PATH=$folder/root/usr/lib/$(uname -m)-linux-gnu

cat >"$folder/server.mjs" <<'JS'
import http from "node:http";
http.createServer((request, answer) => {
  answer.writeHead(426, { Upgrade: "websocket", Connection: "Upgrade", "Content-Length": 0 });
  answer.end();
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
JS
node "$folder/server.mjs" >"$folder/port" &
started+=($!)
for _ in $(seq 100); do [ -s "$folder/port" ] && break; sleep 0.05; done
behind=$(cat "$folder/port")
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
cat >"$folder/haproxy.cfg" <<CFG
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen proxy
  bind 127.0.0.1:$port
  server origin 127.0.0.1:$behind
CFG
"$haproxy" -db -f "$folder/haproxy.cfg" &
started+=($!)
ask() { curl --silent --max-time 5 --dump-header - --output /dev/null "http://127.0.0.1:$1/socket" | tr -d '\r'; }
for _ in $(seq 100); do ask "$port" >/dev/null && break; sleep 0.05; done

"$haproxy" -v | sed -n 1p
direct=$(ask "$behind")
through=$(ask "$port")
printf -- '-- GET /socket, from the server\n%s\n-- the same through HAProxy\n%s\n' "$direct" "$through"
echo "-- expected: no Sec-WebSocket-Accept in either"
if ! grep -q '^HTTP/1.1 426' <<<"$direct" || grep -qi '^sec-websocket-accept:' <<<"$direct" ||
   ! grep -q '^HTTP/1.1 426' <<<"$through"; then
  echo "-- seen: not the answers that this is about" >&2
  exit 2
fi
if accept=$(grep -i '^sec-websocket-accept:' <<<"$through"); then
  echo "-- seen: HAProxy adds '$accept'"
else
  echo "-- seen: HAProxy adds none: its behaviour has changed"
  exit 1
fi
