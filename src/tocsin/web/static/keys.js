// Keys on lists: j and k go from row to row of a table with `data-keys`, x ticks, Enter opens (the
// browser does that: a row's link has the focus), / goes to the search box, ? shows this.
// They can be turned off in the dialog, and never act while something is typed.
const help = document.getElementById("keys");
const KEPT = "keys-off";
const off = () => localStorage.getItem(KEPT) === "yes";
const TYPED = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

function rowsHere() {
  const table = document.activeElement.closest?.("table[data-keys]")
    ?? document.querySelector("main table[data-keys]");
  return table ? [...table.tBodies[0].rows].filter((row) => row.querySelector("a[href], input")) : [];
}

function current(rows) {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function go(step) {
  const rows = rowsHere();
  const row = rows[Math.max(0, Math.min(rows.length - 1, current(rows) + step))];
  (row?.querySelector("a[href]") ?? row?.querySelector("input"))?.focus();
}

function tick() {
  const rows = rowsHere();
  rows[current(rows)]?.querySelector("input[type=checkbox]")?.click();
}

function search() {
  document.querySelector("input[type=search]")?.focus();
}

const KEYS = { j: () => go(1), k: () => go(-1), x: tick, "/": search, "?": () => help.showModal() };

function pressed(event) {
  const act = KEYS[event.key];
  const elsewhere = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
  if (!act || elsewhere || off() || help.open || event.target.closest?.(TYPED)) return;
  event.preventDefault();
  act();
}

if (help) {
  const choice = help.querySelector("input[type=checkbox]");
  choice.checked = !off();
  choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.checked ? "" : "yes"));
  document.querySelector("[data-opens=keys]")?.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", pressed);
}
