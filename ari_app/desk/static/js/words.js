// The sentences this page's modules need, in the page's language.
const table = JSON.parse(document.getElementById("cl-words")?.textContent ?? "{}");

/** One sentence with its {values} filled in. */
export function say(name, values = {}) {
  return (table[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}
