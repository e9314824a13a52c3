// A reason that is typed and not written yet goes with the page: the browser asks before it reloads, goes back or closes.
window.addEventListener("beforeunload", (leaving) => {
  // What has just been typed has not reached the server yet.
  const fields = [...document.querySelectorAll('[class*="st-key-unsaved_field"] textarea')];
  if (!fields.some((field) => field.value.trim()) && !document.querySelector(".st-key-unsaved_reasons")) return;
  leaving.preventDefault();
  // Older browsers ask only so.
  leaving.returnValue = "";
});
// Back to another screen of the same session asks nothing, and would take with it what the field has not sent yet: it is
// sent, as by Ctrl + Enter, whenever the typing pauses.
let pause;
document.addEventListener("input", ({ target }) => {
  if (!target.closest('[class*="st-key-unsaved_field"]')) return;
  clearTimeout(pause);
  const pressed = { key: "Enter", ctrlKey: true, bubbles: true };
  pause = setTimeout(() => target.dispatchEvent(new KeyboardEvent("keydown", pressed)), 400);
});
