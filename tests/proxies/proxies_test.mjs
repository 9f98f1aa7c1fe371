// node tests/proxies/proxies_test.mjs PROGRAM
// Real nginx, HAProxy and Apache, set up by the files in config/proxies, before the program `stoa`: what
// a client sees through each of them. tools/setup/packages.sh --tests installs them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { Client } from "./client.mjs";
import { host, prepare, start_proxy, start_stoa, stop_all } from "./daemons.mjs";

const program = process.argv[2];
assert.ok(program, "say which program: node tests/proxies/proxies_test.mjs PROGRAM");
const MiB = 1024 * 1024;

let ca;
let stoa;

before(async () => {
  ca = prepare();
  stoa = await start_stoa(program, ["--ephemeral", "--demo", "--site", "intrasphere:0",
    "--trusted-proxies", "127.0.0.1", "--rate", "getApiCertificateKeys=2/1h",
    "--socket-ping", "2s", "--stream-heartbeat", "2s"]);
});
after(stop_all);

async function administrator(port, from) {
  const out = new Client({ host, port, ca, from });
  await out.sign_in("admin", "admin123");
  return out;
}

async function room_of(client) {
  const made = await client.ask("POST", "/api/v1/rooms", { body: { name: "Derrière un proxy" } });
  assert.equal(made.status, 201, made.text);
  return made.json;
}

async function post(client, { id }, text) {
  const answer = await client.ask("POST", `/api/v1/rooms/${id}/messages`, { body: { text } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

function form_of(name, type, content) {
  const edge = "an-edge-that-no-file-has";
  return {
    headers: { "Content-Type": `multipart/form-data; boundary=${edge}` },
    body: Buffer.concat([Buffer.from(`--${edge}\r\nContent-Disposition: form-data; name="file"; `
      + `filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`), content,
    Buffer.from(`\r\n--${edge}--\r\n`)]),
  };
}

// A proxy connects from 127.0.0.1; each has clients of its own, on 127.0.<number>.*: who comes from
// 127.0.0.1 himself would be one more trusted proxy.
for (const [number, kind] of [[1, "nginx"], [2, "haproxy"], [3, "apache"]]) {
  describe(`behind ${kind}`, () => {
    let port;
    let admin;

    before(async () => {
      port = await start_proxy(kind, stoa);
      admin = await administrator(port, `127.0.${number}.1`);
    });

    test("the session's cookie is Secure and signs in", async () => {
      assert.match(admin.cookie, /; Secure/);
      assert.match(admin.cookie, /; HttpOnly/);
      const me = await admin.ask("GET", "/api/auth/me");
      assert.equal(me.status, 200);
      assert.equal(me.json.username, "admin");
    });

    test("a page of the public address may write, a stranger's may not", async () => {
      const write = (Origin) => admin.ask("POST", "/api/v1/rooms", { body: { name: "Origine" },
        headers: { Origin } });
      assert.equal((await write(`https://${host}`)).status, 201);
      for (const stranger of ["https://elsewhere.example", `http://${host}`, "null"])
        assert.equal((await write(stranger)).status, 403, stranger);
      const claimed = await admin.ask("POST", "/api/v1/rooms", { body: { name: "Origine" },
        headers: { Origin: "https://elsewhere.example", "X-Forwarded-Host": "elsewhere.example" } });
      assert.equal(claimed.status, 403, "a client does not say where Stoa is");
      const forwarded = await admin.ask("POST", "/api/v1/rooms", { body: { name: "Origine" },
        headers: { Origin: "https://elsewhere.example",
          Forwarded: "for=203.0.113.1;host=elsewhere.example;proto=https" } });
      assert.equal(forwarded.status, 403, "nor in the words of RFC 7239");
    });

    test("a socket posts, hears the event, and is open to the own pages only", async () => {
      const protocol = "stoa.v1";
      const room = await room_of(admin);
      const open = (headers) => admin.socket("/realtime", { protocol, headers });
      assert.equal(await open({ Origin: "https://elsewhere.example" }), 403);
      const socket = await open();
      assert.equal(socket.headers?.["sec-websocket-protocol"], protocol);
      await socket.next("welcome");
      socket.send({ type: "subscribe", streams: [room.stream] });
      await socket.next("subscribed");
      socket.send({ type: "post", stream: room.stream, key: `by ${kind}`, text: "Bonjour à tous" });
      const event = await socket.next("event");
      assert.equal(event.data.text, "Bonjour à tous");
      assert.equal(event.seq, 1);
      // And back, when nothing was said for a while: the ping of either side goes through.
      await socket.ping();
      await post(admin, room, "Encore");
      assert.equal((await socket.next("event")).data.text, "Encore");
      socket.close();
    });

    test("an event stream is not held back, and resumes where it was cut", async () => {
      const room = await room_of(admin);
      const path = `/events?stream=${encodeURIComponent(room.stream)}`;
      const first = await admin.stream(path);
      await first.next("subscribed");
      await post(admin, room, "un");
      const event = await first.next("event");
      assert.equal(event.data.data.text, "un");
      first.close();
      await post(admin, room, "deux");
      await post(admin, room, "trois");
      const second = await admin.stream(path, { "Last-Event-ID": event.id });
      const missed = await second.next("events");
      assert.deepEqual(missed.data.events.map((each) => each.data.text), ["deux", "trois"]);
      second.close();
    });

    test("a file of several megabytes arrives whole and comes back", async () => {
      const content = Buffer.alloc(6 * MiB, "é");
      content.write("%PDF-1.4\n");
      const sent = await admin.ask("POST", "/api/upload",
        form_of("Été.pdf", "application/pdf", content));
      assert.equal(sent.status, 201, sent.text);
      assert.equal(sent.json.file.size, content.length);
      const back = await admin.ask("GET", sent.json.file.fileUrl);
      assert.ok(back.bytes.equals(content));
      const part = await admin.ask("GET", sent.json.file.fileUrl,
        { headers: { Range: "bytes=0-8" } });
      assert.equal(part.status, 206);
      assert.equal(part.text, "%PDF-1.4\n");
    });

    test("what is too large is refused by Stoa, in the edition's shape", async () => {
      const answer = await admin.ask("POST", "/api/announcements",
        { body: { title: "x".repeat(5 * MiB), content: "trop" } });
      assert.equal(answer.status, 413);
      assert.deepEqual(answer.json,
        { message: "request entity too large", error: "request entity too large" });
    });

    test("rates count by the client's address, whatever the client says of itself", async () => {
      const ask = (from, claimed) => new Client({ host, port, ca, from: `127.0.${number}.${from}` })
        .ask("GET", "/api/certificate-keys", { headers: {
          "X-Forwarded-For": claimed, Forwarded: `for=${claimed.split(",")[0]}` } });
      const status = [];
      for (const claimed of ["203.0.113.1", "203.0.113.2, 127.0.0.1", "203.0.113.3"])
        status.push((await ask(2, claimed)).status);
      assert.deepEqual(status, [200, 200, 429]);
      assert.equal((await ask(3, "203.0.113.1")).status, 200);
    });

    test("a document is compressed once, and not sent again while it is the same", async () => {
      const plain = await admin.ask("GET", "/openapi.json");
      const small = await admin.ask("GET", "/openapi.json",
        { headers: { "Accept-Encoding": "gzip" } });
      assert.equal(small.headers["content-encoding"], "gzip");
      assert.match(small.headers.vary, /accept-encoding/i);
      assert.ok(gunzipSync(small.bytes).equals(plain.bytes));
      for (const [{ headers }, coding] of [[plain, {}], [small, { "Accept-Encoding": "gzip" }]]) {
        const again = await admin.ask("GET", "/openapi.json",
          { headers: { ...coding, "If-None-Match": headers.etag } });
        assert.equal(again.status, 304);
        assert.equal(again.bytes.length, 0);
        assert.equal(again.headers.etag, headers.etag);
      }
    });

    test("an address keeps the signs that were written as %2F", async () => {
      const answer = await admin.ask("GET", "/api/nothing/a%2Fb%20c");
      assert.equal(answer.status, 404);
      assert.deepEqual(answer.json, { message: "Not found", error: "Not found" });
    });
  });
}

// Apache's own default: Stoa is told the address of ProxyPass as Host, and the public one as
// X-Forwarded-Host.
describe("behind an Apache that does not keep Host", () => {
  let admin;

  before(async () => {
    const port = await start_proxy("apache", stoa, [["ProxyPreserveHost On", ""]]);
    admin = await administrator(port, "127.0.4.1");
  });

  test("a page of the public address may write, a stranger's may not", async () => {
    const write = (Origin) => admin.ask("POST", "/api/v1/rooms", { body: { name: "Hôte" },
      headers: { Origin } });
    assert.equal((await write(`https://${host}`)).status, 201);
    for (const stranger of ["https://elsewhere.example", `http://127.0.0.1:${stoa}`])
      assert.equal((await write(stranger)).status, 403, stranger);
  });

  test("a page of the public address may open a socket, a stranger's may not", async () => {
    const open = (Origin) => admin.socket("/realtime", { protocol: "stoa.v1", headers: { Origin } });
    assert.equal(await open("https://elsewhere.example"), 403);
    const socket = await open(`https://${host}`);
    assert.equal(socket.headers?.["sec-websocket-protocol"], "stoa.v1");
    await socket.next("welcome");
    socket.close();
  });
});
