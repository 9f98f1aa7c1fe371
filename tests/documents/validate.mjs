// node tests/documents/validate.mjs MODULES openapi|asyncapi|frames FILE
// Hands a document to a published validator; says what it finds, and exits 1 when it finds anything.
// FILE of `frames` is {document, client, server, refused, complete}: an AsyncAPI document with the
// frames that both sides sent. Those that the server refused for their shape must not fit, all others
// must; with `complete`, every message and every kind of event must have been met. Kinds of streams
// named in `elsewhere` need not.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, kind, file] = process.argv.slice(2);
const { resolve } = createRequire(pathToFileURL(`${modules}/package.json`));
const load = (name) => import(pathToFileURL(resolve(name)));

async function complaints_of_openapi(text) {
  const { Validator } = await load("@seriousme/openapi-schema-validator");
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text));
  if (!valid) return errors.map((each) => `${each.instancePath}: ${each.message}`);
  return validator.version === "3.1" ? [] : [`it says it is version ${validator.version}`];
}

async function complaints_of_asyncapi(text) {
  const loaded = await load("@asyncapi/parser");
  const { Parser } = loaded.Parser ? loaded : loaded.default;
  const { document, diagnostics } = await new Parser().parse(text);
  const bad = diagnostics.filter((each) => each.severity === 0);
  if (!document && bad.length === 0) return ["it was not parsed"];
  return bad.map((each) => `${each.path.join("/")}: ${each.message}`);
}

async function complaints_of_frames(text) {
  const { default: Ajv } = await load("ajv");
  const { default: formats } = await load("ajv-formats");
  const said = JSON.parse(text);
  const schemas = formats(new Ajv({ strict: false }), { mode: "full" });
  schemas.addSchema({ ...said.document, $id: "asyncapi" });
  const at = (...path) =>
    schemas.compile({ $ref: `asyncapi#/${path.map(encodeURIComponent).join("/")}` });
  const checks = Object.fromEntries(
    Object.keys(said.document.channels.realtime.messages).map((name) => [
      name,
      at("channels", "realtime", "messages", name, "payload"),
    ]),
  );
  const met = new Set();
  const wrong = (by, frame) => {
    const name = `${by}.${frame.type}`;
    if (!checks[name]) return "no such message";
    met.add(name);
    if (checks[name](frame)) return null;
    return schemas.errorsText(checks[name].errors.slice(-8), { dataVar: name });
  };
  const out = [];
  for (const by of ["client", "server"])
    for (const frame of said[by]) {
      const why = wrong(by, frame);
      if (why) out.push(`${JSON.stringify(frame)}\n  ${why}`);
    }
  if (said.complete) {
    for (const name of Object.keys(checks))
      if (!met.has(name)) out.push(`${name} was never sent`);
    const listed = said.server.flatMap((each) => each.events ?? []);
    const happened = [...said.server, ...listed.map((each) => ({ ...each, type: "event" }))];
    for (const kind of ["Event", "Signal"])
      for (const { $ref } of said.document.components.schemas[kind].oneOf) {
        const name = $ref.split("/").at(-1);
        const fits = at("components", "schemas", name);
        const type = kind.toLowerCase();
        if (said.elsewhere.some((each) => name.includes(each))) continue;
        if (!happened.some((each) => each.type === type && fits(each)))
          out.push(`no ${name} happened`);
      }
  }
  for (const frame of said.refused)
    if (!wrong("client", frame)) out.push(`${JSON.stringify(frame)}\n  fits, and was refused`);
  return out;
}

const check = {
  openapi: complaints_of_openapi,
  asyncapi: complaints_of_asyncapi,
  frames: complaints_of_frames,
}[kind];
const found = await check(await readFile(file, "utf8"));
found.forEach((each) => console.log(each));
console.log(`${kind} ${file}: ${found.length === 0 ? "valid" : `${found.length} complaints`}`);
process.exit(found.length === 0 ? 0 : 1);
