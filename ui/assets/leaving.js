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
  pause = setTimeout(() => isConnected() && target.dispatchEvent(new KeyboardEvent("keydown", pressed)), 400);
});
// A lost connection greys every field out, which takes the focus from it: Streamlit would count what stands in it as
// sent, or never learn that it was left. So it is not left then, and left once the connection is back.
const isConnected = () => document.querySelector("[data-test-connection-state=CONNECTED]") !== null;
window.addEventListener("focusout", (left) => {
  if (left.target.disabled && !isConnected()) left.stopImmediatePropagation();
}, true);
new MutationObserver(() => {
  if (!isConnected()) return;
  const fields = document.querySelectorAll(".stTextInput input, .stTextArea textarea");
  fields.forEach((field) => field.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));
}).observe(document.documentElement, { subtree: true, attributeFilter: ["data-test-connection-state"] });
