// One player for the whole page: links that play become buttons of it. Without this script they open the recording.
const bar = document.querySelector("#player");
export const audio = bar.querySelector("audio");
const label = bar.querySelector(".now");
const close = bar.querySelector(".close");
const speed = bar.querySelector("#speed");
let current = null;

function mark(link) {
  current?.removeAttribute("data-playing");
  current = link;
  if (link && !audio.paused) link.setAttribute("data-playing", "");
}

function startAt(seconds) {
  audio.currentTime = seconds;
  audio.playbackRate = Number(speed.value);
  audio.play().catch((reason) => {
    // A pause that comes before the first sound is no failure.
    if (reason.name !== "AbortError") label.textContent = "The recording cannot be played.";
  });
}

export function playAt(seconds, address = audio.src) {
  const url = new URL(address, location.href).href.split("#")[0];
  bar.hidden = false;
  if (audio.src.split("#")[0] === url && audio.readyState > 0) {
    startAt(seconds);
    return;
  }
  if (audio.src.split("#")[0] !== url) audio.src = url;
  audio.addEventListener("loadedmetadata", () => startAt(seconds), { once: true });
  audio.load();
}

export function play(link) {
  label.textContent = link.dataset.label;
  mark(link);
  playAt(Number(link.dataset.play), link.href);
}

export function toggle() {
  if (audio.paused) audio.play().catch(() => {});
  else audio.pause();
}

export function faster(steps) {
  speed.selectedIndex = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + steps));
  speed.dispatchEvent(new Event("change"));
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

// Speed stays from page to page; a browser that keeps nothing starts at 1.
bar.querySelector(".steer").hidden = false;
try {
  speed.value = localStorage.getItem("speed") || "1";
} catch {
  speed.value = "1";
}
if (!speed.value) speed.value = "1";
audio.defaultPlaybackRate = Number(speed.value);
speed.addEventListener("change", () => {
  audio.playbackRate = audio.defaultPlaybackRate = Number(speed.value);
  try {
    localStorage.setItem("speed", speed.value);
  } catch {
    // It holds for this page.
  }
});
for (const button of bar.querySelectorAll("[data-by]")) {
  button.addEventListener("click", () => (audio.currentTime += Number(button.dataset.by)));
}
