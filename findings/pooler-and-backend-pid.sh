#!/usr/bin/env bash
# Behind PgBouncer the process id that a client was told is not the one that serves it, in session mode too.
#
# A client that must not share sessions (settings, advisory locks, prepared statements) may want to notice
# a transaction-mode PgBouncer. The BackendKeyData message (PostgreSQL manual, 55.2.1) names the process
# behind a connection, and pg_backend_pid() tells which one runs a statement: one would expect them to be
# equal in session mode, where a connection keeps its process, and to differ in transaction mode. They
# differ in both, since PgBouncer makes the message up before it has a process. What tells the modes
# apart is whether one client reads a setting that another one made.
#
# Gets Debian 12's postgresql-15 and pgbouncer (the versions below) and the npm package pg into a temporary
# folder; needs Node.js with npm. As root it runs the servers as `nobody`. Exit 0: as described; 1: it is
# otherwise now; 2: it could not be tried.
set -euo pipefail
postgres_version=15.18-0+deb12u1
pgbouncer_version=1.18.0-1+deb12u1
folder=$(mktemp -d)
chmod 755 "$folder"
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT

(cd "$folder" && apt-get download -qq "postgresql-15=$postgres_version" "pgbouncer=$pgbouncer_version" \
  libpq5 libevent-2.1-7 libc-ares2 >/dev/null 2>&1) || { echo "cannot download the packages" >&2; exit 2; }
for package in "$folder"/*.deb; do dpkg-deb --extract "$package" "$folder/root"; done
(cd "$folder" && npm install --silent --no-audit --no-fund pg@8.16.3 >/dev/null) ||
  { echo "cannot install pg 8.16.3" >&2; exit 2; }
libraries=$folder/root/usr/lib/$(uname -m)-linux-gnu
bin=$folder/root/usr/lib/postgresql/15/bin
as_nobody() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups env LD_LIBRARY_PATH="$libraries" HOME="$folder/servers" "$@"
  else
    env LD_LIBRARY_PATH="$libraries" "$@"
  fi
}
mkdir "$folder/servers"
[ "$(id -u)" -ne 0 ] || chown 65534:65534 "$folder/servers"
free() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

postgres_port=$(free)
as_nobody "$bin/initdb" -D "$folder/servers/data" -A trust -U someone --no-sync >/dev/null
as_nobody "$bin/postgres" -D "$folder/servers/data" -c listen_addresses=127.0.0.1 -c port="$postgres_port" \
  -c unix_socket_directories= -c fsync=off 2>/dev/null &
started+=($!)
for mode in session transaction; do
  port=$(free)
  cat >"$folder/$mode.ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$postgres_port user=someone
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = $mode
INI
  as_nobody "$folder/root/usr/sbin/pgbouncer" -q "$folder/$mode.ini" 2>/dev/null &
  started+=($!)
  declare "${mode}_port=$port"
done

cat >"$folder/probe.cjs" <<'JS'
const { Client } = require("pg");
const open = async port => {
  for (let tries = 0; ; tries++) {
    const client = new Client({ host: "127.0.0.1", port, user: "someone", database: "postgres" });
    client.on("error", () => {});
    try { await client.connect(); return client; } catch (why) {
      if (tries > 100) throw why;
      await new Promise(done => setTimeout(done, 100));
    }
  }
};
const ask = async (client, sql) => Object.values((await client.query(sql)).rows[0])[0];
(async () => {
  for (const [name, port] of [["direct", process.argv[2]], ["session", process.argv[3]], ["transaction", process.argv[4]]]) {
    const one = await open(port), other = await open(port);
    const same = one.processID === await ask(one, "select pg_backend_pid()");
    await ask(one, "select set_config('probe.mark', 'mine', false)");
    const seen = (await ask(other, "select current_setting('probe.mark', true)")) === "mine";
    console.log(`${name}: announced process ${same ? "serves" : "does not serve"}, other client's setting ${seen ? "seen" : "not seen"}`);
    await one.end(); await other.end();
  }
})().catch(why => { console.error(why.message); process.exit(2); });
JS
echo "PostgreSQL $postgres_version, PgBouncer $pgbouncer_version, pg 8.16.3"
cp "$folder/probe.cjs" "$folder/node_modules/probe.cjs"
seen=$(node "$folder/node_modules/probe.cjs" "$postgres_port" "$session_port" "$transaction_port") || exit 2
printf -- '%s\n' "$seen"
echo "-- expected: in session mode the announced process serves"
if grep -q '^direct: announced process serves, other client.s setting not seen' <<<"$seen" &&
   grep -q '^session: announced process does not serve, other client.s setting not seen' <<<"$seen" &&
   grep -q '^transaction: announced process does not serve, other client.s setting seen' <<<"$seen"; then
  echo "-- seen: it serves in neither mode; the setting tells them apart"
else
  echo "-- seen: something else: this has changed"
  exit 1
fi
