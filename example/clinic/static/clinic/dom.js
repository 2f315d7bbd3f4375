/** Creating and filling elements. Text is inserted as text: nothing here parses HTML. */

/** Create an element; `on…` properties are listeners, `class`, `aria-…`, `data-…` and the like are attributes. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes("-") && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replace the children of `parent`; those that are already in place are not touched. */
export function fill(parent, children) {
  let at = parent.firstChild;
  for (const child of children) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** Set an element's text if it differs. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let created = 0;

/** Return an id that no other element has. */
export function newId(prefix) {
  created += 1;
  return `${prefix}-${created}`;
}
