/** Form fields bound to a key of the document. Keys with their default value are left out of the document. */

import { button, h, labelled } from "./dom.js";

/** Set a key, or delete it if the value is the default. */
export function put(object, key, value, defaultValue) {
  if (JSON.stringify(value) === JSON.stringify(defaultValue)) delete object[key];
  else object[key] = value;
}

export function textField(object, key, label, { rows = 0, help = "", defaultValue = "", list = null, onchange = null } = {}) {
  const control = rows ? h("textarea", { rows, cols: 80 }) : h("input", { type: "text", size: 60 });
  if (list) control.setAttribute("list", list);
  control.value = object[key] ?? "";
  control.addEventListener("input", () => {
    put(object, key, control.value, defaultValue);
    onchange?.();
  });
  return labelled(label, control, help);
}

export function numberField(object, key, label, { isWhole = false, help = "", onchange = null } = {}) {
  const control = h("input", { type: "number", step: isWhole ? "1" : "any" });
  control.value = object[key] ?? "";
  control.addEventListener("input", () => {
    put(object, key, control.value === "" ? undefined : Number(control.value), undefined);
    onchange?.();
  });
  return labelled(label, control, help);
}

export function checkboxField(object, key, label, help = "") {
  const control = h("input", { type: "checkbox", checked: object[key] ?? false });
  control.addEventListener("change", () => put(object, key, control.checked, false));
  return labelled(label, control, help);
}

/** A JSON value, or nothing. Invalid JSON stays in the control and prevents submitting the form. */
export function jsonField(object, key, label) {
  const control = h("textarea", { rows: 2, cols: 60, spellcheck: false });
  control.value = object[key] === undefined ? "" : JSON.stringify(object[key]);
  control.addEventListener("input", () => {
    try {
      put(object, key, control.value.trim() ? JSON.parse(control.value) : undefined, undefined);
      control.setCustomValidity("");
    } catch {
      control.setCustomValidity("Enter valid JSON.");
    }
  });
  return labelled(label, control, "JSON");
}

/** The next question: the one below, another one, or the end of the script. */
export function nextField(object, label, questions) {
  const control = h("select", {}, h("option", { value: "" }, "Question below"), h("option", { value: "-1" }, "End of script"));
  const selected = object.next_qid === undefined || object.next_qid === null ? "" : String(object.next_qid);
  for (const { qid, text = "" } of questions) {
    control.append(h("option", { value: String(qid) }, `${qid}: ${text.slice(0, 60)}`));
  }
  if (selected && ![...control.options].some((option) => option.value === selected)) {
    control.append(h("option", { value: selected }, `${selected} (missing)`));
  }
  control.value = selected;
  control.addEventListener("change", () => {
    put(object, "next_qid", control.value === "" ? undefined : Number(control.value), undefined);
  });
  return labelled(label, control);
}

/** Translations of a text: {code: text}. */
export function translationsField(object, key, legend) {
  const rows = h("div", { className: "rows" });
  const draw = () => {
    rows.replaceChildren(
      ...Object.keys(object[key] ?? {}).map((code) => {
        const control = h("textarea", { rows: 2, cols: 60, lang: code });
        control.value = object[key][code];
        control.addEventListener("input", () => (object[key][code] = control.value));
        const remove = button("Remove", () => {
          delete object[key][code];
          put(object, key, object[key], {});
          draw();
        }, { "aria-label": `Remove ${code}` });
        return h("div", { className: "row" }, labelled(code, control), remove);
      }),
    );
  };
  draw();
  const code = h("input", { type: "text", size: 8, pattern: "[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}" });
  code.setAttribute("list", "script-language-codes");
  const add = button("Add language", () => {
    const language = code.value.trim().toLowerCase();
    if (!language || !code.checkValidity()) return code.reportValidity();
    object[key] = { [language]: "", ...(object[key] ?? {}) };
    code.value = "";
    draw();
    rows.querySelector("textarea").focus();
  });
  return h("fieldset", {}, h("legend", {}, legend), rows, h("div", { className: "row" }, labelled("Language", code, "pl, pt-br"), add));
}

/** A list of pairs of texts: [[first, second], …]; `noun` is what a pair is called. */
export function pairsField(object, key, { legend, noun, first, second, help }) {
  const rows = h("div", { className: "rows" });
  const draw = () => {
    const pairs = object[key] ?? [];
    rows.replaceChildren(
      ...pairs.map((pair, index) =>
        h(
          "div",
          { className: "row" },
          [first, second].map((label, side) => {
            const control = h("input", { type: "text", value: pair[side], spellcheck: false });
            control.addEventListener("input", () => (pair[side] = control.value));
            return labelled(`${label} ${index + 1}`, control);
          }),
          button("Remove", () => {
            pairs.splice(index, 1);
            put(object, key, pairs, []);
            draw();
          }, { "aria-label": `Remove ${noun} ${index + 1}` }),
        ),
      ),
    );
  };
  draw();
  const add = button(`Add ${noun}`, () => {
    object[key] = [...(object[key] ?? []), ["", ""]];
    draw();
    rows.lastElementChild.querySelector("input").focus();
  });
  return h("fieldset", {}, h("legend", {}, legend), h("p", { className: "help" }, help), rows, add);
}
