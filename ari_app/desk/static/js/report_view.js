// What the report form shows: reads and writes the page, knows nothing of saving.
import { say } from "./words.js";

export class ReportView {
  constructor(card) {
    this.card = card;
    this.form = card.dataset.form;
    this.currents = new Map();
  }

  get number() {
    return this.card.dataset.number;
  }

  set number(value) {
    this.card.dataset.number = value;
    this.form = this.card.dataset.form = this.card.dataset.form.replace(/^[^|]*/, value);
    document.getElementById("cl-report-number").textContent = value;
  }

  get call() {
    return this.card.dataset.call;
  }

  /** Whether the card was exchanged for another report's under our hands. */
  moved() {
    return this.card.dataset.form !== this.form;
  }

  sameForm(work) {
    return this.form === work.form;
  }

  box(field) {
    return this.card.querySelector(`[data-field="${CSS.escape(field)}"]`);
  }

  fieldOf(element) {
    return element.closest?.("[data-field]")?.dataset.field;
  }

  version(field) {
    return Number(this.box(field)?.dataset.version ?? 0);
  }

  inputs(field) {
    return [...(this.box(field)?.querySelectorAll("[name]") ?? [])];
  }

  typed(field) {
    const [first, ...rest] = this.inputs(field);
    if (first?.type !== "radio") return first?.value ?? "";
    return [first, ...rest].find((input) => input.checked)?.value ?? "";
  }

  shown(field) {
    return this.box(field)?.dataset.shown ?? "";
  }

  show(field, value) {
    for (const input of this.inputs(field)) {
      if (input.type === "radio") input.checked = input.value === value;
      else if (input.value !== value) input.value = value;
    }
  }

  unsaved(field, on) {
    this.box(field)?.toggleAttribute("data-unsaved", on);
  }

  /** Take over a field's saved state unless somebody is in it. */
  take(field, state) {
    const box = this.box(field);
    if (!box) return;
    box.dataset.version = state.version;
    const text = this.inputs(field)[0]?.type === "radio" ? state.value : state.shown;
    box.dataset.shown = text;
    if (!box.contains(document.activeElement) || this.typed(field) === state.value) {
      this.show(field, text);
    }
    this.unsaved(field, false);
  }

  saved(field, answer, keep) {
    const state = answer.report.fields[field];
    if (keep.has(field)) this.box(field).dataset.version = state.version;
    else this.take(field, state);
    this.settled(field);
    this.apply(answer, keep);
    const time = this.card.querySelector("[data-saved]");
    if (time) time.textContent = say("saved", { time: answer.saved_at });
  }

  /** Show a report's state around what is being typed. */
  apply(work, keep) {
    const report = work.report;
    this.card.querySelector("fieldset").disabled = !work.editable;
    if (!report) return;
    this.card.dataset.missing = report.missing.join(" ");
    for (const [field, state] of Object.entries(report.fields)) {
      const box = this.box(field);
      if (!box) continue;
      box.hidden = state.hidden;
      box.toggleAttribute("data-next", field === report.next_field);
      if (keep.has(field)) continue;
      if (state.version !== Number(box.dataset.version)) this.take(field, state);
      box.toggleAttribute("data-check", Boolean(state.note));
      box.querySelector(".cl-hint").textContent = state.note || box.dataset.hint || "";
    }
    for (const section of this.card.querySelectorAll(".cl-section")) {
      section.hidden = !section.querySelector("[data-field]:not([hidden])");
    }
  }

  notUnderstood(field, problem) {
    const box = this.box(field);
    box.toggleAttribute("data-check", true);
    box.querySelector(".cl-hint").textContent = problem ? `${problem.what} ${problem.do}` : "";
  }

  /** Two people wrote the same field: show both and ask. */
  other(field, problem) {
    const box = this.box(field);
    this.currents.set(field, problem.current);
    box.querySelector(".cl-other")?.remove();
    const line = document.createElement("div");
    line.className = "cl-other";
    const text = document.createElement("span");
    text.textContent = say("other", { by: problem.current.by, value: problem.current.shown });
    line.append(text, choice("theirs"), choice("mine"));
    box.append(line);
  }

  current(field) {
    return this.currents.get(field);
  }

  settled(field) {
    this.currents.delete(field);
    this.box(field)?.querySelector(".cl-other")?.remove();
  }

  waiting(count) {
    const line = this.card.querySelector(".cl-saved");
    line?.classList.toggle("cl-saved-waiting", count > 0);
    const text = line?.querySelector("[data-waiting]");
    if (text) text.textContent = count ? say("waiting", { count }) : "";
  }

  focus(field) {
    const input = this.inputs(field).find((each) => each.type !== "radio" || each.checked);
    (input ?? this.inputs(field)[0])?.focus();
  }

  /** The field after (or before) the one with focus among those still missing. */
  nextMissing(step) {
    const missing = (this.card.dataset.missing ?? "").split(" ").filter((name) => this.box(name));
    const here = missing.indexOf(this.fieldOf(document.activeElement) ?? "");
    return missing.at((here + step + missing.length) % missing.length);
  }
}

function choice(whose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cl-btn cl-btn-small";
  button.dataset.settle = whose;
  button.textContent = say(whose);
  return button;
}
