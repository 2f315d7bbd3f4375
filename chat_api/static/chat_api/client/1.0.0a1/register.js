// django-chat-api 1.0.0a1: built from client/, do not edit.
var page = document.getElementById("chat-api-client")?.textContent
var {elements = new URL("./elements.js", import.meta.url).href} = JSON.parse(page ?? "{}")
var {define} = await import(elements)
define()
