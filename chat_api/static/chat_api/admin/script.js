/** The page of a draft's script: every question as a card that opens, all of them one document. */

import { button, h, labelled } from "./dom.js";
import { jsonField, nextField, numberField, pairsField, put, textField, tickField, translationsField } from "./fields.js";

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
// What was refused is not saved: leaving the page would lose it.
let saved = document.querySelector(".errornote") ? null : JSON.stringify(script);
/** Question → keys that its present type has no use for; they come back with a type that has. */
const setAside = new Map();
/** Question → what was refused of it. */
const refused = new Map();

/** Positions and default ways follow from the order; numbers that were written down would say otherwise. */
function forgetPositions() {
  script.questions.forEach((question) => delete question.position);
}

function freeQid() {
  return Math.max(0, ...script.questions.map(({ qid }) => qid)) + 1;
}

/** Show all questions anew; the keyboard goes on at what `focus` selects in the one that is `open`. */
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
  const tell = () => {
    summary.textContent = `${question.qid} · ${labelOf(question.type)}: ${(question.text ?? "").slice(0, 100) || "(no text yet)"}`;
  };
  tell();
  const problems = refused.get(question);
  const details = h("details", { className: `card type-${question.type}${problems ? " refused" : ""}` }, summary);
  const fill = () => {
    if (details.childElementCount > 1) return;
    if (problems) details.append(h("ul", { className: "errorlist" }, problems.map((problem) => h("li", {}, problem))));
    details.append(body(question, tell, (focus) => redraw(question, focus)));
  };
  // Hundreds of closed cards cost nothing.
  details.addEventListener("toggle", () => details.open && fill());
  if (isOpen) {
    fill();
    details.open = true;
  }
  const item = h("li", { id: `question-${question.qid}` }, details);
  item.question = question;
  return item;
}

/** Set aside the keys that the question's type has no use for, and bring back those that it has. */
function sortOut(question) {
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

function body(question, tell, again) {
  const type = h("select", {}, types.map(([value, label]) => h("option", { value }, label)));
  type.value = question.type;
  type.addEventListener("change", () => {
    question.type = type.value;
    sortOut(question);
    again("select");
  });
  const isChoice = CHOICES.includes(question.type);
  return h(
    "div",
    { className: "card-body" },
    h("div", { className: "row" }, labelled("Type", type), numberField(question, "qid", "Number (QID)", { isWhole: true, onchange: tell })),
    textField(question, "text", question.type === "fork" ? "Note (a fork says nothing)" : "Text", { rows: 3, onchange: tell }),
    isChoice ? answers(question, again) : null,
    isChoice ? tickField(question, "choice_open", "Own words beside the answers") : null,
    question.type === "range"
      ? h("div", { className: "row" }, numberField(question, "range_from", "From"), numberField(question, "range_to", "To"))
      : null,
    question.type === "fork"
      ? pairsField(question, "forking_rules", {
          legend: "Rules",
          first: "Go to question",
          second: "if",
          help: "The first rule whose condition holds decides; where none does, the script ends. A condition compares variables: score > 3. Write 1 for always.",
          add: "Add a rule",
        })
      : null,
    !isChoice && question.type !== "fork" ? nextField(question, "Goes on with", script.questions) : null,
    tickField(question, "required", "Required", "In a survey: it is not completed without this answer."),
    more(question),
    tools(question),
  );
}

function more(question) {
  return h(
    "details",
    { className: "more" },
    h("summary", {}, "Group, languages, variables and more"),
    question.type === "fork" ? null : translationsField(question, "text_i18n", "The text in other languages"),
    textField(question, "group", "Group", { help: "A part of the script with this name.", list: "script-groups" }),
    variables(question, "Variables when it is asked"),
    textField(question, "show_as_type", "Type of the message", { usual: "automated_message" }),
    jsonField(question, "meta", "Meta"),
    textField(question, "comments", "Comments, for authors only", { rows: 2 }),
  );
}

function variables(object, legend) {
  return pairsField(object, "variable_modifications", {
    legend,
    first: "Variable",
    second: "becomes",
    help: "A name, and an expression with its new value: score, score + 1.",
    add: "Add a variable",
  });
}

function answers(question, again) {
  question.answers ??= [];
  const rows = question.answers.map((answer, place) =>
    h(
      "div",
      { className: "row answer", role: "group", "aria-label": `Answer ${place + 1}` },
      textField(answer, "text", `Answer ${place + 1}`),
      nextField(answer, "goes on with", script.questions),
      question.type === "multichoice" ? tickField(answer, "exclusive", "only alone") : null,
      h("details", { className: "more" }, h("summary", {}, "Variables, languages and more"), translationsField(answer, "text_i18n", "The answer in other languages"), variables(answer, "Variables when it is chosen"), jsonField(answer, "meta", "Meta")),
      button("Remove", () => {
        question.answers.splice(place, 1);
        again(".answers > button");
      }, { "aria-label": `Remove answer ${place + 1}` }),
    ),
  );
  const add = button("Add an answer", () => {
    question.answers.forEach((answer) => delete answer.position);
    question.answers.push({ text: "" });
    again();
    list.querySelector(`#question-${CSS.escape(question.qid)} .answer:last-of-type input`)?.focus();
  });
  return h("fieldset", { className: "answers" }, h("legend", {}, "Answers"), rows, add);
}

function tools(question) {
  const place = () => script.questions.indexOf(question);
  const move = (by) => {
    const from = place();
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
    button("Add a question below", () => addAt(place() + 1)),
    button("Remove the question", () => {
      const from = place();
      forgetPositions();
      script.questions.splice(from, 1);
      redraw();
      (list.children[from]?.querySelector("summary") ?? editor.querySelector(".add")).focus();
    }, { className: "danger" }),
  );
}

function addAt(place) {
  forgetPositions();
  const question = { qid: freeQid(), type: "text", text: "" };
  script.questions.splice(place, 0, question);
  redraw(question);
}

/** What is left of keys that say nothing: the server refuses a group or a comment that is empty. */
function cleaned() {
  for (const question of script.questions) {
    ["group", "comments"].forEach((key) => put(question, key, question[key] || undefined, undefined));
    if (!CHOICES.includes(question.type) || !question.answers?.length) delete question.answers;
  }
  return JSON.stringify(script);
}

form.addEventListener("submit", () => {
  text.value = cleaned();
  saved = JSON.stringify(script);
});
// A browser says nothing of a wrong value that it cannot show.
form.addEventListener(
  "invalid",
  ({ target }) => {
    for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
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
  button("Add a question at the end", () => addAt(script.questions.length), { className: "add" }),
);
for (const line of document.querySelectorAll(".errornote li")) {
  const [, qid, place, twice] = /^question (-?\d+)|^questions\[(\d+)\]|have the qid (-?\d+)$/.exec(line.textContent) ?? [];
  const wrong = script.questions.filter((question, at) => at === Number(place ?? -1) || question.qid === Number(qid ?? twice));
  wrong.forEach((question) => refused.set(question, [...(refused.get(question) ?? []), line.textContent]));
}
redraw();
for (const item of list.children) {
  if (refused.has(item.question)) item.firstChild.open = true;
}

/** Open the question that the address names. */
function openNamed() {
  const named = document.getElementById(location.hash.slice(1));
  if (!list.contains(named)) return;
  named.firstChild.open = true;
  named.scrollIntoView();
  named.querySelector("summary").focus();
}
// Findings lead to the page of the flow, which would leave this one; the question is here as well.
for (const link of document.querySelectorAll(".findings a")) link.href = link.hash.replace("#q", "#question-");
addEventListener("hashchange", openNamed);
openNamed();
