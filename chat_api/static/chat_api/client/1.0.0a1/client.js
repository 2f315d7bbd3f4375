//# allFunctionsCalledOnLoad
// django-chat-api 1.0.0a1: built from client/, do not edit.
function resultsOf(page) {
 return "results" in page ? page.results : page
}
function hasNext(page) {
 return "results" in page && page.next !== null
}

function newUuid() {
 let hex = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0"))
 return hex.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5")
}

var MOVED_ON = ["question", "asked", "instance"]
function movedOn(error) {
 let {fields} = error
 let isGone = fields["non_field_errors"]?.includes("NO_CURRENT_QUESTION") ?? false
 return isGone || MOVED_ON.some(name => name in fields)
}
var JSON_FIELDS = new Set(["meta", "options"])
function put(form, name, value, field = name) {
 if (value === void 0) return
 form.append(name, JSON_FIELDS.has(field) ? JSON.stringify(value) : String(value ?? ""))
}
function putFile(form, {file, type = "image", title, description}, prefix = "") {
 let fields = {type, title, description}
 for (let [name, value] of Object.entries(fields)) put(form, prefix + name, value)
 form.append(`${prefix}file`, file, file instanceof File ? file.name : "file")
}
function fileForm(file) {
 let form = new FormData()
 putFile(form, file)
 return form
}
function formOf(body, files) {
 let form = new FormData()
 let {answers = [], attachments = [], ...fields} = body
 for (let [name, value] of Object.entries(fields)) put(form, name, value)
 for (let answer of answers) put(form, "answers", answer)
 attachments.forEach((attachment, at) => {
  for (let [name, value] of Object.entries(attachment)) put(form, `attachments[${at}]${name}`, value, name)
 })
 files.forEach((file, at) => putFile(form, file, `attachments[${attachments.length + at}]`))
 return form
}
var MessageSender = class {
 constructor(requests, outbox, onStored) {
  this.requests = requests
  this.outbox = outbox
  this.onStored = onStored
  outbox.register("message", this)
 }
 queue(thread, draft) {
  let id = newUuid()
  let data = {thread, draft}
  let done = this.outbox.add({id, kind: "message", lane: `thread:${thread}`, key: "", data})
  done.catch(() => {})
  return {id, done}
 }
 async send(item, options) {
  let {thread, draft} = item.data
  let {files = [], shown: _, ...body} = draft
  let all = {...body, client_id: item.id}
  let content = files.length ? {form: formOf(all, files), onProgress: options.onProgress} : {body: all}
  let query = {explain: true}
  return this.requests.request("POST", `threads/${thread}/messages`, {...content, query, signal: options.signal})
 }
 stored(item, result) {
  this.onStored(item.data.thread, result)
 }
 hasMovedOn(item, error) {
  let {draft} = item.data
  return ("question" in draft || "asked" in draft) && movedOn(error)
 }
}

var SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"])
function cookieToken() {
 if (typeof document === "undefined") return ""
 return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? ""
}
var Credentials = class {
 version = 0
 #auth
 #secret = null
 #fetching = null
 #rejected = null
 constructor(auth, isSameOrigin) {
  this.isSameOrigin = isSameOrigin
  this.#auth = auth
 }
 get account() {
  return this.#auth.account
 }
 get usesToken() {
  return "token" in this.#auth
 }
 get mode() {
  if (this.usesToken) return "omit"
  return this.isSameOrigin ? "same-origin" : "include"
 }
 replace(auth) {
  if (String(auth.account) !== String(this.account)) throw new Error("These are the credentials of another account")
  this.#auth = auth
  this.#secret = null
  this.retry()
 }
 retry() {
  this.#rejected = null
  this.version += 1
 }
 giveUp() {
  this.#rejected = this.version
 }
 async headers(method) {
  let auth = this.#auth
  if ("token" in auth) return {Authorization: `${auth.scheme ?? "Token"} ${await this.#current()}`}
  if (SAFE_METHODS.has(method)) return {}
  return {[auth.csrfHeader ?? "X-CSRFToken"]: await this.#current()}
 }
 async renew(version) {
  if (this.#rejected === this.version) return false
  if (version !== this.version) return true
  let before = this.#secret
  try {
   await this.#fetch(true)
  } catch {
   return false
  }
  if (this.#secret === before) return false
  if (version === this.version) this.version += 1
  return true
 }
 async #current() {
  return this.#secret ?? this.#fetch(false)
 }
 #fetch(isRejected) {
  this.#fetching ??= this.#fetchSecret(isRejected)
   .then(secret => (this.#secret = secret))
   .finally(() => {
    this.#fetching = null
   })
  return this.#fetching
 }
 async #fetchSecret(isRejected) {
  let auth = this.#auth
  if ("token" in auth) return typeof auth.token === "function" ? auth.token(isRejected) : auth.token
  if (typeof auth.csrf === "function") return auth.csrf()
  return (isRejected ? cookieToken() : auth.csrf) || cookieToken() || auth.csrf || ""
 }
}

function callSafely(listener) {
 try {
  listener()
 } catch (error) {
  if (typeof reportError === "function") reportError(error)
  else console.error(error)
 }
}
var Events = class {
 #listeners = new Map()
 on = (name, listener) => {
  let listeners = this.#listeners.get(name) ?? new Set()
  this.#listeners.set(name, listeners)
  listeners.add(listener)
  return () => listeners.delete(listener)
 }
 emit(name, detail) {
  for (let listener of [...(this.#listeners.get(name) ?? [])]) callSafely(() => listener(detail))
 }
}

var WAIT_FIRST = 500
var WAIT_LONGEST = 3e4
var RETRY_AFTER_MAX = 60 * 60 * 1e3
function pauseAfter(failures, first = WAIT_FIRST) {
 return Math.min(WAIT_LONGEST, first * 2 ** failures) * (0.5 + Math.random() / 2)
}
var Backoff = class {
 #waits = 0
 #notBefore = 0
 #timer
 constructor(retry) {
  this.retry = retry
 }
 reset() {
  this.#waits = 0
 }
 stop() {
  clearTimeout(this.#timer)
 }
 isOver() {
  this.stop()
  let pause = this.#notBefore - Date.now()
  if (pause > 0) this.#timer = setTimeout(this.retry, pause)
  return pause <= 0
 }
 later(retryAfter) {
  let pause = pauseAfter(this.#waits)
  this.#waits += 1
  let wanted = Math.min((retryAfter ?? 0) * 1e3, RETRY_AFTER_MAX)
  if (wanted) this.#notBefore = Date.now() + wanted
  this.stop()
  this.#timer = setTimeout(this.retry, Math.max(pause, wanted))
 }
}

var ApiError = class extends Error {
 name = "ApiError"
 constructor(status, body, retryAfter = null) {
  super(status === 0 ? "The server cannot be reached" : `The server responded with ${status}`)
  this.status = status
  this.body = body
  this.retryAfter = retryAfter
 }
 static [Symbol.hasInstance](value) {
  return value instanceof Error && value.name === "ApiError" && "retryAfter" in value
 }
 get isTemporary() {
  return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
 }
 get code() {
  let code = this.body?.code
  return typeof code === "string" ? code : ""
 }
 get fields() {
  let {body} = this
  if (this.status !== 400 || typeof body !== "object" || body === null) return {}
  let lists = Object.entries(body).filter(([name, errors]) => name !== "explanations" && Array.isArray(errors))
  return Object.fromEntries(lists.map(([name, errors]) => [name, errors.map(String)]))
 }
 get explanations() {
  let {explanations} = this.body ?? {}
  return Array.isArray(explanations) ? explanations : []
 }
 get canConfirm() {
  let codes = Object.values(this.fields).flat()
  return codes.length > 0 && codes.every(code => code === "CONFIRM")
 }
}

async function sendForm(upload) {
 if (upload.onProgress && typeof XMLHttpRequest !== "undefined") return sendWithProgress(upload)
 let {method, url, headers, form, credentials, signal} = upload
 try {
  return await upload.fetch(url, {method, headers, body: form, credentials, signal})
 } catch {
  signal.throwIfAborted()
  throw new ApiError(0, null)
 }
}
function sendWithProgress({method, url, headers, form, credentials, signal, onProgress}) {
 return new Promise((resolve, reject) => {
  let request = new XMLHttpRequest()
  request.open(method, url)
  request.withCredentials = credentials === "include"
  for (let [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
  request.upload.onprogress = ({loaded, total}) => onProgress?.(total ? loaded / total : 0)
  request.onload = () => resolve(responseOf(request))
  request.onerror = () => reject(new ApiError(0, null))
  request.onabort = () => reject(signal.reason)
  if (signal.aborted) return reject(signal.reason)
  signal.addEventListener("abort", () => request.abort())
  request.send(form)
 })
}
function responseOf(request) {
 let headers = new Headers()
 for (let name of ["Content-Type", "Retry-After"]) {
  let value = request.getResponseHeader(name)
  if (value !== null) headers.set(name, value)
 }
 let isEmpty = request.status === 204 || request.status === 304
 return new Response(isEmpty ? null : request.responseText, {status: request.status, headers})
}

var NOT_SIGNED_IN = new Set(["NOT_AUTHENTICATED", "CSRF_FAILED"])
var LASTS_AT_MOST = 6e4
var Requests = class {
 #stop = new AbortController()
 constructor(api, credentials, fetch, onAuthProblem) {
  this.api = api
  this.credentials = credentials
  this.fetch = fetch
  this.onAuthProblem = onAuthProblem
 }
 resume(auth) {
  if (auth) this.credentials.replace(auth)
  else this.credentials.retry()
  this.#stop = new AbortController()
 }
 url(path, query = {}) {
  let url = new URL(path, this.api)
  if (url.origin !== new URL(this.api).origin) throw new Error(`${url.origin} is another origin than the API`)
  for (let [name, value] of Object.entries(query)) {
   if (value !== null && value !== void 0) url.searchParams.set(name, String(value))
  }
  return url.href
 }
 async request(method, path, options = {}) {
  let response = await this.response(method, path, options)
  let text = await textOf(response, options.signal)
  let head = response.headers.get("Chat-Event-Head")
  if (head) options.onHead?.(Number(head))
  let type = response.headers.get("Content-Type") ?? ""
  if (text && type.includes("html")) throw new ApiError(0, null)
  if (!text || !type.includes("json")) return null
  try {
   return JSON.parse(text)
  } catch {
   throw new ApiError(0, null)
  }
 }
 async blob(url, signal) {
  let response = await this.response("GET", url, {isDownload: true, ...(signal ? {signal} : {})})
  return bodyOf(() => response.blob(), signal)
 }
 async response(method, path, options) {
  let used = this.credentials.version
  let first = await this.attempt(method, path, options)
  if (first.ok) return first
  let error = await errorOf(first, options.signal)
  if (!isAuthError(error)) throw error
  let isStale = used !== this.credentials.version
  if (isStale || (!isOther(error) && (await this.credentials.renew(used)))) {
   let renewed = this.credentials.version
   let second = await this.attempt(method, path, options)
   if (second.ok) return second
   let again = await errorOf(second, options.signal)
   throw isAuthError(again) ? this.rejected(again, renewed) : again
  }
  throw this.rejected(error, used)
 }
 rejected(error, version) {
  if (version !== this.credentials.version) return new ApiError(0, null)
  if (!isOther(error)) this.credentials.giveUp()
  this.#stop.abort(error)
  this.onAuthProblem(problemOf(error))
  return error
 }
 async headers(method) {
  try {
   return {Accept: "application/json", ...(await this.credentials.headers(method))}
  } catch {
   throw new ApiError(0, null)
  }
 }
 async attempt(method, path, options) {
  let {body, form, onProgress, isDownload} = options
  let stopped = this.#stop.signal
  let signal = options.signal ? AbortSignal.any([stopped, options.signal]) : stopped
  signal.throwIfAborted()
  let url = this.url(path, {...options.query, account: this.credentials.account})
  let headers = await this.headers(method)
  let credentials = this.credentials.mode
  if (form) return sendForm({method, url, headers, form, credentials, signal, onProgress, fetch: this.fetch})
  let isJson = body !== void 0
  try {
   return await this.fetch(url, {method, headers: isJson ? {...headers, "Content-Type": "application/json"} : headers, credentials, ...(isJson ? {body: JSON.stringify(body)} : {}), signal: isDownload ? signal : AbortSignal.any([AbortSignal.timeout(LASTS_AT_MOST), signal])})
  } catch {
   signal.throwIfAborted()
   throw new ApiError(0, null)
  }
 }
}
function textOf(response, signal) {
 return bodyOf(() => response.text(), signal)
}
async function bodyOf(read, signal) {
 try {
  return await read()
 } catch {
  signal?.throwIfAborted()
  throw new ApiError(0, null)
 }
}
async function errorOf(response, signal) {
 let text = await textOf(response, signal)
 let body = null
 try {
  body = JSON.parse(text)
 } catch {}
 let seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "")
 return new ApiError(response.status, body, seconds >= 0 ? seconds : null)
}
function isAuthError(error) {
 return error.status === 401 || (error.status === 403 && (NOT_SIGNED_IN.has(error.code) || isOther(error)))
}
function isOther(error) {
 return error.code === "OTHER_ACCOUNT"
}
function problemOf(error) {
 return isOther(error) ? "other-account" : "signed-out"
}

var Again = class {
 #failed = new Map()
 #isStopped = false
 failed(key, error, work) {
  let failures = this.#failed.get(key)?.failures ?? 0
  this.succeeded(key)
  if (this.#isStopped || !(error instanceof ApiError)) return
  if (!error.isTemporary && !isAuthError(error)) return
  let pause = Math.max(pauseAfter(failures), (error.retryAfter ?? 0) * 1e3)
  let timer = error.isTemporary ? setTimeout(work, pause) : void 0
  this.#failed.set(key, {work, failures: failures + 1, timer})
 }
 succeeded(key) {
  clearTimeout(this.#failed.get(key)?.timer)
  this.#failed.delete(key)
 }
 now() {
  for (let [key, {work}] of [...this.#failed]) {
   this.succeeded(key)
   work()
  }
 }
 stop() {
  this.#isStopped = true
  for (let key of this.#failed.keys()) this.succeeded(key)
 }
}

function secondsOf(time) {
 return Math.floor(Date.parse(time) / 1e3)
}
function microsecondsOf(time) {
 return (/\.(\d+)/.exec(time)?.[1] ?? "").padEnd(6, "0")
}
function isBefore(one, other) {
 let difference = secondsOf(one) - secondsOf(other)
 return difference !== 0 ? difference < 0 : microsecondsOf(one) < microsecondsOf(other)
}

var PART = 16
var MessageLog = class {
 #parts = []
 #gone = new Set()
 #receipts = new Map()
 get parts() {
  return this.#parts
 }
 get oldest() {
  return this.#parts[0]?.[0]
 }
 get newest() {
  return this.#parts.at(-1)?.at(-1)
 }
 get(id) {
  let {part, index, isThere} = this.#find(id)
  return isThere ? this.#parts[part]?.[index] : void 0
 }
 put(message) {
  if (this.#gone.has(message.id)) return false
  let {part, index, isThere} = this.#find(message.id)
  if (!isThere) {
   let {readBy, is_read} = this.#receipts.get(message.id) ?? {readBy: [], is_read: false}
   this.#receipts.delete(message.id)
   this.#insert(part, index, {...message, is_read: message.is_read || is_read, readBy})
   return true
  }
  let known = this.#parts[part]?.[index]
  if (isBefore(message.updated, known.updated)) return false
  this.#replace(part, index, {...message, is_read: message.is_read || known.is_read, readBy: known.readBy})
  return true
 }
 remove(id) {
  this.#gone.add(id)
  let {part, index, isThere} = this.#find(id)
  if (!isThere) return false
  let rest = this.#parts[part].filter((_, at) => at !== index)
  this.#parts = rest.length ? replaced(this.#parts, part, rest) : this.#parts.filter((_, at) => at !== part)
  return true
 }
 noteRead(user, ids, isMe) {
  let isChanged = false
  for (let id of ids) {
   let {part, index, isThere} = this.#find(id)
   if (!isThere) {
    let {readBy: readBy2, is_read} = this.#receipts.get(id) ?? {readBy: [], is_read: false}
    this.#receipts.set(id, {readBy: withReader(readBy2, user), is_read: is_read || isMe})
    continue
   }
   let known = this.#parts[part]?.[index]
   if (known.readBy.includes(user) && (known.is_read || !isMe)) continue
   let readBy = withReader(known.readBy, user)
   this.#replace(part, index, {...known, readBy, is_read: known.is_read || isMe})
   isChanged = true
  }
  return isChanged
 }
 clear() {
  for (let {id, readBy, is_read} of this.#parts.flat()) if (readBy.length || is_read) this.#receipts.set(id, {readBy, is_read})
  this.#parts = []
 }
 #find(id) {
  let part = firstWhere(this.#parts.length, at => this.#parts[at].at(-1).id >= id)
  if (part === this.#parts.length && part > 0) part -= 1
  let messages = this.#parts[part] ?? []
  let index = firstWhere(messages.length, at => messages[at].id >= id)
  return {part, index, isThere: messages[index]?.id === id}
 }
 #insert(part, index, message) {
  let messages = this.#parts[part]
  if (!messages) {
   this.#parts = [[message]]
  } else if (messages.length < PART) {
   this.#parts = replaced(this.#parts, part, [...messages.slice(0, index), message, ...messages.slice(index)])
  } else if (index === messages.length) {
   this.#parts = [...this.#parts.slice(0, part + 1), [message], ...this.#parts.slice(part + 1)]
  } else if (index === 0) {
   this.#parts = [...this.#parts.slice(0, part), [message], ...this.#parts.slice(part)]
  } else {
   let halves = [[...messages.slice(0, index), message], messages.slice(index)]
   this.#parts = [...this.#parts.slice(0, part), ...halves, ...this.#parts.slice(part + 1)]
  }
 }
 #replace(part, index, message) {
  this.#parts = replaced(this.#parts, part, replaced(this.#parts[part], index, message))
 }
}
function withReader(readBy, user) {
 return readBy.includes(user) ? readBy : [...readBy, user]
}
function replaced(list, index, value) {
 let copy = list.slice()
 copy[index] = value
 return copy
}
function firstWhere(length, holds) {
 let low = 0
 let high = length
 while (low < high) {
  let middle = (low + high) >> 1
  if (holds(middle)) high = middle
  else low = middle + 1
 }
 return low
}

var PAGE = 50
var RECEIPTS_BACK = 200
var Room = class {
 log = new MessageLog()
 draft = ""
 isLoaded = false
 hasEarlier = false
 error = null
 #typing = new Map()
 #ownIds = new Set()
 #meanwhile = new Set()
 #loading = null
 #isStale = false
 #isLoadingEarlier = false
 #generation = 0
 #shown = null
 #pending = []
 constructor(id, requests, changed) {
  this.id = id
  this.requests = requests
  this.changed = changed
 }
 load() {
  this.#isStale = true
  this.#loading ??= this.#loadWhileStale().finally(() => {
   this.#loading = null
   this.touch()
  })
  this.touch()
  return this.#loading
 }
 async #loadWhileStale() {
  while (this.#isStale) {
   this.#isStale = false
   await this.#load()
  }
 }
 async #load() {
  let meanwhile = []
  this.#meanwhile.add(meanwhile)
  this.#generation += 1
  try {
   this.head = void 0
   let page = await this.#page({}, seq => (this.head = seq))
   await this.draftLoading
   this.log.clear()
   this.hasEarlier = hasNext(page)
   this.isLoaded = true
   this.error = null
   for (let message of resultsOf(page)) this.#put(message)
   this.#meanwhile.delete(meanwhile)
   for (let message of meanwhile) this.put(message)
  } catch (error) {
   this.error = error
  } finally {
   this.#meanwhile.delete(meanwhile)
  }
 }
 async loadEarlier() {
  let before = this.log.oldest?.id
  if (!this.hasEarlier || this.#isLoadingEarlier || before === void 0) return
  let generation = this.#generation
  let meanwhile = []
  this.#meanwhile.add(meanwhile)
  this.#isLoadingEarlier = true
  this.touch()
  try {
   let page = await this.#page({before})
   if (generation !== this.#generation) return
   for (let message of resultsOf(page)) this.#put(message)
   this.hasEarlier = hasNext(page)
   this.error = null
   this.#meanwhile.delete(meanwhile)
   for (let message of meanwhile) this.put(message)
  } catch (error) {
   this.error = error
  } finally {
   this.#meanwhile.delete(meanwhile)
   this.#isLoadingEarlier = false
   this.touch()
  }
 }
 #page(query, onHead) {
  let all = {ordering: "-id", limit: PAGE, mark_read: false, ...query}
  let path = `threads/${this.id}/messages`
  return this.requests.request("GET", path, {query: all, onHead})
 }
 async loadReceipts(seq, me) {
  let query = {after: Math.max(0, seq - RECEIPTS_BACK)}
  let {events} = await this.requests.request("GET", `threads/${this.id}/events`, {query})
  for (let frame of events) {
   if (frame.message !== "messages_read" || !("messages" in frame.data)) continue
   this.log.noteRead(frame.data.user, frame.data.messages, String(frame.data.user) === String(me))
  }
  this.touch()
 }
 put(message) {
  for (let messages of this.#meanwhile) messages.push(message)
  let oldest = this.log.oldest
  if (!this.isLoaded || (this.hasEarlier && oldest && message.id < oldest.id)) return
  this.#put(message)
  if (message.sender !== null) this.stopTyping(message.sender)
  this.touch()
 }
 #put(message) {
  this.log.put(message)
  if (message.is_own && message.client_id) this.#ownIds.add(message.client_id)
 }
 remove(id) {
  this.log.remove(id)
  this.touch()
 }
 startTyping(account, length) {
  clearTimeout(this.#typing.get(account.id)?.timer)
  this.#typing.set(account.id, {account, timer: setTimeout(() => this.stopTyping(account.id), length)})
  this.touch()
 }
 stopTyping(id) {
  let typing = this.#typing.get(id)
  if (!typing) return
  clearTimeout(typing.timer)
  this.#typing.delete(id)
  this.touch()
 }
 unread() {
  return this.log.parts.flatMap(part => part.filter(message => !message.is_read && !message.is_own))
 }
 touch() {
  this.#shown = null
  this.changed()
 }
 snapshot(thread, queue) {
  let mine = queue.filter(item => item.kind === "message" && item.lane === `thread:${this.id}` && !this.#ownIds.has(item.id))
  let isSame = mine.length === this.#pending.length && mine.every((item, at) => item === this.#pending[at])
  if (!isSame) this.#pending = mine
  if (this.#shown?.thread === thread && isSame) return this.#shown
  let {parts} = this.log
  let messages = null
  this.#shown = {
   id: this.id,
   thread,
   parts,
   get messages() {
    messages ??= parts.flat()
    return messages
   },
   pending: this.#pending,
   typing: [...this.#typing.values()].map(({account}) => account),
   draft: this.draft,
   isLoaded: this.isLoaded,
   isLoading: this.#loading !== null || this.#isLoadingEarlier,
   hasEarlier: this.hasEarlier,
   error: this.error
  }
  return this.#shown
 }
 close() {
  for (let {timer} of this.#typing.values()) clearTimeout(timer)
  this.#typing.clear()
 }
}

var PAGE2 = 50
var SOON = 500
function listKey(query) {
 return JSON.stringify(Object.entries(query).sort(([one], [other]) => (one < other ? -1 : 1)))
}
var ThreadLists = class {
 #lists = new Map()
 #all = null
 constructor(requests, account, threads, changed, again) {
  this.requests = requests
  this.account = account
  this.threads = threads
  this.changed = changed
  this.again = again
 }
 get snapshot() {
  this.#all ??= new Map([...this.#lists].map(([key, list]) => [key, this.#shown(list)]))
  return this.#all
 }
 async load(query) {
  let list = this.#listOf(query)
  await this.#loadPage(list, 0)
 }
 async loadMore(query) {
  let list = this.#listOf(query)
  if (list.hasMore && !list.isLoading) await this.#loadPage(list, list.ids.length)
 }
 close(query) {
  clearTimeout(this.#lists.get(listKey(query))?.timer)
  this.#lists.delete(listKey(query))
  this.#all = null
  this.changed()
 }
 async reload() {
  await Promise.all([...this.#lists.values()].map(list => this.#loadPage(list, 0)))
 }
 stop() {
  for (let list of this.#lists.values()) clearTimeout(list.timer)
 }
 place(thread) {
  for (let list of this.#lists.values()) this.#place(list, thread)
 }
 refresh({id}) {
  for (let list of this.#lists.values()) if (list.ids.includes(id)) this.#dirty(list)
 }
 drop(id) {
  for (let list of this.#lists.values()) {
   if (!list.ids.includes(id)) continue
   list.ids = list.ids.filter(other => other !== id)
   this.#dirty(list)
  }
 }
 #listOf(query) {
  let key = listKey(query)
  let list = this.#lists.get(key)
  if (!list) {
   list = {query, ids: [], isLoaded: false, isLoading: false, hasMore: false, error: null, snapshot: null, timer: void 0}
   this.#lists.set(key, list)
   this.#all = null
  }
  return list
 }
 async #loadPage(list, offset) {
  list.isLoading = true
  this.#dirty(list)
  let {type, ...filters} = list.query
  let key = `list:${listKey(list.query)}`
  let revisionsBefore = this.threads.revisions()
  try {
   let path = `accounts/${this.account}/threads/${encodeURIComponent(type)}`
   let page = await this.requests.request("GET", path, {query: {...filters, limit: PAGE2, offset}})
   let threads = resultsOf(page)
   for (let thread of threads) this.threads.takeResponse(thread, revisionsBefore.get(thread.id) ?? 0)
   let isLocal = this.#isLocal(list)
   let ids = [...(offset || isLocal ? list.ids : []), ...threads.map(thread => thread.id)]
   let belonging = isLocal ? ids.filter(id => this.#belongs(list, id)) : ids
   list.ids = this.#sorted(list, [...new Set(belonging)])
   list.hasMore = hasNext(page)
   list.isLoaded = true
   list.error = null
   if (!offset) this.again.succeeded(key)
  } catch (error) {
   list.error = error
   if (!offset) this.again.failed(key, error, () => this.#loadAgain(list))
  } finally {
   list.isLoading = false
   this.#dirty(list)
   this.changed()
  }
 }
 async #loadAgain(list) {
  if (this.#lists.get(listKey(list.query)) === list && !list.isLoading) await this.#loadPage(list, 0)
 }
 #isLocal({query}) {
  return query.q === void 0 && query.flagged === void 0
 }
 #belongs(list, id) {
  let thread = this.threads.get(id)
  if (!thread || thread.type !== list.query.type) return false
  let {unread, state, assigned} = list.query
  return (assigned === void 0 || this.#isAssigned(thread, assigned)) && (unread === void 0 || unread === thread.unread > 0) && (state === void 0 || state.split(",").includes(thread.state))
 }
 #isAssigned({assigned_to}, assigned) {
  if (assigned === "none") return assigned_to === null
  return String(assigned_to) === String(assigned === "me" ? this.account : assigned)
 }
 #place(list, thread) {
  let isIn = list.ids.includes(thread.id)
  if (!this.#isLocal(list)) {
   if (isIn) this.#dirty(list)
   this.#reloadSoon(list)
   return
  }
  let belongs = this.#belongs(list, thread.id)
  if (!isIn && (!belongs || !list.isLoaded)) return
  let last = this.threads.get(list.ids.at(-1) ?? -1)
  if (!isIn && list.hasMore && last && isBefore(thread.updated, last.updated)) return
  let ids = list.ids.filter(id => id !== thread.id)
  list.ids = belongs ? this.#sorted(list, [...ids, thread.id]) : ids
  this.#dirty(list)
 }
 #reloadSoon(list) {
  if (list.isLoading || !list.isLoaded) return
  clearTimeout(list.timer)
  list.timer = setTimeout(() => void this.#loadPage(list, 0), SOON)
 }
 #sorted(list, ids) {
  if (!this.#isLocal(list)) return ids
  let updated = id => this.threads.get(id)?.updated ?? ""
  return ids.sort((one, other) => (isBefore(updated(one), updated(other)) ? 1 : isBefore(updated(other), updated(one)) ? -1 : other - one))
 }
 #dirty(list) {
  list.snapshot = null
  this.#all = null
  this.changed()
 }
 #shown(list) {
  let {query, isLoaded, isLoading, hasMore, error} = list
  let threads = list.ids.flatMap(id => this.threads.get(id) ?? [])
  list.snapshot ??= {query, threads, isLoaded, isLoading, hasMore, error}
  return list.snapshot
 }
}

var SOON2 = 300
var UNSURE = 6e4
var CONFIRM = 3e3
var Unread = class {
 totals = null
 #timer
 #confirming
 #isStopped = false
 #loading = null
 #isStale = false
 #loaded = 0
 constructor(requests, account, again, changed) {
  this.requests = requests
  this.account = account
  this.again = again
  this.changed = changed
 }
 count(before, now, type) {
  if (before === now || this.totals === null) return
  let counted = ({threads, messages} = {threads: 0, messages: 0}) => ({threads: Math.max(0, threads + Number(now > 0) - Number(before > 0)), messages: Math.max(0, messages + now - before)})
  let {types} = this.totals
  this.totals = {...counted(this.totals), types: {...types, [type]: counted(types[type])}}
  if (this.#loading) this.loadSoon()
  else if (Date.now() - this.#loaded < UNSURE) this.#confirmSoon()
 }
 loadSoon() {
  if (this.#isStopped) return
  this.#timer ??= setTimeout(() => {
   this.#timer = void 0
   this.load()
  }, SOON2)
 }
 #confirmSoon() {
  if (this.#isStopped) return
  clearTimeout(this.#confirming)
  this.#confirming = setTimeout(() => void this.load(), CONFIRM * (0.5 + Math.random() / 2))
 }
 load() {
  this.#isStale = true
  this.#loading ??= this.#loadWhileStale().finally(() => {
   this.#loading = null
  })
  return this.#loading
 }
 async #loadWhileStale() {
  while (this.#isStale) {
   this.#isStale = false
   await this.#load()
  }
 }
 async #load() {
  try {
   let totals = await this.requests.request("GET", `accounts/${this.account}/unread`)
   this.again.succeeded("unread")
   this.#loaded = Date.now()
   if (JSON.stringify(totals) !== JSON.stringify(this.totals)) {
    this.totals = totals
    this.changed()
   }
  } catch (error) {
   this.again.failed("unread", error, () => this.#loading ?? this.load())
  }
 }
 stop() {
  this.#isStopped = true
  clearTimeout(this.#timer)
  clearTimeout(this.#confirming)
 }
}

var NEEDED = ["type", "state", "updated", "unread", "permissions", "related_message", "last_message_data"]
var AT_ONCE = 3
var PAUSE = 1e3
var SHOWN_IN_LISTS = ["type", "state", "updated", "unread", "assigned_to"]
function isOutOfReach(error) {
 return error instanceof ApiError && [403, 404, 410].includes(error.status) && !isAuthError(error)
}
var Threads = class {
 #threads = new Map()
 #revisions = new Map()
 #refreshing = new Map()
 #left = new Set()
 #isStopped = false
 constructor(requests, account, handlers, again) {
  this.requests = requests
  this.handlers = handlers
  this.again = again
  this.lists = new ThreadLists(requests, account, this, handlers.changed, again)
  this.unread = new Unread(requests, account, again, handlers.changed)
 }
 get(id) {
  return this.#threads.get(id)
 }
 get known() {
  return this.#threads.keys()
 }
 take(thread) {
  let {id} = thread
  this.#revisions.set(id, this.revision(id) + 1)
  let known = this.#threads.get(id)
  let isWhole = NEEDED.every(key => thread[key] !== void 0)
  if (!isWhole) this.refresh(id)
  if (!isWhole && !known) return
  let merged = {...known, ...thread}
  if (!known || !isBefore(merged.updated, known.updated)) this.#put(merged)
 }
 takeResponse(thread, revision) {
  let {id} = thread
  let known = this.#threads.get(id)
  let hasChanged = this.revision(id) !== revision
  if (!known && hasChanged && this.#left.has(id)) return
  let isOlder = known && (hasChanged ? !isBefore(known.updated, thread.updated) : isBefore(thread.updated, known.updated))
  if (!isOlder) this.#put(thread)
 }
 revisions() {
  return new Map(this.#revisions)
 }
 revision(id) {
  return this.#revisions.get(id) ?? 0
 }
 noteUnread(id, unread) {
  this.#revisions.set(id, this.revision(id) + 1)
  let known = this.#threads.get(id)
  if (known) this.#put({...known, unread})
  else this.unread.loadSoon()
 }
 refresh(id) {
  let running = this.#refreshing.get(id)
  if (running) {
   this.#revisions.set(id, this.revision(id) + 1)
   return running
  }
  let started = this.#refresh(id).finally(() => this.#refreshing.delete(id))
  this.#refreshing.set(id, started)
  return started
 }
 async #refresh(id) {
  await Promise.resolve()
  for (let count = 1; !this.#isStopped; count += 1) {
   let revision = this.revision(id)
   let known = this.handlers.socket.seen(id)
   let head
   try {
    let thread = await this.requests.request("GET", `threads/${id}`, {onHead: seq => (head = seq)})
    if (this.handlers.socket.covers(id, head, known) && revision === this.revision(id)) {
     this.again.succeeded(`thread:${id}`)
     this.#put(thread)
     return
    }
    this.takeResponse(thread, revision)
    if (count >= AT_ONCE) await new Promise(resolve => setTimeout(resolve, PAUSE))
   } catch (error) {
    if (isOutOfReach(error)) this.drop(id)
    else this.again.failed(`thread:${id}`, error, () => this.refresh(id))
    return
   }
  }
 }
 drop(id) {
  this.#revisions.set(id, this.revision(id) + 1)
  this.#left.add(id)
  let known = this.#threads.get(id)
  this.#threads.delete(id)
  this.lists.drop(id)
  this.again.succeeded(`thread:${id}`)
  if (known?.unread) this.unread.loadSoon()
  this.handlers.dropped(id)
  this.handlers.changed()
 }
 async reload() {
  await Promise.all([this.unread.load(), this.lists.reload()])
 }
 #put(thread) {
  let known = this.#threads.get(thread.id)
  this.#threads.set(thread.id, thread)
  this.#left.delete(thread.id)
  if (known === void 0) this.unread.loadSoon()
  else this.unread.count(known.unread, thread.unread, thread.type)
  if (known === void 0 || SHOWN_IN_LISTS.some(key => known[key] !== thread[key])) this.lists.place(thread)
  else this.lists.refresh(thread)
  this.handlers.changed()
 }
 stop() {
  this.#isStopped = true
  this.unread.stop()
  this.lists.stop()
 }
}

var Live = class {
 rooms = new Map()
 #again = new Again()
 #read = new Map()
 constructor(requests, account, events, changed) {
  this.requests = requests
  this.account = account
  this.events = events
  this.changed = changed
  this.threads = new Threads(requests, account, this, this.#again)
 }
 room(id) {
  let known = this.rooms.get(id)
  if (known) return {room: known, isNew: false}
  let room = new Room(id, this.requests, this.changed)
  this.rooms.set(id, room)
  return {room, isNew: true}
 }
 snapshot(queue) {
  let all = [...this.rooms.values()]
  return new Map(all.map(room => [room.id, room.snapshot(this.threads.get(room.id) ?? null, queue)]))
 }
 take(frame) {
  let {thread} = frame.event
  let room = this.rooms.get(thread)
  switch (frame.message) {
   case "message_created_or_updated":
    return this.#takeMessage(thread, frame.data)
   case "messages_read": {
    let data = frame.data
    let isMe = String(data.user) === String(this.account)
    if (!data.messages) void (room && this.load(room))
    else if (room?.log.noteRead(data.user, data.messages, isMe)) room.touch()
    if (data.unread !== void 0) this.threads.noteUnread(thread, data.unread)
    return
   }
   case "thread_updated":
    if ("too_large" in frame.data) this.threads.refresh(thread)
    else this.threads.take(frame.data)
    return
   case "flag_raised":
    return this.events.emit("flag", frame.data)
   case "run_corrected":
    return this.events.emit("correction", frame.data)
  }
 }
 #takeMessage(thread, data) {
  let room = this.rooms.get(thread)
  if ("deleted" in data) {
   room?.remove(data.id)
   this.threads.noteUnread(thread, data.unread)
   this.threads.refresh(thread)
  } else if ("too_large" in data) {
   this.threads.refresh(thread)
   if (room) this.#loadMessage(room, data.id)
  } else {
   let {thread_data: sent, ...message} = data
   room?.put(message)
   if (sent) this.threads.take(sent)
   else this.threads.refresh(thread)
  }
 }
 async #loadMessage(room, id) {
  try {
   room.put(await this.requests.request("GET", `threads/${room.id}/messages/${id}`))
  } catch (error) {
   if (error.isTemporary) this.load(room)
  }
 }
 takeAside(frame) {
  if (frame.message === "thread_someone_is_writing") {
   let {thread, sender_data: account, length} = frame.data
   if (account?.id !== void 0) this.rooms.get(thread)?.startTyping(account, length)
  } else if (frame.message === "thread_left") {
   this.threads.drop(frame.data.thread)
  } else {
   this.events.emit("frame", frame)
  }
 }
 takeHeads(ids, isFirst) {
  let current = new Set(ids)
  for (let id of this.threads.known) {
   if (current.has(id) || this.socket.seen(id) === void 0) continue
   this.socket.forget(id)
   this.threads.refresh(id)
  }
  let news = ids.filter(id => this.socket.seen(id) === void 0)
  for (let id of news) this.joined(id)
  if (isFirst) {
   this.threads.reload()
   this.#again.now()
  } else {
   for (let id of news) this.threads.refresh(id)
  }
 }
 joined(id) {
  if (this.rooms.get(id)?.isLoaded) this.resync(id)
 }
 async load(room) {
  let known = this.socket.seen(room.id)
  await room.load()
  let key = `room:${room.id}`
  if (room.error) {
   this.#again.failed(key, room.error, () => this.rooms.get(room.id) === room && this.load(room))
   return
  }
  this.#again.succeeded(key)
  if (!this.socket.covers(room.id, room.head, known)) return this.load(room)
  let seq = this.socket.seen(room.id) ?? room.head ?? 0
  await room.loadReceipts(seq, this.account).catch(() => {})
 }
 async markRead(room, ids) {
  room.log.noteRead(this.account, ids, true)
  room.touch()
  this.#read.set(room.id, Math.max(ids.at(-1) ?? 0, this.#read.get(room.id) ?? 0))
  await this.sendRead()
 }
 async sendRead() {
  for (let [thread, upTo] of this.#read) {
   try {
    await this.requests.request("POST", `threads/${thread}/read`, {body: {up_to: upTo}})
   } catch (error) {
    if (error instanceof ApiError && error.isTemporary) return
    this.#read.delete(thread)
    throw error
   }
   if (this.#read.get(thread) === upTo) this.#read.delete(thread)
  }
 }
 resync(id) {
  let room = this.rooms.get(id)
  if (room) this.load(room)
  this.threads.refresh(id)
  this.threads.unread.loadSoon()
 }
 dropped(id) {
  this.socket.forget(id)
  this.rooms.get(id)?.close()
  this.rooms.delete(id)
 }
 stored(id, sent) {
  if (!sent) {
   this.threads.refresh(id)
   return
  }
  let {thread_data: shown, answers: _, ...message} = sent
  this.rooms.get(id)?.put(message)
  this.threads.takeResponse(shown, this.threads.revision(id))
 }
 stop() {
  this.#again.stop()
  this.threads.stop()
  for (let room of this.rooms.values()) room.close()
 }
}

async function withLock(name, work) {
 let locks = globalThis.navigator?.locks
 let hasStarted = false
 let locked = () => {
  hasStarted = true
  return work()
 }
 try {
  if (locks) return await locks.request(name, locked)
 } catch (error) {
  if (hasStarted) throw error
 }
 await work()
}

var QueueViews = class {
 #views = new Map()
 show(items, current) {
  let known = this.#views
  this.#views = new Map()
  for (let item of items) {
   let isSending = item.id === current?.id
   let state = isSending ? "sending" : item.state
   let progress = isSending ? current.progress : 0
   let view = known.get(item.id)
   let isSame = view?.state === state && view.progress === progress
   this.#views.set(item.id, isSame ? view : {...item, state, progress})
  }
  return [...this.#views.values()]
 }
}

var EXPIRES_AFTER = 7 * 24 * 60 * 60 * 1e3
var FAILURES_MAX = 8
function aborted(reason) {
 return new DOMException(reason, "AbortError")
}
var Outbox = class {
 #senders = new Map()
 #waiters = new Map()
 #failures = new Map()
 #fresh = new Set()
 #adding = new Map()
 #backoff = new Backoff(() => this.flush())
 #items = []
 #shown = null
 #views = new QueueViews()
 #sending = null
 #isPaused = true
 #isFlushing = false
 #again = false
 #channel = null
 #ready
 constructor(owner, storage, handlers) {
  this.owner = owner
  this.storage = storage
  this.handlers = handlers
  this.#ready = this.#load()
  this.#ready.catch(() => {})
  if (typeof BroadcastChannel !== "undefined") {
   this.#channel = new BroadcastChannel(`django-chat-api ${owner}`)
   this.#channel.onmessage = ({data}) => void this.#heard(data).catch(() => {})
  }
 }
 register(kind, sender) {
  this.#senders.set(kind, sender)
 }
 get items() {
  this.#shown ??= this.#views.show(this.#items, this.#sending)
  return this.#shown
 }
 async add(item) {
  await this.#ready.catch(() => {})
  let stored = {...item, owner: this.owner, created: Date.now(), order: 0, state: "queued", refusal: null}
  let answer = new Promise((resolve, reject) => {
   this.#waiters.set(item.id, {key: item.key, resolve, reject})
  })
  this.#fresh.add(item.id)
  let adding = this.storage.then(storage => storage.add(stored)).then(() => this.#reload())
  this.#adding.set(item.id, adding)
  try {
   await adding
  } catch (error) {
   this.#waiters.delete(item.id)
   throw error
  } finally {
   this.#adding.delete(item.id)
  }
  for (let [id, {key}] of this.#waiters) {
   if (id === item.id) break
   if (!item.key || key !== item.key || id === this.#sending?.id || this.#has(id)) continue
   this.#settle(id, waiter => waiter.resolve(null))
  }
  this.#announce({type: "changed"})
  this.flush()
  return answer
 }
 async discard(id) {
  await this.#ready.catch(() => {})
  await this.#adding.get(id)?.catch(() => {})
  let item = this.#items.find(other => other.id === id)
  if (!item) return
  if (this.#sending?.id === id) this.#sending.controller.abort(aborted("Discarded"))
  await this.#remove(item)
  this.#settle(id, waiter => waiter.reject(aborted("Discarded")))
  this.#announce({type: "changed"})
 }
 resume() {
  this.#isPaused = false
  this.#backoff.reset()
  this.flush()
 }
 pause() {
  this.#isPaused = true
  this.#fresh.clear()
  this.#backoff.stop()
 }
 async clear() {
  this.pause()
  this.#sending?.controller.abort(aborted("Discarded"))
  await (await this.storage).clear(this.owner)
  await this.#reload()
  for (let id of [...this.#waiters.keys()]) {
   this.#settle(id, waiter => waiter.reject(aborted("Discarded")))
  }
  this.#announce({type: "changed"})
 }
 close() {
  this.pause()
  this.#sending?.controller.abort(aborted("Closed"))
  this.#channel?.close()
  this.#ready
   .catch(() => {})
   .then(() => Promise.allSettled(this.#adding.values()))
   .then(async () => (await this.storage).close())
 }
 flush() {
  if (this.#isPaused) return
  if (this.#isFlushing) {
   this.#again = true
   return
  }
  if (!this.#backoff.isOver()) return
  this.#isFlushing = true
  let flushed = withLock(`django-chat-api ${this.owner}`, () => this.#flush()).catch(() => this.#later(null))
  flushed.finally(() => {
   this.#isFlushing = false
   if (this.#again) {
    this.#again = false
    this.flush()
   }
  })
 }
 async #flush() {
  await this.#ready.catch(() => {})
  await this.#load()
  let failing = new Set()
  for (;;) {
   let item = this.#items.find(({state, lane}) => state === "queued" && !failing.has(lane))
   if (!item || this.#isPaused) return
   let outcome = await this.#send(item)
   if (outcome === "stop") return
   if (outcome === "skip") failing.add(item.lane)
  }
 }
 async #send(item) {
  let sender = this.#senders.get(item.kind)
  if (!sender) return this.#refuse(item, new ApiError(400, null), false)
  let controller = new AbortController()
  this.#sending = {id: item.id, progress: 0, controller}
  this.#changed()
  let onProgress = progress => {
   if (this.#sending?.controller !== controller) return
   this.#sending = {id: item.id, progress, controller}
   this.#changed()
  }
  let result
  try {
   result = await sender.send(item, {signal: controller.signal, onProgress})
  } catch (error) {
   this.#sending = null
   this.#changed()
   return this.#failed(item, error, sender)
  }
  this.#sending = null
  this.#backoff.reset()
  sender.stored(item, result)
  await this.#remove(item)
  this.#settle(item.id, waiter => waiter.resolve(result))
  this.#announce({type: "stored", item, result})
  return "next"
 }
 async #failed(item, error, sender) {
  if (!(error instanceof ApiError)) {
   let isAborted = error?.name === "AbortError"
   if (isAborted) return this.#isPaused ? "stop" : "next"
   return this.#refuse(item, new ApiError(400, String(error)), false)
  }
  if (this.#isPaused) return "stop"
  let failures = (this.#failures.get(item.id) ?? 0) + 1
  this.#failures.set(item.id, failures)
  let isBroken = error.status === 500 && failures >= FAILURES_MAX
  if (!error.isTemporary || isBroken) return this.#refuse(item, error, sender.hasMovedOn(item, error))
  if (!this.#has(item.id)) {
   this.#failures.delete(item.id)
   this.#settle(item.id, waiter => waiter.resolve(null))
  }
  this.#later(error.retryAfter)
  return error.status >= 500 && error.retryAfter === null ? "skip" : "stop"
 }
 async #refuse(item, error, hasMovedOn) {
  if (this.#fresh.has(item.id)) {
   await this.#remove(item)
  } else {
   let {status, body} = error
   await (await this.storage).update({...item, state: hasMovedOn ? "confirm" : "refused", refusal: {status, body}})
   await this.#reload()
  }
  this.#settle(item.id, waiter => waiter.reject(error))
  this.#announce({type: "changed"})
  return "next"
 }
 #later(retryAfter) {
  this.#fresh.clear()
  if (!this.#isPaused) this.#backoff.later(retryAfter)
 }
 async #load() {
  let storage = await this.storage
  let isOld = ({created}) => created < Date.now() - EXPIRES_AFTER
  let items = await storage.items(this.owner)
  let old = items.filter(isOld)
  for (let item of old) await storage.remove(item)
  this.#items = items.filter(item => !isOld(item))
  this.#changed()
  if (old.length) this.handlers.expired(old.map(item => ({...item, progress: 0})))
 }
 async #reload() {
  this.#items = await (await this.storage).items(this.owner)
  for (let {id, refusal} of this.#items) {
   if (refusal) this.#settle(id, waiter => waiter.reject(new ApiError(refusal.status, refusal.body)))
  }
  this.#changed()
 }
 async #remove(item) {
  this.#failures.delete(item.id)
  this.#fresh.delete(item.id)
  await (await this.storage).remove(item)
  this.#items = this.#items.filter(({id}) => id !== item.id)
  this.#changed()
 }
 #has(id) {
  return this.#items.some(item => item.id === id)
 }
 #settle(id, settle) {
  let waiter = this.#waiters.get(id)
  this.#waiters.delete(id)
  if (waiter) settle(waiter)
 }
 #announce(note) {
  this.#channel?.postMessage(note)
 }
 async #heard(note) {
  if (note.type === "stored") {
   this.#senders.get(note.item.kind)?.stored(note.item, note.result)
   this.#settle(note.item.id, waiter => waiter.resolve(note.result))
  }
  await this.#reload()
  this.flush()
 }
 #changed() {
  this.#shown = null
  this.handlers.changed()
 }
}

function shared(known, next) {
 if (known === next || !isContainer(known) || !isContainer(next)) return next
 if (Array.isArray(known) !== Array.isArray(next)) return next
 let names = Object.keys(next)
 let merged = Array.isArray(next) ? [] : {}
 let isSame = names.length === Object.keys(known).length
 for (let name of names) {
  merged[name] = shared(known[name], next[name])
  isSame &&= merged[name] === known[name] && name in known
 }
 return isSame ? known : merged
}
function sharedMap(known, next) {
 let isSame = next.size === known.size && [...next].every(([key, value]) => known.get(key) === value)
 return isSame ? known : next
}
function isContainer(value) {
 return typeof value === "object" && value !== null
}

var SIGNED_OUT = 4401
var TOO_MANY_CONNECTIONS = 4429
var CROWDED = 4e3
var CATCH_UP_THREADS = 100
var GRACE = 1e3
var PING_AFTER = 2e4
var PONG_WITHIN = 8e3
var CHECK_EVERY = 4e3
var STEADY = 1e4
var ChatSocket = class {
 #socket = null
 #seen = new Map()
 #requested = new Set()
 #waiting = new Set()
 #failures = 0
 #lastFrame = 0
 #pinged = 0
 #retry
 #watch
 #isRunning = false
 #hasHeartbeat = false
 #stands = 0
 constructor(handlers, create) {
  this.handlers = handlers
  this.create = create
 }
 open() {
  if (this.#isRunning) return
  this.#isRunning = true
  this.#failures = 0
  this.#watch = setInterval(() => this.#check(), CHECK_EVERY)
  this.#connect()
 }
 close() {
  this.#isRunning = false
  clearInterval(this.#watch)
  clearTimeout(this.#retry)
  this.#drop()
 }
 send(message, data) {
  if (this.#socket?.readyState !== 1) return false
  this.#socket.send(JSON.stringify({message, data}))
  return true
 }
 seen(thread) {
  return this.#seen.get(thread)
 }
 covers(thread, head, known) {
  let seen = this.#seen.get(thread)
  if (known !== void 0) return true
  if (seen !== void 0) return (head ?? -1) >= seen
  if (head !== void 0 && !this.#hasHeartbeat) this.#seen.set(thread, head)
  return true
 }
 forget(thread) {
  this.#seen.delete(thread)
  this.#requested.delete(thread)
  this.#waiting.delete(thread)
 }
 lost() {
  if (!this.#isRunning) return
  this.#drop()
  clearTimeout(this.#retry)
  this.handlers.status("offline")
 }
 wake() {
  if (!this.#isRunning) return
  if (this.#socket === null) {
   this.#failures = 0
   clearTimeout(this.#retry)
   this.#connect()
  } else if (this.#socket.readyState === 1 && !this.#pinged) {
   this.#ping()
  }
 }
 #drop() {
  let socket = this.#socket
  this.#socket = null
  if (this.#stands && Date.now() - this.#stands >= STEADY) this.#failures = 0
  this.#stands = 0
  this.#hasHeartbeat = false
  this.#requested.clear()
  this.#waiting.clear()
  if (socket) {
   socket.onopen = socket.onmessage = socket.onclose = null
   socket.close()
  }
 }
 #opening = false
 async #connect() {
  if (this.#opening || this.#socket) return
  this.#opening = true
  this.handlers.status("connecting")
  let socket
  try {
   let url = await this.handlers.url()
   if (!this.#isRunning || this.#socket) return
   socket = this.create(url)
  } catch {
   return this.#later(0)
  } finally {
   this.#opening = false
  }
  this.#socket = socket
  this.#lastFrame = Date.now()
  this.#pinged = 0
  socket.onmessage = ({data}) => this.#receive(JSON.parse(data))
  socket.onclose = ({code}) => void this.#ended(code)
  socket.onerror = () => {}
 }
 async #ended(code) {
  this.#drop()
  if (!this.#isRunning) return
  if (code === SIGNED_OUT && !(await this.handlers.rejected())) {
   this.close()
   return
  }
  this.#later(code)
 }
 #later(code) {
  if (!this.#isRunning || this.#socket) return
  this.handlers.status("waiting")
  clearTimeout(this.#retry)
  this.#retry = setTimeout(() => void this.#connect(), this.#pause(code))
 }
 #pause(code) {
  let pause = pauseAfter(this.#failures, code === TOO_MANY_CONNECTIONS ? CROWDED : void 0)
  this.#failures += 1
  return pause
 }
 #check() {
  let socket = this.#socket
  if (!socket) return
  let now = Date.now()
  let isSilent = now - this.#lastFrame > PING_AFTER
  let isUnanswered = this.#pinged && now - this.#pinged > PONG_WITHIN
  if (isUnanswered || (isSilent && socket.readyState !== 1)) this.#ended(1006)
  else if (isSilent && !this.#pinged) this.#ping()
 }
 #ping() {
  if (this.send("ping", {})) this.#pinged = Date.now()
 }
 #catchUp(threads) {
  for (let thread of threads) {
   if (this.#seen.has(thread) && !this.#requested.has(thread)) this.#waiting.add(thread)
  }
  if (this.#requested.size || !this.#waiting.size) return
  let first = this.handlers.first()
  let turn = first !== null && this.#waiting.has(first) ? [first] : [...this.#waiting].slice(0, CATCH_UP_THREADS)
  let numbers = Object.fromEntries(turn.map(thread => [thread, this.#seen.get(thread) ?? 0]))
  if (!this.send("catch_up", {threads: numbers})) return
  for (let thread of turn) {
   this.#waiting.delete(thread)
   this.#requested.add(thread)
  }
 }
 #receive(frame) {
  this.#lastFrame = Date.now()
  this.#pinged = 0
  if ("event" in frame) this.#takeEvent(frame)
  else if (frame.message === "heartbeat") this.#takeHeartbeat(frame.data.threads)
  else if (frame.message === "catch_up") this.#takeOutcome(frame.data)
  else if (frame.message === "error") this.#takeError(frame.data)
  else this.handlers.aside(frame)
 }
 #takeEvent(frame) {
  let {thread, seq} = frame.event
  let seen = this.#seen.get(thread)
  if (seen !== void 0 && seq <= seen) return
  if (seen !== void 0 && seq > seen + 1) {
   this.#catchUp([thread])
   return
  }
  this.#seen.set(thread, seq)
  this.handlers.event(frame)
  if (seen === void 0) this.handlers.joined(thread)
 }
 #takeHeartbeat(heads) {
  let isFirst = !this.#hasHeartbeat
  if (isFirst) this.#stands = Date.now()
  this.#hasHeartbeat = true
  let threads = Object.keys(heads).map(Number)
  let isBehind = thread => (heads[thread] ?? 0) > (this.#seen.get(thread) ?? Infinity)
  let isAhead = thread => (heads[thread] ?? 0) < (this.#seen.get(thread) ?? 0)
  let behind = threads.filter(thread => isBehind(thread) || (isFirst && isAhead(thread)))
  if (isFirst) this.handlers.status("online")
  this.handlers.heads(threads, isFirst)
  for (let thread of threads) {
   if (!this.#seen.has(thread)) this.#seen.set(thread, heads[thread] ?? 0)
  }
  if (isFirst) {
   this.#catchUp(behind)
  } else if (behind.length) {
   let socket = this.#socket
   setTimeout(() => {
    if (socket === this.#socket) this.#catchUp(behind.filter(isBehind))
   }, GRACE)
  }
 }
 #takeOutcome({thread, outcome, head}) {
  this.#requested.delete(thread)
  let isResync = outcome === "resync"
  this.#seen.set(thread, isResync ? head : Math.max(head, this.#seen.get(thread) ?? 0))
  if (isResync) this.handlers.resync(thread)
  this.#catchUp([])
 }
 #takeError(error) {
  if (error.command !== "catch_up") {
   this.handlers.aside({message: "error", data: error})
  } else if (error.thread !== void 0) {
   this.forget(error.thread)
   this.#catchUp([])
  } else {
   this.#requested.clear()
   this.#waiting.clear()
  }
 }
}

var MemoryStorage = class {
 #items = []
 #drafts = new Map()
 #order = 0
 async items(owner) {
  return this.#items.filter(item => item.owner === owner).map(item => ({...item}))
 }
 async add(item) {
  if (item.key) this.#items = this.#items.filter(other => !isReplaced(other, item))
  this.#order += 1
  item.order = this.#order
  this.#items.push({...item})
 }
 async update(item) {
  this.#items = this.#items.map(other => (other.order === item.order ? {...item} : other))
 }
 async remove(item) {
  this.#items = this.#items.filter(other => other.order !== item.order)
 }
 async draft(owner, place) {
  return this.#drafts.get(`${owner} ${place}`) ?? ""
 }
 async setDraft(owner, place, text) {
  this.#drafts.set(`${owner} ${place}`, text)
 }
 async clear(owner) {
  this.#items = this.#items.filter(item => item.owner !== owner)
  for (let key of this.#drafts.keys()) if (key.startsWith(`${owner} `)) this.#drafts.delete(key)
 }
 close() {}
}
function isReplaced(earlier, later) {
 return earlier.owner === later.owner && earlier.key === later.key && earlier.state === "queued"
}
var DATABASE = "django-chat-api"
var VERSION = 1
async function openStorage(kind) {
 if (kind === "none") return new MemoryStorage()
 try {
  return new DatabaseStorage(await openDatabase())
 } catch {
  return new MemoryStorage()
 }
}
function openDatabase() {
 let request = indexedDB.open(DATABASE, VERSION)
 request.onupgradeneeded = () => {
  let queue = request.result.createObjectStore("queue", {keyPath: "order", autoIncrement: true})
  queue.createIndex("owner", "owner")
  request.result.createObjectStore("drafts", {keyPath: ["owner", "place"]})
 }
 return resultOf(request)
}
function resultOf(request) {
 return new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
 })
}
function finished(transaction) {
 return new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve()
  transaction.onabort = () => reject(transaction.error)
 })
}
var DatabaseStorage = class {
 constructor(database) {
  this.database = database
  database.onversionchange = () => database.close()
 }
 async items(owner) {
  let store = this.database.transaction("queue").objectStore("queue")
  return resultOf(store.index("owner").getAll(owner))
 }
 async add(item) {
  let transaction = this.database.transaction("queue", "readwrite")
  let done = finished(transaction)
  let store = transaction.objectStore("queue")
  if (item.key) {
   for (let other of await resultOf(store.index("owner").getAll(item.owner))) {
    if (isReplaced(other, item)) store.delete(other.order)
   }
  }
  let {order: _, ...value} = item
  let added = store.add(value)
  transaction.commit()
  item.order = Number(await resultOf(added))
  await done
 }
 async update(item) {
  await this.#write("queue", store => {
   let there = store.getKey(item.order)
   there.onsuccess = () => {
    if (there.result !== void 0) store.put(item)
   }
  })
 }
 async remove(item) {
  await this.#write("queue", store => store.delete(item.order))
 }
 async draft(owner, place) {
  let store = this.database.transaction("drafts").objectStore("drafts")
  let row = await resultOf(store.get([owner, place]))
  return row?.text ?? ""
 }
 async setDraft(owner, place, text) {
  await this.#write("drafts", store => {
   if (text) store.put({owner, place, text})
   else store.delete([owner, place])
   store.transaction.commit()
  })
 }
 async clear(owner) {
  let items = await this.items(owner)
  let transaction = this.database.transaction(["queue", "drafts"], "readwrite")
  let done = finished(transaction)
  for (let {order} of items) transaction.objectStore("queue").delete(order)
  transaction.objectStore("drafts").delete(IDBKeyRange.bound([owner, ""], [owner, "￿"]))
  await done
 }
 close() {
  this.database.close()
 }
 async #write(name, change) {
  let transaction = this.database.transaction(name, "readwrite")
  let done = finished(transaction)
  change(transaction.objectStore(name))
  await done
 }
}

var EXPLAIN = {explain: true}
var AnswerSender = class {
 #filesBefore = new Map()
 constructor(requests, known, onStored) {
  this.requests = requests
  this.known = known
  this.onStored = onStored
 }
 async send(item, options) {
  let answer = item.data
  let {draft} = answer
  let isRetry = this.#filesBefore.has(item.id)
  let known = (isRetry ? null : this.known(answer)) ?? (isRetry || !draft ? await this.#find(answer) : null)
  if (!draft) return this.#delete(answer, known)
  if (!isRetry) this.#filesBefore.set(item.id, known?.attachments_data.length ?? 0)
  try {
   return await (known ? this.#change(item.id, answer, draft, known, options) : this.#create(answer, draft, options))
  } catch (error) {
   if (!(error instanceof ApiError)) throw error
   if (known && error.status === 404) return this.#create(answer, draft, options)
   let isThere = error.fields["related_question"]?.includes("ALREADY_ANSWERED")
   let found = isThere ? await this.#find(answer) : null
   if (!found) throw error
   if (!isRetry) this.#filesBefore.set(item.id, found.attachments_data.length)
   return this.#change(item.id, answer, draft, found, options)
  }
 }
 async #find({survey, question, instance}) {
  let query = {related_question: question}
  let items = await this.requests.request("GET", `surveys/${survey}/items`, {query})
  return resultsOf(items).find(item => (item.instance ?? 0) === instance) ?? null
 }
 #create(answer, draft, options) {
  let {files = [], ...rest} = draft
  let {survey, question, instance} = answer
  let body = {...rest, related_question: question, ...(instance ? {instance} : {})}
  let content = files.length ? {form: formOf(body, files), onProgress: options.onProgress} : {body}
  return this.requests.request("POST", `surveys/${survey}/items`, {...content, query: EXPLAIN, signal: options.signal})
 }
 async #change(id, {survey}, draft, known, {signal, onProgress}) {
  let path = `surveys/${survey}/items/${known.id}`
  let {files = [], ...body} = draft
  let there = Math.max(0, known.attachments_data.length - (this.#filesBefore.get(id) ?? 0))
  for (let [at, file] of files.entries()) {
   if (at < there) continue
   await this.requests.request("POST", `${path}/attachments`, {form: fileForm(file), query: {...EXPLAIN, confirm: draft.confirm}, signal, onProgress: part => onProgress((at + part) / files.length)})
  }
  let isOnlyFiles = files.length > 0 && body.text === void 0 && body.answers === void 0
  return isOnlyFiles ? this.requests.request("GET", path, {signal}) : this.requests.request("PATCH", path, {body, query: EXPLAIN, signal})
 }
 async #delete({survey}, known) {
  try {
   if (known) await this.requests.request("DELETE", `surveys/${survey}/items/${known.id}`)
  } catch (error) {
   if (error.status !== 404) throw error
  }
  return null
 }
 stored(item, result) {
  this.#filesBefore.delete(item.id)
  this.onStored(item.data, result)
 }
 hasMovedOn(item) {
  this.#filesBefore.delete(item.id)
  return false
 }
}

function answerKey(question, instance = 0) {
 return `${question}:${instance}`
}
var ANSWER = "survey-answer"
function surveyLane(survey) {
 return `survey:${survey}`
}
function refusedAnswer(draft, error) {
 return {draft, error, explanations: error.explanations, canConfirm: error.canConfirm}
}

var PAGE3 = 200
var FIELDS = "id,related_question,instance,answers,text,text_format,updated,attachments_data"
var SurveyState = class {
 #survey = null
 #schema = null
 #items = new Map()
 #refused = new Map()
 #meanwhile = null
 #loading = null
 #isLoaded = false
 #error = null
 #isDependent = null
 #isStale = false
 #hasOldState = false
 #following = null
 #shown = null
 #queue = []
 #kept = new WeakMap()
 #answers = new Map()
 constructor(id, requests, changed) {
  this.id = id
  this.requests = requests
  this.changed = changed
 }
 get survey() {
  return this.#survey
 }
 get error() {
  return this.#error
 }
 item(question, instance) {
  return this.#items.get(answerKey(question, instance))
 }
 get refused() {
  return this.#refused.values()
 }
 load() {
  this.#loading ??= this.#load().finally(() => {
   this.#loading = null
   this.touch()
  })
  this.touch()
  return this.#loading
 }
 async #load() {
  this.#meanwhile = new Map()
  try {
   await this.#loadSurvey()
   let [, items] = await Promise.all([this.#loadSchema(), this.#loadItems()])
   for (let [key, item] of this.#meanwhile) {
    if (item) items.set(key, item)
    else items.delete(key)
   }
   this.#items = items
   this.#isLoaded = true
   this.#error = null
  } catch (error) {
   this.#error = error
  } finally {
   this.#meanwhile = null
  }
 }
 async #loadSurvey() {
  this.takeSurvey(await this.requests.request("GET", `surveys/${this.id}`))
 }
 async #loadSchema() {
  let path = `schemas/${this.#survey?.schema}`
  let schema = await this.requests.request("GET", path, {query: {survey: this.id}})
  this.#schema = shared(this.#schema, schema)
  this.touch()
 }
 async #loadItems() {
  let items = new Map()
  for (let after = 0; ;) {
   let query = {limit: PAGE3, id__gt: after, ordering: "id", fields: FIELDS}
   let path = `surveys/${this.id}/items`
   let page = await this.requests.request("GET", path, {query})
   let rows = resultsOf(page)
   for (let row of rows) {
    let key = keyOf(row)
    items.set(key, shared(this.#items.get(key), row))
   }
   let last = rows.at(-1)
   if (!last || !hasNext(page)) return items
   after = last.id
  }
 }
 takeSurvey(survey) {
  if (this.#survey && isBefore(survey.updated, this.#survey.updated)) return
  this.#survey = shared(this.#survey, {...this.#survey, ...survey})
  this.touch()
 }
 takeItem(question, instance, item) {
  let key = answerKey(question, instance)
  this.#meanwhile?.set(key, item)
  if (item) this.#items.set(key, item)
  else this.#items.delete(key)
  this.touch()
 }
 dropInstance(group, instance) {
  let {questions = []} = this.#schema?.groups.find(({id}) => id === group) ?? {}
  for (let {id} of questions) {
   this.takeItem(id, instance, null)
   this.#refused.delete(answerKey(id, instance))
  }
 }
 noteRefusal({question, instance, draft}, error) {
  let key = answerKey(question, instance)
  if (error) this.#refused.set(key, refusedAnswer(draft, error))
  else if (!this.#refused.delete(key)) return
  this.touch()
 }
 noteStored(hasState) {
  this.#isStale = true
  this.#hasOldState ||= !hasState
 }
 async follow() {
  if (this.#isStale && this.#survey) this.#following ??= this.#follow()
  await this.#following
 }
 async #follow() {
  let hadOldState = false
  try {
   while (this.#isStale) {
    hadOldState = this.#hasOldState
    this.#isStale = this.#hasOldState = false
    if (hadOldState) await this.#loadSurvey()
    if (await this.#dependsOnAnswers()) await this.#loadSchema()
   }
  } catch (error) {
   if (error.isTemporary) this.noteStored(!hadOldState)
  } finally {
   this.#following = null
  }
 }
 async #dependsOnAnswers() {
  if (this.#survey?.state?.values) return true
  if (this.#isDependent === null && this.#schema) {
   let written = await this.requests.request("GET", `schemas/${this.#schema.id}`)
   this.#isDependent = shared(this.#schema, written) !== this.#schema
  }
  return this.#isDependent ?? true
 }
 touch() {
  this.#shown = null
  this.changed()
 }
 snapshot(queue) {
  let mine = queue.filter(({kind, data}) => kind === ANSWER && data.survey === this.id)
  let known = this.#queue
  let isSame = mine.length === known.length && mine.every((item, at) => isSameItem(item, known[at]))
  if (this.#shown && isSame) return this.#shown
  this.#queue = mine.map(item => known.find(other => isSameItem(item, other)) ?? item)
  this.#answers = this.#answersNow()
  this.#shown = {id: this.id, survey: this.#survey, schema: this.#schema, answers: this.#answers, isLoaded: this.#isLoaded, isLoading: this.#loading !== null, error: this.#error}
  return this.#shown
 }
 #answersNow() {
  let saving = new Map()
  let refused = new Map(this.#refused)
  for (let item of this.#queue) {
   let {question, instance, draft} = item.data
   let key = answerKey(question, instance)
   if (item.refusal) refused.set(key, this.#refusalOf(item, item.refusal, draft))
   else if (!saving.has(key)) saving.set(key, item)
  }
  let answers = new Map()
  for (let key of new Set([...this.#items.keys(), ...saving.keys(), ...refused.keys()])) {
   let [question = 0, instance = 0] = key.split(":").map(Number)
   let now = {item: this.#items.get(key) ?? null, saving: saving.get(key) ?? null, refused: refused.get(key) ?? null}
   let before = this.#answers.get(key)
   let isSame = before && before.item === now.item && before.saving === now.saving && before.refused === now.refused
   let saved = now.item !== null && !now.saving && !now.refused
   answers.set(key, isSame ? before : {question, instance, saved, ...now})
  }
  return sharedMap(this.#answers, answers)
 }
 #refusalOf(item, {status, body}, draft) {
  let refusal = this.#kept.get(item) ?? refusedAnswer(draft, new ApiError(status, body))
  this.#kept.set(item, refusal)
  return refusal
 }
}
function keyOf({related_question: question, instance}) {
 return answerKey(question, instance)
}
function isSameItem(one, other) {
 return one.id === other?.id && one.state === other.state && one.progress === other.progress
}

var Surveys = class {
 #open = new Map()
 #answering = new Set()
 #waiting = []
 #shown = new Map()
 constructor(requests, outbox, account, changed) {
  this.requests = requests
  this.outbox = outbox
  this.account = account
  this.changed = changed
  let known = ({survey, question, instance}) => this.#open.get(survey)?.item(question, instance)
  outbox.register(ANSWER, new AnswerSender(requests, known, (answer, item) => this.#stored(answer, item)))
 }
 snapshot(queue) {
  let all = new Map([...this.#open].map(([id, state]) => [id, state.snapshot(queue)]))
  this.#shown = sharedMap(this.#shown, all)
  return this.#shown
 }
 async start(schema, body) {
  let path = `accounts/${this.account}/surveys`
  return this.requests.request("POST", path, {body: {client_id: newUuid(), ...body, schema}})
 }
 async open(id) {
  let known = this.#open.get(id)
  let state = known ?? new SurveyState(id, this.requests, this.changed)
  this.#open.set(id, state)
  if (!known || known.error) await state.load()
 }
 async reload(id) {
  await this.#open.get(id)?.load()
 }
 close(id) {
  this.#open.delete(id)
  this.changed()
 }
 resume() {
  for (let state of this.#open.values()) {
   if (state.error) state.load()
   else this.#follow(state)
  }
 }
 answer(survey, question, draft, instance) {
  let id = newUuid()
  let lane = surveyLane(survey)
  let data = {survey, question, instance, draft}
  this.#open.get(survey)?.noteRefusal(data)
  for (let item of this.#queued(survey)) {
   let other = item.data
   if (other.question !== question || other.instance !== instance) continue
   if (item.refusal || (!draft && other.draft?.files)) this.outbox.discard(item.id)
  }
  let key = draft?.files?.length ? "" : `${lane}:${answerKey(question, instance)}`
  let done = this.outbox.add({id, kind: ANSWER, lane, key, data})
  this.#answering.add(data)
  done
   .catch(error => {
    let isKept = this.outbox.items.some(item => item.id === id)
    if (error instanceof ApiError && !isKept) this.#refused(data, error)
   })
   .finally(() => {
    this.#answering.delete(data)
    this.queueChanged()
   })
  return {id, done}
 }
 #refused(answer, error) {
  let state = this.#open.get(answer.survey)
  state?.noteRefusal(answer, error)
  if (error.fields["survey"]) state?.load()
 }
 #stored(answer, item) {
  let {survey, question, instance} = answer
  let state = this.#open.get(survey)
  if (!state) return
  let {survey_data: changed, ...stored} = item ?? {}
  if (changed) state.takeSurvey(changed)
  state.takeItem(question, instance, item && stored)
  state.noteRefusal(answer)
  state.noteStored(changed !== void 0)
 }
 queueChanged() {
  for (let resolve of this.#waiting.splice(0)) resolve()
  for (let state of this.#open.values()) this.#follow(state)
 }
 async #follow(state, hasState) {
  if (hasState !== void 0) state?.noteStored(hasState)
  if (state && !this.#isSaving(state.id)) await state.follow()
 }
 #queued(survey) {
  return this.outbox.items.filter(({lane}) => lane === surveyLane(survey))
 }
 #isSaving(survey) {
  let isAnswering = [...this.#answering].some(answer => answer.survey === survey)
  return isAnswering || this.#queued(survey).some(({refusal}) => !refusal)
 }
 async #saved(survey) {
  while (this.#isSaving(survey)) await new Promise(resolve => this.#waiting.push(resolve))
  let kept = this.#queued(survey).find(({refusal}) => refusal)?.refusal
  if (kept) throw new ApiError(kept.status, kept.body)
  let [refused] = this.#open.get(survey)?.refused ?? []
  if (refused) throw refused.error
 }
 async addInstance(survey, group) {
  let path = `surveys/${survey}/groups/${group}/instances`
  let {instance, survey_data: changed} = await this.requests.request("POST", path)
  let state = this.#open.get(survey)
  state?.takeSurvey(changed)
  await this.#follow(state, true)
  return instance
 }
 async removeInstance(survey, group, instance) {
  await this.requests.request("DELETE", `surveys/${survey}/groups/${group}/instances/${instance}`)
  let state = this.#open.get(survey)
  state?.dropInstance(group, instance)
  await this.#follow(state, false)
 }
 async removeFile(survey, item, attachment, confirm) {
  let path = `surveys/${survey}/items/${item.id}`
  await this.requests.request("DELETE", `${path}/attachments/${attachment}`, {query: {explain: true, confirm}})
  let changed = await this.requests.request("GET", path)
  let {related_question: question, instance = 0} = item
  this.#stored({survey, question, instance, draft: {}}, changed)
  this.queueChanged()
 }
 async submit(survey) {
  await this.#saved(survey)
  let submitted = await this.requests.request("POST", `surveys/${survey}/submit`)
  this.#open.get(survey)?.takeSurvey(submitted)
  return submitted
 }
 async results(survey) {
  try {
   return await this.requests.request("GET", `surveys/${survey}/results`)
  } catch (error) {
   if (error.status === 403) return null
   throw error
  }
 }
}

var ClientCore = class {
 #events = new Events()
 #listeners = new Set()
 #connection = "connecting"
 #authRequired = null
 opened = null
 #snapshot = null
 #rooms = new Map()
 #isNotifying = false
 #isDestroyed = false
 #listening = new AbortController()
 constructor(options, release) {
  this.options = options
  this.release = release
  let isSameOrigin = new URL(options.api).origin === globalThis.location?.origin
  this.credentials = new Credentials(options.auth, isSameOrigin)
  this.owner = `${options.api} ${options.auth.account}`
  this.requests = new Requests(options.api, this.credentials, options.fetch, problem => this.#needsAuth(problem))
  this.storage = openStorage(options.storage)
  let changed = () => this.changed()
  this.outbox = new Outbox(this.owner, this.storage, {
   changed: () => {
    changed()
    this.surveys.queueChanged()
   },
   expired: items => this.#events.emit("expired", items)
  })
  this.sender = new MessageSender(this.requests, this.outbox, (id, sent) => this.live.stored(id, sent))
  this.surveys = new Surveys(this.requests, this.outbox, this.account, changed)
  this.live = new Live(this.requests, this.account, this.#events, changed)
  this.socket = new ChatSocket({url: () => this.#socketUrl(), event: frame => this.live.take(frame), aside: frame => this.live.takeAside(frame), heads: (ids, isFirst) => this.live.takeHeads(ids, isFirst), joined: id => this.live.joined(id), resync: id => this.live.resync(id), status: status => this.#setConnection(status), rejected: () => this.#rejected(), first: () => this.opened}, options.createSocket)
  this.live.socket = this.socket
  this.#listen()
  this.socket.open()
  this.outbox.resume()
 }
 get account() {
  return this.options.auth.account
 }
 subscribe = listener => {
  this.#listeners.add(listener)
  return () => this.#listeners.delete(listener)
 }
 getSnapshot = () => {
  this.#snapshot ??= this.#makeSnapshot()
  return this.#snapshot
 }
 on = this.#events.on
 #makeSnapshot() {
  let queue = this.outbox.items
  this.#rooms = sharedMap(this.#rooms, this.live.snapshot(queue))
  return {account: this.account, connection: this.#connection, authRequired: this.#authRequired, unread: this.live.threads.unread.totals, lists: this.live.threads.lists.snapshot, rooms: this.#rooms, surveys: this.surveys.snapshot(queue), queue}
 }
 changed() {
  this.#snapshot = null
  if (this.#isNotifying || this.#isDestroyed) return
  this.#isNotifying = true
  queueMicrotask(() => {
   this.#isNotifying = false
   if (this.#isDestroyed) return
   for (let listener of [...this.#listeners]) callSafely(listener)
  })
 }
 destroy() {
  if (!this.#isDestroyed && this.release(false)) this.#end()
 }
 #end() {
  this.#isDestroyed = true
  this.#listening.abort()
  this.socket.close()
  this.outbox.close()
  this.live.stop()
  this.#listeners.clear()
 }
 resume(auth) {
  if (this.#isDestroyed) return
  this.requests.resume(auth)
  this.#authRequired = null
  this.changed()
  this.socket.close()
  this.socket.open()
  this.outbox.resume()
  this.live.threads.reload()
 }
 async signOut({discard = false} = {}) {
  let isEmpty = (await (await this.storage).items(this.owner)).length === 0
  if (!isEmpty && !discard) return false
  await this.outbox.clear()
  if (!this.#isDestroyed && this.release(true)) this.#end()
  return true
 }
 #needsAuth(problem) {
  if (this.#authRequired === problem || this.#isDestroyed) return
  this.#authRequired = problem
  this.outbox.pause()
  this.socket.close()
  this.#setConnection("signed-out")
  this.#events.emit("auth-required", problem)
 }
 async #rejected() {
  await this.requests.request("GET", `accounts/${this.account}/unread`).catch(() => {})
  return this.#authRequired === null
 }
 async #socketUrl() {
  let url = new URL(this.options.socket)
  url.searchParams.set("account", String(this.account))
  if (this.credentials.usesToken) {
   let {ticket} = await this.requests.request("POST", "ws-ticket")
   url.searchParams.set("ticket", ticket)
  }
  return url.href
 }
 #listen() {
  if (typeof document === "undefined") return
  let {signal} = this.#listening
  let wake = () => {
   if (document.hidden) return
   this.socket.wake()
   if (!this.#authRequired) this.outbox.resume()
  }
  addEventListener("online", wake, {signal})
  addEventListener("pageshow", wake, {signal})
  document.addEventListener("visibilitychange", wake, {signal})
  addEventListener("offline", () => this.socket.lost(), {signal})
 }
 #setConnection(connection) {
  if (connection === this.#connection) return
  this.#connection = connection
  if (connection === "online" && !this.#authRequired) {
   this.outbox.resume()
   this.surveys.resume()
   this.live.sendRead().catch(() => {})
  }
  this.changed()
 }
}

var SurveyClient = class extends ClientCore {
 startSurvey(schema, body = {}) {
  return this.surveys.start(schema, body)
 }
 openSurvey(id) {
  return this.surveys.open(id)
 }
 reloadSurvey(id) {
  return this.surveys.reload(id)
 }
 closeSurvey(id) {
  this.surveys.close(id)
 }
 answer(survey, question, draft, instance = 0) {
  return this.surveys.answer(survey, question, draft, instance)
 }
 clearAnswer(survey, question, instance = 0) {
  return this.surveys.answer(survey, question, null, instance)
 }
 removeAnswerFile(survey, item, attachment, confirm = false) {
  return this.surveys.removeFile(survey, item, attachment, confirm)
 }
 addInstance(survey, group) {
  return this.surveys.addInstance(survey, group)
 }
 removeInstance(survey, group, instance) {
  return this.surveys.removeInstance(survey, group, instance)
 }
 submitSurvey(survey) {
  return this.surveys.submit(survey)
 }
 surveyResults(survey) {
  return this.surveys.results(survey)
 }
}

var MemberClient = class extends SurveyClient {
 async members(thread) {
  return resultsOf(await this.requests.request("GET", `threads/${thread}/users`))
 }
 addMember(thread, user, body = {}) {
  return this.requests.request("POST", `threads/${thread}/users`, {body: {...body, user}})
 }
 async changeMember(thread, user, change) {
  let path = `threads/${thread}/users/${user}`
  let changed = await this.requests.request("PATCH", path, {body: change})
  this.live.threads.refresh(thread)
  return changed
 }
 async removeMember(thread, user) {
  await this.requests.request("DELETE", `threads/${thread}/users/${user}`)
 }
 async leave(thread) {
  await this.removeMember(thread, this.account)
  this.live.threads.drop(thread)
 }
 pauseScript(thread, user = this.account) {
  return this.changeMember(thread, user, {paused: true})
 }
 resumeScript(thread, user = this.account) {
  return this.changeMember(thread, user, {paused: false})
 }
 async assign(thread, account) {
  let body = {assigned_to: account}
  await this.requests.request("PATCH", `threads/${thread}/assignment`, {body})
  await this.live.threads.refresh(thread)
 }
}

var TYPING_EVERY = 2e3
var TYPING_SHOWN = 4e3
var ChatClient = class extends MemberClient {
 #typed = new Map()
 loadThreads(query) {
  return this.live.threads.lists.load(query)
 }
 loadMoreThreads(query) {
  return this.live.threads.lists.loadMore(query)
 }
 closeThreads(query) {
  this.live.threads.lists.close(query)
 }
 async startThread(type, body = {}) {
  let path = `accounts/${this.account}/threads/${encodeURIComponent(type)}`
  let thread = await this.requests.request("POST", path, {body: {client_id: newUuid(), ...body}})
  this.live.threads.takeResponse(thread, this.live.threads.revision(thread.id))
  return thread
 }
 async openThread(id) {
  this.opened = id
  let {room, isNew} = this.live.room(id)
  if (isNew) {
   this.changed()
   room.draftLoading = this.#loadDraft(room)
  }
  if (room.isLoaded) return
  if (!this.live.threads.get(id)) this.live.threads.refresh(id)
  await this.live.load(room)
 }
 async #loadDraft(room) {
  let draft = await (await this.storage).draft(this.owner, `thread:${room.id}`).catch(() => "")
  room.draft ||= draft
  room.touch()
 }
 closeThread(id) {
  if (this.opened === id) this.opened = null
  this.live.rooms.get(id)?.close()
  this.live.rooms.delete(id)
  this.changed()
 }
 async loadEarlier(id) {
  await this.live.rooms.get(id)?.loadEarlier()
 }
 async search(id, q, signal) {
  let query = {q, ordering: "-id", limit: 50}
  return resultsOf(await this.requests.request("GET", `threads/${id}/messages`, {query, ...(signal ? {signal} : {})}))
 }
 send(thread, draft) {
  let shown = this.live.threads.get(thread)
  let isLed = shown && ["scripted", "open"].includes(shown.state)
  let asked = isLed ? {asked: shown.related_message} : {}
  return this.sender.queue(thread, {...asked, ...draft})
 }
 skip(thread) {
  let {question} = this.live.threads.get(thread) ?? {}
  return this.send(thread, {skip: true, ...(typeof question === "number" ? {question} : {})})
 }
 stopScript(thread, text = "") {
  return this.sender.queue(thread, {break_state: true, ...(text ? {text} : {})})
 }
 discard(id) {
  return this.outbox.discard(id)
 }
 async edit(thread, message, text) {
  let changed = await this.requests.request("PATCH", `threads/${thread}/messages/${message}`, {body: {text}})
  this.live.rooms.get(thread)?.put(changed)
  return changed
 }
 async remove(thread, message) {
  await this.requests.request("DELETE", `threads/${thread}/messages/${message}`)
  this.live.rooms.get(thread)?.remove(message)
  this.live.threads.refresh(thread)
 }
 async addFile(thread, message, file, {confirm, ...options} = {}) {
  let path = `threads/${thread}/messages/${message}/attachments`
  let form = fileForm(file)
  let query = {explain: true, confirm}
  let added = await this.requests.request("POST", path, {...options, form, query})
  await this.#reload(thread, message)
  return added
 }
 async removeAttachment(thread, message, attachment, confirm = false) {
  let path = `threads/${thread}/messages/${message}/attachments/${attachment}`
  await this.requests.request("DELETE", path, {query: {explain: true, confirm}})
  await this.#reload(thread, message)
 }
 async #reload(thread, message) {
  let room = this.live.rooms.get(thread)
  let changed = room && this.requests.request("GET", `threads/${thread}/messages/${message}`)
  await changed?.then(loaded => room?.put(loaded)).catch(() => {})
 }
 async correct(thread, correction) {
  let parts = this.live.rooms.get(thread)?.log.parts ?? []
  let said = parts.flatMap(part => part.filter(message => message.related_question !== null))
  let body = {client_id: newUuid(), last: said.at(-1)?.id, ...correction}
  let sent = await this.requests.request("POST", `threads/${thread}/correct`, {body, query: {explain: true}})
  this.live.stored(thread, sent)
  return sent
 }
 async rollBack(thread, to = {}) {
  await this.requests.request("POST", `threads/${thread}/rollback`, {body: to})
  await this.live.threads.refresh(thread)
 }
 async markRead(thread, upTo) {
  let room = this.live.rooms.get(thread)
  let unread = room?.unread().filter(({id}) => upTo === void 0 || id <= upTo) ?? []
  let last = unread.at(-1)
  if (room && last)
   await this.live.markRead(
    room,
    unread.map(({id}) => id)
   )
 }
 typing(thread) {
  let last = this.#typed.get(thread) ?? 0
  if (Date.now() - last < TYPING_EVERY) return
  if (this.socket.send("thread_someone_is_writing", {thread, length: TYPING_SHOWN})) this.#typed.set(thread, Date.now())
 }
 async setDraft(thread, text) {
  let room = this.live.rooms.get(thread)
  if (room && room.draft !== text) {
   room.draft = text
   room.touch()
  }
  await (await this.storage).setDraft(this.owner, `thread:${thread}`, text)
 }
 command(message, data) {
  return this.socket.send(message, data)
 }
 request(method, path, options = {}) {
  return this.requests.request(method, path, options)
 }
 async fileUrl(src) {
  let url = new URL(src, this.options.api)
  let isPrivate = this.credentials.usesToken && url.href.startsWith(`${this.options.api}attachments/`)
  return isPrivate ? URL.createObjectURL(await this.requests.blob(url.href)) : url.href
 }
}

var ELEMENT = "chat-api-client"
function pageConfiguration() {
 if (typeof document === "undefined") return null
 let text = document.getElementById(ELEMENT)?.textContent
 return text ? JSON.parse(text) : null
}
function resolveOptions(options) {
 let page = pageConfiguration()
 let api = options.api ?? page?.api
 if (!api) throw new Error("createClient needs `api`: the page has no {% chat_api_client %}")
 let isPages = options.api === void 0 || options.api === page?.api
 let auth = options.auth ?? (page && isPages ? pageAuth(page) : null)
 if (!auth) throw new Error("createClient needs `auth`: nobody is signed in on this page")
 let base = globalThis.location?.href
 let url = new URL(api.endsWith("/") ? api : `${api}/`, base)
 let socket = new URL(options.socket ?? page?.socket ?? "/ws/chat", base ?? url.href)
 socket.protocol = socket.protocol.replace("http", "ws")
 return {api: url.href, socket: socket.href, auth, storage: options.storage ?? "indexeddb", fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)), createSocket: options.createSocket ?? (address => new WebSocket(address))}
}
function pageAuth({user, csrf}) {
 return user === null ? null : {account: user, csrf: csrf.token, csrfHeader: csrf.header}
}

var KEY = Symbol.for("django-chat-api")
function entries() {
 let page = globalThis
 page[KEY] ??= new Map()
 return page[KEY]
}
function createClient(options = {}) {
 let resolved = resolveOptions(options)
 let key = `${resolved.api} ${resolved.auth.account}`
 let all = entries()
 let known = all.get(key)
 if (known) {
  known.users += 1
  return known.client
 }
 let client = new ChatClient(resolved, isSignOut => {
  entry.users = isSignOut ? 0 : entry.users - 1
  if (entry.users === 0) all.delete(key)
  return entry.users === 0
 })
 let entry = {client, users: 1}
 all.set(key, entry)
 return client
}

var ENTITIES = {amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'"}
function unescapeHtml(text) {
 return text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, name) => ENTITIES[name])
}
function plainText(message) {
 let text = message.text ?? ""
 return message.text_format === "escaped" ? unescapeHtml(text) : text
}
function splitHighlight(highlight) {
 return highlight
  .split(/<mark>(.*?)<\/mark>/s)
  .map((part, at) => ({text: unescapeHtml(part), marked: at % 2 === 1}))
  .filter(({text}) => text !== "")
}
var LINK_REL = "noopener noreferrer nofollow"
function safeUrl(address, base) {
 if (!address) return null
 try {
  let url = new URL(address, base ?? globalThis.location?.href)
  return /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : null
 } catch {
  return null
 }
}
function withoutEnding(address) {
 let end = address.length
 let unopened = address.split(")").length - address.split("(").length
 for (; end > 0; end -= 1) {
  let last = address.charAt(end - 1)
  if (last === ")" && unopened > 0) unopened -= 1
  else if (!`.,;:!?'"]`.includes(last)) break
 }
 return address.slice(0, end)
}
function splitLinks(text) {
 let parts = []
 let end = 0
 for (let match of text.matchAll(/\bhttps?:\/\/[^\s<>"]+/gi)) {
  let address = withoutEnding(match[0])
  let href = safeUrl(address)
  if (href === null) continue
  if (match.index > end) parts.push({text: text.slice(end, match.index)})
  parts.push({text: address, href})
  end = match.index + address.length
 }
 if (end < text.length) parts.push({text: text.slice(end)})
 return parts
}
export {ApiError, ChatClient, LINK_REL, answerKey, createClient, listKey, pageConfiguration, plainText, resultsOf, safeUrl, splitHighlight, splitLinks}
