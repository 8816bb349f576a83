// Buttons that act through the HTTP interface, as a program would: data-act="METHOD /path".
import { moved } from "./feed.js";
import { say } from "./words.js";

/** Call the HTTP interface. Throws {status, body}; status 0 means the line is gone. */
export async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw { status: 0, body: null };
  }
  const found = await answer.json().catch(() => null);
  if (!answer.ok) throw { status: answer.status, body: found };
  return found;
}

/** Show why something was not done, at the top of the page's main part. */
export function tell(problem) {
  const box = document.getElementById("cl-told");
  if (!box) return;
  const lines = problem.body
    ? [problem.body.what, `${problem.body.safe} ${problem.body.do}`]
    : [say("line_gone"), ""];
  box.replaceChildren(
    ...lines.filter(Boolean).map((line) => {
      const p = document.createElement("p");
      p.textContent = line;
      return p;
    }),
  );
  box.hidden = false;
}

/** Take the line of `tell` away again. */
export function untell() {
  const box = document.getElementById("cl-told");
  if (box) box.hidden = true;
}

async function act(button) {
  const [method, path] = button.dataset.act.split(" ");
  const body = button.dataset.body ? JSON.parse(button.dataset.body) : {};
  button.closest("details")?.removeAttribute("open");
  button.disabled = true;
  try {
    const found = await call(method, path, body);
    untell();
    if (button.dataset.into) {
      document.getElementById(button.dataset.into).textContent = found.value;
      button.hidden = true;
    }
    if ("mark" in button.dataset) button.closest("[data-row]").toggleAttribute("data-done", true);
    if (button.dataset.moved) moved(button.dataset.moved.split(" "));
    if (button.dataset.then) location.assign(button.dataset.then);
  } catch (problem) {
    tell(problem);
  } finally {
    button.disabled = false;
  }
}

export function startActs() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-act]");
    if (button) act(button);
    for (const menu of document.querySelectorAll("details.cl-menu[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-leave]")) sessionStorage.clear();
  });
  // What another part of the page was about to show may be somebody else's by now.
  document.body.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status === 401) location.reload();
  });
}
