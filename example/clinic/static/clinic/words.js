/** Names, times and error messages in words. */

/** Return the name of an account. */
export function nameOf(account) {
  if (!account) return "Questionnaire";
  return `${account.first_name} ${account.last_name}`.trim() || `Account ${account.id}`;
}

/** Return the title of a thread for one of its members. */
export function titleOf(thread, me) {
  if (thread.title) return thread.title;
  const others = (thread.users_data ?? []).filter((user) => user.id !== me.id);
  return others.length ? others.map(nameOf).join(", ") : "Notes to myself";
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Return a time of today as a time, any other with its day. */
export function when(iso) {
  const time = new Date(iso);
  return (time.toDateString() === new Date().toDateString() ? TIME : DAY).format(time);
}

const FIELDS = {
  answers: {
    REQUIRED: "Choose an answer.",
    TOO_MANY: "Choose just one answer.",
    WRONG_VALUE: "Choose one of the answers shown.",
    EXCLUSIVE: "One of the answers can only be chosen alone.",
    WRONG_STATE: "This question has no answers to choose from.",
  },
  text: {
    REQUIRED: "Write something first.",
    WRONG_VALUE: "This is not a valid answer to the question.",
    WRONG_STATE: "This question does not accept free text.",
  },
  question: { ALREADY_ANSWERED: "This question has already been answered, perhaps in another window." },
  break_state: { NO_PERMISSIONS: "You cannot stop the questions in this conversation." },
  client_id: { DELETED: "This message has since been deleted." },
  username: { REQUIRED: "Enter your name." },
};

const CODES = {
  REQUIRED: "This field is required.",
  THREAD_IS_CLOSED: "This conversation is closed.",
  NO_CURRENT_QUESTION: "There is no question now. The next ones come later.",
  AT_THE_BEGINNING: "This is the first question; there is nothing to go back to.",
  WRONG_STATE: "This is not possible now.",
  ONLY_ONE_SCRIPTED: "Somebody is already answering questions in this conversation.",
  ALREADY_IN_THREAD: "This person is already in the conversation.",
  NO_PERMISSIONS: "You do not have permission to do this.",
  NOT_PUBLISHED: "This questionnaire is not published yet.",
  WRONG_CREDENTIALS: "The name or the password is wrong.",
};

/** Return an API error as (field, sentence) pairs; fields that the form does not have become "". */
export function sentences(error, fields = []) {
  if (error.status === 0) return [["", "The server cannot be reached."]];
  const found = [];
  const { explanations: _, ...errors } = error.body ?? {};
  for (const [field, texts] of Object.entries(errors)) {
    for (const text of [texts].flat()) {
      const words = FIELDS[field]?.[text] ?? CODES[text] ?? (typeof text === "string" ? text : JSON.stringify(text));
      found.push([fields.includes(field) ? field : "", words]);
    }
  }
  return found.length ? found : [["", `The server returned an error (${error.status}).`]];
}
