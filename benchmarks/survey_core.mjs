// Times survey-core on the survey of `benchmarks.survey_core`. Reads its number of questions from the command line,
// and prints milliseconds as JSON. Run it in a folder in which survey-core is installed.

import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const { Model } = createRequire(`${process.cwd()}/`)("survey-core");

const QUESTIONS = Number(process.argv[2]);
const RUNS = Number(process.argv[3]);
const CHOICES = [0, 1, 2, 3];

const asked = [];
for (let number = 1; number <= QUESTIONS; number += 1) if (number % 10) asked.push(number);

const pages = [];
for (const number of asked) {
  const place = Math.floor(number / 10);
  pages[place] ??= { elements: [], ...(place && { visibleIf: "{score} >= 0" }) };
  pages[place].elements.push({ type: "radiogroup", name: `item_${number}`, choices: CHOICES });
}
const score = { name: "score", expression: `sum(${asked.map((number) => `{item_${number}}`).join(", ")})` };
const schema = { pages, calculatedValues: [score] };
const answers = Object.fromEntries(asked.map((number) => [`item_${number}`, number % CHOICES.length]));

const visible = (survey) => survey.getAllQuestions(true).length;

function state(survey) {
  survey.data = answers;
  return visible(survey);
}

function fill(survey) {
  for (const [name, value] of Object.entries(answers)) {
    survey.setValue(name, value);
    visible(survey);
  }
  return visible(survey);
}

function median(work) {
  const spent = [];
  for (let run = -2; run < RUNS; run += 1) {
    const survey = new Model(schema);
    const start = performance.now();
    const shown = work(survey);
    if (run >= 0) spent.push(performance.now() - start);
    if (shown !== asked.length) throw new Error(`${shown} questions are visible`);
  }
  return spent.sort((left, right) => left - right)[Math.floor(RUNS / 2)];
}

console.log(JSON.stringify({ state: median(state), fill: median(fill) }));
