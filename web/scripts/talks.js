// A talk opens beside the list: mark its row, name the page, and bring the reader to it. What goes wrong opens as a page of its own.
document.addEventListener("htmx:after:swap", () => {
  const talk = document.getElementById("talk");
  const title = talk?.querySelector("h2");
  for (const row of document.querySelectorAll(".pane--list a.row")) {
    if (row.pathname === location.pathname) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  if (!title) return;
  document.title = `${title.textContent} · Spoor`;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  scrollTo(0, 0);
});

for (const failure of ["htmx:response:error", "htmx:error"]) {
  document.addEventListener(failure, (event) => {
    const link = event.target.closest?.("a[hx-get]");
    if (link) location.assign(link.href);
  });
}
