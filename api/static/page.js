// Every page: times in the reader's zone, and menus that close when the reader turns to something else.
const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function tellTimes(within = document) {
  for (const time of within.querySelectorAll("time[data-when]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.textContent = WHEN.format(at);
    time.removeAttribute("data-when");
  }
}

tellTimes();
new MutationObserver(() => tellTimes()).observe(document.querySelector("main"), { childList: true, subtree: true });

const menus = document.querySelectorAll("details.menu");
addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
