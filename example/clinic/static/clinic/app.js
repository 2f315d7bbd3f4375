/** The entry point of the page. */

import { fill } from "./dom.js";
import { Session } from "./session.js";
import { ChatView } from "./views/chat.js";
import { SignInView } from "./views/signin.js";

const root = document.getElementById("app");
const session = new Session(draw);
let shown = null;

/** Show the chat to signed-in users, the sign-in form to everybody else. */
function draw() {
  const kind = session.me ? ChatView : SignInView;
  if (!(shown instanceof kind)) {
    shown = new kind(session);
    fill(root, [shown.element]);
    shown.begin?.();
  }
  shown.update?.();
  const unread = session.client?.getSnapshot().unread?.messages;
  document.title = unread ? `(${unread}) Clinic` : "Clinic";
}

document.addEventListener("visibilitychange", () => shown && draw());

try {
  await session.load();
} catch {
  root.textContent = "The server cannot be reached. Reload the page.";
}
