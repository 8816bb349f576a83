// The tab's title says what the bar says: an offer is seen from any other tab.
const own = document.title;

function show() {
  const said = [...document.querySelectorAll("[data-title]")].map((part) => part.dataset.title);
  document.title = said.find(Boolean) ?? own;
}

export function startTitle() {
  show();
  document.body.addEventListener("htmx:after:swap", show);
}
