// Reading a respondent's page aloud, by the browser's own voice; the button shows itself only where there is one.

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

const listen = document.querySelector("[data-listen]");
if (listen && "speechSynthesis" in window) {
  const read = listen.textContent;
  const quiet = () => { speechSynthesis.cancel(); listen.textContent = read; };
  listen.hidden = false;
  listen.addEventListener("click", () => {
    if (listen.textContent !== read) return quiet();
    const parts = [...document.querySelectorAll("[data-read-aloud]")].map((part) => {
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
