// Listening to a call: a word that is clicked is heard, turns follow the sound, the drawing leads anywhere, keys steer.
import { audio, faster, playAt, toggle } from "./player.js";
import { caretAt, charsBefore, highlight, rangeOf, saidOf, tokensOf } from "./places.js";

const call = document.querySelector("#call");
const turns = () => [...document.querySelectorAll(".turn[data-start]")];
const canPlay = document.querySelector(".sounding, a.time[data-play]") !== null;
const LEAD_S = 0.05;

function wordAt(turn, x, y) {
  const caret = caretAt(x, y);
  const said = saidOf(turn);
  if (!caret || !said.contains(caret.node)) return null;
  const at = charsBefore(said, caret.node, caret.offset);
  return tokensOf(turn).find((token) => at >= token.start && at <= token.end) ?? null;
}

document.addEventListener("click", (event) => {
  const turn = event.target.closest(".turn[data-times]");
  if (!turn || !event.target.closest(".said") || !getSelection().isCollapsed) return;
  const word = wordAt(turn, event.clientX, event.clientY);
  if (word?.atS !== null && word !== null) playAt(Math.max(0, word.atS - LEAD_S));
});

// What is heard now: its turn, its word, its place in the drawing.
let heard = null;
let scrolledAt = 0;
for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (scrolledAt = Date.now()), { passive: true });

function turnNow() {
  let found = null;
  for (const turn of turns()) {
    if (Number(turn.dataset.start) > audio.currentTime + 0.05) break;
    found = turn;
  }
  return found;
}

function showWord() {
  if (!heard?.dataset.times) return highlight("heard", null);
  const tokens = tokensOf(heard);
  let word = null;
  for (const token of tokens) if (token.atS !== null && token.atS <= audio.currentTime + 0.08) word = token;
  highlight("heard", word && !audio.paused ? rangeOf(saidOf(heard), word.start, word.end) : null);
}

function showPlace() {
  const wave = document.querySelector("#wave");
  const line = wave?.querySelector(".at");
  if (!line) return;
  const x = (audio.currentTime / Number(wave.dataset.duration)) * wave.viewBox.baseVal.width;
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
}

function showNow() {
  const now = turnNow();
  if (now !== heard || (now && !now.classList.contains("now"))) {
    for (const other of document.querySelectorAll(".turn.now")) other.classList.remove("now");
    now?.classList.add("now");
    heard = now;
    if (now && document.querySelector("#follow")?.checked && !audio.paused && Date.now() - scrolledAt > 4000) bring(now);
  }
  showWord();
  showPlace();
}

function bring(turn) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  turn.scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}

for (const kind of ["timeupdate", "seeked", "play", "pause"]) audio.addEventListener(kind, showNow);
setInterval(() => audio.paused || showNow(), 120);

// The drawing: made now if it was not before, and a way to any second.
async function draw() {
  const figure = document.querySelector(".sounding[data-wave]");
  if (!figure) return;
  try {
    const answer = await fetch(figure.dataset.wave);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("#wave").replaceWith(document.adoptNode(page.querySelector("#wave")));
    figure.removeAttribute("data-wave");
  } catch {
    // The call is heard without it.
  }
}

document.addEventListener("click", (event) => {
  const wave = event.target.closest("#wave");
  if (!wave) return;
  const box = wave.getBoundingClientRect();
  playAt((Math.max(0, event.clientX - box.left) / box.width) * Number(wave.dataset.duration));
});

// Keys, for those who leave them on.
const keysOn = () => document.querySelector("#keys-on");
try {
  if (keysOn()) keysOn().checked = localStorage.getItem("keys") !== "off";
} catch {
  // They are on.
}
document.addEventListener("change", (event) => {
  if (event.target !== keysOn()) return;
  try {
    localStorage.setItem("keys", keysOn().checked ? "on" : "off");
  } catch {
    // It holds for this page.
  }
});

function step(by, which = turns()) {
  if (!which.length) return;
  const now = which.findLastIndex((turn) => Number(turn.dataset.start) <= audio.currentTime + 0.1);
  const to = which[Math.min(which.length - 1, Math.max(0, now + by))];
  audio.currentTime = Number(to.dataset.start);
  to.focus({ preventScroll: true });
  bring(to);
}

const withMoments = () => turns().filter((turn) => turn.querySelector(".of-moment"));
const KEYS = {
  " ": toggle,
  j: () => step(1),
  k: () => step(-1),
  n: () => step(1, withMoments()),
  p: () => step(-1, withMoments()),
  ArrowLeft: () => (audio.currentTime -= 5),
  ArrowRight: () => (audio.currentTime += 5),
  "<": () => faster(-1),
  ">": () => faster(1),
  e: () => (document.activeElement.closest(".turn") ?? turnNow())?.querySelector(".fix")?.click(),
  "?": () => {
    const keys = document.querySelector("#keys");
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (!canPlay || !keysOn()?.checked || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, audio, [contenteditable]")) return;
  if (event.key === " " && event.target.closest("a, button, summary, label, input")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

if (canPlay) {
  call.classList.add("alive");
  const choice = document.querySelector(".legend .follow");
  if (choice) choice.hidden = false;
}
draw();

// Sent to a quote: it is brought into sight and ready to be heard.
const cued = document.querySelector("mark.cued");
if (cued) requestAnimationFrame(() => bring(cued.closest(".turn")));
const cue = /#t=([\d.]+)/.exec(audio.getAttribute("src") ?? "");
if (cue) audio.addEventListener("loadedmetadata", () => (audio.currentTime = Number(cue[1])), { once: true });
