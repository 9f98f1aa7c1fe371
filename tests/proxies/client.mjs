// What the checks of proxies_test.mjs say to a proxy: requests, event streams and sockets over TLS, from
// a client's address of their own choice. Bodies stay as they came: nothing is decoded or repeated.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import { createInterface } from "node:readline";

const patience = 20_000; // ms, for one answer or frame, with sanitizers on a busy machine

/// A client of the site `host` at 127.0.0.1:`port`; `from` is the loopback address it connects from.
export class Client {
  constructor({ host, port, ca, from = "127.0.0.1" }) {
    this.agent = new https.Agent({ keepAlive: false });
    this.where = { host: "127.0.0.1", port, localAddress: from, ca, servername: host };
    this.headers = { Host: host, Origin: `https://${host}` };
  }

  open(method, path, headers) {
    const all = { ...this.headers, ...headers };
    for (const name of Object.keys(all)) if (all[name] === null) delete all[name];
    return https.request({ ...this.where, agent: this.agent, method, path, headers: all,
      signal: AbortSignal.timeout(patience) });
  }

  /// Sends a request and reads its whole answer: {status, headers, bytes, text, json}.
  async ask(method, path, { body, headers = {} } = {}) {
    const json = body !== undefined && !Buffer.isBuffer(body);
    const sent = json ? Buffer.from(JSON.stringify(body)) : body;
    const request = this.open(method, path, {
      ...(json ? { "Content-Type": "application/json" } : {}),
      ...(sent ? { "Content-Length": sent.length } : {}), ...headers });
    const answered = once(request, "response");
    // Who refuses a body may close while the rest of it is on its way: the answer counts.
    request.on("error", () => {});
    request.end(sent);
    const [answer] = await answered;
    const parts = [];
    for await (const part of answer) parts.push(part);
    const bytes = Buffer.concat(parts);
    const text = bytes.toString();
    const is_json = /json/.test(answer.headers["content-type"] ?? "")
      && !answer.headers["content-encoding"] && bytes.length > 0;
    return { status: answer.statusCode, headers: answer.headers, bytes, text,
      json: is_json ? JSON.parse(text) : undefined };
  }

  /// Signs in at a site of `intrasphere`; further requests of this client have the session's cookie.
  async sign_in(username, password) {
    const answer = await this.ask("POST", "/api/auth/login", { body: { username, password } });
    assert.equal(answer.status, 200, answer.text);
    this.cookie = answer.headers["set-cookie"][0];
    this.headers.Cookie = this.cookie.split(";")[0];
    return answer;
  }

  /// An open event stream; `next(name)` is the next event of this name: {id, data}.
  async stream(path, headers = {}) {
    const request = this.open("GET", path, { Accept: "text/event-stream", ...headers });
    request.end();
    const [answer] = await once(request, "response");
    assert.equal(answer.statusCode, 200);
    answer.on("error", () => {}); // it is cut when the check is done
    const lines = createInterface({ input: answer })[Symbol.asyncIterator]();
    const next = async (name) => {
      for (let event = {}; ;) {
        const { value, done } = await lines.next();
        assert.ok(!done, `the stream ended before an event '${name}'`);
        if (value === "" && event.event === name) return { id: event.id, data: JSON.parse(event.data) };
        if (value === "") event = {};
        else event[value.split(":", 1)[0]] = value.slice(value.indexOf(":") + 1).trim();
      }
    };
    return { headers: answer.headers, next, close: () => request.destroy() };
  }

  /// The status of an upgrade that was refused, else an open Socket.
  async socket(path, { protocol, headers = {} } = {}) {
    const request = this.open("GET", path, { Connection: "Upgrade", Upgrade: "websocket",
      "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      ...(protocol ? { "Sec-WebSocket-Protocol": protocol } : {}), ...headers });
    const how = await new Promise((resolve, reject) => {
      request.on("upgrade", (answer, wire, head) => resolve(new Socket(answer, wire, head)));
      request.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      request.on("error", reject);
      request.end();
    });
    return how;
  }
}

/// A WebSocket (RFC 6455) of short text frames, as much of one as the checks need.
class Socket {
  constructor(answer, wire, head) {
    this.headers = answer.headers;
    this.wire = wire;
    this.rest = head;
    this.frames = wire[Symbol.asyncIterator]();
    this.end = setTimeout(() => wire.destroy(new Error("what was waited for did not come")), patience);
  }

  write(opcode, payload) {
    const key = randomBytes(4);
    const size = payload.length;
    assert.ok(size < 65_536);
    const head = size < 126 ? [0x80 | opcode, 0x80 | size]
      : [0x80 | opcode, 0x80 | 126, size >> 8, size & 255];
    const masked = payload.map((byte, at) => byte ^ key[at % 4]);
    this.wire.write(Buffer.concat([Buffer.from(head), key, masked]));
  }

  send(what) {
    this.write(1, Buffer.from(JSON.stringify(what)));
  }

  async take(count) {
    while (this.rest.length < count) {
      const { value, done } = await this.frames.next();
      assert.ok(!done, "the socket ended");
      this.rest = Buffer.concat([this.rest, value]);
    }
    const out = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return out;
  }

  /// The next frame of any kind: {opcode, payload}.
  async frame() {
    const [first, second] = await this.take(2);
    assert.equal(second & 0x80, 0, "a server masks nothing");
    let size = second & 127;
    if (size === 126) size = (await this.take(2)).readUInt16BE();
    else if (size === 127) size = Number((await this.take(8)).readBigUInt64BE());
    return { opcode: first & 15, payload: await this.take(size) };
  }

  /// The next message of this type; others, and pings once they are answered, are passed over.
  async next(type) {
    for (;;) {
      const { opcode, payload } = await this.frame();
      assert.notEqual(opcode, 8, `closed before '${type}': ${payload.toString("hex")}`);
      if (opcode === 9) this.write(10, payload);
      if (opcode !== 1) continue;
      const what = JSON.parse(payload);
      assert.ok(type === "refused" || what.type !== "refused", payload.toString());
      if (what.type === type) return what;
    }
  }

  /// The payload of the next ping, which is answered.
  async ping() {
    for (;;) {
      const { opcode, payload } = await this.frame();
      assert.notEqual(opcode, 8, "closed before a ping");
      if (opcode !== 9) continue;
      this.write(10, payload);
      return payload;
    }
  }

  close() {
    clearTimeout(this.end);
    this.wire.destroy();
  }
}
