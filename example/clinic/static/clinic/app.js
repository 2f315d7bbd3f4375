/** The entry point of the page. */

import * as api from "./api.js";
import { fill } from "./dom.js";
import { Store } from "./store.js";
import { ChatView } from "./views/chat.js";
import { SignInView } from "./views/signin.js";

const store = new Store();
const root = document.getElementById("app");
let shown = null;

/** Show the chat to signed-in users, the sign-in form to everybody else. */
function draw() {
  const kind = store.me ? ChatView : SignInView;
  if (!(shown instanceof kind)) {
    shown = new kind(store);
    fill(root, [shown.element]);
    shown.begin?.();
  }
  shown.update?.();
  document.title = store.unread ? `(${store.unread}) Clinic` : "Clinic";
}

store.subscribe(draw);
document.addEventListener("visibilitychange", () => store.markVisibleAsRead());

try {
  store.begin(await api.whoAmI());
} catch {
  root.textContent = "The server cannot be reached. Reload the page.";
}
