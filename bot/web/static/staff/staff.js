// What the staff pages do more with JavaScript than without: nothing here is needed to work with them.

// All rows of a table at once; the box that does it is shown only where it works.
function selectAll(root) {
  for (const box of root.querySelectorAll("[data-select-all]")) {
    box.hidden = false;
    const form = box.closest("form");
    const rows = () => [...form.querySelectorAll("input[name=item]")];
    const chosen = form.querySelector("[data-chosen]");
    const tell = () => {
      const count = rows().filter((row) => row.checked).length;
      box.querySelector("input").checked = count > 0 && count === rows().length;
      if (chosen) chosen.textContent = count ? `${count}건 선택` : "";
    };
    box.addEventListener("change", (event) => {
      for (const row of rows()) row.checked = event.target.checked;
      tell();
    });
    form.addEventListener("change", tell);
  }
}

// What was typed is not lost by a click on a link.
let unsaved = false;
let leaving = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-keep]")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  if (leaving) {
    event.preventDefault(); // a second click does nothing a second time
    return;
  }
  const words = event.submitter?.dataset.confirm;
  if (words && !confirm(words)) {
    event.preventDefault();
    return;
  }
  unsaved = false;
  leaving = !event.target.hasAttribute("hx-get") && !event.target.hasAttribute("data-download");
  if (leaving) for (const live of document.querySelectorAll("[data-live]")) htmx.trigger(live, "htmx:abort");
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving) event.preventDefault(); // what is being checked is on its way already
});
addEventListener("pageshow", () => {
  leaving = false;
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// Ctrl or Command with Enter or S presses the button that says so.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = document.querySelector(`[data-key~="${CSS.escape(key)}"]`);
  if (!button) return;
  event.preventDefault();
  if (!event.repeat) button.click();
});

selectAll(document);
document.addEventListener("htmx:afterSwap", (event) => selectAll(event.target));
