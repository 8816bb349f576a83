// Timers tick here, from a start the server gave and the difference between its clock and ours.
const offset = Number(document.documentElement.dataset.now) - Date.now();

/** The server's present, in milliseconds. */
export function now() {
  return Date.now() + offset;
}

/** A stopwatch's text: 1:36, 1:02:05. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function tick() {
  const at = now();
  for (const element of document.querySelectorAll("[data-since]")) {
    put(element, span((at - Date.parse(element.dataset.since)) / 1000));
  }
  for (const element of document.querySelectorAll("[data-until]")) {
    put(element, span(Math.ceil((Date.parse(element.dataset.until) - at) / 1000)));
  }
  for (const ring of document.querySelectorAll("[data-ring-until]")) turn(ring, at);
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function turn(ring, at) {
  const until = Date.parse(ring.dataset.ringUntil);
  const whole = until - Date.parse(ring.dataset.ringSince);
  const left = Math.max(0, until - at);
  const circle = ring.querySelector("[data-ring-left]");
  const length = 2 * Math.PI * circle.r.baseVal.value;
  circle.setAttribute("stroke-dasharray", `${length * Math.min(1, left / whole)} ${length}`);
  put(ring.querySelector("text"), String(Math.ceil(left / 1000)));
}

export function startTimers() {
  tick();
  setInterval(tick, 250);
  document.body.addEventListener("htmx:after:swap", tick);
}
