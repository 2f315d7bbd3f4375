/** The controls of a question: each shows a key of the document and writes it back; what has its default is left out. */

import { button, h, labelled } from "./dom.js";

/** Set a key, or leave it out where it says no more than its default. */
export function put(object, key, value, usual) {
  if (JSON.stringify(value) === JSON.stringify(usual)) delete object[key];
  else object[key] = value;
}

export function textField(object, key, label, { rows = 0, help = "", usual = "", list = null, onchange = null } = {}) {
  const control = rows ? h("textarea", { rows, cols: 80 }) : h("input", { type: "text", size: 60 });
  if (list) control.setAttribute("list", list);
  control.value = object[key] ?? "";
  control.addEventListener("input", () => {
    put(object, key, control.value, usual);
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

export function tickField(object, key, label, help = "") {
  const control = h("input", { type: "checkbox", checked: object[key] ?? false });
  control.addEventListener("change", () => put(object, key, control.checked, false));
  return labelled(label, control, help);
}

/** JSON, or nothing. What cannot be read stays in the control, and keeps the form from being sent. */
export function jsonField(object, key, label) {
  const control = h("textarea", { rows: 2, cols: 60, spellcheck: false });
  control.value = object[key] === undefined ? "" : JSON.stringify(object[key]);
  control.addEventListener("input", () => {
    try {
      put(object, key, control.value.trim() ? JSON.parse(control.value) : undefined, undefined);
      control.setCustomValidity("");
    } catch {
      control.setCustomValidity("This is not JSON.");
    }
  });
  return labelled(label, control, "JSON");
}

/** Where it goes on: the question below, another one, or the end. */
export function nextField(object, label, questions) {
  const control = h("select", {}, h("option", { value: "" }, "the question below"), h("option", { value: "-1" }, "the end"));
  const wanted = object.next_qid === undefined || object.next_qid === null ? "" : String(object.next_qid);
  for (const { qid, text = "" } of questions) {
    control.append(h("option", { value: String(qid) }, `${qid}: ${text.slice(0, 60)}`));
  }
  if (wanted && ![...control.options].some((option) => option.value === wanted)) {
    control.append(h("option", { value: wanted }, `${wanted} (there is no such question)`));
  }
  control.value = wanted;
  control.addEventListener("change", () => {
    put(object, "next_qid", control.value === "" ? undefined : Number(control.value), undefined);
  });
  return labelled(label, control);
}

/** The same text in other languages: {code: text}. */
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
  const add = button("Add a language", () => {
    const wanted = code.value.trim().toLowerCase();
    if (!wanted || !code.checkValidity()) return code.reportValidity();
    object[key] = { [wanted]: "", ...(object[key] ?? {}) };
    code.value = "";
    draw();
    rows.querySelector("textarea").focus();
  });
  return h("fieldset", {}, h("legend", {}, legend), rows, h("div", { className: "row" }, labelled("Language", code, "pl, pt-br"), add));
}

/** A list of pairs of texts: [[first, second], …]. */
export function pairsField(object, key, { legend, first, second, help, add }) {
  const rows = h("div", { className: "rows" });
  const draw = () => {
    const pairs = object[key] ?? [];
    rows.replaceChildren(
      ...pairs.map((pair, place) =>
        h(
          "div",
          { className: "row" },
          [first, second].map((label, side) => {
            const control = h("input", { type: "text", value: pair[side], spellcheck: false });
            control.addEventListener("input", () => (pair[side] = control.value));
            return labelled(`${label} ${place + 1}`, control);
          }),
          button("Remove", () => {
            pairs.splice(place, 1);
            put(object, key, pairs, []);
            draw();
          }, { "aria-label": `Remove ${first} ${place + 1}` }),
        ),
      ),
    );
  };
  draw();
  const adds = button(add, () => {
    object[key] = [...(object[key] ?? []), ["", ""]];
    draw();
    rows.lastElementChild.querySelector("input").focus();
  });
  return h("fieldset", {}, h("legend", {}, legend), h("p", { className: "help" }, help), rows, adds);
}
