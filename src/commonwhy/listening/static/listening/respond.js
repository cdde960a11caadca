// An extra on a respondent's question: saving while somebody types. Nothing needs it: every button of the page saves by itself.

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
