// On a narrow screen the filters of the search are folded away unless one is in use.
const filters = document.querySelector(".filters");
const inUse = [...filters.querySelectorAll("select, input")].some((control) =>
  control.type === "checkbox" ? control.checked : control.name === "role" ? control.value !== "customer" : control.value,
);
if (matchMedia("(max-width: 52rem)").matches && !inUse) filters.open = false;

// A form without blank fields gives an address that people can read.
document.querySelector("form[role=search]").addEventListener("submit", (event) => {
  for (const control of event.target.querySelectorAll("select, input[type=date]")) control.disabled = !control.value;
});
addEventListener("pageshow", () => {
  for (const control of document.querySelectorAll(".search :disabled")) control.disabled = false;
});
