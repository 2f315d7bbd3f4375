/** The client of the library, from where `{% chat_api_client %}` says that it is. */

const page = JSON.parse(document.getElementById("chat-api-client").textContent);

export const { ApiError, createClient, LINK_REL, listKey, plainText, safeUrl } = await import(page.module);

/** The list of the page: all conversations of the user. */
export const CONVERSATIONS = { type: "chat" };
