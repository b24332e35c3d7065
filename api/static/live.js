// While stages run, the part of the page that shows them is fetched again until they are done.
const PAUSE_MS = 1500;

async function refresh() {
  const shown = document.querySelector("[data-live]");
  if (shown?.dataset.live !== "busy") return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (answer.ok && fresh && fresh.outerHTML !== shown.outerHTML) shown.replaceWith(document.adoptNode(fresh));
  } catch {
    // The server is away for a moment; the next round asks again.
  }
  setTimeout(refresh, PAUSE_MS);
}

setTimeout(refresh, PAUSE_MS);
