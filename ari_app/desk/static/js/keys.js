// Function keys of the call. A key pressed while characters are being composed is not for us.
import { close } from "./forms.js";

const FIELDS = "input, textarea, select, [contenteditable]";

function press(selector) {
  const button = document.querySelector(`${selector}:not(:disabled)`);
  button?.click();
  return Boolean(button);
}

function step(holder, by) {
  const view = holder.report?.view;
  const field = view?.nextMissing(by);
  if (field) view.focus(field);
  return Boolean(view);
}

function notKnown(holder) {
  const report = holder.report;
  if (!report) return false;
  const view = report.view;
  const field =
    view.fieldOf(document.activeElement) ?? view.card.querySelector("[data-next]")?.dataset.field;
  if (field) report.put(field, "unknown");
  return true;
}

function toNext(holder, event) {
  if (event.target.closest?.(`${FIELDS}, button, a, summary`)) return false;
  const next = holder.report?.view.card.querySelector("[data-next]")?.dataset.field;
  if (next) holder.report.view.focus(next);
  return Boolean(next);
}

export function startKeys(holder) {
  const keys = {
    F2: () => press("[data-key=F2]"),
    F3: (event) => step(holder, event.shiftKey ? -1 : 1),
    F8: () => notKnown(holder),
    Enter: (event) => (event.ctrlKey ? press("[data-key=send]") : toNext(holder, event)),
    Escape: () => {
      if (close()) return true;
      const open = document.querySelector("details.cl-menu[open]");
      open?.removeAttribute("open");
      return Boolean(open);
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    if (keys[event.key]?.(event)) event.preventDefault();
  });
}
