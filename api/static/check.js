// Checking and labelling with the keyboard alone: a letter does what the control of that letter does.
for (const hidden of document.querySelectorAll("kbd[hidden], .keyhelp")) hidden.hidden = false;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, audio")) return;
  const control = event.key === "p" ? document.querySelector("main .play") : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!control) return;
  event.preventDefault();
  if (control.matches("select, textarea")) control.focus();
  else control.click();
});

document.querySelector("#label")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") { event.preventDefault(); document.querySelector("#relabel").click(); }
  if (event.key === "Escape") event.target.blur();
});
