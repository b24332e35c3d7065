// The listening list: one moment after another, from a little before it to a little after.
import { audio, play, toggle } from "./player.js";

const items = [...document.querySelectorAll(".listening > li")];
const deck = document.querySelector("#deck");
const start = deck.querySelector("[data-deck=play]");
const where = deck.querySelector(".where");
let now = -1;
let isGoingOn = false;

function hear(place) {
  if (place < 0 || place >= items.length) {
    audio.pause();
    isGoingOn = false;
    if (place >= items.length) where.textContent = "That was all of it.";
    return;
  }
  now = place;
  isGoingOn = true;
  for (const item of items) item.classList.toggle("now", item === items[now]);
  where.textContent = `${now + 1} of ${items.length}`;
  play(items[now].querySelector("a[data-play]"));
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  items[now].scrollIntoView({ block: "center", behavior: isCalm ? "auto" : "smooth" });
}

const DEEDS = {
  play: () => (now < 0 || !isGoingOn ? hear(Math.max(0, now)) : toggle()),
  former: () => hear(Math.max(0, now - 1)),
  again: () => hear(Math.max(0, now)),
  next: () => hear(now + 1),
};
deck.addEventListener("click", (event) => DEEDS[event.target.closest("[data-deck]")?.dataset.deck]?.());

// One that is started by itself goes on with the next as well.
for (const [place, item] of items.entries()) {
  item.querySelector("a[data-play]").addEventListener("click", () => {
    if (place === now && !audio.paused) return;
    now = place;
    isGoingOn = true;
    for (const other of items) other.classList.toggle("now", other === item);
    where.textContent = `${now + 1} of ${items.length}`;
  });
}

function goOn() {
  if (!isGoingOn || audio.paused || now < 0) return;
  const [from, to] = [Number(items[now].dataset.from), Number(items[now].dataset.to)];
  if (audio.currentTime >= to && audio.currentTime < to + 5 && audio.currentTime > from) hear(now + 1);
}

audio.addEventListener("timeupdate", goOn);
audio.addEventListener("ended", () => isGoingOn && hear(now + 1));
for (const kind of ["play", "pause"]) {
  audio.addEventListener(kind, () => (start.textContent = isGoingOn && !audio.paused ? "Pause" : "Play all"));
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, audio")) return;
  if (event.key === " " && event.target.closest("a, button, summary, label")) return;
  const deed = { " ": "play", j: "next", k: "former", r: "again" }[event.key];
  if (!deed) return;
  event.preventDefault();
  DEEDS[deed]();
});
deck.hidden = false;
