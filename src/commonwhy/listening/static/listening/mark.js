// Selecting single words of an answer with the mouse, a finger or the keyboard. Nothing needs it: sentences have boxes.

const form = document.getElementById("marking");
const section = form.querySelector("[data-by-hand]");
const words = form.querySelector("[data-words]");
const use = form.querySelector("[data-use-selection]");
const start = form.elements.start;
const end = form.elements.end;

section.hidden = false;

// Places are counted in characters as people see them in a string of Unicode, not in the halves JavaScript counts.
const place = (node, offset) => {
  const before = document.createRange();
  before.selectNodeContents(words);
  before.setEnd(node, offset);
  return Array.from(before.toString()).length;
};

const selected = () => {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!words.contains(range.startContainer) || !words.contains(range.endContainer)) return null;
  return [place(range.startContainer, range.startOffset), place(range.endContainer, range.endOffset)];
};

let chosen = null;
document.addEventListener("selectionchange", () => {
  chosen = selected() ?? chosen;
  use.disabled = chosen === null;
});

// Either single words or whole sentences: choosing one way lets go of the other.
const boxes = form.querySelectorAll("input[name=sentence]");
use.addEventListener("click", () => {
  [start.value, end.value] = chosen;
  for (const box of boxes) box.checked = false;
});
for (const box of boxes) {
  box.addEventListener("change", () => { start.value = end.value = ""; });
}
