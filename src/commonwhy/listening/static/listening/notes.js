// Notes while people talk. Enter keeps a note and begins the next; what is typed is saved every few seconds. Without a
// connection, notes wait on this phone under their own keys, and leave it once they are saved. The page works without this.

const form = document.getElementById("noting");
const { address, store } = form.dataset;
const phrases = form.dataset; // in the reader's language
const field = form.elements.words;
const status = document.querySelector("[data-status]");
const waitingList = document.querySelector("[data-waiting]");
const list = document.querySelector("[data-notes]");
const heading = document.querySelector("[data-heading]");
const PAUSE = 3000; // milliseconds of rest before what is typed is saved
const RETRY = [3000, 8000, 15000, 30000]; // and between two tries without a connection
const STALE = 120000; // an unfinished note of another tab is sent on when it was left alone for so long
const AT_ONCE = 20;
const PREFIX = `commonwhy.note:${store}:`;

// A random key works on pages that are not served over TLS, where crypto.randomUUID does not.
const randomKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
};

// What this phone holds. Every note has an entry of its own, so that two tabs never overwrite each other's.
const memory = new Map();
let remembers = true;
const keep = (note) => {
  memory.set(note.key, note);
  try {
    localStorage.setItem(PREFIX + note.key, JSON.stringify(note));
  } catch {
    remembers = false;
  }
};
const drop = (key) => {
  memory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    remembers = false;
  }
};
const held = () => {
  try {
    const found = new Map(remembers ? [] : memory);
    for (let place = 0; place < localStorage.length; place += 1) {
      const name = localStorage.key(place);
      if (!name.startsWith(PREFIX)) continue;
      try {
        const note = JSON.parse(localStorage.getItem(name));
        if (note && note.key) found.set(note.key, note);
      } catch {
        localStorage.removeItem(name);
      }
    }
    return [...found.values()].sort((one, other) => one.at - other.at);
  } catch {
    return [...memory.values()];
  }
};

let tab = randomKey();
try {
  tab = sessionStorage.getItem("commonwhy.tab") || tab;
  sessionStorage.setItem("commonwhy.tab", tab);
} catch { /* a browser that keeps nothing: each page is a tab of its own */ }

let draft;
let refusals = new Map();
let trouble = ""; // "", "offline", "signed-out", "gone"
let said = "";
let tries = 0;
let timer;
let running = false;
let again = false;

const begin = (key) => {
  draft = { key, revision: null, sent: null, tried: null, open: true, tab, at: Date.now() };
};
const take = () => {
  draft.words = field.value;
  draft.group = form.elements.group.value;
  draft.school = form.elements.school.value;
  draft.language = form.elements.language.value;
  draft.may_quote = form.elements.may_quote.checked;
  draft.at = Date.now();
};
const put = (note) => {
  draft = { ...note, tab };
  field.value = note.words;
  form.elements.group.value = note.group;
  form.elements.school.value = note.school;
  form.elements.language.value = note.language;
  form.elements.may_quote.checked = note.may_quote;
};
const waiting = () => held().filter((note) => !note.open || (note.tab !== tab && Date.now() - note.at > STALE));
const isDirty = () => draft.words?.trim() && draft.words !== draft.sent;

const show = () => {
  const notes = waiting();
  status.className = "saved";
  const link = status.querySelector("a");
  link.hidden = trouble !== "signed-out";
  let text = said;
  if (notes.length) text = (notes.length === 1 ? phrases.waitsOne : phrases.waitsMany).replace("{n}", notes.length);
  if (trouble === "signed-out") text = `${phrases.signedOut} ${notes.length ? text : ""}`;
  if (trouble === "gone") text = `${phrases.gone} ${notes.length ? text : ""}`;
  if (trouble === "offline" && !notes.length) text = isDirty() ? phrases.draftWaits : phrases.offline;
  if (!remembers && (notes.length || trouble)) text += ` ${phrases.stayHere}`;
  if (trouble || notes.length) status.classList.add("notice", "warning");
  status.querySelector("span").textContent = text;
  waitingList.replaceChildren(...notes.map((note) => {
    const line = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = note.words;
    line.append(words);
    if (refusals.has(note.key)) {
      const why = document.createElement("small");
      why.className = "error";
      why.textContent = refusals.get(note.key);
      line.append(why);
    }
    return line;
  }));
};

const insert = (kept) => {
  const holder = document.createElement("template");
  holder.innerHTML = kept.html;
  const fresh = holder.content.firstElementChild;
  const known = document.getElementById(fresh.id);
  if (known) known.replaceWith(fresh);
  else list.prepend(fresh);
};

const received = (sent, answer) => {
  said = phrases.saved;
  for (const kept of answer.notes) {
    const note = sent.find((each) => each.key === kept.key);
    if (!note) continue;
    refusals.delete(kept.key);
    if (kept.says) said = kept.says;
    if (kept.key === draft.key) {
      // Still being written: it goes on as the note that holds its text now.
      drop(draft.key);
      draft.key = kept.note_key;
      draft.revision = kept.revision;
      draft.sent = note.words;
      if (isDirty()) keep(draft);
      continue;
    }
    const now = held().find((each) => each.key === kept.key);
    drop(kept.key);
    insert(kept);
    // Finished with more words while an earlier text was on its way: the rest goes after it.
    if (now && now.words !== note.words) {
      keep({ ...now, key: kept.note_key, revision: kept.revision, sent: note.words, tried: null });
    }
  }
  for (const refused of answer.refused) refusals.set(refused.key, refused.why);
  if (answer.heading) heading.textContent = answer.heading;
};

const asSent = (note) => ({
  key: note.key, words: note.words, group: note.group, school: note.school, language: note.language,
  may_quote: note.may_quote, revision: note.revision, before: note.tried ?? note.sent, writing: note.open,
});

async function send(leaving = false) {
  clearTimeout(timer);
  if (running) { again = true; return; }
  const sent = waiting().filter((note) => !refusals.has(note.key)).slice(0, AT_ONCE);
  if (isDirty() && !refusals.has(draft.key)) sent.push({ ...draft });
  if (!sent.length) { show(); return; }
  running = true;
  const body = JSON.stringify({ notes: sent.map(asSent) });
  // It may arrive although its answer does not: then these words are what the next try was written on top of.
  for (const note of sent) {
    if (note.key === draft.key) draft.tried = note.words;
  }
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      redirect: "manual",
      keepalive: leaving && body.length < 60000,
      signal: AbortSignal.timeout(10000),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) trouble = "signed-out";
    else if (answer.status === 404) trouble = "gone";
    else if (!answer.ok) trouble = "offline";
    else {
      received(sent, await answer.json());
      trouble = "";
      tries = 0;
    }
  } catch {
    trouble = "offline";
  }
  running = false;
  show();
  const left = waiting().some((note) => !refusals.has(note.key)) || (isDirty() && !refusals.has(draft.key));
  if (trouble && left) {
    timer = setTimeout(send, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  } else if (again || (left && waiting().length)) {
    again = false;
    timer = setTimeout(send, 50);
  }
}

const next = () => {
  take();
  if (!draft.words.trim()) { field.focus(); return; }
  draft.open = false;
  keep(draft);
  begin(randomKey());
  form.elements.key.value = draft.key;
  field.value = "";
  form.elements.may_quote.checked = false;
  field.focus();
  show();
  tries = 0;
  send();
};

form.addEventListener("submit", (event) => { event.preventDefault(); next(); });
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  next();
});
form.addEventListener("input", () => {
  take();
  refusals.delete(draft.key);
  if (draft.words.trim()) keep(draft);
  else drop(draft.key);
  clearTimeout(timer);
  timer = setTimeout(send, PAUSE);
});
// A finger that says who speaks has not finished writing; somebody with a keyboard moves on as they like.
form.querySelector(".chips").addEventListener("click", (event) => {
  if (event.detail) setTimeout(() => field.focus(), 0);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") send(true);
  else { tries = 0; send(); }
});
window.addEventListener("online", () => { tries = 0; send(); });
window.addEventListener("offline", () => { trouble = "offline"; show(); });
window.addEventListener("storage", (event) => { if (event.key === null || event.key.startsWith(PREFIX)) show(); });

// A note that was being written when the page went away is in the field again.
const before = held().find((note) => note.open && note.tab === tab);
if (before) put(before);
else begin(form.elements.key.value || randomKey());
if (field.value && !before) { take(); keep(draft); }
for (const hint of document.querySelectorAll("[data-script-only]")) hint.hidden = false;
show();
send();
