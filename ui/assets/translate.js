// Below the address of a screen Streamlit would look for its server first, and fill the browser's log with failures.
window.__streamlit = { BACKEND_BASE_URL: new URL("@@ROOT@@", window.location.href).href };
// Streamlit has no translations of its own texts: replace them by the dictionary as they appear. Its menu in sections is
// no proper list either.
(() => {
  const { texts, patterns } = "@@DICTIONARY@@";
  const rules = patterns.map(({ pattern, text }) => [new RegExp(pattern), text]);
  const names = ["placeholder", "aria-label", "title", "alt"];
  const skipped = new Set(["SCRIPT", "STYLE", "TEXTAREA"]);
  const translated = (value) => {
    const known = value.trim();
    if (!known) return value;
    if (Object.hasOwn(texts, known)) return value.replace(known, () => texts[known]);
    const rule = rules.find(([pattern]) => pattern.test(known));
    return rule ? value.replace(known, () => known.replace(rule[0], rule[1])) : value;
  };
  const onText = (node) => {
    const value = translated(node.nodeValue);
    if (value !== node.nodeValue) node.nodeValue = value;
  };
  const onAttribute = (element, name) => {
    const old = element.getAttribute(name);
    if (old === null) return;
    const value = translated(old);
    if (value !== old) element.setAttribute(name, value);
  };
  // One <ul> holds the sections as <div>s: each section is made the list of its own screens.
  const onSection = (section) => {
    section.setAttribute("role", "list");
    section.parentElement.setAttribute("role", "presentation");
  };
  // In an open box the sentence that says what became of a press may stand below its edge.
  const onSentence = (node) => {
    const box = node.parentElement?.closest("[data-testid=stPopoverBody]");
    const sentence = box && (node.matches("[data-testid=stAlert]") ? node : node.querySelector("[data-testid=stAlert]"));
    sentence?.scrollIntoView({ block: "nearest" });
  };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return onText(node);
    if (node.nodeType !== Node.ELEMENT_NODE || skipped.has(node.tagName)) return;
    if (node.getAttribute("data-testid") === "stNavSectionHeader") onSection(node.parentElement);
    names.forEach((name) => onAttribute(node, name));
    node.childNodes.forEach(walk);
  };
  const onChange = (change) => {
    if (change.type === "characterData") onText(change.target);
    else if (change.type === "attributes") onAttribute(change.target, change.attributeName);
    else change.addedNodes.forEach((node) => {
      walk(node);
      if (node.nodeType === Node.ELEMENT_NODE) onSentence(node);
    });
  };
  new MutationObserver((changes) => changes.forEach(onChange)).observe(document.documentElement, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: names,
  });
  // Closing a box by Escape throws away what is being typed in it: the field is left first, which keeps it.
  document.addEventListener("keydown", (press) => {
    const field = document.activeElement;
    if (press.key === "Escape" && field?.matches("[data-testid=stPopoverBody] textarea")) field.blur();
  }, true);
})();
