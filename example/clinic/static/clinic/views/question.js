/** Answering the question of a script, with a control for each type of question. */

import { newId, h, say } from "../dom.js";
import { sendsOnEnter, reportsTyping } from "./composer.js";
import { Form, field } from "./form.js";

/** One option as a radio button or a check box, with its label. */
function option(type, answer, properties = {}) {
  const input = h("input", { type, name: "answer", value: String(answer.id), ...properties });
  return { answer, input, element: h("label", { class: "option" }, input, " ", answer.text) };
}

/** The options and, if the question permits it, a free-text answer. */
function options(question, all) {
  const id = newId("answers");
  const group = h(
    "fieldset",
    { id, "data-field": "answers", "aria-describedby": `${id}-problem` },
    h("legend", { class: "for-readers" }, question.text),
    all.map(({ element }) => element),
    h("p", { class: "problem", role: "alert", id: `${id}-problem` }),
  );
  const words = question.choice_open ? h("input", { type: "text", name: "text" }) : null;
  const chosen = () => all.filter(({ input }) => input.checked).map(({ answer }) => answer);
  return {
    children: [group, words && field("text", "In your own words", words)],
    focus: () => all[0]?.input.focus(),
    body: () => ({
      answers: chosen().map((answer) => answer.id),
      ...(words?.value ? { text: words.value } : {}),
    }),
    shown: () => [...chosen().map((answer) => answer.text), words?.value].filter(Boolean).join(", "),
  };
}

function choice(question) {
  return options(
    question,
    question.answers.map((answer) => option("radio", answer)),
  );
}

/** An exclusive option deselects the others, and any other deselects it. */
function multichoice(question) {
  const all = question.answers.map((answer) => option("checkbox", answer));
  for (const one of all) {
    one.input.addEventListener("change", () => {
      if (!one.input.checked) return;
      for (const other of all) {
        if (other !== one && (one.answer.exclusive || other.answer.exclusive)) other.input.checked = false;
      }
    });
  }
  return options(question, all);
}

/** A single field whose value is the answer. */
function typed(label, control) {
  return {
    children: [field("text", label, control)],
    focus: () => control.focus(),
    body: () => ({ text: control.value }),
    shown: () => control.value,
  };
}

const input = (label, properties) => () => typed(label, h("input", { name: "text", ...properties }));

function text(question, client, thread) {
  const control = h("textarea", { name: "text", rows: "2" });
  return typed("Your answer", sendsOnEnter(reportsTyping(control, client, thread)));
}

function range(question) {
  const { range_from: from, range_to: to } = question;
  const step = Number.isInteger(from) && Number.isInteger(to) ? "1" : "any";
  const middle = step === "1" ? Math.round((from + to) / 2) : (from + to) / 2;
  const control = h("input", { type: "range", name: "text", min: String(from), max: String(to), step });
  control.value = String(middle);
  const output = h("output", {}, control.value);
  control.addEventListener("input", () => say(output, control.value));
  const slider = typed(`From ${from} to ${to}`, control);
  return { ...slider, children: [h("div", { class: "range" }, slider.children, output)] };
}

/** No field: the button is the answer. */
function control() {
  return { children: [], focus: null, body: () => ({}), shown: () => "", button: "Done" };
}

const TYPES = {
  choice,
  multichoice,
  text,
  date: input("Date", { type: "date" }),
  time: input("Time", { type: "time" }),
  datetime: input("Date and time", { type: "datetime-local" }),
  int: input("Whole number", { type: "number", step: "1", inputmode: "numeric" }),
  float: input("Number", { type: "number", step: "any", inputmode: "decimal" }),
  range,
  control,
};

export class QuestionForm {
  constructor(client, thread, question) {
    const type = TYPES[question.type](question, client, thread);
    const button = h("button", { type: "submit", class: "primary" }, type.button ?? "Answer");
    const form = new Form({
      label: question.text,
      children: type.children,
      button,
      // Naming the question prevents answering one that was already answered in another window.
      submit: () => client.send(thread, { ...type.body(), question: question.id, shown: type.shown() }).done,
    });
    this.element = form.element;
    this.element.dataset.question = question.type;
    this.focus = type.focus ?? (() => button.focus());
  }
}
