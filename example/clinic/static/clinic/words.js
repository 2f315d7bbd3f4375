/** What is said in words: names, times, and what was wrong. */

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&#39;": "'" };

/** Give stored text as it was typed: the server keeps it HTML-escaped, and this page shows text, never HTML. */
export function decode(text) {
  return text.replace(/&(?:amp|lt|gt|quot|#x27|#39);/g, (entity) => ENTITIES[entity]);
}

/** Give the name of an account. */
export function nameOf(account) {
  if (!account) return "Questionnaire";
  return `${account.first_name} ${account.last_name}`.trim() || `Account ${account.id}`;
}

/** Give what a thread is called, for one of its members. */
export function titleOf(thread, me) {
  if (thread.title) return thread.title;
  const others = (thread.users_data ?? []).filter((user) => user.id !== me.id);
  return others.length ? others.map(nameOf).join(", ") : "Notes to myself";
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Give a time of today as a time, another with its day. */
export function when(iso) {
  const moment = new Date(iso);
  return (moment.toDateString() === new Date().toDateString() ? TIME : DAY).format(moment);
}

const FIELDS = {
  answers: {
    REQUIRED: "Choose an answer.",
    TOO_MANY: "Choose just one answer.",
    WRONG_VALUE: "That is none of the answers to this question.",
    EXCLUSIVE: "One of the answers can only be chosen alone.",
    WRONG_STATE: "Nothing to choose from was asked.",
  },
  text: {
    REQUIRED: "Write something first.",
    WRONG_VALUE: "This cannot be understood as an answer to the question.",
    WRONG_STATE: "This question takes no words of your own.",
  },
  question: { ALREADY_ANSWERED: "This question has been answered already, perhaps in another window." },
  break_state: { NO_PERMISSIONS: "You may not stop the questions here." },
  client_id: { DELETED: "This message has been deleted meanwhile." },
  username: { REQUIRED: "Type your name." },
};

const CODES = {
  REQUIRED: "This is needed.",
  THREAD_IS_CLOSED: "This conversation is closed.",
  NO_CURRENT_QUESTION: "There is no question to answer now; the next ones come later.",
  AT_THE_BEGINNING: "This is the first question; there is nothing to go back to.",
  WRONG_STATE: "This is not possible now.",
  ONLY_ONE_SCRIPTED: "Somebody is being asked in this conversation already.",
  ALREADY_IN_THREAD: "This person is in the conversation already.",
  NO_PERMISSIONS: "You may not do this.",
  NOT_PUBLISHED: "This questionnaire is not ready yet.",
  WRONG_CREDENTIALS: "The name or the password is wrong.",
};

/** Give an error of the API as (field, sentence) pairs; a field that is no input of the form is "". */
export function sentences(error, fields = []) {
  if (error.status === 0) return [["", "The server cannot be reached."]];
  const found = [];
  for (const [field, texts] of Object.entries(error.body ?? {})) {
    for (const text of [texts].flat()) {
      const words = FIELDS[field]?.[text] ?? CODES[text] ?? (typeof text === "string" ? text : JSON.stringify(text));
      found.push([fields.includes(field) ? field : "", words]);
    }
  }
  return found.length ? found : [["", `The server answered with an error (${error.status}).`]];
}
