/* Search in the flow chart: a question is found by its number, name or text, and the shortest branch that leads to it from
the beginning is marked and listed. */

/** The most branches that are listed, those next to the question. */
const STEPS_MAX = 20;
const TEXT_MAX = 60;

const frame = document.getElementById("flow-frame");
const form = document.getElementById("flow-find");
const words = document.getElementById("flow-words");
const answer = document.getElementById("flow-answer");
const status = document.getElementById("flow-found");
const list = document.getElementById("flow-way");
const { questions, groups, texts } = JSON.parse(document.getElementById("flow-data").textContent);

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const searched = questions.map(({ text, name }) => ({ text: plain(text), name: plain(name) }));
const cameFrom = firstLinks();
let matches = [];
let current = 0;
/** Whether the group of the current match is being unfolded. */
let isAwaited = false;

const fill = (key, values = {}) => texts[key].replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const short = (text) => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text);

/** Return by which link each question is reached first: breadth first from the beginning. */
function firstLinks() {
  const found = new Map([[0, null]]);
  // The map grows while it is walked: each question is visited once.
  for (const [index] of found) {
    for (const [target, condition] of questions[index].links) {
      if (!found.has(target)) found.set(target, { index, condition });
    }
  }
  return found;
}

/** Return the links of the branch that leads to a question, from the beginning; null if nothing leads to it. */
function branchTo(index) {
  if (!cameFrom.has(index)) return null;
  const branch = [];
  for (let link = cameFrom.get(index), to = index; link; to = link.index, link = cameFrom.get(to)) {
    branch.push({ ...link, to });
  }
  return branch.reverse();
}

/** Return the indexes of the questions that match: those with that number or name first. */
function find(text) {
  const sought = plain(text.trim());
  if (!sought) return [];
  const rank = ({ qid }, { name, text: said }) => {
    if (`${qid}` === sought.replace(/^#/, "")) return 0;
    if (name === sought) return 1;
    return name.includes(sought) || said.includes(sought) ? 2 : 3;
  };
  return questions
    .map((question, index) => ({ index, rank: rank(question, searched[index]) }))
    .filter(({ rank: found }) => found < 3)
    .sort((one, other) => one.rank - other.rank || one.index - other.index)
    .map(({ index }) => index);
}

/** Return what the drawing calls the box of a question, which can be that of its folded group. */
function keyOf(index) {
  const { qid, group } = questions[index];
  return document.getElementById(`flow-${qid}`) ? `${qid}` : `g${group}`;
}

const isHidden = (index) => keyOf(index).startsWith("g");

/** Mark the boxes and lines of the branch in the drawing. */
function mark(index, branch) {
  for (const marked of frame.querySelectorAll(".way, .found")) marked.classList.remove("way", "found");
  const lines = new Map([...frame.querySelectorAll("[data-edge]")].map((line) => [line.dataset.edge, line]));
  for (const { index: from, to } of branch ?? []) {
    document.getElementById(`flow-${keyOf(from)}`)?.classList.add("way");
    lines.get(`${keyOf(from)} ${keyOf(to)}`)?.classList.add("way");
  }
  if (index !== undefined) document.getElementById(`flow-${keyOf(index)}`)?.classList.add("way", "found");
}

/** List where the branch leaves other ones, with links to the boxes. */
function listSteps(branch) {
  const steps = branch.filter(({ condition }) => condition);
  const shown = steps.slice(-STEPS_MAX).map(({ index, condition }) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const { qid, text } = questions[index];
    link.href = `#flow-${keyOf(index)}`;
    link.textContent = fill("step", { qid, text: short(text), condition });
    item.append(link);
    return item;
  });
  if (steps.length > STEPS_MAX) {
    const earlier = document.createElement("li");
    earlier.textContent = fill("earlier", { count: steps.length - STEPS_MAX });
    shown.unshift(earlier);
  }
  list.replaceChildren(...shown);
  list.hidden = !shown.length;
}

function describe(index, branch) {
  const values = { number: current + 1, count: matches.length, qid: questions[index].qid };
  const where =
    branch === null
      ? fill("unreached")
      : branch.length
        ? fill("before", { count: branch.length })
        : fill("first");
  const folded = isHidden(index) ? [fill("folded", { name: groups[questions[index].group] })] : [];
  return [fill("found", values), where, ...folded].join(" ");
}

/** Mark and describe the current match, or that nothing was found. */
function present() {
  const index = matches[current];
  const branch = index === undefined ? null : branchTo(index);
  answer.hidden = !words.value.trim();
  mark(index, branch);
  listSteps(branch ?? []);
  if (answer.hidden) status.textContent = "";
  else status.textContent = index === undefined ? fill("nothing") : describe(index, branch);
}

/** Present the current match, and scroll to it. */
function show() {
  present();
  if (!matches.length) return;
  frame.dispatchEvent(new CustomEvent("flow-show", { detail: `flow-${keyOf(matches[current])}` }));
}

function move(by) {
  if (!matches.length) return;
  const index = matches[current];
  if (isHidden(index)) {
    isAwaited = true;
    frame.dispatchEvent(new CustomEvent("flow-unfold", { detail: questions[index].group }));
    return;
  }
  current = (current + by + matches.length) % matches.length;
  show();
}

form.hidden = false;
words.addEventListener("input", () => {
  matches = find(words.value);
  current = 0;
  show();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  move(1);
});
document.getElementById("flow-previous").addEventListener("click", () => move(-1));
words.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.shiftKey) return;
  event.preventDefault();
  move(-1);
});
frame.addEventListener("flow-drawn", () => {
  if (isAwaited) show();
  else present();
  isAwaited = false;
});
