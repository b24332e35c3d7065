// Corrections in place: forms are sent without leaving the page, and words that are selected can be put right.
import { audio, playAt } from "./player.js";
import { charsBefore, highlight, rangeOf, saidOf, tokensOf } from "./places.js";
import { prepare } from "./quotes.js";

const call = document.querySelector("#call");
const told = document.querySelector("#told");
const REGIONS = ["#head", "#state", ".transcript", "#facts", "#sounding"];
const CHOICES = ["#follow", "#keys-on"];
const mayWrite = !document.body.classList.contains("reader");

function tell(words) {
  told.textContent = words;
  document.querySelector(".toast")?.remove();
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.setAttribute("aria-hidden", "true");
  toast.textContent = words;
  document.body.append(toast);
  setTimeout(() => toast.remove(), 3500);
}

// Takes the regions over from a page that was fetched; the form for a selection stays where it is kept.
function take(page) {
  call.append(selection);
  const ticked = CHOICES.map((name) => call.querySelector(name)?.checked ?? true);
  for (const region of REGIONS) {
    const [here, fresh] = [call.querySelector(region), page.querySelector(region)];
    if (here && fresh) here.replaceWith(document.adoptNode(fresh));
  }
  call.dataset.live = page.querySelector("#call")?.dataset.live ?? "done";
  prepare(call);
  for (const [place, name] of CHOICES.entries()) {
    const box = call.querySelector(name);
    if (box) box.checked = ticked[place];
  }
  const following = call.querySelector(".legend .follow");
  if (following) following.hidden = false;
  audio.dispatchEvent(new Event("timeupdate"));
}

async function pageOf(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function complain(form, words) {
  let notice = form.querySelector(".complaint");
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "complaint";
    notice.setAttribute("role", "alert");
    form.append(notice);
  }
  notice.textContent = words;
}

// Where one was: the same control if it is there still, else its turn, else the heading.
function focusAgain(id, turn) {
  const found = (id && document.getElementById(id)) || (turn && document.getElementById(turn)) || call.querySelector("h1");
  if (!found.matches("a, button, input, select, textarea, [tabindex]")) found.tabIndex = -1;
  found.focus({ preventScroll: true });
}

async function send(form, button) {
  const data = new URLSearchParams(new FormData(form, button));
  // The fields for another deed are not sent along with new edges.
  if (button?.dataset.edges !== undefined) for (const name of ["label", "text"]) data.delete(name);
  const turn = form.closest(".turn")?.id ?? (form === selection ? `turn-${selection.elements.turn.value}` : "");
  const said = button?.dataset.done ?? "Kept.";
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(button?.getAttribute("formaction") ?? form.getAttribute("action"), { method: "POST", body: data });
    const page = await pageOf(answer);
    if (!answer.ok || !page.querySelector("#call")) {
      complain(form, page.querySelector("main .lead")?.textContent ?? "That was refused.");
      return;
    }
    leave();
    take(page);
    focusAgain(button?.id, turn);
    tell(said);
    follow();
  } catch {
    complain(form, "The server cannot be reached. Nothing was kept.");
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

// While the stages run, what they find is fetched, unless somebody is writing.
async function follow() {
  for (let tries = 0; tries < 120 && call.dataset.live === "busy"; tries++) {
    await new Promise((done) => setTimeout(done, 800));
    if (!selection.hidden || call.querySelector(".forms")) continue;
    try {
      const answer = await fetch(call.dataset.page, { headers: { Accept: "text/html" } });
      const { id } = document.activeElement;
      const turn = document.activeElement.closest(".turn")?.id;
      const isInside = call.contains(document.activeElement);
      if (answer.ok) take(await pageOf(answer));
      if (isInside) focusAgain(id, turn);
    } catch {
      // The next round asks again.
    }
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("#call form[data-swap]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

// A turn's forms open in place.
async function openTurn(link) {
  const answer = await fetch(link.href);
  if (!answer.ok) return;
  const page = await pageOf(answer);
  const id = `turn-${link.dataset.openTurn}`;
  leave();
  closeForms();
  document.getElementById(id).append(document.adoptNode(page.querySelector(`#${id} .forms`)));
  document.querySelector(`#${id} .forms :is(textarea, input:not([type=hidden]))`).focus({ preventScroll: true });
  document.querySelector(`#${id} .forms`).scrollIntoView({ block: "nearest" });
}

function closeForms() {
  const forms = call.querySelector(".forms");
  const turn = forms?.closest(".turn");
  forms?.remove();
  turn?.querySelector(".fix")?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-turn]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openTurn(link);
  } else if (event.target.closest("[data-close-turn]")) {
    event.preventDefault();
    closeForms();
  }
});

// A selection within one turn: hear it, quote it, mend it, make it a moment or the edges of one.
const selection = document.querySelector("#selection");

function chosen() {
  const now = getSelection();
  if (now.isCollapsed || !now.rangeCount) return null;
  const range = now.getRangeAt(0);
  const said = (range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement).closest(".said");
  if (!said) return null;
  const text = [...said.textContent];
  let [start, end] = [charsBefore(said, range.startContainer, range.startOffset), text.length];
  if (said.contains(range.endContainer)) end = charsBefore(said, range.endContainer, range.endOffset);
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  // Half a word is meant as the whole of it.
  const isLetter = (sign) => sign !== undefined && /[\p{L}\p{N}'’]/u.test(sign);
  while (end > start && isLetter(text[start]) && isLetter(text[start - 1])) start--;
  while (end > start && isLetter(text[end - 1]) && isLetter(text[end])) end++;
  return end > start ? { turn: said.closest(".turn"), said, start, end, words: text.slice(start, end).join("") } : null;
}

function offer(found) {
  const number = found.turn.id.replace("turn-", "");
  const fields = selection.elements;
  [fields.turn.value, fields.start_char.value, fields.end_char.value] = [number, found.start, found.end];
  if (fields.text) fields.text.value = found.words;
  selection.querySelector(".complaint")?.remove();
  selection.querySelector(".chosen").textContent = `“${found.words}”`;
  const share = selection.querySelector("[data-share]");
  share.href = `${call.dataset.page}?quote=${number}.${found.start}.${found.end}#turn-${number}`;
  selection.querySelector(".adding")?.toggleAttribute("hidden", found.turn.classList.contains("role-rep"));
  selection.querySelector("[data-hear]").hidden = !found.turn.dataset.times;
  if (mayWrite) selection.querySelector(".edges").replaceChildren(...edgeButtons(found));
  found.said.after(selection);
  selection.hidden = false;
  selection.scrollIntoView({ block: "nearest" });
  highlight("chosen", rangeOf(found.said, found.start, found.end));
}

// A moment that the selection overlaps can take its edges from it.
function edgeButtons(found) {
  const near = [...found.turn.querySelectorAll("[data-moment]")].filter(
    (held) => Number(held.dataset.startChar) < found.end && Number(held.dataset.endChar) > found.start,
  );
  return near.map((held) => {
    const button = document.createElement("button");
    button.type = "submit";
    button.className = "quiet";
    button.setAttribute("formaction", `/moments/${held.dataset.moment}/correct`);
    button.dataset.done = "The edges are mended.";
    button.dataset.edges = "";
    button.textContent = `These are the words of “${held.dataset.words}”`;
    return button;
  });
}

function leave() {
  selection.hidden = true;
  highlight("chosen", null);
}

let waiting = 0;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const found = chosen();
    if (found) offer(found);
  }, 250);
});

selection.addEventListener("click", (event) => {
  const turn = selection.closest(".turn");
  const start = Number(selection.elements.start_char.value);
  if (event.target.closest("[data-hear]")) {
    const word = tokensOf(turn).find((token) => token.end > start && token.atS !== null);
    if (word) playAt(Math.max(0, word.atS - 0.05));
  } else if (event.target.closest("[data-quote]")) {
    const words = selection.querySelector(".chosen").textContent;
    const who = turn.querySelector(".speaker").firstChild.textContent.trim();
    const text = `${words}\n— ${who}, ${call.dataset.label}\n${selection.querySelector("[data-share]").href}`;
    navigator.clipboard.writeText(text).then(() => tell("Copied."), () => tell("The browser refuses to copy."));
  } else if (event.target.closest("[data-leave]")) {
    leave();
    focusAgain("", turn.id);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!selection.hidden) {
    const turn = selection.closest(".turn");
    leave();
    getSelection().removeAllRanges();
    focusAgain("", turn?.id);
  } else closeForms();
});

follow();
