/** Answers to choose from: one, or several. */

import { html, nothing } from "../lit.js";
import { type Asked, between, type Control, numberLimit, type Question, type Shown } from "./control.js";
import { inputField } from "./text.js";

/** Return what is chosen after one answer was chosen or unchosen: one that excludes the others stands alone. */
export function toggled({ answers }: Question, chosen: readonly number[], id: number): number[] {
  if (chosen.includes(id)) return chosen.filter((other) => other !== id);
  const excludes = (other: number) => answers.find((answer) => answer.id === other)?.exclusive ?? false;
  const kept = excludes(id) ? [] : chosen.filter((other) => !excludes(other));
  return answers.map((answer) => answer.id).filter((other) => other === id || kept.includes(other));
}

/** Return the texts of the chosen answers, and what was typed beside them. */
export function chosenText({ answers }: Question, chosen: readonly number[], typed = ""): string {
  const texts = answers.filter(({ id }) => chosen.includes(id)).map((answer) => answer.text);
  return [...texts, ...(typed.trim() ? [typed.trim()] : [])].join(", ");
}

function draftOf({ question, input }: Asked) {
  const typed = question.choice_open ? { text: input.text } : {};
  const isEmpty = !input.answers.length && !typed.text?.trim();
  return isEmpty ? null : { answers: input.answers, ...typed };
}

function shownChoice({ question, input }: Shown): string {
  return chosenText(question, input.answers, question.choice_open ? input.text : "");
}

/** The field for an answer in own words. */
function openField(asked: Asked): unknown {
  if (!asked.question.choice_open) return nothing;
  return html`<label class="other"
    ><span class="hint">${asked.t("other_answer")}</span>${inputField(asked)}</label
  >`;
}

function optionsView(asked: Asked, type: "radio" | "checkbox"): unknown {
  const { question, input } = asked;
  const least = numberLimit(question, "min_selected") ?? 0;
  const choose = (id: number) => {
    const answers = type === "radio" ? [id] : toggled(question, input.answers, id);
    const isAlone = question.answers.some((answer) => answer.exclusive && answers.includes(answer.id));
    // Too few are stored, and refused, only when the user leaves it at that.
    asked.change({ answers }, answers.length && answers.length < least && !isAlone ? "left" : "now");
  };
  return html`<div class="options">
      ${question.answers.map(
        ({ id, text }) =>
          html`<label class="option">
            <input
              type=${type}
              name="answer"
              aria-describedby=${asked.describedBy}
              aria-invalid=${asked.invalid}
              .checked=${input.answers.includes(id)}
              @change=${() => choose(id)}
            /><span dir="auto">${text}</span>
          </label>`,
      )}
    </div>
    ${openField(asked)}`;
}

function replies(asked: Asked): unknown {
  const { question, input } = asked;
  const choose = (id: number) => {
    if (asked.isWaiting) return;
    asked.change({ answers: [id] });
    asked.send();
  };
  return html`<div class="replies">
      ${question.answers.map(
        ({ id, text }) =>
          html`<button
            class="reply"
            dir="auto"
            ?data-suggested=${!asked.value && input.answers.includes(id)}
            aria-pressed=${asked.value && input.answers.includes(id) ? "true" : nothing}
            aria-disabled=${asked.isWaiting ? "true" : nothing}
            @click=${() => choose(id)}
          >
            ${text}
          </button>`,
      )}
    </div>
    ${openField(asked)}`;
}

const choice: Control = {
  isGroup: true,
  sendsItself: ({ question }) => !question.choice_open,
  view: (asked) => (asked.layout === "chat" ? replies(asked) : optionsView(asked, "radio")),
  draft: draftOf,
  shown: shownChoice,
};

const multichoice: Control = {
  isGroup: true,
  describe: (asked) => {
    const ends = ["min_selected", "max_selected"].map((name) => numberLimit(asked.question, name));
    return between(
      asked,
      "choose",
      ends.map((end) => (end ? asked.texts.number(end) : null)),
    );
  },
  view: (asked) => optionsView(asked, "checkbox"),
  draft: draftOf,
  shown: shownChoice,
};

export const choiceControls = { choice, multichoice };
