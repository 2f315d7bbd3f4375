/** Helpers to create elements. Strings become text nodes and are never parsed as HTML. */

let controls = 0;

/** Create an element; `on…` properties are event listeners, others are properties or attributes. */
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

/** Wrap a control with its label, which follows a checkbox and precedes other controls. */
export function labelled(text, control, help) {
  controls += 1;
  control.id ||= `script-field-${controls}`;
  const label = h("label", { htmlFor: control.id }, text);
  const note = help ? h("span", { className: "help", id: `${control.id}-help` }, help) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  const isBox = control.type === "checkbox";
  return h("div", { className: isBox ? "field box" : "field" }, isBox ? [control, label] : [label, control], note);
}

export function button(text, onclick, properties = {}) {
  return h("button", { type: "button", onclick, ...properties }, text);
}
