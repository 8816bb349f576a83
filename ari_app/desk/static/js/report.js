// The report form: saved field by field, never swapped, in step with other tabs and the line.
import { call, tell } from "./acts.js";
import { moved, onMoved } from "./feed.js";
import { Keep } from "./keep.js";
import { ReportView } from "./report_view.js";

const PAUSE = 600;
const LONGEST = 15000;

class Report {
  constructor(card) {
    this.view = new ReportView(card);
    this.keep = new Keep(this.view.number || this.view.call);
    this.timers = new Map();
    this.sending = new Set();
    this.delay = 1000;
    this.listen(card);
    this.replay();
  }

  listen(card) {
    card.addEventListener("input", (event) => this.typed(event.target, PAUSE));
    card.addEventListener("change", (event) => this.typed(event.target, 0));
    card.addEventListener("focusout", (event) => {
      const field = this.view.fieldOf(event.target);
      if (field && this.timers.has(field)) this.save(field);
    });
    card.addEventListener("click", (event) => {
      const choice = event.target.closest?.("[data-settle]");
      if (choice) this.settle(this.view.fieldOf(choice), choice.dataset.settle);
    });
  }

  typed(input, pause) {
    const field = this.view.fieldOf(input);
    if (!field || !input.name) return;
    const value = this.view.typed(field);
    if (!this.keep.has(field) && value === this.view.shown(field)) return;
    this.keep.put(field, value, this.keep.fields[field]?.version ?? this.view.version(field));
    this.view.unsaved(field, true);
    clearTimeout(this.timers.get(field));
    this.timers.set(field, setTimeout(() => this.save(field), pause));
  }

  /** Write a value as if it had been typed. */
  put(field, value) {
    this.keep.put(field, value, this.view.version(field));
    this.view.show(field, value);
    this.view.unsaved(field, true);
    this.save(field);
  }

  async save(field) {
    clearTimeout(this.timers.get(field));
    this.timers.delete(field);
    const kept = this.keep.fields[field];
    if (!kept || this.sending.has(field)) return;
    this.sending.add(field);
    try {
      const number = await this.numbered();
      const body = { field, value: kept.value, version: kept.version };
      const answer = await call("PATCH", `/api/reports/${number}`, body);
      this.delay = 1000;
      this.keep.drop(field, kept.value);
      if (this.keep.has(field)) this.keep.fields[field].version = answer.version;
      this.view.saved(field, answer, this.keep);
    } catch (problem) {
      this.failed(field, kept, problem);
    } finally {
      this.sending.delete(field);
      this.view.waiting(this.keep.count);
    }
    if (this.keep.has(field) && this.keep.fields[field].value !== kept.value) this.save(field);
  }

  failed(field, kept, problem) {
    if (problem.status === 409 && problem.body?.current) {
      this.view.other(field, problem.body);
    } else if (problem.status === 422) {
      this.view.notUnderstood(field, problem.body);
    } else if (problem.status === 401) {
      location.reload();
    } else if (problem.status === 0 || problem.status >= 500) {
      setTimeout(() => this.save(field), this.delay);
      this.delay = Math.min(LONGEST, this.delay * 2);
    } else {
      tell(problem);
    }
  }

  settle(field, whose) {
    const current = this.view.current(field);
    if (whose === "mine") {
      this.keep.put(field, this.keep.fields[field].value, current.version);
      this.save(field);
    } else {
      this.keep.drop(field, this.keep.fields[field]?.value);
      this.view.take(field, current);
      this.view.waiting(this.keep.count);
    }
    this.view.settled(field);
  }

  /** The report's number; the first answer of a call without a report begins one. */
  async numbered() {
    if (this.view.number) return this.view.number;
    this.starting ??= call("POST", `/api/calls/${this.view.call}/report`, {});
    try {
      const { number } = await this.starting;
      this.view.number = number;
      this.keep.rename(number);
      return number;
    } finally {
      this.starting = null;
    }
  }

  replay() {
    for (const [field, kept] of Object.entries(this.keep.fields)) {
      this.view.show(field, kept.value);
      this.view.unsaved(field, true);
      this.save(field);
    }
    this.view.waiting(this.keep.count);
  }

  /** Take over what the work says; false when it is about another form. */
  follow(work) {
    const same = this.view.sameForm(work);
    if (same) this.view.apply(work, this.keep);
    return same;
  }
}

export function startReport() {
  const holder = { report: null };
  const begin = () => {
    const card = document.getElementById("cl-report");
    if (!card) holder.report = null;
    else if (holder.report?.view.card !== card || holder.report.view.moved()) {
      holder.report = new Report(card);
    }
  };
  begin();
  if (!document.getElementById("cl-form")) return holder;
  const reconcile = latest(async (isLatest) => {
    const work = await call("GET", "/api/me/work").catch(() => null);
    if (!work || !isLatest()) return;
    const same = holder.report ? holder.report.follow(work) : !work.form;
    // Another report, or none: fetch the whole centre.
    if (!same) window.htmx.trigger("#cl-form", "cl-form");
  });
  document.body.addEventListener("htmx:after:swap", (event) => {
    begin();
    // The call may have moved on while the form was on its way.
    if (event.detail.ctx?.sourceElement?.id !== "cl-form") return;
    reconcile();
    moved(["form"]);
  });
  onMoved((names) => {
    if (["me", "report", "everything"].some((name) => names.has(name))) reconcile();
  });
  return holder;
}

/** Wrap an asynchronous act so that only the newest of several answers counts. */
function latest(act) {
  let turn = 0;
  return () => {
    const mine = ++turn;
    return act(() => mine === turn);
  };
}
