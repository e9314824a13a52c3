// What is typed and not written yet goes with the page: the browser asks before it reloads, goes back or closes.
const isConnected = () => document.querySelector("[data-test-connection-state=CONNECTED]") !== null;
const followed = ["entry_", "explain_"]
  .map((key) => `[class*="st-key-${key}"] :is(.stTextInput input, .stTextArea textarea)`).join();
// Figures and explanations that were typed since the field was last sent, which is when it is left or confirmed.
const unsent = new WeakSet();
window.addEventListener("beforeunload", (leaving) => {
  const reasons = [...document.querySelectorAll('[class*="st-key-unsaved_field"] textarea')];
  // What has just been typed has not reached the server yet.
  const isTyped = reasons.some((field) => field.value.trim())
    || [...document.querySelectorAll(followed)].some((field) => unsent.has(field));
  if (!isTyped && !document.querySelector(".st-key-unsaved_reasons")) return;
  leaving.preventDefault();
  // Older browsers ask only so.
  leaving.returnValue = "";
});
document.addEventListener("input", ({ target }) => target.matches(followed) && unsent.add(target));
document.addEventListener("keydown", ({ target, key, isComposing, ctrlKey, metaKey }) => {
  if (key === "Enter" && !isComposing && (target.tagName === "INPUT" || ctrlKey || metaKey)) unsent.delete(target);
}, true);
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
const own = new WeakSet();
const leave = (field) => {
  const left = new FocusEvent("focusout", { bubbles: true });
  own.add(left);
  field.dispatchEvent(left);
};
window.addEventListener("focusout", (left) => {
  if (left.target.disabled && !own.has(left)) {
    left.stopImmediatePropagation();
    // Fields are greyed out a moment before the page says why.
    setTimeout(() => isConnected() && leave(left.target));
  } else unsent.delete(left.target);
}, true);
new MutationObserver(() => {
  if (isConnected()) document.querySelectorAll(".stTextInput input, .stTextArea textarea").forEach(leave);
}).observe(document.documentElement, { subtree: true, attributeFilter: ["data-test-connection-state"] });
