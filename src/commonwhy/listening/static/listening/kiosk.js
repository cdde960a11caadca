// On a shared tablet: whoever walks away leaves nothing on the screen. After three minutes without a touch the page presses
// its own "Stop and clear my answers"; half a minute earlier it asks. Whoever is there keeps their place on the server too.
// Without JavaScript the page leaves by itself after the same time.

const form = document.getElementById("question");
const notice = form.querySelector("[data-idle]");
const IDLE = Number(notice.dataset.idle) * 1000;
const WARNED = 30_000; // milliseconds before it clears
const AGAIN = 60_000; // how often at most the server is told that somebody is there
let warning, clearing, told = Date.now();

function clear() {
  form.querySelectorAll("textarea, input:not([type=hidden])").forEach((field) => { field.value = ""; field.checked = false; });
  form.requestSubmit(form.querySelector("[name=go][value=stop]"));
}

async function tell() {
  told = Date.now();
  const body = new URLSearchParams();
  for (const name of ["csrfmiddlewaretoken", "ticket", "page"]) body.set(name, form.elements[name].value);
  body.set("go", "here");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    // Anything else than a short text is the first page: the server has let go already.
    if (answer.ok && answer.headers.get("Content-Type").startsWith("text/plain")) form.elements.ticket.value = await answer.text();
  } catch { /* the next touch tries again */ }
}

function wait() {
  clearTimeout(warning);
  clearTimeout(clearing);
  notice.hidden = true;
  warning = setTimeout(() => { notice.hidden = false; }, IDLE - WARNED);
  clearing = setTimeout(clear, IDLE);
  if (Date.now() - told > AGAIN) tell();
}

for (const touch of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(touch, wait, { passive: true });
// A page that a browser brings back is not for whoever stands here now.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
wait();
