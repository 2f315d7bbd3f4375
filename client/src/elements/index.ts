/** The elements: classes without a name. `register.js` gives them theirs. */

export { ChatElement } from "./base.js";
