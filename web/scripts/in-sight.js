// Brings what just appeared below into sight, above the buttons of a flow. Whoever chooses by keyboard keeps sight of where they are.
const ROOM = 16;
const page = document.documentElement;
const still = () => "calm" in page.dataset || matchMedia("(prefers-reduced-motion: reduce)").matches;

export function bringInSight(shown, from = shown) {
  const port = innerHeight - (parseFloat(getComputedStyle(page).scrollPaddingBlockEnd) || 0);
  const { top, bottom } = shown.getBoundingClientRect();
  const most = Math.min(top, from.matches(":focus-visible") ? from.getBoundingClientRect().top : top) - ROOM;
  const by = Math.min(bottom - port, most);
  if (by > 0) scrollBy({ top: by, behavior: still() ? "auto" : "smooth" });
}

// What is unfolded, too.
export function start() {
  document.addEventListener("click", ({ target }) => {
    const summary = target.closest("summary");
    const unfolds = summary?.parentElement;
    if (unfolds && !unfolds.open) unfolds.addEventListener("toggle", () => bringInSight(unfolds, summary), { once: true });
  });
}
