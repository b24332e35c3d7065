// Quotes to take along: links and texts go to the clipboard, ticked ones are counted.
const picked = document.querySelector("#picked");
const count = picked.querySelector(".n");
const unpicked = count.innerHTML;

function told(button, words) {
  const before = button.dataset.words ?? button.innerHTML;
  button.dataset.words = before;
  button.textContent = words;
  setTimeout(() => (button.innerHTML = before), 1600);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    told(button, "Copied");
  } catch {
    told(button, "The browser refuses");
  }
}

const absolute = (address) => new URL(address, location.href).href;
const whole = (button) => `${button.dataset.copy}\n${absolute(button.dataset.link)}`;

// The words of a ticked quote with their source: of its button, or of the line that it stands in.
function cited(box) {
  const button = box.closest(".acts, .of-moment").querySelector("[data-copy]");
  if (button) return whole(button);
  const line = box.closest(".line");
  const link = absolute(line.querySelector(".place").getAttribute("href"));
  return `“${line.querySelector(".words").textContent}”\n— ${box.dataset.from}\n${link}`;
}

export function prepare(root = document) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

function show() {
  const ticked = new Set([...document.querySelectorAll(".pick input:checked")].map((box) => box.value)).size;
  picked.classList.toggle("some", ticked > 0);
  if (ticked) count.textContent = `${ticked} ${ticked === 1 ? "quote" : "quotes"} to take along`;
  else count.innerHTML = unpicked;
}

document.addEventListener("click", (event) => {
  const share = event.target.closest("[data-share]");
  if (share && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    copy(absolute(share.getAttribute("href")), share);
  }
  const button = event.target.closest("[data-copy]");
  if (button) copy(whole(button), button);
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".pick input")) show();
});
picked.querySelector("[data-copy-picked]").addEventListener("click", (event) => {
  const texts = [...document.querySelectorAll(".pick input:checked")].map(cited);
  copy([...new Set(texts)].join("\n\n"), event.currentTarget);
});
picked.querySelector("[data-clear]").addEventListener("click", () => {
  for (const box of document.querySelectorAll(".pick input:checked")) box.checked = false;
  show();
});
picked.classList.add("alive");
for (const button of picked.querySelectorAll("[hidden]")) button.hidden = false;
prepare();
show();
