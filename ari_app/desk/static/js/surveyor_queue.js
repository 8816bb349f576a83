// Sends what the phone keeps, one after the other in the order in which it was made. The server
// knows each by its id, so that what was sent twice counts once.

import * as store from "./surveyor_store.js";

const WAITS = new Set(["kept", "sending"]);
const GONE = new Set([404, 410]);
const PATIENCE_MS = 180_000;

export class Queue {
  #base;
  #told;
  #busy = false;
  // Whether the last try has reached nobody: a phone may believe that it has a network.
  away = false;

  // `told` is called whenever an item has changed.
  constructor(base, told) {
    this.#base = base;
    this.#told = told;
  }

  items() {
    return store.all(this.#base);
  }

  async keep(item) {
    await store.add({ job: this.#base, at: Date.now(), state: "kept", sentence: "", ...item });
    await this.#told();
    this.send();
  }

  async send() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await alone(`claimline${this.#base}`, () => this.#sendAll());
    } finally {
      this.#busy = false;
    }
  }

  async #sendAll() {
    for (;;) {
      const item = (await this.items()).find((each) => WAITS.has(each.state));
      if (!item) return;
      await this.#note({ ...item, state: "sending" });
      const result = await this.#sent(item);
      await this.#note({ ...item, ...result });
      if (result.state === "kept") return;
    }
  }

  async #note(item) {
    await store.put(item);
    await this.#told();
  }

  async #sent(item) {
    try {
      const answer = await (item.kind === "photo" ? this.#photo(item) : this.#act(item));
      this.away = false;
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) return received(item, said);
      if (GONE.has(answer.status) || answer.status === 400 || answer.status === 413) {
        return { state: "refused", sentence: said.sentence ?? "" };
      }
    } catch {
      this.away = true;
    }
    return { state: "kept" };
  }

  #act(item) {
    const { id, act, data } = item;
    const body = JSON.stringify({ id, act, data, ago_s: ago(item) });
    const headers = { "Content-Type": "application/json" };
    return asked(`${this.#base}/acts`, { method: "POST", headers, body });
  }

  #photo(item) {
    const query = new URLSearchParams({ shot: item.act, ago_s: ago(item) });
    const headers = { "Content-Type": item.blob.type || "application/octet-stream" };
    const address = `${this.#base}/photos/${item.id}?${query}`;
    return asked(address, { method: "PUT", headers, body: item.blob });
  }
}

function received(item, said) {
  if (item.kind === "photo") {
    const same = !item.digest || said.sha256 === item.digest;
    return same ? { state: "received", blob: null } : { state: "refused", sentence: "" };
  }
  const taken = said.result === "done" || said.result === "already";
  return { state: taken ? "received" : "refused", sentence: said.sentence ?? "" };
}

const ago = (item) => Math.max(0, (Date.now() - item.at) / 1000).toFixed(1);

function asked(address, options) {
  return fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
}

// One page at a time sends, where the browser can tell.
async function alone(name, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && work());
}
