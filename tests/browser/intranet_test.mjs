// node tests/browser/intranet_test.mjs PROGRAM
// Serves page/ beside the edition `intrasphere` from the program `stoa`, and uses it in Chromium as
// two people do. tools/setup/browser.sh installs what drives Chromium; packages.sh --tests Chromium.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = process.argv[2];
const chromium_path = "/usr/bin/chromium";
const patience = 60_000; // ms, for one condition, with sanitizers on a busy machine

assert.ok(program, "say which program: node tests/browser/intranet_test.mjs PROGRAM");
assert.ok(existsSync(chromium_path), "no /usr/bin/chromium: run tools/setup/packages.sh --tests");
const modules = here("../../build/browser");
assert.ok(existsSync(`${modules}/installed.json`), "nothing drives it: run tools/setup/browser.sh");
const { chromium } = createRequire(`${modules}/package.json`)("playwright-core");

// -- the server ----------------------------------------------------------------

let server;
let site;
let bare; // a site without a front end

// It gets SIGTERM when this process goes, however that happens.
async function start_server() {
  const front = `intrasphere=${here("page")}`;
  const serve = ["serve", "--ephemeral", "--demo", "--site", "intrasphere:0", "--site",
    "stacgate:0", "--front", front];
  server = spawn("setpriv", ["--pdeathsig", "TERM", "--", program, ...serve], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = [];
  const sites = {};
  for await (const line of createInterface({ input: server.stdout })) {
    said.push(line);
    const found = line.match(/^\s+(intrasphere|stacgate)\s+(http:\S+)$/);
    if (found) sites[found[1]] = found[2].replace(/\/$/, "");
    if (sites.intrasphere && sites.stacgate) {
      server.stdout.resume(); // what it says from now on is not read
      return sites;
    }
  }
  throw new Error(`the server ended before it was there:\n${said.join("\n")}`);
}

async function stop_server() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  const [code] = await ended;
  assert.equal(code, 0, "the server stops in order");
}

// -- the browser ---------------------------------------------------------------

let browser;
const complaints = []; // whatever any tab's console or network says that it should not

async function person(how = {}) {
  const context = await browser.newContext(how);
  context.setDefaultTimeout(patience);
  context.on("console", (what) => complaints.push(`${what.type()}: ${what.text()}`));
  context.on("weberror", (what) => complaints.push(`error: ${what.error()}`));
  context.on("requestfailed", (what) => complaints.push(`failed: ${what.url()}`));
  context.on("response", (what) => {
    if (what.status() >= 400) complaints.push(`${what.status()}: ${what.url()}`);
  });
  return context;
}

// A tab; `asked` are the paths it has requested.
async function tab(context, path) {
  const page = await context.newPage();
  const asked = [];
  page.on("request", (what) => asked.push(`${what.method()} ${new URL(what.url()).pathname}`));
  await page.goto(site + path);
  return { page, asked, live: () => page.locator("html[data-live=yes]").waitFor() };
}

async function sign_in({ page, live }, username, password) {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await live();
}

async function say(page, form, words) {
  for (const [name, text] of Object.entries(words))
    await page.locator(`#${form} [name=${name}]`).fill(text);
  await page.locator(`#${form} button`).click();
}

const row = (page, list, text) => page.locator(`#${list} li`, { hasText: text });

before(async () => {
  ({ intrasphere: site, stacgate: bare } = await start_server());
  browser = await chromium.launch({
    executablePath: chromium_path,
    timeout: patience,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  await stop_server();
});

test("what one tab announces, another shows without asking again", async () => {
  const admin = await person();
  const first = await tab(admin, "/");
  await sign_in(first, "admin", "admin123");
  const second = await tab(admin, "/"); // signed in by the cookie alone
  await second.live();
  assert.equal(await second.page.locator("#me").textContent(),
    await first.page.locator("#me").textContent());
  await row(second.page, "announcements", ":").first().waitFor();

  const lists = () => second.asked.filter((each) => each === "GET /api/announcements").length;
  assert.equal(lists(), 1);
  await say(first.page, "announce", { title: "Panne", content: "L'ascenseur est arrêté." });
  for (const { page } of [first, second])
    await row(page, "announcements", "Panne: L'ascenseur est arrêté.").waitFor();
  assert.equal(lists(), 1);
  assert.equal(await row(second.page, "announcements", "Panne").count(), 1);
  assert.deepEqual(complaints.splice(0), []);
  await admin.close();
});

test("a reply to a topic appears where the topic is open", async () => {
  const topic = "/?topic=forum-topic-1";
  const moderator = await person();
  const reader = await tab(moderator, topic);
  await sign_in(reader, "marie.martin", "password123");
  const employee = await person();
  const writer = await tab(employee, topic);
  await sign_in(writer, "pierre.dubois", "password123");

  await row(reader.page, "posts", ":").first().waitFor();
  await say(writer.page, "reply", { content: "Je réponds <b>ici</b>." });
  for (const { page } of [reader, writer])
    await row(page, "posts", "Pierre Dubois: Je réponds <b>ici</b>.").waitFor();

  // And back, from the other side.
  await say(reader.page, "reply", { content: "Merci !" });
  await row(writer.page, "posts", "Marie Martin: Merci !").waitFor();
  assert.equal(await row(writer.page, "posts", "Merci !").count(), 1);
  assert.deepEqual(complaints.splice(0), []);
  await moderator.close();
  await employee.close();
});

test("an unknown address of the API is no page, an unknown page is", async () => {
  const headers = { Accept: "text/html" };
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    const answer = await fetch(`${site}/api/nothing`, { method, headers });
    assert.equal(answer.status, 404);
    assert.deepEqual(await answer.json(), { message: "Not found", error: "Not found" });
  }
  const page = await fetch(`${site}/forum/topic/1`, { headers });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<!doctype html>/);
});

test("a site without a front end says what it is, in one's language, under a policy it keeps", async () => {
  for (const [locale, lang, words] of [
    ["en-GB", "en", "no front end is served"],
    ["fr-FR", "fr", "aucune interface"],
  ]) {
    const context = await person({ locale });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (what) => asked.push(what.url()));
    await page.goto(`${bare}/`);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    await page.getByRole("main").getByText(words).waitFor();
    await page.getByRole("cell", { name: "sophie.apprenant@stacgate.academy" }).waitFor();
    // Its own style is the only one that the policy allows: it is there.
    const width = await page.evaluate(() => getComputedStyle(document.body).maxWidth);
    assert.equal(width, "704px");
    assert.deepEqual(asked, [`${bare}/`]);
    for (const path of ["/openapi.json", "/asyncapi.json"]) {
      assert.equal(await page.getByRole("link", { name: path }).getAttribute("href"), path);
      assert.equal((await fetch(bare + path)).status, 200);
    }
    await context.close();
  }
  assert.deepEqual(complaints.splice(0), []);
});
