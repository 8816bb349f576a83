// Forms that act through the HTTP interface (data-api="METHOD /path"), and the sheet they open in.
import { call } from "./acts.js";
import { moved } from "./feed.js";
import { say } from "./words.js";

/** What a form says: its fields, and of several buttons the one that was pressed. */
function fieldsOf(form, button) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.tagName === "BUTTON") continue;
    if ("many" in field.dataset) {
      found[field.name] ??= [];
      if (field.checked) found[field.name].push(field.value);
    } else if (field.value.trim()) {
      found[field.name] = field.value;
    }
  }
  if (button?.name) found[button.name] = button.value;
  return found;
}

function bodyOf(form, button) {
  const base = JSON.parse(form.dataset.body ?? "{}");
  const fields = fieldsOf(form, button);
  const inside = form.dataset.inside;
  return inside ? { ...base, [inside]: { ...base[inside], ...fields } } : { ...base, ...fields };
}

function told(form, text) {
  const line = form.querySelector("[data-told]");
  if (line) line.textContent = text;
}

async function send(form, button) {
  const [method, path] = form.dataset.api.split(" ");
  const buttons = [...form.querySelectorAll("button")];
  for (const each of buttons) each.disabled = true;
  told(form, "");
  try {
    await call(method, path, bodyOf(form, button));
    if ("reload" in form.dataset) return location.reload();
    form.reset();
    if (form.closest("#cl-sheet")) close();
    moved((form.dataset.moved ?? "").split(" "));
  } catch (problem) {
    if (problem.status === 401) return location.reload();
    const { what, do: next } = problem.body ?? { what: say("line_gone"), do: "" };
    told(form, `${what} ${next}`.trim());
  } finally {
    for (const each of buttons) each.disabled = false;
  }
}

let opener = null;

/** Fetch the sheet as things stand now and show it. */
async function open(button) {
  const sheet = document.getElementById("cl-sheet");
  const answer = await fetch(button.dataset.sheet).catch(() => null);
  if (answer?.status === 401) return location.reload();
  if (!answer?.ok) return;
  opener = button.id;
  sheet.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  sheet.hidden = false;
  const first = sheet.querySelector("details[open] :is(input, select, textarea, button)");
  (first ?? sheet).focus();
}

/** Close the sheet; the focus goes back to where it was opened. False when it was not open. */
export function close() {
  const sheet = document.getElementById("cl-sheet");
  if (!sheet || sheet.hidden) return false;
  sheet.hidden = true;
  sheet.replaceChildren();
  document.getElementById(opener)?.focus();
  return true;
}

export function startForms() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-api]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-sheet]");
    if (button) open(button);
    // Not a submit button: Enter in a field must not press the first of them.
    const choice = event.target.closest?.("[data-send]");
    if (choice) send(choice.form, choice);
    if (event.target.closest?.("[data-close]")) close();
  });
}
