// Stoa and the proxies before it: foreground processes on free ports of loopback, from a folder that is
// removed with them. Each gets SIGTERM when this process goes, however that happens.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const host = "learn.example.org"; // whom the files in config/proxies name
const files = fileURLToPath(new URL("../../config/proxies/", import.meta.url));
const patience = 60_000; // ms, until a process is there
const programs = { nginx: "/usr/sbin/nginx", haproxy: "/usr/sbin/haproxy", apache: "/usr/sbin/apache2" };
const modules = "/usr/lib/apache2/modules";
for (const each of Object.values(programs))
  assert.ok(existsSync(each), `no ${each}: run tools/setup/packages.sh --tests`);

const root = process.getuid() === 0;
const running = [];
let folder;

function run(name, program, args, options = {}) {
  const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", program, ...args],
    { stdio: ["ignore", "ignore", "inherit"], ...options });
  running.push({ name, child });
  return child;
}

async function free_port() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// Until somebody listens there, or the process has ended.
async function listens(child, name, port) {
  for (const end = Date.now() + patience; Date.now() < end; await wait(20)) {
    assert.equal(child.exitCode ?? child.signalCode, null, `${name} ended before it was there`);
    const wire = net.connect(port, "127.0.0.1");
    const there = await once(wire, "connect").then(() => true, () => false);
    wire.destroy();
    if (there) return;
  }
  throw new Error(`${name} does not listen`);
}

/// Makes the folder and a certificate for `host`; answers the certificate.
export function prepare() {
  folder = mkdtempSync(join(tmpdir(), "stoa-proxies-"));
  chmodSync(folder, 0o755); // workers of nginx and Apache are somebody else than root
  const at = (name) => join(folder, name);
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-days", "2", "-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`,
    "-keyout", at("key.pem"), "-out", at("chain.pem")], { stdio: ["ignore", "ignore", "pipe"] });
  const chain = readFileSync(at("chain.pem"));
  writeFileSync(at("both.pem"), Buffer.concat([chain, readFileSync(at("key.pem"))]));
  return chain;
}

/// Starts Stoa with these options and answers the port of its site.
export async function start_stoa(program, options) {
  const child = run("stoa", program, ["serve", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const said = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    const found = line.match(/^\s+intrasphere\s+http:\S+:(\d+)$/);
    if (found) {
      child.stdout.resume();
      return Number(found[1]);
    }
  }
  throw new Error(`the server ended before it was there:\n${said.join("\n")}`);
}

// An operator's file with the test's ports and paths, and with further changes: [from, to], each of
// which has to be found.
function configured(file, port, behind, changes) {
  let text = readFileSync(join(files, file), "utf8");
  for (const [from, to] of [["127.0.0.1:5000", `127.0.0.1:${behind}`], ["/etc/ssl/stoa", folder],
    [/(listen |bind |\*)(:?)443/, (_, word, colon) => `${word === "*" ? "" : word}127.0.0.1:${port}`],
    ...changes]) {
    const changed = text.replaceAll(from instanceof RegExp ? new RegExp(from, "g") : from, to);
    assert.notEqual(changed, text, `${file} has no ${from}`);
    text = changed;
  }
  return text;
}

// What Debian's own main file says around an operator's file, as far as that matters here.
const around = {
  nginx: (own) => `daemon off;\npid ${own}.pid;\nerror_log stderr warn;\n${root ? "user www-data;\n" : ""}
events {}
http {
  include /etc/nginx/mime.types;
  access_log off;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) =>
    `${each}_temp_path ${own}.${each};`).join("\n  ")}
  include ${own}.conf;
}\n`,
  apache: (own, port) => `ServerRoot ${folder}\nPidFile ${own}.pid\nDefaultRuntimeDir ${folder}
ServerName localhost\nListen 127.0.0.1:${port} https\nErrorLog /dev/stderr\nLogLevel warn
${["mpm_event", "authz_core", "headers", "socache_shmcb", "ssl", "proxy",
    "proxy_http"].map((each) => `LoadModule ${each}_module ${modules}/mod_${each}.so`).join("\n")}
${root ? "User www-data\nGroup www-data\n" : ""}Include ${own}.conf\n`,
};

let count = 0;

/// Starts a proxy with its file of config/proxies before Stoa's port and answers its own port.
/// `changes` are pairs of text in the file and what stands there instead.
export async function start_proxy(kind, behind, changes = []) {
  const port = await free_port();
  const own = join(folder, `${kind}-${count++}`);
  const file = kind === "haproxy" ? "haproxy.cfg" : `${kind}.conf`;
  writeFileSync(`${own}.conf`, configured(file, port, behind, changes));
  let args = ["-db", "-f", `${own}.conf`];
  if (kind !== "haproxy") {
    writeFileSync(`${own}.main`, around[kind](own, port));
    args = kind === "nginx" ? ["-e", "stderr", "-c", `${own}.main`]
      : ["-DFOREGROUND", "-f", `${own}.main`];
  }
  await listens(run(kind, programs[kind], args), kind, port);
  return port;
}

/// Ends everything at once, since Apache waits ten seconds for a stream whose other end is still there,
/// and removes the folder. Stoa has to stop in order.
export async function stop_all() {
  await Promise.all(running.splice(0).map(async ({ name, child }) => {
    const there = child.exitCode === null && child.signalCode === null;
    const ended = there ? once(child, "exit") : [child.exitCode];
    if (there) child.kill("SIGTERM");
    const [code] = await ended;
    if (name === "stoa") assert.equal(code, 0, "Stoa stops in order");
  }));
  if (folder) rmSync(folder, { recursive: true, force: true });
}
