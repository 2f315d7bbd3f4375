/** Define the elements that the page has not defined: the script that template tags load. */

import type * as Elements from "./index.js";

const page = document.getElementById("chat-api-client")?.textContent;
/** Static files can have names with a hash; without the template tag, it is the file beside this one. */
const { elements = new URL("./elements.js", import.meta.url).href } = JSON.parse(page ?? "{}") as {
  elements?: string;
};

const { define } = (await import(/* @vite-ignore */ elements)) as typeof Elements;
define();
