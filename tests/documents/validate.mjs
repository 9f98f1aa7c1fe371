// node tests/documents/validate.mjs MODULES openapi|asyncapi FILE
// Hands a document to a published validator; says what it finds, and exits 1 when it finds anything.
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

const check = { openapi: complaints_of_openapi, asyncapi: complaints_of_asyncapi }[kind];
const found = await check(await readFile(file, "utf8"));
found.forEach((each) => console.log(each));
console.log(`${kind} ${file}: ${found.length === 0 ? "valid" : `${found.length} complaints`}`);
process.exit(found.length === 0 ? 0 : 1);
