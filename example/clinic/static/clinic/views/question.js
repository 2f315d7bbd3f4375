/** Answering the question that a script asks: the right control for each kind of question. */

import { freshId, h, say } from "../dom.js";
import { decode } from "../words.js";
import { sendsOnEnter, tellsWriting } from "./composer.js";
import { Form, field } from "./form.js";

/** One answer as a radio button or a checkbox, with its label. */
function option(type, answer, properties = {}) {
  const input = h("input", { type, name: "answer", value: String(answer.id), ...properties });
  return { answer, input, element: h("label", { class: "option" }, input, " ", decode(answer.text)) };
}

/** The answers to choose from and, if the question takes them, words of one's own. */
function options(question, made) {
  const id = freshId("answers");
  const group = h(
    "fieldset",
    { id, "data-field": "answers", "aria-describedby": `${id}-problem` },
    h("legend", { class: "for-readers" }, decode(question.text)),
    made.map(({ element }) => element),
    h("p", { class: "problem", role: "alert", id: `${id}-problem` }),
  );
  const words = question.choice_open ? h("input", { type: "text", name: "text" }) : null;
  const chosen = () => made.filter(({ input }) => input.checked).map(({ answer }) => answer);
  return {
    children: [group, words && field("text", "In your own words", words)],
    focus: () => made[0]?.input.focus(),
    body: () => ({
      answers: chosen().map((answer) => answer.id),
      ...(words?.value ? { text: words.value } : {}),
    }),
    shown: () => [...chosen().map((answer) => decode(answer.text)), words?.value].filter(Boolean).join(", "),
  };
}

function choice(question) {
  return options(
    question,
    question.answers.map((answer) => option("radio", answer)),
  );
}

/** An exclusive answer takes the others back, and any other takes it back. */
function multichoice(question) {
  const made = question.answers.map((answer) => option("checkbox", answer));
  for (const one of made) {
    one.input.addEventListener("change", () => {
      if (!one.input.checked) return;
      for (const other of made) {
        if (other !== one && (one.answer.exclusive || other.answer.exclusive)) other.input.checked = false;
      }
    });
  }
  return options(question, made);
}

/** A single field; what is in it is the answer's text. */
function typed(label, control) {
  return {
    children: [field("text", label, control)],
    focus: () => control.focus(),
    body: () => ({ text: control.value }),
    shown: () => control.value,
  };
}

const input = (label, properties) => () => typed(label, h("input", { name: "text", ...properties }));

function text(question, store, thread) {
  const control = h("textarea", { name: "text", rows: "2" });
  return typed("Your answer", sendsOnEnter(tellsWriting(control, store, thread)));
}

function range(question) {
  const { range_from: from, range_to: to } = question;
  const step = Number.isInteger(from) && Number.isInteger(to) ? "1" : "any";
  const middle = step === "1" ? Math.round((from + to) / 2) : (from + to) / 2;
  const control = h("input", { type: "range", name: "text", min: String(from), max: String(to), step });
  control.value = String(middle);
  const output = h("output", {}, control.value);
  control.addEventListener("input", () => say(output, control.value));
  const made = typed(`From ${from} to ${to}`, control);
  return { ...made, children: [h("div", { class: "range" }, made.children, output)] };
}

/** Nothing to fill in: the button is the answer. */
function control() {
  return { children: [], focus: null, body: () => ({}), shown: () => "", button: "Done" };
}

const KINDS = {
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
  constructor(store, thread, question) {
    const kind = KINDS[question.type](question, store, thread);
    const button = h("button", { type: "submit", class: "primary" }, kind.button ?? "Answer");
    const form = new Form({
      label: decode(question.text),
      children: kind.children,
      button,
      // Naming the question guards against answering one that another window has answered already.
      submit: () => store.send(thread, { ...kind.body(), question: question.id }, kind.shown()),
    });
    this.element = form.element;
    this.element.dataset.question = question.type;
    this.focus = kind.focus ?? (() => button.focus());
  }
}
