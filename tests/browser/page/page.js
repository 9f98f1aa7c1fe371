// A small client of the edition `intrasphere`: news and one topic, both live.
// `/?topic=ID` opens that topic. <html data-live> says that the socket is authenticated.
const $ = (id) => document.getElementById(id);
const topic = new URLSearchParams(location.search).get("topic");

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said.message}`);
  return said;
}

// A row is shown once, whether the socket or a list brought it first.
function show(list, id, text, place) {
  const known = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  const row = known ?? document.createElement("li");
  row.dataset.id = id;
  row.textContent = text;
  if (!known) list[place](row);
}

const show_announcement = (each, place) =>
  show($("announcements"), each.id, `${each.title}: ${each.content}`, place);

async function show_posts() {
  for (const each of await ask("GET", `/api/forum/topics/${topic}/posts`))
    show($("posts"), each.id, `${each.authorName}: ${each.content}`, "append");
}

const heard = {
  NEW_ANNOUNCEMENT: (what) => show_announcement(what, "prepend"),
  FORUM_UPDATE: (what) => what.topicId === topic && show_posts(),
  AUTHENTICATED: () => (document.documentElement.dataset.live = "yes"),
};

async function open(me) {
  localStorage.setItem("signed-in", "yes");
  $("sign-in").hidden = true;
  document.querySelector("main").hidden = false;
  $("me").textContent = me.name;
  const socket = new WebSocket(`ws://${location.host}/ws?userId=${encodeURIComponent(me.id)}`);
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    heard[type]?.(payload);
  };
  for (const each of await ask("GET", "/api/announcements")) show_announcement(each, "append");
  if (topic) {
    $("topic").textContent = (await ask("GET", `/api/forum/topics/${topic}`)).title;
    await show_posts();
  }
}

function on_submit(id, act) {
  $(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    await act(Object.fromEntries(new FormData(event.target)));
    event.target.reset();
  });
}

on_submit("sign-in", async (who) => open(await ask("POST", "/api/auth/login", who)));
on_submit("announce", (what) => ask("POST", "/api/announcements", what));
on_submit("reply", (what) => ask("POST", "/api/forum/posts", { ...what, topicId: topic }));

// Asking as a guest who one is would be a 401 in the console; another tab has left word.
if (localStorage.getItem("signed-in")) open(await ask("GET", "/api/auth/me"));
