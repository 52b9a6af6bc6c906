// A link to send: by the phone's own menu, or copied where there is none.
for (const button of document.querySelectorAll("[data-pass-on]")) {
  const { passOn: url, text, copied } = button.dataset;
  button.hidden = !navigator.share && !navigator.clipboard;
  button.addEventListener("click", async () => {
    if (navigator.share) {
      await navigator.share({ text, url }).catch(() => {});
      return;
    }
    await navigator.clipboard.writeText(url);
    button.replaceChildren(copied);
  });
}
