/** The script editor: one collapsible card for each question; all cards edit the same document. */

import { button, h, labelled } from "./dom.js";
import { jsonField, nextField, numberField, pairsField, put, textField, checkboxField, translationsField } from "./fields.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);

const form = document.getElementById("script-form");
const text = document.getElementById("id_script");
const editor = document.getElementById("script-editor");
const types = read("script-types");
const script = read("script-document");
script.questions ??= [];

const CHOICES = ["choice", "multichoice"];
const labelOf = (type) => types.find(([value]) => value === type)?.[1] ?? type;
const list = h("ol", { className: "cards" });
// After errors nothing is saved, so leaving the page would lose the changes.
let saved = document.querySelector(".errornote") ? null : JSON.stringify(script);
/** Question → values of keys that its type does not use; they are restored with a type that does. */
const setAside = new Map();
/** Question → its errors. */
const errorsOf = new Map();

/** Delete explicit positions, which may contradict the new order; defaults follow from the order. */
function forgetPositions() {
  script.questions.forEach((question) => delete question.position);
}

function freeQid() {
  return Math.max(0, ...script.questions.map(({ qid }) => qid)) + 1;
}

/** Render all cards; focus the element that `focus` selects in the card of the `open` question. */
function redraw(open = null, focus = "textarea, input") {
  const wasOpen = new Set([...list.children].filter((card) => card.firstChild.open).map((card) => card.question));
  if (open) wasOpen.add(open);
  list.replaceChildren(...script.questions.map((question) => card(question, wasOpen.has(question))));
  for (const item of list.children) {
    if (item.question === open) item.querySelector(focus)?.focus();
  }
}

function card(question, isOpen) {
  const summary = h("summary");
  const updateSummary = () => {
    summary.textContent = `${question.qid} · ${labelOf(question.type)}: ${(question.text ?? "").slice(0, 100) || "(no text)"}`;
  };
  updateSummary();
  const problems = errorsOf.get(question);
  const details = h("details", { className: `card type-${question.type}${problems ? " refused" : ""}` }, summary);
  const fill = () => {
    if (details.childElementCount > 1) return;
    if (problems) details.append(h("ul", { className: "errorlist" }, problems.map((problem) => h("li", {}, problem))));
    details.append(body(question, updateSummary, (focus) => redraw(question, focus)));
  };
  // Closed cards are rendered when they are opened.
  details.addEventListener("toggle", () => details.open && fill());
  if (isOpen) {
    fill();
    details.open = true;
  }
  const item = h("li", { id: `question-${question.qid}` }, details);
  item.question = question;
  return item;
}

/** Set aside keys that the type of the question does not use, and restore those that it does. */
function applyType(question) {
  const isChoice = CHOICES.includes(question.type);
  const uses = {
    next_qid: !isChoice && question.type !== "fork",
    choice_open: isChoice,
    forking_rules: question.type === "fork",
    range_from: question.type === "range",
    range_to: question.type === "range",
  };
  const aside = setAside.get(question) ?? {};
  for (const [key, isUsed] of Object.entries(uses)) {
    const [from, to] = isUsed ? [aside, question] : [question, aside];
    if (!(key in from)) continue;
    to[key] = from[key];
    delete from[key];
  }
  setAside.set(question, aside);
}

function body(question, updateSummary, rerender) {
  const type = h("select", {}, types.map(([value, label]) => h("option", { value }, label)));
  type.value = question.type;
  type.addEventListener("change", () => {
    question.type = type.value;
    applyType(question);
    rerender("select");
  });
  const isChoice = CHOICES.includes(question.type);
  return h(
    "div",
    { className: "card-body" },
    h("div", { className: "row" }, labelled("Type", type), numberField(question, "qid", "Number (QID)", { isWhole: true, onchange: updateSummary })),
    textField(question, "text", question.type === "fork" ? "Note (not shown)" : "Text", { rows: 3, onchange: updateSummary }),
    isChoice ? answers(question, rerender) : null,
    isChoice ? checkboxField(question, "choice_open", "Allow a free-text answer") : null,
    question.type === "range"
      ? h("div", { className: "row" }, numberField(question, "range_from", "From"), numberField(question, "range_to", "To"))
      : null,
    question.type === "fork"
      ? pairsField(question, "forking_rules", {
          legend: "Rules",
          noun: "rule",
          first: "Next question",
          second: "Condition",
          help: "The first rule with a true condition applies; without one the script ends. A condition compares variables, for example score > 3. Enter 1 for always.",
        })
      : null,
    !isChoice && question.type !== "fork" ? nextField(question, "Next question", script.questions) : null,
    checkboxField(question, "required", "Required", "A survey is incomplete without this answer."),
    more(question),
    tools(question),
  );
}

function more(question) {
  return h(
    "details",
    { className: "more" },
    h("summary", {}, "Group, translations, variables and more"),
    question.type === "fork" ? null : translationsField(question, "text_i18n", "Translations of the text"),
    textField(question, "group", "Group", { help: "The part of the script that this question belongs to.", list: "script-groups" }),
    variables(question, "Variables set when asked"),
    textField(question, "show_as_type", "Message type", { defaultValue: "automated_message" }),
    jsonField(question, "meta", "Meta"),
    textField(question, "comments", "Comments (for authors only)", { rows: 2 }),
  );
}

function variables(object, legend) {
  return pairsField(object, "variable_modifications", {
    legend,
    noun: "variable",
    first: "Variable",
    second: "New value",
    help: "A name, and an expression for its new value, for example score and score + 1.",
  });
}

function answers(question, rerender) {
  question.answers ??= [];
  const rows = question.answers.map((answer, index) =>
    h(
      "div",
      { className: "row answer", role: "group", "aria-label": `Answer ${index + 1}` },
      textField(answer, "text", `Answer ${index + 1}`),
      nextField(answer, "Next question", script.questions),
      question.type === "multichoice" ? checkboxField(answer, "exclusive", "Exclusive") : null,
      h("details", { className: "more" }, h("summary", {}, "Variables, translations and more"), translationsField(answer, "text_i18n", "Translations of the answer"), variables(answer, "Variables set when chosen"), jsonField(answer, "meta", "Meta")),
      button("Remove", () => {
        question.answers.splice(index, 1);
        rerender(".answers > button");
      }, { "aria-label": `Remove answer ${index + 1}` }),
    ),
  );
  const add = button("Add answer", () => {
    question.answers.forEach((answer) => delete answer.position);
    question.answers.push({ text: "" });
    rerender();
    list.querySelector(`#question-${CSS.escape(question.qid)} .answer:last-of-type input`)?.focus();
  });
  return h("fieldset", { className: "answers" }, h("legend", {}, "Answers"), rows, add);
}

function tools(question) {
  const index = () => script.questions.indexOf(question);
  const move = (by) => {
    const from = index();
    const to = from + by;
    if (to < 0 || to >= script.questions.length) return;
    forgetPositions();
    script.questions.splice(from, 1);
    script.questions.splice(to, 0, question);
    redraw(question, by < 0 ? ".up" : ".down");
  };
  return h(
    "div",
    { className: "tools" },
    button("Move up", () => move(-1), { className: "up" }),
    button("Move down", () => move(1), { className: "down" }),
    button("Add question below", () => addAt(index() + 1)),
    button("Remove question", () => {
      const from = index();
      forgetPositions();
      script.questions.splice(from, 1);
      redraw();
      (list.children[from]?.querySelector("summary") ?? editor.querySelector(".add")).focus();
    }, { className: "danger" }),
  );
}

function addAt(index) {
  forgetPositions();
  const question = { qid: freeQid(), type: "text", text: "" };
  script.questions.splice(index, 0, question);
  redraw(question);
}

/** Delete empty keys (the server rejects an empty group or comment) and return the document as JSON. */
function serialize() {
  for (const question of script.questions) {
    ["group", "comments"].forEach((key) => put(question, key, question[key] || undefined, undefined));
    if (!CHOICES.includes(question.type) || !question.answers?.length) delete question.answers;
  }
  return JSON.stringify(script);
}

form.addEventListener("submit", () => {
  text.value = serialize();
  saved = JSON.stringify(script);
});
// Browsers do not report invalid values in closed sections.
form.addEventListener(
  "invalid",
  ({ target }) => {
    for (let section = target.closest("details"); section; section = section.parentElement.closest("details")) section.open = true;
  },
  true,
);
addEventListener("beforeunload", (event) => {
  if (JSON.stringify(script) !== saved) event.preventDefault();
});

document.getElementById("script-text").hidden = true;
editor.hidden = false;
const groups = new Set(script.questions.map(({ group }) => group).filter(Boolean));
editor.append(
  h("datalist", { id: "script-groups" }, [...groups].map((value) => h("option", { value }))),
  h("datalist", { id: "script-language-codes" }, read("script-languages").map(([value, label]) => h("option", { value, label }))),
  list,
  button("Add question", () => addAt(script.questions.length), { className: "add" }),
);
for (const line of document.querySelectorAll(".errornote li")) {
  const [, qid, index, duplicate] = /^question (-?\d+)|^questions\[(\d+)\]|have the qid (-?\d+)$/.exec(line.textContent) ?? [];
  const affected = script.questions.filter((question, at) => at === Number(index ?? -1) || question.qid === Number(qid ?? duplicate));
  affected.forEach((question) => errorsOf.set(question, [...(errorsOf.get(question) ?? []), line.textContent]));
}
redraw();
for (const item of list.children) {
  if (errorsOf.has(item.question)) item.firstChild.open = true;
}

/** Open the question in the fragment of the URL. */
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (!list.contains(target)) return;
  target.firstChild.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus();
}
// Findings link to the flow page; on this page they link to the card of the question.
for (const link of document.querySelectorAll(".findings a")) link.href = link.hash.replace("#q", "#question-");
addEventListener("hashchange", openTarget);
openTarget();
