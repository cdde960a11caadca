// Coding by keyboard: inside the boxes a number ticks its theme, N goes to the next text. Without it, Tab and the space bar do.

const form = document.querySelector("form[data-coding]");

if (form) {
  for (const hint of form.querySelectorAll("kbd[hidden]")) hint.hidden = false;
  const help = document.querySelector("[data-keys-help]");
  if (help) help.hidden = false;

  const sheets = [...form.querySelectorAll("[data-codes]")];

  // Only where one of the boxes has the focus, so that no key is taken from a screen reader or a text field.
  form.addEventListener("keydown", (event) => {
    const sheet = event.target.closest("[data-codes]");
    if (!sheet || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = sheet.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (box) {
      box.click();
      box.focus();
      event.preventDefault();
      return;
    }
    if (event.key.toLowerCase() === "n") {
      const next = sheets[sheets.indexOf(sheet) + 1];
      const aim = next ? next.querySelector("input[type=checkbox]") : form.querySelector("button");
      aim.focus();
      event.preventDefault();
    }
  });

  if (form.hasAttribute("data-one")) form.querySelector("[data-codes] input[type=checkbox]")?.focus({ preventScroll: true });
}
