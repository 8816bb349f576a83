// Lists that are worked off: J and K move, Enter opens, X does what the row is for.
const FIELDS = "input, textarea, select, [contenteditable]";

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function step(by) {
  const all = rows();
  const here = all.indexOf(document.activeElement?.closest("[data-row]"));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by;
  all[Math.max(0, Math.min(all.length - 1, next))]?.focus();
}

function here() {
  return document.activeElement?.closest("[data-row]");
}

export function startRows() {
  if (!document.querySelector("[data-rows]")) return;
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    x: () => here()?.querySelector("[data-mark]:not(:disabled)")?.click(),
    c: () => here()?.querySelector("[data-dial]:not(:disabled)")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.(FIELDS)) return;
    if (event.key === "Enter" && event.target.matches?.("[data-row]")) {
      event.target.querySelector("a")?.click();
    } else if (keys[event.key.toLowerCase()]) {
      event.preventDefault();
      keys[event.key.toLowerCase()]();
    }
  });
}
