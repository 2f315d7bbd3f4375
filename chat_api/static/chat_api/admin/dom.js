/** Making elements. Text goes in as text: nothing here reads HTML. */

let made = 0;

/** Make an element; `on…` properties are listeners, the rest are properties or attributes. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Make a control with its label before it (after it for a box to tick). */
export function labelled(text, control, help) {
  made += 1;
  control.id ||= `script-field-${made}`;
  const label = h("label", { htmlFor: control.id }, text);
  const note = help ? h("span", { className: "help", id: `${control.id}-help` }, help) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  const isBox = control.type === "checkbox";
  return h("div", { className: isBox ? "field box" : "field" }, isBox ? [control, label] : [label, control], note);
}

export function button(text, onclick, properties = {}) {
  return h("button", { type: "button", onclick, ...properties }, text);
}
