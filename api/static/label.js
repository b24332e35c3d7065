// Words that are selected get their mark by a button or by Alt and its number.
const text = document.querySelector("#marked");
const category = document.querySelector("#category");
const marks = document.querySelector(".marks");
if (marks) marks.hidden = false;

function mark(kind) {
  const [start, end] = [text.selectionStart, text.selectionEnd];
  const said = text.value.slice(start, end);
  const words = said.trim();
  if (!words) return;
  const name = kind === "objection" && category.value ? `${kind}/${category.value}` : kind;
  const from = start + said.indexOf(words);
  text.setRangeText(`{${name}: ${words}}`, from, from + words.length, "end");
  text.focus();
}

for (const button of document.querySelectorAll("[data-mark]")) {
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => mark(button.dataset.mark));
}
addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const button = document.querySelector(`[data-alt="${CSS.escape(event.code.replace(/^(Digit|Key)/, "").toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
