// The surveyor's page: every act and photo is kept on the phone first, then sent when there is a
// network; what the page shows is both together.

import { canGiveUp, next, together, total } from "./surveyor_job.js";
import { Queue } from "./surveyor_queue.js";
import { forget } from "./surveyor_store.js";

const CACHE = "claimline-survey";
const AGAIN_MS = 15_000;
const WHERE_MS = 6_000;
const LONGEST_PX = 2048;
const SMALL = 1_500_000;

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const words = read("cl-s-words");
const shell = read("cl-s-shell");
const by = (id) => document.getElementById(id);
const word = (name, values = {}) =>
  (words[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");

let job = read("cl-s-job");
let sending = false;
const queue = new Queue(shell.base, show);

async function show() {
  const items = await queue.items();
  const whole = together(job, items);
  const waits = items.filter((each) => each.state === "kept" || each.state === "sending");
  const refused = items.filter((each) => each.state === "refused");
  banner(waits.length);
  steps(whole);
  shots(whole, items);
  lines(whole, items);
  pending([...waits, ...refused]);
  button(whole);
  sending = waits.length > 0;
  if (!sending && items.some((each) => each.state === "received")) await settle(items);
}

// All is sent: the server's own state takes the place of what was on top of it.
let settled = "";
async function settle(items) {
  const mark = items.map((each) => each.id).join();
  if (mark === settled) return;
  settled = mark;
  try {
    const answer = await fetch(`${shell.base}/state`);
    if (!answer.ok) return;
    const before = job.whose;
    job = await answer.json();
    if (job.whose === "over") await forgotten();
    if (job.whose !== before && [before, job.whose].includes("asked")) location.reload();
    else await show();
  } catch {
    settled = "";
  }
}

async function forgotten() {
  await forget(shell.base);
  await (await caches?.open(CACHE))?.delete(shell.base);
}

function banner(count) {
  const line = by("cl-s-net");
  line.hidden = count === 0;
  line.dataset.count = count;
  line.textContent = word(navigator.onLine && !queue.away ? "waiting" : "offline", { count });
}

function steps(whole) {
  let now = true;
  for (const step of document.querySelectorAll("[data-step]")) {
    const time = whole.times[step.dataset.step];
    step.className = time ? "cl-s-done" : now ? "cl-s-now" : "cl-s-later";
    step.toggleAttribute("aria-current", !time && now);
    if (!time && now) step.setAttribute("aria-current", "step");
    if (!time) now = false;
    step.querySelector("time").textContent = time ?? "—";
  }
}

function shots(whole, items) {
  for (const row of document.querySelectorAll("[data-shot]")) {
    const input = row.querySelector("input");
    if (input) input.disabled = whole.whose !== "mine";
    const mine = items.filter((each) => each.kind === "photo" && each.act === row.dataset.shot);
    const there = job.photos.some((each) => each.shot === row.dataset.shot);
    const state = mine.at(-1)?.state ?? (there ? "received" : "");
    const shown = row.querySelector(".cl-s-state");
    if (!state || !input) continue;
    row.dataset.state = state;
    shown.textContent = word(state);
  }
  const done = whole.shots.filter((shot) => whole.photos.some((each) => each.shot === shot.name));
  by("cl-s-photo-count")?.replaceChildren(`${done.length} / ${whole.shots.length}`);
}

function lines(whole, items) {
  const list = by("cl-s-lines");
  const form = by("cl-s-line");
  if (!list) return;
  const may = whole.whose === "mine" && ["arrived", "surveyed"].includes(whole.stage);
  const photos = whole.whose === "mine" && whole.kind === "photos" && whole.stage !== "assessed";
  if (form) form.hidden = !(may || photos);
  list.replaceChildren(...whole.lines.map((each) => row(each, Boolean(form) && !form.hidden)));
  for (const shown of list.children) {
    const item = items.filter((each) => each.data?.line === shown.dataset.line).at(-1);
    if (item) shown.dataset.state = item.state;
  }
  by("cl-s-total").textContent = total(whole.lines);
}

function row(line, may) {
  const made = document.createElement("li");
  made.dataset.line = line.id;
  made.append(part("span", line.part), part("span", word(line.work)), part("strong", total([line])));
  if (may) {
    const gone = part("button", word("remove"));
    gone.type = "button";
    gone.className = "cl-s-quiet";
    gone.setAttribute("aria-label", `${word("remove")} ${line.part}`);
    gone.onclick = () => act("line", { line: line.id, work: "", part: "", amount: "0" });
    made.append(gone);
  }
  return made;
}

function part(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function pending(items) {
  const box = by("cl-s-queue");
  if (!box) return;
  box.hidden = items.length === 0;
  by("cl-s-pending").replaceChildren(...items.map((item) => {
    const made = document.createElement("li");
    made.dataset.state = item.state;
    const title = job.shots.find((shot) => shot.name === item.act)?.title ?? item.act;
    const what = item.kind === "photo" ? word("photo", { name: title }) : word(`act_${item.act}`);
    const state = part("span", word(item.state));
    state.className = "cl-s-state";
    made.append(part("span", item.data?.part || what), state);
    return made;
  }));
  const refused = items.filter((each) => each.state === "refused");
  const told = by("cl-s-refused");
  told.hidden = refused.length === 0;
  told.textContent = refused.map((each) => each.sentence).filter(Boolean).join(" ") || word("refused");
}

function button(whole) {
  const shown = {
    declined: whole.whose === "asked", called: whole.whose === "mine", given_up: canGiveUp(whole),
  };
  for (const form of document.querySelectorAll("form[data-act]")) {
    form.hidden = !(shown[form.dataset.act] ?? true);
  }
  const street = by("cl-s-where");
  if (street) street.hidden = !(unplaced && next(whole) === "arrived");
  const made = by("cl-s-next")?.querySelector("button");
  if (!made) return;
  const [name, shot] = next(whole).split(":");
  made.hidden = !name;
  made.dataset.next = shot ? `photo:${shot}` : name;
  const title = whole.shots.find((each) => each.name === shot)?.title;
  made.textContent = name ? word(`next_${name}`, { name: title }) : "";
}

async function kept(item) {
  try {
    await queue.keep(item);
  } catch {
    const told = by("cl-s-refused");
    told.hidden = false;
    told.textContent = word("not_kept");
  }
}

async function act(name, data = {}) {
  await kept({ id: newId(), kind: "act", act: name, data });
}

async function press(event) {
  event.preventDefault();
  const [name, shot] = (event.target.querySelector("button").dataset.next ?? "").split(":");
  if (shot) document.querySelector(`[data-shot="${shot}"] input`).click();
  else if (name === "line") by("cl-s-part").focus();
  else if (name === "arrived") await arrive();
  else if (name) await act(name);
}

// A phone that does not say where it is: he may name the street, and goes on in any case.
let unplaced = false;
async function arrive() {
  const place = unplaced ? {} : await where();
  const street = by("cl-s-near");
  if (!place.lat && !unplaced) {
    unplaced = true;
    await show();
    street.focus();
    return;
  }
  const near = street.value.trim();
  await act("arrived", near ? { ...place, near } : place);
}

// Where he is, if he lets us know; if not, it goes on without.
function where() {
  return new Promise((done) => {
    if (!navigator.geolocation || !isSecureContext) return done({});
    const late = setTimeout(() => done({}), WHERE_MS + 500);
    const told = (data) => (clearTimeout(late), done(data));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => told({ lat: coords.latitude.toFixed(6), lon: coords.longitude.toFixed(6) }),
      () => told({}),
      { timeout: WHERE_MS, maximumAge: 60_000 },
    );
  });
}

async function photographed(event) {
  const input = event.target;
  const file = input.files[0];
  const place = input.closest("[data-shot]");
  if (!file) return;
  const blob = await smaller(file, place.querySelector("canvas"));
  const digest = await digestOf(blob);
  input.value = "";
  await kept({ id: newId(), kind: "photo", act: place.dataset.shot, blob, digest });
}

// A photo that fits through a bad network, and what it looks like; what cannot be read stays.
async function smaller(file, canvas) {
  try {
    const picture = await createImageBitmap(file);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const scale = LONGEST_PX / Math.max(picture.width, picture.height);
    if (file.size <= SMALL || scale >= 1) return file;
    const drawn = document.createElement("canvas");
    drawn.width = Math.round(picture.width * scale);
    drawn.height = Math.round(picture.height * scale);
    drawn.getContext("2d").drawImage(picture, 0, 0, drawn.width, drawn.height);
    return await new Promise((done) => drawn.toBlob((made) => done(made ?? file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}

async function digestOf(blob) {
  if (!crypto.subtle) return "";
  const made = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(made)].map((n) => n.toString(16).padStart(2, "0")).join("");
}

async function shelled() {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  await navigator.serviceWorker.register("/s/worker.js");
  const cache = await caches.open(CACHE);
  for (const old of await cache.keys()) {
    const path = new URL(old.url).pathname;
    if (path.startsWith("/static/") && !shell.urls.includes(path)) await cache.delete(old);
  }
  await cache.addAll(["mine", "asked"].includes(job.whose) ? [shell.base, ...shell.urls] : []);
  document.documentElement.dataset.ready = "offline";
}

by("cl-s-next")?.addEventListener("submit", press);
by("cl-s-retry")?.addEventListener("click", () => queue.send());
by("cl-s-line")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = Object.fromEntries(new FormData(event.target));
  event.target.reset();
  await act("line", { ...data, line: newId() });
});
for (const form of document.querySelectorAll("form[data-act]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = form.elements.reason?.value.trim();
    act(form.dataset.act, reason ? { reason } : {});
  });
}
for (const input of document.querySelectorAll(".cl-s-file")) {
  input.addEventListener("change", photographed);
}
for (const name of ["online", "offline"]) {
  addEventListener(name, () => show().then(() => queue.send()));
}
document.addEventListener("visibilitychange", () => document.hidden || queue.send());
setInterval(() => sending && queue.send(), AGAIN_MS);
show().then(() => queue.send());
shelled().catch(() => {});
