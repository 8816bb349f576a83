// One stream for all tabs of this browser: names of what moved come in, the regions showing it fetch.
import { call } from "./acts.js";
import { say } from "./words.js";
import { span } from "./timers.js";

const channel = "BroadcastChannel" in window ? new BroadcastChannel("claimline-feed") : null;
const listeners = new Set();
const waiting = new Set();
let lostAt = null;
let lastId = "";
let due = null;
let leaving = false;

// Who signs out by himself is led away already.
addEventListener("submit", ({ target }) => (leaving ||= target.matches("[action='/sign-out']")));

/** Call back with the names of what moved. */
export function onMoved(listener) {
  listeners.add(listener);
}

/** Fetch every region that shows one of these. */
export function moved(names) {
  names.forEach((name) => waiting.add(name));
  due ??= setTimeout(fetchRegions, 20);
}

/** The server says that its database is away, or there again. */
function late(names) {
  const banner = document.getElementById("cl-late");
  if (banner && names.includes("late")) banner.hidden = false;
  if (banner && names.includes("in_time")) banner.hidden = true;
}

function fetchRegions() {
  due = null;
  const names = new Set(waiting);
  waiting.clear();
  for (const region of document.querySelectorAll("[data-on]")) {
    if (names.has("everything") || region.dataset.on.split(" ").some((name) => names.has(name))) {
      window.htmx.trigger(region, "cl-fetch");
    }
  }
  listeners.forEach((listener) => listener(names));
}

function hear(message) {
  if (message.moved) {
    late(message.moved);
    moved(message.moved);
  }
  if (message.line) line(message.line);
  if (message.out && !leaving) location.reload();
}

function tell(message) {
  hear(message);
  channel?.postMessage(message);
}

function open(ended) {
  const stream = new EventSource(`/api/feed?after=${encodeURIComponent(lastId)}`);
  stream.onopen = () => tell({ line: "open" });
  stream.onmessage = (event) => {
    lastId = event.lastEventId || lastId;
    tell({ moved: event.data.split(" ") });
  };
  stream.addEventListener("out", () => tell({ out: true }));
  stream.onerror = () => {
    tell({ line: "lost" });
    if (stream.readyState === EventSource.CLOSED) again(ended);
  };
}

// The browser itself tries again after a broken line, but not after an answer that is no stream.
async function again(ended) {
  try {
    await call("GET", "/api/me");
  } catch (problem) {
    if (problem.status === 401) return tell({ out: true });
  }
  setTimeout(() => open(ended), 2000);
}

function line(state) {
  const bar = document.getElementById("cl-line");
  if (state === "lost") {
    lostAt ??= Date.now();
    showLost(bar);
  } else if (lostAt !== null) {
    lostAt = null;
    bar.textContent = say("line_back");
    bar.classList.add("cl-line-ok");
    setTimeout(() => lostAt === null && (bar.hidden = true), 2000);
    moved(["everything"]);
  }
}

function showLost(bar) {
  if (lostAt === null) return;
  const seconds = (Date.now() - lostAt) / 1000;
  bar.classList.remove("cl-line-ok");
  bar.textContent = say(seconds < 60 ? "line_lost" : "line_long", { time: span(seconds) });
  // A blink of the line is nobody's concern.
  bar.hidden = seconds < 1.5;
  setTimeout(() => showLost(bar), 500);
}

export function startFeed() {
  if (!document.body.dataset.feed) return;
  lastId = document.body.dataset.feed;
  channel?.addEventListener("message", (event) => hear(event.data));
  if (navigator.locks) {
    // Only one tab holds the lock and the stream; when it closes, the next one takes both over.
    navigator.locks.request("claimline-feed", () => new Promise((ended) => open(ended)));
  } else {
    open(() => {});
  }
}
