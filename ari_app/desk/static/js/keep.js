// What was typed and is not yet acknowledged: kept in this tab, so that a reload loses nothing.
const person = document.body.dataset.person ?? "";

/** The unsent fields of one report or call: field -> {value, version}. */
export class Keep {
  constructor(about) {
    this.name = `claimline:${person}:${about}`;
    this.fields = JSON.parse(sessionStorage.getItem(this.name) ?? "{}");
  }

  /** Remember a field's newest text and the version it was typed over. */
  put(field, value, version) {
    this.fields[field] = { value, version };
    this.#write();
  }

  /** Forget it, if it still is the text that was acknowledged. */
  drop(field, value) {
    if (this.fields[field]?.value === value) delete this.fields[field];
    this.#write();
  }

  has(field) {
    return field in this.fields;
  }

  get count() {
    return Object.keys(this.fields).length;
  }

  /** Move everything to another name: the report has got its number. */
  rename(about) {
    sessionStorage.removeItem(this.name);
    this.name = `claimline:${person}:${about}`;
    this.#write();
  }

  #write() {
    if (this.count) sessionStorage.setItem(this.name, JSON.stringify(this.fields));
    else sessionStorage.removeItem(this.name);
  }
}
