// Files can be dropped, their way to the server is seen, and stages are shown as the server tells of them.
const form = document.querySelector("#addform");
const input = document.querySelector("#files");
const drop = document.querySelector("#drop");
const list = document.querySelector("#chosen");
const sending = document.querySelector("#sending");
const sent = document.querySelector("#sent");
const SHOWN = 8;

function size(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let n = bytes, at = 0;
  while (n >= 1000 && at < units.length - 1) { n /= 1000; at += 1; }
  return `${n.toLocaleString(undefined, { maximumFractionDigits: at > 1 ? 1 : 0 })} ${units[at]}`;
}

function line(name, words) {
  const item = document.createElement("li");
  for (const text of [name, words]) item.append(Object.assign(document.createElement("span"), { textContent: text }));
  return item;
}

function showChosen() {
  const files = [...input.files];
  list.replaceChildren(...files.slice(0, SHOWN).map((file) => line(file.name, size(file.size))));
  const rest = files.slice(SHOWN);
  if (rest.length) list.append(line(`and ${rest.length} more`, size(rest.reduce((sum, file) => sum + file.size, 0))));
}

document.querySelector("#drop-hint").hidden = false;
input.addEventListener("change", showChosen);
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  showChosen();
});

// Puts what a page of the server shows now in place of what stands here; false if it is another page.
function put(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const isOurs = page.querySelector("#refused") !== null;
  for (const where of ["#refused", "[data-live]"]) {
    const [shown, fresh] = [document.querySelector(where), page.querySelector(where)];
    if (shown && fresh && shown.outerHTML !== fresh.outerHTML) shown.replaceWith(document.adoptNode(fresh));
  }
  return isOurs;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const button = form.querySelector("button[type=submit]");
  const done = () => { sending.hidden = true; button.disabled = false; };
  request.upload.addEventListener("progress", (at) => {
    if (!at.lengthComputable) return;
    sent.value = at.loaded / at.total;
    sending.querySelector("label").textContent =
      at.loaded < at.total ? `Sending: ${size(at.loaded)} of ${size(at.total)}` : "Sent; being taken in";
  });
  request.addEventListener("load", () => {
    done();
    if (!put(request.responseText)) {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("#refused").replaceChildren(...(page.querySelector("main")?.childNodes ?? []));
      return;
    }
    if (request.status < 400) { form.reset(); showChosen(); }
    watch();
  });
  request.addEventListener("error", () => {
    done();
    sending.hidden = false;
    sending.querySelector("label").textContent = "The server could not be reached; nothing was taken in. Try again.";
  });
  request.open("POST", form.action);
  button.disabled = true;
  sending.hidden = false;
  sent.value = 0;
  request.send(new FormData(form));
});

let stream, asked;
async function refresh() {
  asked = undefined;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) put(await answer.text());
  } catch {
    // The server is away for a moment; the next event asks again.
  }
  if (document.querySelector("[data-live]").dataset.live !== "busy") { stream?.close(); stream = undefined; }
}
function soon() { asked ??= setTimeout(refresh, 300); }
function watch() {
  if (stream || document.querySelector("[data-live]").dataset.live !== "busy") return;
  stream = new EventSource(document.querySelector("[data-events]").dataset.events);
  for (const kind of ["call", "idle"]) stream.addEventListener(kind, soon);
}
watch();
