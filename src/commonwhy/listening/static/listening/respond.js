// Extras on a respondent's question: saving while somebody types, and reading aloud. Nothing needs them: every button
// of the page saves by itself.

const form = document.getElementById("question");
const status = form.querySelector(".saved");
const PAUSE = 2500; // milliseconds of rest before typing is saved
const APART = 15000; // and never more often than this, so that a long answer stays under the limit of its link
let timer, running, last = 0, stopped = false;

async function save(leaving) {
  const body = new URLSearchParams(new FormData(form));
  body.set("go", "stay");
  last = Date.now();
  // A browser lets a request outlive its page only while it is small.
  const keepalive = leaving && body.toString().length < 60000;
  try {
    const answer = await fetch(form.action, { method: "POST", body, keepalive, signal: AbortSignal.timeout(8000) });
    stopped = answer.status === 410 || answer.status === 429;
    // 202: half a ranking or half a number, which is no answer yet.
    status.textContent = answer.status === 202 ? "" : answer.ok ? form.dataset.saved : form.dataset.unsaved;
  } catch {
    status.textContent = form.dataset.unsaved;
  }
  running = undefined;
}

function start(leaving = false) {
  timer = undefined;
  if (!stopped) running ??= save(leaving);
}

form.addEventListener("input", () => {
  status.textContent = "";
  clearTimeout(timer);
  timer = setTimeout(() => start(), Math.max(PAUSE, last + APART - Date.now()));
});

// Somebody who puts the phone away has not lost the last sentence.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && timer) { clearTimeout(timer); start(true); }
});

// What was saved by itself must not arrive after what the button sends.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  stopped = true;
  if (!running) return;
  event.preventDefault();
  running.finally(() => form.requestSubmit(event.submitter));
});

// The question, its hints and everything there is to choose from, as sentences; not the numbers within a list of places.
function words(part) {
  const said = "h1, h2, legend, label, p";
  const found = [...part.querySelectorAll(said)].filter((each) => !each.querySelector(said));
  return found.map((each) => {
    const copy = each.cloneNode(true);
    copy.querySelectorAll("select, input, textarea").forEach((field) => field.remove());
    return copy.textContent.trim();
  }).filter(Boolean).map((text) => /[.?!:]$/.test(text) ? text : `${text}.`).join("\n");
}

const listen = form.querySelector("[data-listen]");
if ("speechSynthesis" in window) {
  const read = listen.textContent;
  const quiet = () => { speechSynthesis.cancel(); listen.textContent = read; };
  listen.hidden = false;
  listen.addEventListener("click", () => {
    if (listen.textContent !== read) return quiet();
    const parts = [...form.querySelectorAll("[data-read-aloud]")].map((part) => {
      const spoken = new SpeechSynthesisUtterance(words(part));
      spoken.lang = part.lang || document.documentElement.lang;
      spoken.onerror = quiet;
      return spoken;
    });
    parts.at(-1).onend = quiet;
    listen.textContent = listen.dataset.stop;
    parts.forEach((part) => speechSynthesis.speak(part));
  });
  addEventListener("pagehide", quiet);
}
