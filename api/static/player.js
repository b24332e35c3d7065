// One player for the whole page: links that play become buttons of it. Without this script they open the recording.
const bar = document.querySelector("#player");
const audio = bar.querySelector("audio");
const label = bar.querySelector(".now");
const close = bar.querySelector(".close");
let current = null;

function mark(link) {
  current?.removeAttribute("data-playing");
  current = link;
  if (link && !audio.paused) link.setAttribute("data-playing", "");
}

function startAt(seconds) {
  audio.currentTime = seconds;
  audio.play().catch((reason) => {
    // A pause that comes before the first sound is no failure.
    if (reason.name !== "AbortError") label.textContent = "The recording cannot be played.";
  });
}

function play(link) {
  const url = link.href.split("#")[0];
  const seconds = Number(link.dataset.play);
  bar.hidden = false;
  label.textContent = link.dataset.label;
  mark(link);
  if (audio.src === url && audio.readyState > 0) {
    startAt(seconds);
    return;
  }
  if (audio.src !== url) audio.src = url;
  audio.addEventListener("loadedmetadata", () => startAt(seconds), { once: true });
  audio.load();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-play]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  if (link === current && !audio.paused) audio.pause();
  else play(link);
});

audio.addEventListener("play", () => current?.setAttribute("data-playing", ""));
audio.addEventListener("pause", () => current?.removeAttribute("data-playing"));
audio.addEventListener("error", () => {
  if (audio.src) label.textContent = "The recording cannot be played.";
});

close.hidden = document.querySelector(".transcript") !== null;
close.addEventListener("click", () => {
  audio.pause();
  mark(null);
  bar.hidden = true;
});

// On the page of a call, the turn that is heard is marked.
audio.addEventListener("timeupdate", () => {
  let heard = null;
  for (const turn of document.querySelectorAll(".turn[data-start]")) {
    if (Number(turn.dataset.start) > audio.currentTime + 0.05) break;
    heard = turn;
  }
  const before = document.querySelector(".turn.now");
  if (before === heard) return;
  before?.classList.remove("now");
  heard?.classList.add("now");
});
