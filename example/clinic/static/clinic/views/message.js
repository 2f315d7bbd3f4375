/** One message in the log: stored, or being sent. */

import { LINK_REL, plainText, safeUrl } from "../client.js";
import { fill, h, say } from "../dom.js";
import { nameOf, when } from "../words.js";

/** Show an attachment: an image of this site, or a link. Nothing is loaded from other sites. */
function attachment(data) {
  const title = data.title || data.type;
  const url = safeUrl(data.src);
  const isOurs = url !== null && new URL(url).origin === location.origin;
  const shown =
    data.type === "image" && isOurs ? h("img", { src: url, alt: title, loading: "lazy" }) : title;
  const kind = data.type === "youtube" ? " (video on YouTube)" : "";
  return h(
    "li",
    {},
    url ? h("a", { href: url, target: "_blank", rel: LINK_REL }, shown, kind) : title,
    data.description ? h("p", {}, data.description) : null,
  );
}

const REFUSED = {
  confirm: "The question has moved on, so this was not sent. ",
  refused: "This was not accepted. ",
};

export class MessageView {
  #shown = null;

  constructor() {
    this.sender = h("span", { class: "sender" });
    this.time = h("time", {});
    this.text = h("p", { class: "text" });
    this.attachments = h("ul", { class: "attachments" });
    this.receipt = h("span", { class: "receipt" });
    this.element = h(
      "li",
      { class: "message" },
      h("p", { class: "meta" }, this.sender, " ", this.time),
      this.text,
      this.attachments,
      this.receipt,
    );
  }

  /** Show a stored message; `receipt` says who has read it. */
  stored(message, receipt) {
    if (message !== this.#shown) {
      this.#shown = message;
      this.element.className = `message ${message.is_own ? "own" : message.sender ? "others" : "script"}`;
      this.element.dataset.message = message.id;
      say(this.sender, message.is_own ? "You" : nameOf(message.sender_data));
      say(this.time, when(message.created));
      this.time.dateTime = message.created;
      say(this.text, plainText(message));
      fill(this.attachments, message.attachments_data.map(attachment));
      this.attachments.hidden = !message.attachments_data.length;
    }
    say(this.receipt, receipt);
    return this.element;
  }

  /** Show a message that is queued: it is being sent, waits, or was not accepted. */
  pending({ id, state, data }, client) {
    const { connection } = client.getSnapshot();
    const isQueued = state === "queued" || state === "sending";
    this.element.className = "message own pending";
    say(this.sender, "You");
    say(this.text, data.draft.text || data.draft.shown || "");
    this.attachments.hidden = true;
    if (isQueued) {
      say(this.receipt, connection === "online" ? "sending…" : "waiting for the connection…");
    } else if (this.#shown !== state) {
      const discard = h("button", { type: "button", onclick: () => client.discard(id) }, "Discard");
      fill(this.receipt, [document.createTextNode(REFUSED[state]), discard]);
    }
    this.#shown = state;
    return this.element;
  }
}
