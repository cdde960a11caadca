// An extra for whoever has a keyboard: 1, 2 and 3 press the three answers, while the focus is among them. Nothing needs it.

const form = document.querySelector(".voting");
const answers = [...form.querySelectorAll(".votes button")];

// A key does nothing elsewhere on the page: somebody who dictates, or moves by single keys, must not vote by accident.
form.addEventListener("keydown", (event) => {
  const answer = answers[Number(event.key) - 1];
  if (!answer || event.target.closest(".asides") || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  event.preventDefault();
  answer.click();
});

if (matchMedia("(hover: hover)").matches) form.querySelectorAll("kbd").forEach((key) => { key.hidden = false; });

// Two quick presses are one vote.
let sent = false;
form.addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
addEventListener("pageshow", () => { sent = false; });
