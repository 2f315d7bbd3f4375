//# allFunctionsCalledOnLoad
// django-chat-api 1.0.0a1: built from client/, do not edit.
// Lit: Copyright Google LLC, BSD-3-Clause, https://lit.dev
const { Directive, directive, html, insertPart, noChange, nothing, removePart, render, setChildPartValue } = (() => {var w=globalThis,j=n=>n,P=w.trustedTypes,W=P?P.createPolicy("lit-html",{createHTML:n=>n}):void 0,D="$lit$",d=`lit$${Math.random().toFixed(9).slice(2)}$`,U="?"+d,et=`<${U}>`,v=document,H=()=>v.createComment(""),C=n=>n===null||typeof n!="object"&&typeof n!="function",V=Array.isArray,Y=n=>V(n)||typeof n?.[Symbol.iterator]=="function",R=`[ 	
\f\r]`,T=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,k=/-->/g,F=/>/g,u=RegExp(`>|${R}(?:([^\\s"'>=/]+)(${R}*=${R}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),z=/'/g,G=/"/g,Z=/^(?:script|style|textarea|title)$/i,L=n=>(t,...e)=>({_$litType$:n,strings:t,values:e}),st=L(1),$t=L(2),At=L(3),x=Symbol.for("lit-noChange"),$=Symbol.for("lit-nothing"),Q=new WeakMap,m=v.createTreeWalker(v,129);function q(n,t){if(!V(n)||!n.hasOwnProperty("raw"))throw Error("invalid template strings array");return W!==void 0?W.createHTML(t):t}var J=(n,t)=>{let e=n.length-1,s=[],i,r=t===2?"<svg>":t===3?"<math>":"",h=T;for(let _=0;_<e;_++){let o=n[_],a,A,l=-1,c=0;for(;c<o.length&&(h.lastIndex=c,A=h.exec(o),A!==null);)c=h.lastIndex,h===T?A[1]==="!--"?h=k:A[1]!==void 0?h=F:A[2]!==void 0?(Z.test(A[2])&&(i=RegExp("</"+A[2],"g")),h=u):A[3]!==void 0&&(h=u):h===u?A[0]===">"?(h=i??T,l=-1):A[1]===void 0?l=-2:(l=h.lastIndex-A[2].length,a=A[1],h=A[3]===void 0?u:A[3]==='"'?G:z):h===G||h===z?h=u:h===k||h===F?h=T:(h=u,i=void 0);let p=h===u&&n[_+1].startsWith("/>")?" ":"";r+=h===T?o+et:l>=0?(s.push(a),o.slice(0,l)+D+o.slice(l)+d+p):o+d+(l===-2?_:p)}return[q(n,r+(n[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),s]},N=class n{constructor({strings:t,_$litType$:e},s){let i;this.parts=[];let r=0,h=0,_=t.length-1,o=this.parts,[a,A]=J(t,e);if(this.el=n.createElement(a,s),m.currentNode=this.el.content,e===2||e===3){let l=this.el.content.firstChild;l.replaceWith(...l.childNodes)}for(;(i=m.nextNode())!==null&&o.length<_;){if(i.nodeType===1){if(i.hasAttributes())for(let l of i.getAttributeNames())if(l.endsWith(D)){let c=A[h++],p=i.getAttribute(l).split(d),M=/([.?@])?(.*)/.exec(c);o.push({type:1,index:r,name:M[2],strings:p,ctor:M[1]==="."?E:M[1]==="?"?B:M[1]==="@"?S:f}),i.removeAttribute(l)}else l.startsWith(d)&&(o.push({type:6,index:r}),i.removeAttribute(l));if(Z.test(i.tagName)){let l=i.textContent.split(d),c=l.length-1;if(c>0){i.textContent=P?P.emptyScript:"";for(let p=0;p<c;p++)i.append(l[p],H()),m.nextNode(),o.push({type:2,index:++r});i.append(l[c],H())}}}else if(i.nodeType===8)if(i.data===U)o.push({type:2,index:r});else{let l=-1;for(;(l=i.data.indexOf(d,l+1))!==-1;)o.push({type:7,index:r}),l+=d.length-1}r++}}static createElement(t,e){let s=v.createElement("template");return s.innerHTML=t,s}};function g(n,t,e=n,s){if(t===x)return t;let i=s!==void 0?e._$Co?.[s]:e._$Cl,r=C(t)?void 0:t._$litDirective$;return i?.constructor!==r&&(i?._$AO?.(!1),r===void 0?i=void 0:(i=new r(n),i._$AT(n,e,s)),s!==void 0?(e._$Co??=[])[s]=i:e._$Cl=i),i!==void 0&&(t=g(n,i._$AS(n,t.values),i,s)),t}var b=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:s}=this._$AD,i=(t?.creationScope??v).importNode(e,!0);m.currentNode=i;let r=m.nextNode(),h=0,_=0,o=s[0];for(;o!==void 0;){if(h===o.index){let a;o.type===2?a=new y(r,r.nextSibling,this,t):o.type===1?a=new o.ctor(r,o.name,o.strings,this,t):o.type===6&&(a=new I(r,this,t)),this._$AV.push(a),o=s[++_]}h!==o?.index&&(r=m.nextNode(),h++)}return m.currentNode=v,i}p(t){let e=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(t,s,e),e+=s.strings.length-2):s._$AI(t[e])),e++}},y=class n{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,s,i){this.type=2,this._$AH=$,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=s,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=g(this,t,e),C(t)?t===$||t==null||t===""?(this._$AH!==$&&this._$AR(),this._$AH=$):t!==this._$AH&&t!==x&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):Y(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==$&&C(this._$AH)?this._$AA.nextSibling.data=t:this.T(v.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:s}=t,i=typeof s=="number"?this._$AC(t):(s.el===void 0&&(s.el=N.createElement(q(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===i)this._$AH.p(e);else{let r=new b(i,this),h=r.u(this.options);r.p(e),this.T(h),this._$AH=r}}_$AC(t){let e=Q.get(t.strings);return e===void 0&&Q.set(t.strings,e=new N(t)),e}k(t){V(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,s,i=0;for(let r of t)i===e.length?e.push(s=new n(this.O(H()),this.O(H()),this,this.options)):s=e[i],s._$AI(r),i++;i<e.length&&(this._$AR(s&&s._$AB.nextSibling,i),e.length=i)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let s=j(t).nextSibling;j(t).remove(),t=s}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},f=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,s,i,r){this.type=1,this._$AH=$,this._$AN=void 0,this.element=t,this.name=e,this._$AM=i,this.options=r,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=$}_$AI(t,e=this,s,i){let r=this.strings,h=!1;if(r===void 0)t=g(this,t,e,0),h=!C(t)||t!==this._$AH&&t!==x,h&&(this._$AH=t);else{let _=t,o,a;for(t=r[0],o=0;o<r.length-1;o++)a=g(this,_[s+o],e,o),a===x&&(a=this._$AH[o]),h||=!C(a)||a!==this._$AH[o],a===$?t=$:t!==$&&(t+=(a??"")+r[o+1]),this._$AH[o]=a}h&&!i&&this.j(t)}j(t){t===$?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},E=class extends f{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===$?void 0:t}},B=class extends f{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==$)}},S=class extends f{constructor(t,e,s,i,r){super(t,e,s,i,r),this.type=5}_$AI(t,e=this){if((t=g(this,t,e,0)??$)===x)return;let s=this._$AH,i=t===$&&s!==$||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive,r=t!==$&&(s===$||i);i&&this.element.removeEventListener(this.name,this,s),r&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},I=class{constructor(t,e,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){g(this,t)}},K={M:D,P:d,A:U,C:1,L:J,R:b,D:Y,V:g,I:y,H:f,N:B,U:S,B:E,F:I},it=w.litHtmlPolyfillSupport;it?.(N,y),(w.litHtmlVersions??=[]).push("3.3.3");var nt=(n,t,e)=>{let s=e?.renderBefore??t,i=s._$litPart$;if(i===void 0){let r=e?.renderBefore??null;s._$litPart$=i=new y(t.insertBefore(H(),r),r,void 0,e??{})}return i._$AI(n),i};var rt=n=>(...t)=>({_$litDirective$:n,values:t}),O=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,s){this._$Ct=t,this._$AM=e,this._$Ci=s}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:ot}=K,X=n=>n;var tt=()=>document.createComment(""),ht=(n,t,e)=>{let s=n._$AA.parentNode,i=t===void 0?n._$AB:t._$AA;if(e===void 0){let r=s.insertBefore(tt(),i),h=s.insertBefore(tt(),i);e=new ot(r,h,n,n.options)}else{let r=e._$AB.nextSibling,h=e._$AM,_=h!==n;if(_){let o;e._$AQ?.(n),e._$AM=n,e._$AP!==void 0&&(o=n._$AU)!==h._$AU&&e._$AP(o)}if(r!==i||_){let o=e._$AA;for(;o!==r;){let a=X(o).nextSibling;X(s).insertBefore(o,i),o=a}}}return e},lt=(n,t,e=n)=>(n._$AI(t,e),n);var at=n=>{n._$AR(),n._$AA.remove()};return{Directive:O,directive:rt,html:st,insertPart:ht,noChange:x,nothing:$,removePart:at,render:nt,setChildPartValue:lt}})();

function numberLimit({limits}, name) {
 let value = limits?.[name]
 return typeof value === "number" ? value : null
}
function textLimit({limits}, name) {
 let value = limits?.[name]
 return typeof value === "string" ? value : ""
}
function metaText({meta}, name) {
 let value = meta?.[name]
 return typeof value === "string" ? value : ""
}
function between({t}, key, ends) {
 let [least = null, most = null] = ends
 let form = least !== null && most !== null ? "between" : least !== null ? "least" : "most"
 return least === null && most === null ? "" : t(`${key}_${form}`, {least: least ?? "", most: most ?? ""})
}

function sendAtEnter(asked) {
 return event => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  if (asked.layout === "survey" && event.target instanceof HTMLTextAreaElement) return
  event.preventDefault()
  asked.send()
 }
}
function inputField(asked, options = {}) {
 let {type = "text", saving = "paused", read = value => value} = options
 let unit = metaText(asked.question, "unit")
 return html`<div class="field"><input id="control" type=${type} dir=${type === "text" ? "auto" : nothing} inputmode=${options.mode ?? nothing} autocomplete=${options.autocomplete ?? "off"} enterkeyhint=${asked.layout === "chat" ? "send" : "next"} min=${options.min || nothing} max=${options.max || nothing} aria-describedby=${asked.describedBy} aria-invalid=${asked.invalid} aria-required=${asked.question.required ? "true" : nothing} .value=${options.value ?? asked.input.text} @input=${({target}) => asked.change({text: read(target.value)}, saving)} @keydown=${sendAtEnter(asked)} />${unit ? html`<span class="unit" dir="auto">${unit}</span>` : nothing}</div>`
}
function grow(field) {
 let {style} = field
 if (CSS.supports("field-sizing", "content")) return
 style.height = "auto"
 style.height = `${field.scrollHeight + 2}px`
}
var MODES = {email: "email", phone: "tel", url: "url"}
var textControl = {
 describe: asked => {
  let most = numberLimit(asked.question, "max_length")
  return most === null ? "" : asked.t("characters_most", {n: most})
 },
 view: asked => {
  let mode = MODES[textLimit(asked.question, "format")]
  if (mode) return inputField(asked, {mode, autocomplete: mode})
  return html`<textarea id="control" rows=${asked.layout === "chat" ? 1 : 2} dir="auto" enterkeyhint=${asked.layout === "chat" ? "send" : nothing} aria-describedby=${asked.describedBy} aria-invalid=${asked.invalid} aria-required=${asked.question.required ? "true" : nothing} .value=${asked.input.text} @input=${({target}) => {
   grow(target)
   asked.change({text: target.value})
  }} @keydown=${sendAtEnter(asked)}></textarea>`
 }
}
function shownNumber({texts, question}, value) {
 if (value === null) return null
 let unit = metaText(question, "unit")
 return texts.number(value, {maximumFractionDigits: 10}) + (unit && ` ${unit}`)
}
function numbers(mode) {
 return {
  describe: asked => {
   let ends = ["min", "max"].map(name => shownNumber(asked, numberLimit(asked.question, name)))
   return between(asked, "number", ends)
  },
  view: asked => {
   let isPositive = (numberLimit(asked.question, "min") ?? 0) >= 0
   return inputField(asked, {mode: isPositive ? mode : "text", saving: "left"})
  }
 }
}
var numberControls = {int: numbers("numeric"), float: numbers("decimal")}

function attributeOf(name, {attribute}) {
 return attribute ?? name.replace(/[A-Z]/g, "-$&").toLowerCase()
}
var DrawnElement = class extends HTMLElement {
 static properties = {}
 updateComplete = Promise.resolve()
 renderRoot = this.attachShadow({mode: "open"})
 #values = new Map()
 #early = []
 #changed = new Map()
 #isPending = false
 #connect
 #connected = new Promise(resolve => {
  this.#connect = resolve
 })
 constructor() {
  super()
  for (let name of Object.keys(this.#declared)) {
   let early = Object.getOwnPropertyDescriptor(this, name)
   if (!early) continue
   this.#early.push([name, early.value])
   Reflect.deleteProperty(this, name)
  }
  this.requestUpdate()
 }
 static get observedAttributes() {
  for (let name of Object.keys(this.properties))
   Object.defineProperty(this.prototype, name, {
    configurable: true,
    get() {
     return this.#values.get(name)
    },
    set(value) {
     this.#set(name, value)
    }
   })
  return Object.entries(this.properties).flatMap(([name, declared]) => attributeOf(name, declared) || [])
 }
 get #declared() {
  return this.constructor.properties
 }
 #set(name, value) {
  let before = this.#values.get(name)
  if (Object.is(value, before)) return
  this.#values.set(name, value)
  if (!this.#changed.has(name)) this.#changed.set(name, before)
  this.requestUpdate()
 }
 connectedCallback() {
  for (let [name, value] of this.#early.splice(0)) Reflect.set(this, name, value)
  this.#connect()
 }
 disconnectedCallback() {}
 attributeChangedCallback(attribute, _, text) {
  for (let [name, declared] of Object.entries(this.#declared)) {
   if (attributeOf(name, declared) !== attribute) continue
   let isNumber = declared.type === Number && text !== null
   Reflect.set(this, name, declared.type === Boolean ? text !== null : isNumber ? Number(text) : text)
  }
 }
 requestUpdate() {
  if (this.#isPending) return
  this.#isPending = true
  this.updateComplete = this.#connected.then(() => this.#draw())
 }
 #draw() {
  let changed = this.#changed
  try {
   this.willUpdate(changed)
   this.#reflect(changed)
   render(this.render(), this.renderRoot)
  } finally {
   this.#changed = new Map()
   this.#isPending = false
  }
  this.updated()
 }
 #reflect(changed) {
  for (let [name, declared] of Object.entries(this.#declared)) {
   let attribute = attributeOf(name, declared)
   if (!declared.reflect || !attribute || !changed.has(name)) continue
   let value = this.#values.get(name)
   let isThere = declared.type === Boolean ? value : value !== null && value !== void 0
   if (isThere) this.setAttribute(attribute, value === true ? "" : String(value))
   else this.removeAttribute(attribute)
  }
 }
 willUpdate(_changed) {}
 updated() {}
}

function icon(path) {
 return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
<path d=${path}></path>
</svg>`
}

var QUALITIES = [0.9, 0.8, 0.65]
async function encoded(bitmap, scale, quality) {
 let canvas = document.createElement("canvas")
 canvas.width = Math.max(1, Math.floor(bitmap.width * scale))
 canvas.height = Math.max(1, Math.floor(bitmap.height * scale))
 let context = canvas.getContext("2d")
 if (!context) return null
 context.fillStyle = "#fff"
 context.fillRect(0, 0, canvas.width, canvas.height)
 context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
 return new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", quality))
}
async function fitting(file, {bytes, pixels}, isAccepted) {
 let bitmap = await createImageBitmap(file).catch(() => null)
 if (!bitmap) return isAccepted && file.size <= bytes ? file : null
 try {
  let area = bitmap.width * bitmap.height
  if (isAccepted && area <= pixels && file.size <= bytes) return file
  let scale = Math.min(1, Math.sqrt(pixels / area))
  for (let attempt = 0; attempt < 4; attempt += 1, scale *= 0.6)
   for (let quality of QUALITIES) {
    let blob = await encoded(bitmap, scale, quality)
    if (blob && blob.size <= bytes) return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", {type: "image/jpeg"})
   }
  return null
 } finally {
  bitmap.close()
 }
}

var MEGABYTE = 1e6
function acceptedTypes(limits) {
 return [...(limits?.image_types ?? ["image/*"]), ...Object.values(limits?.file_types ?? {}).flat()]
}
async function prepared(rules, file) {
 let {accept, bytes, limits, texts} = rules
 let {name} = file
 let type = typeOf(limits, file)
 let isPicture = type === "image" || (!type && file.type.startsWith("image/"))
 let bounds = {bytes, pixels: limits?.image_pixels_max ?? Infinity}
 let ready = isPicture ? await fitting(file, bounds, type === "image") : file
 let sent = ready && typeOf(limits, ready)
 let isAccepted = sent && (!accept.length || accept.some(each => fits(ready, each)))
 if (isAccepted && ready.size <= bytes) return {file: ready, type: sent, title: ready.name}
 let isTooLarge = isAccepted || (!ready && type)
 return isTooLarge ? texts.get("file_too_large_for", {name, size: megabytes(texts, bytes)}) : texts.get("file_not_accepted", {name})
}
function fits(file, pattern) {
 if (pattern.startsWith(".")) return file.name.toLowerCase().endsWith(pattern.toLowerCase())
 return pattern.endsWith("/*") ? file.type.startsWith(pattern.slice(0, -1)) : file.type === pattern
}
function typeOf(limits, {type}) {
 if (limits?.image_types?.includes(type) ?? type.startsWith("image/")) return "image"
 let own = Object.entries(limits?.file_types ?? {})
 return own.find(([, types]) => types.includes(type))?.[0] ?? ""
}
function megabytes(texts, bytes) {
 let isSmall = bytes < MEGABYTE
 return texts.number(isSmall ? bytes / 1e3 : bytes / MEGABYTE, {style: "unit", unit: isSmall ? "kilobyte" : "megabyte", maximumFractionDigits: 1})
}

var library
var libraryLoading
var foundPage
function pageData() {
 if (foundPage) return foundPage
 let text = document.getElementById("chat-api-client")?.textContent
 foundPage = text ? JSON.parse(text) : null
 return foundPage
}
function loadLibrary() {
 libraryLoading ??= import(pageData()?.module ?? new URL("./client.js", import.meta.url).href).then(
  loaded => (library = loaded),
  error => {
   libraryLoading = void 0
   throw error
  }
 )
 return libraryLoading
}
function lib() {
 if (!library) throw new Error("client.js is not loaded yet")
 return library
}

var sheets
var sheetsLoading
function loadStyles() {
 sheetsLoading ??= fetch(pageData()?.styles ?? new URL("./elements.css", import.meta.url).href).then(async response => {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`)
  let [, ...parts] = (await response.text()).split(/\/\*! (\w+) \*\//)
  let named = parts.flatMap((name, at) => (at % 2 ? [] : [[name, sheetOf(parts[at + 1] ?? "")]]))
  sheets = new Map(named)
 })
 sheetsLoading.catch(() => (sheetsLoading = void 0))
 return sheetsLoading
}
function sheetOf(text) {
 let sheet = new CSSStyleSheet()
 sheet.replaceSync(text)
 return sheet
}
function holdPlace(root) {
 root.adoptedStyleSheets = [sheetOf(":host { display: block; }")]
}
function applyStyles(root, names) {
 if (!sheets) return
 let wanted = ["shared", ...names].flatMap(name => sheets?.get(name) ?? [])
 root.adoptedStyleSheets = [...root.adoptedStyleSheets.filter(sheet => !wanted.includes(sheet)), ...wanted]
}

var ComposerElement = class extends DrawnElement {
 static properties = {texts: {attribute: false}, hint: {}, chosen: {attribute: false}, problems: {attribute: false}}
 constructor() {
  super()
  this.hint = ""
  this.chosen = []
  this.problems = []
 }
 get text() {
  return this.#field?.value ?? this.#waiting
 }
 restore(text) {
  if (this.#field) this.#field.value ||= text
  else this.#waiting ||= text
  this.requestUpdate()
 }
 #waiting = ""
 get #field() {
  return this.renderRoot.querySelector("textarea")
 }
 focus() {
  this.#field?.focus()
 }
 connectedCallback() {
  super.connectedCallback()
  applyStyles(this.renderRoot, ["composer"])
 }
 disconnectedCallback() {
  super.disconnectedCallback()
  for (let {preview} of this.chosen) URL.revokeObjectURL(preview)
  this.chosen = []
 }
 updated() {
  if (this.#waiting && this.#field) {
   this.#field.value = this.#waiting
   this.#waiting = ""
   this.requestUpdate()
  }
  if (this.#field) grow(this.#field)
 }
 async add(files) {
  let limits = pageData()
  let free = (limits?.attachments_max ?? 10) - this.chosen.length
  let all = [...files]
  let {texts} = this
  let rules = {limits, accept: [], bytes: limits?.file_bytes_max ?? Infinity, texts}
  let read = await Promise.all(all.slice(0, Math.max(0, free)).map(file => prepared(rules, file)))
  let drafts = read.filter(one => typeof one !== "string")
  this.problems = read.filter(one => typeof one === "string")
  if (all.length > free) this.problems = [...this.problems, texts.get("too_many_files")]
  let added = drafts.map(draft => ({draft, preview: URL.createObjectURL(draft.file)}))
  this.chosen = [...this.chosen, ...added]
  this.focus()
 }
 #removeFile(chosen) {
  URL.revokeObjectURL(chosen.preview)
  this.chosen = this.chosen.filter(other => other !== chosen)
  this.focus()
 }
 #send(event) {
  event?.preventDefault()
  let text = this.text
  if (!text.trim() && !this.chosen.length) return this.focus()
  let files = this.chosen.map(({draft}) => draft)
  for (let {preview} of this.chosen) URL.revokeObjectURL(preview)
  this.chosen = []
  this.problems = []
  if (this.#field) this.#field.value = ""
  this.dispatchEvent(new CustomEvent("compose", {detail: {text, files}}))
  this.requestUpdate()
  this.focus()
 }
 #typed() {
  this.dispatchEvent(new CustomEvent("write", {detail: {text: this.text}}))
  this.requestUpdate()
 }
 #key = event => {
  let isPhone = matchMedia("(pointer: coarse)").matches
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || isPhone) return
  this.#send(event)
 }
 #paste = event => {
  let files = [...(event.clipboardData?.files ?? [])]
  if (!files.length) return
  event.preventDefault()
  this.add(files)
 }
 #pick = event => {
  let input = event.target
  this.add([...(input.files ?? [])])
  input.value = ""
 }
 render() {
  let {texts} = this
  let left = (pageData()?.text_max ?? Infinity) - [...this.text].length
  return html`<form dir=${texts.isRightToLeft ? "rtl" : "ltr"} @submit=${event => this.#send(event)}>
${this.hint ? html`<p class="hint">${this.hint}</p>` : nothing}
${this.chosen.length ? this.#files() : nothing}
${this.problems.map(problem => html`<p class="error" role="alert" dir="auto">${problem}</p>`)}
${left < 0 ? html`<p class="error" role="alert">${texts.get("too_long", {n: -left})}</p>` : nothing}<div class="line"><label class="attach">
<input type="file" class="unseen" multiple accept=${acceptedTypes(pageData()).join(",")} @change=${this.#pick} />
${icon("M7 9v7a5 5 0 0 0 10 0V6a3 3 0 0 0-6 0v10a1 1 0 0 0 2 0V9")}
<span class="unseen">${texts.get("attach")}</span>
</label>
<textarea rows="1" dir="auto" aria-label=${texts.get("message")} placeholder=${texts.get("message")} enterkeyhint="enter" @input=${() => this.#typed()} @keydown=${this.#key} @paste=${this.#paste}></textarea>
<button class="primary send" ?disabled=${left < 0} aria-label=${texts.get("send")} title=${texts.get("send")}>
${icon("M4 12l16-8-6 16-3-7z")}
</button></div></form>`
 }
 #files() {
  return html`<ul class="chosen">${this.chosen.map(chosen => {
   let name = chosen.draft.title ?? ""
   let isPicture = chosen.draft.file.type.startsWith("image/")
   return html`<li>${isPicture ? html`<img src=${chosen.preview} alt="" />` : nothing}
<span dir="auto">${name}</span>
<button type="button" class="plain" aria-label=${this.texts.get("remove_file", {name})} @click=${() => this.#removeFile(chosen)}>
${icon("M6 6l12 12M18 6L6 18")}
</button></li>`
  })}</ul>`
 }
}

function toggled({answers}, chosen, id) {
 if (chosen.includes(id)) return chosen.filter(other => other !== id)
 let excludes = other => answers.find(answer => answer.id === other)?.exclusive ?? false
 let kept = excludes(id) ? [] : chosen.filter(other => !excludes(other))
 return answers.map(answer => answer.id).filter(other => other === id || kept.includes(other))
}
function chosenText({answers}, chosen, typed = "") {
 let texts = answers.filter(({id}) => chosen.includes(id)).map(answer => answer.text)
 return [...texts, ...(typed.trim() ? [typed.trim()] : [])].join(", ")
}
function draftOf({question, input}) {
 let typed = question.choice_open ? {text: input.text} : {}
 let isEmpty = !input.answers.length && !typed.text?.trim()
 return isEmpty ? null : {answers: input.answers, ...typed}
}
function shownChoice({question, input}) {
 return chosenText(question, input.answers, question.choice_open ? input.text : "")
}
function openField(asked) {
 if (!asked.question.choice_open) return nothing
 return html`<label class="other"><span class="hint">${asked.t("other_answer")}</span>${inputField(asked)}</label>`
}
function optionsView(asked, type) {
 let {question, input} = asked
 let least = numberLimit(question, "min_selected") ?? 0
 let choose = id => {
  let answers = type === "radio" ? [id] : toggled(question, input.answers, id)
  let isAlone = question.answers.some(answer => answer.exclusive && answers.includes(answer.id))
  asked.change({answers}, answers.length && answers.length < least && !isAlone ? "left" : "now")
 }
 return html`<div class="options">${question.answers.map(
  ({id, text}) => html`<label class="option">
<input type=${type} name="answer" aria-describedby=${asked.describedBy} aria-invalid=${asked.invalid} .checked=${input.answers.includes(id)} @change=${() => choose(id)} /><span dir="auto">${text}</span>
</label>`
 )}</div>${openField(asked)}`
}
function replies(asked) {
 let {question, input} = asked
 let choose = id => {
  if (asked.isWaiting) return
  asked.change({answers: [id]})
  asked.send()
 }
 return html`<div class="replies">${question.answers.map(
  ({id, text}) => html`<button class="reply" dir="auto" ?data-suggested=${!asked.value && input.answers.includes(id)} aria-pressed=${asked.value && input.answers.includes(id) ? "true" : nothing} aria-disabled=${asked.isWaiting ? "true" : nothing} @click=${() => choose(id)}>
${text}
</button>`
 )}</div>${openField(asked)}`
}
var choice = {isGroup: true, sendsItself: ({question}) => !question.choice_open, view: asked => (asked.layout === "chat" ? replies(asked) : optionsView(asked, "radio")), draft: draftOf, shown: shownChoice}
var multichoice = {
 isGroup: true,
 describe: asked => {
  let ends = ["min_selected", "max_selected"].map(name => numberLimit(asked.question, name))
  return between(
   asked,
   "choose",
   ends.map(end => (end ? asked.texts.number(end) : null))
  )
 },
 view: asked => optionsView(asked, "checkbox"),
 draft: draftOf,
 shown: shownChoice
}
var choiceControls = {choice, multichoice}

var ISO = {date: "%Y-%m-%d", time: "%H:%M", "datetime-local": "%Y-%m-%dT%H:%M"}
function rewritten(text, from, to, isWhole = true) {
 let source = from.replace(/[^\w%]/g, "\\$&").replace(/%(.)/g, (_, letter) => (/[YmdHM]/.test(letter) ? `(?<${letter}>\\d{${letter === "Y" ? 4 : 2}})` : "$^"))
 let parts = new RegExp(`^${source}${isWhole ? "$" : ""}`).exec(text)?.groups
 return parts ? to.replace(/%(.)/g, (_, letter) => parts[letter] ?? (/[md]/.test(letter) ? "01" : "00")) : ""
}
function holds(format, iso) {
 return [...format.matchAll(/%(.)/g)].every(([token]) => iso.includes(token))
}
function shownDate(texts, type, text) {
 let date = new Date(type === "time" ? `2000-01-01T${text}` : type === "date" ? `${text}T00:00` : text)
 if (Number.isNaN(date.getTime()) || (type !== "time" && date.getDate() !== Number(text.slice(8, 10)))) return null
 return texts.date(date, {...(type === "time" ? {} : {dateStyle: "medium"}), ...(type === "date" ? {} : {timeStyle: "short"})})
}
function temporal(type) {
 let iso = ISO[type]
 let isoOf = (text, format) => rewritten(text, format, iso) || rewritten(text, iso, iso, false)
 let formatOf = ({question}) => {
  let format = metaText(question, "format")
  return format && format !== "iso" ? format : iso
 }
 let bounds = ({question}) => ["min", "max"].map(name => rewritten(textLimit(question, name), iso, iso, false))
 return {
  describe: asked => {
   let ends = bounds(asked).map(bound => shownDate(asked.texts, type, bound))
   return between(asked, type === "time" ? "number" : "date", ends)
  },
  view: asked => {
   let format = formatOf(asked)
   if (!holds(format, iso)) return inputField(asked)
   let {text} = asked.input
   let value = isoOf(text, format)
   let [min, max] = bounds(asked)
   let read = entered => rewritten(entered, iso, format, false)
   return html`${inputField(asked, {type, value, min, max, read, saving: "paused"})}
${text && !value ? html`<p class="hint" dir="auto">${asked.t("you_answered", {text})}</p>` : nothing}`
  },
  shown: asked => {
   let {text} = asked.input
   let format = formatOf(asked)
   return (holds(iso, format) && shownDate(asked.texts, type, isoOf(text, format))) || text
  }
 }
}
var dateControls = {date: temporal("date"), time: temporal("time"), datetime: temporal("datetime-local")}

function bytesMax({question, limits}) {
 return Math.min(limits?.file_bytes_max ?? Infinity, numberLimit(question, "max_size") ?? Infinity)
}
function filesMax({question, limits}) {
 return Math.min(limits?.attachments_max ?? 10, numberLimit(question, "max_files") ?? Infinity)
}
function acceptedBy({limits}) {
 let {accept} = limits ?? {}
 return Array.isArray(accept) ? accept.map(String) : []
}
function rulesOf(asked) {
 let {limits, question, texts} = asked
 return {limits, accept: acceptedBy(question), bytes: bytesMax(asked), texts}
}
async function add(asked, list) {
 let all = [...list]
 if (!all.length || asked.isWaiting) return
 let free = filesMax(asked) - asked.input.files.length - (asked.value?.files?.length ?? 0)
 asked.say(all.length > free ? asked.t("files_at_most", {n: filesMax(asked)}) : "")
 let results = await Promise.all(all.slice(0, Math.max(0, free)).map(file => prepared(rulesOf(asked), file)))
 let errors = results.filter(result => typeof result === "string")
 let files = results.filter(result => typeof result !== "string")
 if (files.length) asked.change({files: [...asked.input.files, ...files]}, "now")
 if (errors.length) asked.say(errors.join(" "))
}
function picker(asked, key, options = {}) {
 let {question, limits} = asked
 let accept = acceptedBy(question)
 let open = ({currentTarget}) => currentTarget.nextElementSibling.click()
 let take = ({target}) => {
  let input = target
  add(asked, [...(input.files ?? [])])
  input.value = ""
 }
 return html`<button id=${options.camera ? nothing : "control"} class=${options.camera ? "camera" : ""} aria-describedby=${asked.describedBy} aria-disabled=${asked.isWaiting} @click=${open}>
${asked.t(key)}</button><input type="file" hidden accept=${options.camera ? "image/*" : (accept.length ? accept : acceptedTypes(limits)).join(",")} capture=${options.camera ? "environment" : nothing} ?multiple=${!options.camera && filesMax(asked) > 1} @change=${take} />`
}
function fileRow(asked, name, src, remove) {
 return html`<li>${src ? html`<img src=${src} alt="" />` : nothing}
<span dir="auto">${name}</span>
<button class="plain" aria-label=${asked.t("remove_file", {name})} @click=${remove}>✕</button></li>`
}
function thumbnailOf({thumbnail, src, type}) {
 let small = thumbnail?.src
 return small ?? (type === "image" ? src : null)
}
function over(event, isOver) {
 event.preventDefault()
 event.currentTarget.toggleAttribute("data-over", isOver)
}
function filesView(asked) {
 let {input, value} = asked
 let without = file => asked.change({files: input.files.filter(other => other !== file)})
 let stored = asked.layout === "survey" ? (value?.files ?? []) : []
 let count = stored.length + input.files.length
 return html`<div class="files" @dragover=${event => over(event, true)} @dragleave=${event => over(event, false)} @drop=${event => {
  over(event, false)
  add(asked, event.dataTransfer?.files ?? [])
 }} @paste=${event => void add(asked, event.clipboardData?.files ?? [])}>
${
 count
  ? html`<ul>${stored.map(file => fileRow(asked, file.title || asked.t("file"), asked.url(thumbnailOf(file)), () => asked.removeFile(file)))}
${input.files.map(file => fileRow(asked, file.title ?? "", file.type === "image" ? asked.preview(file.file) : "", () => without(file)))}</ul>`
  : nothing
}
${
 count < filesMax(asked)
  ? html`<div class="pickers">${picker(asked, "choose_file")} ${picker(asked, "take_photo", {camera: true})}
<span class="hint drop">${asked.t("or_drop")}</span></div>`
  : nothing
}</div>`
}
var fileControl = {
 isGroup: true,
 describe: asked => {
  let own = numberLimit(asked.question, "max_size")
  let most = numberLimit(asked.question, "max_files")
  return [most === null ? "" : asked.t("files_at_most", {n: most}), own === null ? "" : asked.t("size_at_most", {size: megabytes(asked.texts, bytesMax(asked))})].filter(Boolean).join(" ")
 },
 view: filesView,
 draft: ({input}) => (input.files.length ? {files: input.files} : null),
 shown: ({input}) => input.files.map(({title}) => title).join(", ")
}

function locate(asked) {
 asked.say(asked.t("locating"))
 navigator.geolocation.getCurrentPosition(
  ({coords: {latitude, longitude, accuracy}}) => {
   asked.say("")
   let text = [latitude.toFixed(6), longitude.toFixed(6), Math.round(accuracy)].join(",")
   asked.change({text}, "now")
  },
  ({code}) => asked.say(asked.t(code === 1 ? "location_denied" : "location_unavailable")),
  {enableHighAccuracy: true, timeout: 2e4, maximumAge: 6e4}
 )
}
var locationControl = {
 describe: ({t}) => t("coordinates"),
 view: asked => html`
${"geolocation" in navigator && isSecureContext ? html`<button @click=${() => locate(asked)}>${asked.t("use_my_location")}</button>` : nothing}
${inputField(asked, {saving: "left"})}
`
}

var rangeControl = {
 view: asked => {
  let {question, input} = asked
  let from = question.range_from ?? numberLimit(question, "min") ?? 0
  let to = question.range_to ?? numberLimit(question, "max") ?? 10
  let step = numberLimit(question, "step") ?? 1
  let value = input.text === "" ? null : Number(input.text)
  let shown = shownNumber(asked, value) ?? asked.t("not_answered")
  let middle = from + Math.round((to - from) / 2 / step) * step
  let take = ({target}) => asked.change({text: target.value})
  let touch = event => {
   if (!input.text) take(event)
  }
  let press = event => {
   if (event.key === "Enter" && input.text) asked.send()
   else if (event.key === "Enter" || event.key === " ") touch(event)
  }
  return html`<div class="range" ?data-untouched=${value === null}>
<output for="control" aria-hidden="true">${shown}</output>
<input id="control" type="range" min=${from} max=${to} step=${step} aria-describedby=${asked.describedBy} aria-invalid=${asked.invalid} aria-valuetext=${shown} .value=${String(value ?? middle)} @input=${take} @click=${touch} @pointerup=${touch} @keydown=${press} /><div class="ends" aria-hidden="true"><span dir="auto">${metaText(question, "from_label") || asked.texts.number(from)}</span>
<span dir="auto">${metaText(question, "to_label") || asked.texts.number(to)}</span></div></div>`
 }
}

var stepControl = {
 isSilent: "survey",
 isGroup: true,
 sendsItself: () => true,
 draft: () => ({}),
 view: asked => html`<button id="control" class="primary" aria-disabled=${asked.isWaiting} @click=${() => asked.send()}>
${asked.t("go_on")}
</button>`
}
var silentControl = {isSilent: "always", view: () => "", draft: () => null}

var controls = new Map(Object.entries({...choiceControls, ...numberControls, ...dateControls, text: textControl, range: rangeControl, file: fileControl, location: locationControl, control: stepControl, message: silentControl, fork: silentControl, calculation: silentControl}))
function registerControl(type, control) {
 controls.set(type, control)
}
function shownText(asked) {
 return controlFor(asked.question.type).shown?.(asked) ?? asked.input.text
}
function controlFor(type) {
 return controls.get(type) ?? textControl
}

var NONE = {threads: 0, messages: 0}
function unreadOf({unread}, type) {
 return unread && (unread.types[type] ?? NONE)
}
var UnreadNumbers = class {
 now = null
 constructor(changed) {
  this.changed = changed
 }
 take(counts) {
  let before = this.now
  this.now = counts
  if (counts && (counts.threads !== before?.threads || counts.messages !== before.messages)) queueMicrotask(() => this.changed(counts))
 }
}
var usualTitle = null
var usualIcon = ""
var dottedIcon = ""
function showUnread(count) {
 usualTitle ??= document.title
 document.title = count ? `(${count}) ${usualTitle}` : usualTitle
 showDot(count > 0)
}
async function showDot(isShown) {
 let link = document.querySelector('link[rel~="icon"]')
 if (!link) return
 usualIcon ||= link.href
 if (isShown) dottedIcon ||= await dotted(usualIcon).catch(() => "")
 link.href = (isShown && dottedIcon) || usualIcon
}
async function dotted(href) {
 let image = new Image()
 image.src = href
 await image.decode()
 let canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 64})
 let context = canvas.getContext("2d")
 context.drawImage(image, 0, 0, 64, 64)
 context.fillStyle = "#d92d20"
 context.arc(48, 16, 14, 0, 2 * Math.PI)
 context.fill()
 let blob = await new Promise(resolve => canvas.toBlob(resolve))
 return blob ? URL.createObjectURL(blob) : ""
}

function textButton(text, act, kind = "link") {
 return html`<button type="button" class=${kind} @click=${act}>${text}</button>`
}

var LANGUAGES = ["en", "es", "fr", "pl", "ar"]
var loadings = new Map()
var Texts = class {
 #plurals
 #formats = new Map()
 constructor(language, strings) {
  this.language = language
  this.strings = strings
  this.#plurals = new Intl.PluralRules(language)
 }
 get(key, parameters = {}) {
  let {n} = parameters
  let forms = typeof n === "number" ? [`${key}_${this.#plurals.select(n)}`, `${key}_other`, key] : [key]
  let text = forms.map(form => this.strings[form]).find(found => found !== void 0) ?? key.replaceAll("_", " ")
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
   let value = parameters[name]
   return value === void 0 ? whole : typeof value === "number" ? this.number(value) : value
  })
 }
 has(key) {
  return key in this.strings
 }
 date(value, options) {
  let key = JSON.stringify(options)
  let format = this.#formats.get(key) ?? new Intl.DateTimeFormat(this.language, options)
  this.#formats.set(key, format)
  return format.format(value)
 }
 number(value, options = {}) {
  return value.toLocaleString(this.language, options)
 }
 list(names) {
  return names.length > 1 ? new Intl.ListFormat(this.language).format(names) : names.join()
 }
 get isRightToLeft() {
  return /^(ar|fa|he|ur|ps|sd|ug|yi|dv)\b/.test(this.language)
 }
}
function languageOf(tag) {
 let known = Object.keys(pageData()?.texts ?? {})
 let all = known.length ? known : LANGUAGES
 let wanted = tag.toLowerCase()
 return all.find(one => one === wanted) ?? all.find(one => one === wanted.split("-")[0]) ?? "en"
}
async function loadTexts(tag, overrides = {}) {
 let language = languageOf(tag)
 let strings = await stringsOf(language).catch(() => stringsOf("en").catch(() => ({})))
 return new Texts(tag || language, {...strings, ...overrides})
}
function stringsOf(language) {
 let known = loadings.get(language)
 if (known) return known
 let url = pageData()?.texts?.[language] ?? new URL(`./strings/${language}.json`, import.meta.url).href
 let strings = fetch(url).then(response => {
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.json()
 })
 loadings.set(language, strings)
 strings.catch(() => loadings.delete(language))
 return strings
}

var ChatElement = class extends DrawnElement {
 static properties = {lang: {}, theme: {reflect: true}, client: {attribute: false}, strings: {attribute: false}}
 static sheets = []
 problem = null
 #owned = null
 #listening = new AbortController()
 #seen = []
 #startings = 0
 constructor() {
  super()
  holdPlace(this.renderRoot)
  this.lang = ""
  this.theme = null
  this.client = null
  this.strings = {}
 }
 connectedCallback() {
  super.connectedCallback()
  this.#start()
 }
 disconnectedCallback() {
  super.disconnectedCallback()
  this.#stop()
 }
 get chat() {
  return this.#owned ?? this.client
 }
 get api() {
  return this.chat
 }
 get words() {
  return this.texts
 }
 t(key, parameters) {
  return this.texts?.get(key, parameters) ?? ""
 }
 started(_signal) {}
 stopped() {}
 async #start() {
  let starting = ++this.#startings
  try {
   let [texts] = await Promise.all([this.#loadTexts(), loadLibrary(), loadStyles()])
   if (starting !== this.#startings || !this.isConnected) return
   this.texts = texts
   applyStyles(this.renderRoot, this.constructor.sheets)
   this.#connect()
  } catch (error) {
   this.texts ??= await this.#loadTexts()
   this.problem = "not_loaded"
   console.error(error)
  }
  this.requestUpdate()
 }
 #loadTexts() {
  return loadTexts(this.#language(), this.strings)
 }
 #language() {
  let above = this.closest("[lang]:not([lang=''])")?.lang
  return this.lang || above || pageData()?.language || "en"
 }
 #connect() {
  this.problem = null
  if (!this.client) {
   let isSignedOut = pageData()?.user === null
   if (isSignedOut) return this.#needsAuth("signed-out")
   this.#owned = lib().createClient()
  }
  let client = this.api
  this.#seen = []
  let {signal} = (this.#listening = new AbortController())
  signal.addEventListener(
   "abort",
   client.subscribe(() => this.#changed(client))
  )
  signal.addEventListener(
   "abort",
   client.on("auth-required", problem => this.#needsAuth(problem))
  )
  let returned = () => {
   if (this.problem === "signed_out" && !document.hidden) client.resume()
  }
  document.addEventListener("visibilitychange", returned, {signal})
  this.started(signal)
  this.#changed(client)
 }
 #stop() {
  this.#startings += 1
  this.#listening.abort()
  if (this.chat) this.stopped()
  this.#owned?.destroy()
  this.#owned = null
 }
 #changed(client) {
  let snapshot = client.getSnapshot()
  if (this.problem && this.problem !== "not_loaded" && !snapshot.authRequired) this.problem = null
  let now = [this.problem, ...this.select(snapshot)]
  if (now.length === this.#seen.length && now.every((part, at) => part === this.#seen[at])) return
  this.#seen = now
  this.requestUpdate()
 }
 #needsAuth(problem) {
  this.problem = problem.replace("-", "_")
  this.emit("auth-required", {problem})
  this.requestUpdate()
 }
 emit(name, detail, options = {}) {
  return this.dispatchEvent(new CustomEvent(name, {detail, bubbles: true, composed: true, ...options}))
 }
 willUpdate(changed) {
  if (changed.has("client") && changed.get("client") !== void 0 && this.isConnected && this.texts) {
   this.#stop()
   this.#start()
  } else if ((changed.has("lang") || changed.has("strings")) && this.texts) {
   this.#loadTexts().then(texts => {
    this.texts = texts
    this.requestUpdate()
   })
  }
 }
 render() {
  if (this.problem === "not_loaded") return html`<p class="notice" role="alert">${this.t("not_loaded")}</p>`
  if (!this.texts) return html`<div class="loading" aria-busy="true"></div>`
  if (!this.chat) return html`<p class="notice">${this.t("signed_out")}</p>`
  return html`<div class="root" dir=${this.texts.isRightToLeft ? "rtl" : "ltr"} lang=${this.texts.language}>
${this.problem ? html`<p class="notice" role="alert">${this.t(this.problem)}</p>` : nothing}
${this.view(this.chat.getSnapshot())}<p class="unseen" role="status" aria-live="polite"></p></div>
`
 }
 failure(sentence, again) {
  return html`<div class="notice" role="alert"><p>${sentence}</p>${textButton(this.t("retry"), again, "")}</div>`
 }
 announce(text) {
  let region = this.renderRoot.querySelector('[role="status"]')
  if (region) region.textContent = region.textContent === text ? `${text} ` : text
 }
}

async function canNotify() {
 let {worker, vapid} = pageData() ?? {}
 if (!worker || !vapid || !("PushManager" in globalThis) || !navigator.serviceWorker) return false
 let registration = await navigator.serviceWorker.getRegistration(worker).catch(() => void 0)
 return !(await registration?.pushManager.getSubscription().catch(() => null))
}
async function notify(client) {
 let {worker, vapid} = pageData() ?? {}
 if (!worker || !vapid) return "notify_failed"
 if ((await Notification.requestPermission()) !== "granted") return "notify_denied"
 try {
  let registration = await navigator.serviceWorker.register(worker)
  await isActive(registration)
  let options = {userVisibleOnly: true, applicationServerKey: vapid}
  let {endpoint, keys} = (await registration.pushManager.subscribe(options)).toJSON()
  await client.request("POST", "push-devices", {body: {endpoint, keys}})
  return null
 } catch {
  return "notify_failed"
 }
}
async function isActive(registration) {
 let worker = registration.installing ?? registration.waiting
 if (registration.active || !worker) return
 await new Promise((resolve, reject) => {
  worker.addEventListener("statechange", () => {
   if (worker.state === "activated") resolve()
   else if (worker.state === "redundant") reject(new Error("The service worker was not activated"))
  })
 })
}
function onNotification(open, signal) {
 let workers = navigator.serviceWorker
 let listen = ({data}) => {
  if (data?.type === "chat-api-thread") open(data.thread)
 }
 workers?.addEventListener("message", listen, {signal})
}

var SOON = 300
var LauncherElement = class extends ChatElement {
 static properties = {...ChatElement.properties, type: {}, thread: {type: Number}, canStart: {type: Boolean}, canWrite: {type: Boolean}, open: {type: Boolean, reflect: true}, label: {}}
 static sheets = ["launcher"]
 #unread = new UnreadNumbers(counts => this.emit("unread-change", counts))
 #seen = null
 #timer
 constructor() {
  super()
  this.type = "chat"
  this.thread = null
  this.canStart = this.canWrite = this.open = false
  this.label = ""
 }
 select(snapshot) {
  if (this.thread === null) return [unreadOf(snapshot, this.type)]
  return [snapshot.unread, snapshot.rooms.get(this.thread)?.thread?.unread, snapshot.connection]
 }
 started(signal) {
  onNotification(thread => void this.#show(thread), signal)
 }
 async #show(thread) {
  if (this.thread !== null && this.thread !== thread) return
  this.open = true
  await this.updateComplete
  this.renderRoot.querySelector("dca-threads")?.open(thread)
 }
 stopped() {
  clearTimeout(this.#timer)
  this.#timer = void 0
  this.#seen = null
  this.#unread.take(null)
 }
 willUpdate(changed) {
  super.willUpdate(changed)
  let snapshot = this.chat?.getSnapshot()
  if (!snapshot) return
  if (this.thread === null) return this.#unread.take(unreadOf(snapshot, this.type))
  let shown = snapshot.rooms.get(this.thread)?.thread?.unread
  if (shown !== void 0) this.#takeUnread(shown)
  else if (changed.has("thread") || snapshot.unread !== this.#seen) this.#loadSoon(snapshot.unread)
 }
 #loadSoon(seen) {
  this.#seen = seen
  this.#timer ??= setTimeout(() => {
   this.#timer = void 0
   if (this.thread !== null && this.chat) this.#load(this.thread)
  }, SOON)
 }
 async #load(thread) {
  try {
   let query = {fields: "unread"}
   let loaded = await this.api.request("GET", `threads/${thread}`, {query})
   if (thread === this.thread) this.#takeUnread(loaded.unread)
  } catch (error) {
   if ([403, 404].includes(error.status)) this.#takeUnread(0)
   else this.#seen = null
  }
  this.requestUpdate()
 }
 #takeUnread(messages) {
  this.#unread.take({threads: Number(messages > 0), messages})
 }
 view() {
  let count = this.#unread.now?.messages ?? 0
  let number = this.texts?.number(count) ?? ""
  let label = this.label || this.t("messages")
  return html`
<button class="bubble" aria-expanded=${this.open} aria-label=${count ? `${label}, ${number} ${this.t("unread", {n: count})}` : label} @click=${({detail}) => detail < 2 && this.toggle()}>
${icon(this.open ? "M6 6l12 12M18 6L6 18" : "M4 5h16v11H9l-5 4z")}
${count && !this.open ? html`<span class="badge">${number}</span>` : nothing}
</button>
${
 this.open
  ? html`<section class="pop-up" aria-label=${label} @unread-change=${event => event.stopPropagation()} @keydown=${event => event.key === "Escape" && !event.defaultPrevented && this.toggle()}>
<button class="plain close" aria-label=${this.t("close")} @click=${() => this.toggle()}>
${icon("M6 9l6 6 6-6")}
</button>
${this.thread === null ? html`<dca-threads .type=${this.type} .client=${this.chat} .strings=${this.strings} .canStart=${this.canStart} .canWrite=${this.canWrite} lang=${this.words.language}></dca-threads>` : html`<dca-thread .thread=${this.thread} .client=${this.chat} .strings=${this.strings} lang=${this.words.language}></dca-thread>`}</section>`
  : nothing
}
`
 }
 toggle() {
  this.open = !this.open
  this.updateComplete.then(() => {
   let target = this.open ? ".close" : ".bubble"
   this.renderRoot.querySelector(target)?.focus()
  })
 }
}

var emptyInput = {answers: [], text: "", files: []}
function inputOf(question, value) {
 let {answers = [], text = ""} = value ?? {}
 if (!answers.length) return {...emptyInput, text}
 let chosen = chosenText(question, answers)
 let typed = text === chosen ? "" : text.startsWith(`${chosen}, `) ? text.slice(chosen.length + 2) : text
 return {...emptyInput, answers, text: question.choice_open ? typed : ""}
}
function suggestionOf({answers, default: suggested}) {
 if (suggested === void 0 || suggested === null) return null
 if (!answers.length) return {...emptyInput, text: String(suggested)}
 let values = Array.isArray(suggested) ? suggested : [suggested]
 let chosen = answers.filter(({text, value}) => values.includes(value ?? text)).map(({id}) => id)
 return chosen.length ? {...emptyInput, answers: chosen} : null
}

var PAUSE = 800
var QuestionInput = class extends DrawnElement {
 static properties = {question: {attribute: false}, instance: {attribute: false}, value: {attribute: false}, texts: {attribute: false}, layout: {}, explanations: {attribute: false}, canConfirm: {attribute: false}, busy: {attribute: false}, limits: {attribute: false}, canSkip: {attribute: false}, pictures: {attribute: false}, input: {attribute: false}, said: {attribute: false}, isSent: {attribute: false}}
 #shown = ""
 #stored = ""
 #isDirty = false
 #pause
 #previews = new Map()
 constructor() {
  super()
  this.instance = 0
  this.value = null
  this.layout = "chat"
  this.explanations = []
  this.canConfirm = false
  this.busy = false
  this.limits = null
  this.canSkip = null
  this.pictures = null
  this.input = emptyInput
  this.said = ""
  this.isSent = false
  this.addEventListener("focusout", () => this.#left())
 }
 connectedCallback() {
  super.connectedCallback()
  applyStyles(this.renderRoot, ["controls"])
 }
 disconnectedCallback() {
  super.disconnectedCallback()
  this.save()
  for (let url of this.#previews.values()) URL.revokeObjectURL(url)
  this.#previews.clear()
 }
 get control() {
  return controlFor(this.question.type)
 }
 get isWaiting() {
  return this.busy || this.isSent
 }
 get describedBy() {
  return "hint limits error"
 }
 get invalid() {
  return this.explanations.length ? "true" : "false"
 }
 t = (key, parameters) => this.texts.get(key, parameters)
 focusControl() {
  this.updateComplete.then(() => {
   let fields = "#control, input:checked, .control :is(input, button, textarea, select)"
   this.renderRoot.querySelector(fields)?.focus()
  })
 }
 reset() {
  this.#begin()
 }
 get isDirty() {
  return this.#isDirty
 }
 change(part, saving = "paused") {
  this.input = {...this.input, ...part}
  this.#isDirty = true
  this.isSent = false
  this.#dispatch("typing")
  clearTimeout(this.#pause)
  if (this.layout === "chat") return
  if (saving === "now") this.save()
  else if (saving === "paused") this.#pause = setTimeout(() => this.save(), PAUSE)
 }
 send() {
  if (this.layout === "survey") return this.save()
  if (this.isWaiting) return
  let draft = this.#draft()
  if (draft) this.#emit(draft)
  else {
   this.said = this.t("answer_first")
   this.focusControl()
  }
 }
 save() {
  clearTimeout(this.#pause)
  if (this.layout === "chat" || !this.#isDirty) return
  let draft = this.#draft()
  if (draft) this.#emit(draft)
  else if (this.question.type !== "file") this.clear()
 }
 clear() {
  clearTimeout(this.#pause)
  this.input = emptyInput
  this.#isDirty = false
  this.said = ""
  if (this.value || this.explanations.length) this.#dispatch("clear")
 }
 say(text) {
  this.said = text
 }
 url(src) {
  return this.pictures ? this.pictures.url(src) : (src ?? "")
 }
 preview(file) {
  let url = this.#previews.get(file) ?? URL.createObjectURL(file)
  this.#previews.set(file, url)
  return url
 }
 removeFile(file) {
  this.#dispatch("file-remove", file)
 }
 #draft() {
  let {draft} = this.control
  if (draft) return draft(this)
  return this.input.text.trim() ? {text: this.input.text} : null
 }
 #emit(draft) {
  this.#isDirty = false
  this.said = ""
  this.isSent = this.layout === "chat"
  let shown = shownText(this)
  if (this.layout === "survey" && draft.files) this.input = emptyInput
  this.#dispatch("answer", {draft, shown})
 }
 #dispatch(name, detail) {
  this.dispatchEvent(new CustomEvent(name, {detail}))
 }
 confirm() {
  let draft = this.#draft() ?? {}
  this.isSent = false
  this.#emit({...draft, confirm: true})
 }
 #begin() {
  clearTimeout(this.#pause)
  this.#isDirty = false
  this.said = ""
  this.isSent = false
  this.#adopt()
  if (this.layout === "chat" && !this.#stored) this.input = suggestionOf(this.question) ?? this.input
 }
 #adopt() {
  this.input = inputOf(this.question, this.value)
  this.#stored = this.#valueKey()
 }
 #valueKey() {
  let {answers = [], text = ""} = this.value ?? {}
  return answers.length || text ? JSON.stringify([answers, text]) : ""
 }
 #left() {
  this.save()
  if (this.layout === "survey" && !this.#isDirty && this.#stored !== this.#valueKey()) this.#adopt()
 }
 get #isTyping() {
  let active = this.shadowRoot?.activeElement
  return active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && !/^(radio|checkbox)$/.test(active.type))
 }
 willUpdate(changed) {
  let key = `${this.question.id}:${this.instance}`
  if (key !== this.#shown) {
   this.#shown = key
   this.#begin()
  } else if (changed.has("value") && this.#stored !== this.#valueKey() && !this.#isDirty && !this.#isTyping) this.#adopt()
  if ((changed.has("busy") && !this.busy) || changed.has("explanations")) this.isSent = false
 }
 skip() {
  if (this.isWaiting) return
  this.isSent = true
  this.#dispatch("skip")
 }
 get suggested() {
  return this.#stored || this.#isDirty || this.isSent ? null : suggestionOf(this.question)
 }
}

var QuestionElement = class extends QuestionInput {
 render() {
  let control = this.control
  if (control.isSilent === "always" || control.isSilent === this.layout) return this.layout === "survey" ? this.#message() : nothing
  let {layout, question} = this
  let label = html`<span dir="auto">${question.text}</span>${question.required && layout === "survey" ? html`<span class="required" aria-hidden="true"> *</span><span class="unseen">${this.t("required")}</span>` : nothing}`
  let classes = layout === "chat" ? "unseen" : "label"
  let inside = html`
${layout === "survey" ? this.#attachments() : nothing}<p id="hint" class="hint" dir="auto" ?hidden=${!question.hint}>${question.hint}</p><p id="limits" class="hint" ?hidden=${!control.describe?.(this)}>${control.describe?.(this)}</p><div class="answer"><div class="control">${control.view(this)}</div>${control.isGroup ? nothing : this.#actions(control)}</div>
`
  return html`<div class="question ${layout}">
${control.isGroup ? html`<fieldset><legend class=${classes}>${label}</legend>${inside}</fieldset>` : html`<label class=${classes} for="control">${label}</label>${inside}`}
${layout === "survey" ? this.#suggestion() : nothing}<div id="error" class="error" aria-live="polite">${this.#errors()}</div>${control.isGroup ? this.#actions(control) : nothing}</div>`
 }
 #message() {
  return html`<div class="question"><p class="said" dir="auto">${this.question.text}</p>${this.#attachments()}</div>`
 }
 #errors() {
  let {required_message: own, constraints = []} = this.question
  let authors = [own, ...constraints.map(({message}) => message)]
  let sentences = this.explanations.map(({text, code}) => (authors.includes(text) || code === "CONFIRM" || code === "CONSTRAINT" ? text : this.t("expected", {text})))
  return [...new Set([...sentences, ...(this.said ? [this.said] : [])])].map(sentence => html`<p dir="auto">${sentence}</p>`)
 }
 #actions(control) {
  let isChat = this.layout === "chat"
  let sends = isChat && !control.sendsItself?.(this)
  let isSkipped = this.canSkip ?? (isChat && !!this.question.skip)
  let clears = !isChat && this.#isClearable
  if (!sends && !isSkipped && !clears && !this.canConfirm) return nothing
  return html`<div class="actions">${
   isSkipped
    ? html`<button class="plain" dir="auto" aria-disabled=${this.isWaiting} @click=${() => this.skip()}>
${this.question.skip || this.t("skip")}
</button>`
    : nothing
  }
${clears ? html`<button class="link" @click=${() => this.clear()}>${this.t("clear_answer")}</button>` : nothing}
${this.canConfirm ? html`<button @click=${() => this.confirm()}>${this.t("keep_answer")}</button>` : nothing}
${
 sends
  ? html`<button class="primary" aria-disabled=${this.isWaiting} @click=${() => this.send()}>
${this.t("send")}
</button>`
  : nothing
}</div>`
 }
 get #isClearable() {
  let {answers, text} = this.input
  return /^(choice|range|date|time|datetime|location)$/.test(this.question.type) && (answers.length > 0 || text !== "")
 }
 #suggestion() {
  let {question, texts, suggested: input} = this
  if (!input) return nothing
  return html`<p class="suggestion"><span>${this.t("suggested")} <b dir="auto">${shownText({question, texts, input})}</b></span>
<button @click=${() => this.change(input, "now")}>${this.t("use_suggestion")}</button></p>`
 }
 #attachments() {
  return this.question.attachments.map(({type, src, title, description, thumbnail}) => {
   if (type !== "image") return src ? html`<p><a href=${lib().safeUrl(src) ?? nothing} target="_blank" rel=${lib().LINK_REL} dir="auto">${title || src}</a></p>` : nothing
   let small = thumbnail?.src ?? src
   let url = this.url(src) || this.url(small)
   return url ? html`<img class="picture" src=${url} alt=${description || title} />` : nothing
  })
 }
}

var STATUSES = {0: "unreachable", 401: "signed_out", 403: "forbidden", 404: "not_found", 410: "not_found", 413: "file_too_large", 429: "too_many_requests"}
function sentenceOf(error, texts) {
 if (!(error instanceof lib().ApiError)) return texts.get("rejected")
 let sentences = error.explanations.map(({text}) => text)
 if (sentences.length) return [...new Set(sentences)].join(" ")
 let codes = Object.values(error.fields).flat()
 let known = codes.map(code => `code_${code.toLowerCase()}`).find(key2 => texts.has(key2))
 if (known) return texts.get(known)
 let key = STATUSES[error.status] ?? (error.status >= 500 ? "server_error" : "rejected")
 return texts.get(key)
}

var Keyed = class extends Directive {
 #drawn = []
 render(..._listing) {
  return noChange
 }
 update(list, [items, keyOf, draw, dependsOn]) {
  let keys = items.map(keyOf)
  let wanted = new Set(keys)
  for (let {part} of this.#drawn.filter(({key}) => !wanted.has(key))) removePart(part)
  let rest = this.#drawn.filter(({key}) => wanted.has(key))
  this.#drawn = items.map((item, at) => {
   let place = rest.findIndex(({key}) => key === keys[at])
   let [known] = place < 0 ? [] : rest.splice(place, 1)
   let part = known && place === 0 ? known.part : insertPart(list, rest[0]?.part, known?.part)
   let depends = dependsOn?.(item, at)
   let isSame = depends && known?.depends?.every((one, index) => one === depends[index])
   if (!isSame) setChildPartValue(part, draw(item, at))
   return {key: keys[at], part, depends}
  })
  for (let {part} of rest) removePart(part)
  return noChange
 }
}
var keyed = directive(Keyed)

var Pictures = class {
 #urls = new Map()
 version = 0
 constructor(client, changed) {
  this.client = client
  this.changed = changed
 }
 url(src) {
  if (!src) return ""
  if (!this.#urls.has(src)) this.#load(src)
  return this.#urls.get(src) ?? ""
 }
 async #load(src) {
  this.#urls.set(src, "")
  this.#urls.set(src, await this.client.fileUrl(src).catch(() => ""))
  this.version += 1
  this.changed()
 }
 close() {
  for (let url of this.#urls.values()) if (url.startsWith("blob:")) URL.revokeObjectURL(url)
  this.#urls.clear()
 }
}

var SAYS_ONLY = /^(message|control)$/
var IS_HIDDEN = /^(fork|calculation)$/
function isAsked({question, isEmpty}) {
 return !isEmpty && !SAYS_ONLY.test(question.type)
}
function isAnswered({answer}) {
 let queued = answer?.saving?.data
 return queued ? queued.draft !== null : !!answer?.item
}
function undecidedOf({survey}, rows) {
 let isHidden = qid => (qid ?? -1) >= 0 && !survey?.state?.visibility.includes(qid)
 return rows.find(row => (!isAnswered(row) || row.answer?.saving) && row.question.next_qid === null && row.question.answers.some(({next_qid}) => isHidden(next_qid)))
}
function rowsOf({survey, schema, answers}) {
 if (!survey?.state || !schema) return []
 let {visibility, instances = {}} = survey.state
 let groups = new Map(schema.groups.flatMap(group => group.questions.map(({qid}) => [qid, group])))
 let questions = new Map([...schema.questions, ...schema.groups.flatMap(group => group.questions)].map(one => [one.qid, one]))
 let rowOf = (qid, instance) => {
  let group = groups.get(qid) ?? null
  let own = group?.instances?.find(one => one.instance === instance)?.questions
  let question = own?.find(one => one.qid === qid) ?? questions.get(qid)
  if (!question || IS_HIDDEN.test(question.type)) return []
  let key = `${question.id}:${instance}`
  return [{key, question, instance, group, answer: answers.get(key)}]
 }
 let drawn = new Set()
 let rows = visibility.flatMap(qid => {
  let group = groups.get(qid)
  let rounds = group?.key ? instances[group.key] : void 0
  if (!group || !rounds) return rowOf(qid, 0)
  if (drawn.has(group)) return []
  drawn.add(group)
  return rounds.flatMap(round => round.visibility.flatMap(one => rowOf(one, round.instance)))
 })
 for (let group of schema.groups) {
  let [question] = group.questions
  let isOpen = group.repeat && !group.repeat.count && !group.show_if
  if (!question || !isOpen || instances[group.key ?? ""]?.length !== 0) continue
  let after = rows.findIndex(row => row.question.position > question.position)
  let place = {key: `+${group.id}`, question, instance: 0, group, answer: void 0, isEmpty: true}
  rows.splice(after < 0 ? rows.length : after, 0, place)
 }
 return rows
}
function runsOf(items, keyOf) {
 let runs = []
 for (let item of items) {
  let last = runs.at(-1)
  if (last && last[0] === keyOf(item)) last[1].push(item)
  else runs.push([keyOf(item), [item]])
 }
 return runs
}
function sectionsOf(rows) {
 return runsOf(rows, ({group, instance}) => `${group?.id ?? ""}:${instance}`).map(([key, own]) => ({key: own[0]?.group ? key : `:${own[0]?.key}`, group: own[0]?.group ?? null, instance: own[0]?.instance ?? 0, rows: own}))
}
function layoutOf(asked, groups) {
 if (/^(pages?|question)$/.test(asked ?? "")) return asked
 return groups.some(({layout}) => layout === "page") ? "pages" : "page"
}
function pagesOf(rows, layout) {
 if (layout === "page") return [{key: "page", sections: sectionsOf(rows)}]
 if (layout === "pages") return runsOf(rows, ({group}) => `${group?.id ?? ""}`).map(([key, own]) => ({key: key || `:${own[0]?.key}`, sections: sectionsOf(own)}))
 let pages = []
 let before = []
 for (let row of rows) {
  before.push(row)
  if (!isAsked(row) && !row.isEmpty && row !== rows.at(-1)) continue
  pages.push({key: row.key, sections: sectionsOf(before)})
  before = []
 }
 return pages
}
function problemsOf({survey}, rows) {
 let {problems = [], instances = {}} = survey?.state ?? {}
 return rows.filter(isAsked).flatMap(row => {
  let {refused} = row.answer ?? {}
  if (refused) {
   let text = refused.explanations.map(one => one.text).join(" ")
   return [{row, text: text || null, kind: "wrong"}]
  }
  if (row.question.required && !isAnswered(row)) return [{row, text: null, kind: "missing"}]
  let rounds = row.instance ? (instances[row.group?.key ?? ""] ?? []) : []
  let own = row.instance ? rounds.find(({instance}) => instance === row.instance)?.problems : problems
  return (own ?? []).filter(({qid}) => qid === row.question.qid).map(({message, severity}) => ({row, text: message, kind: severity === "error" ? "wrong" : "warning"}))
 })
}

function valueOf({key, answer}, survey, queue) {
 let {item, refused} = answer ?? {}
 let queued = queue
  .map(({data}) => data)
  .filter(data => data.survey === survey && `${data.question}:${data.instance}` === key)
  .at(-1)
 let draft = queued ? queued.draft : refused?.draft
 if (draft === null || (!item && !draft)) return null
 return {answers: draft?.answers ?? item?.answers ?? [], text: draft?.text ?? (item ? lib().plainText(item) : ""), files: item?.attachments_data ?? []}
}
function markView({answer}, connection, texts) {
 let {saving, saved, refused} = answer ?? {}
 let percent = saving?.progress ? ` ${texts.number(saving.progress, {style: "percent"})}` : ""
 let state = refused ? "not_accepted" : !saving ? saved && "saved" : saving.state === "sending" || connection === "online" ? "saving" : "queued"
 let reason = refused && !refused.explanations.length ? sentenceOf(refused.error, texts) : ""
 return html`<p class="mark ${state || ""}">${state ? texts.get(state) + percent : ""} ${reason}</p>`
}
function reasonOf({text, kind, row}, texts) {
 if (kind === "missing") return row.question.required_message || texts.get("missing")
 return text ?? texts.get("fits_no_longer")
}
function reasonsFor(row, problems, isChecked, texts) {
 let own = problems.filter(one => one.row === row && (one.kind !== "missing" || isChecked))
 return row.answer?.refused?.explanations ?? own.map(problem => ({code: "CONSTRAINT", text: reasonOf(problem, texts)}))
}
function problemsView(problems, texts, show) {
 if (!problems.length) return nothing
 return html`<section class="problems" tabindex="-1" aria-labelledby="problems"><h3 id="problems">${texts.get("problems")}</h3><ul>${problems.map(
  problem => html`<li><button class="link" dir="auto" @click=${() => show(problem.row)}>
${problem.row.question.text}
</button>
<span dir="auto">${reasonOf(problem, texts)}</span></li>`
 )}</ul></section>`
}
function progressView(rows, texts) {
 let asked = rows.filter(isAsked)
 let done = asked.filter(isAnswered).length
 let text = texts.get("answered_of", {done, all: asked.length})
 return html`<div class="progress"><progress max=${asked.length || 1} value=${done} aria-label=${text}></progress>
<span aria-hidden="true">${text}</span></div>`
}

var loadedResults = new WeakMap()
function resultsOf({id, survey}, {chat, changed}) {
 if (survey && !loadedResults.has(survey)) {
  loadedResults.set(survey, null)
  chat.surveyResults(id).then(
   results => {
    loadedResults.set(survey, results)
    changed()
   },
   () => {}
  )
 }
 return (survey && loadedResults.get(survey)) ?? null
}
function scores(results, texts) {
 let all = Object.entries(results.scores ?? {}).filter(([, value]) => value !== null)
 if (!all.length) return nothing
 return html`<dl class="scores">${all.map(([name, value]) => {
  let band = results.bands?.[name]
  let label = results.labels?.[name] ?? name.replaceAll("_", " ")
  return html`<div><dt dir="auto">${label}</dt><dd>${texts.number(value)} ${band ? html`<span dir="auto">${band.label}</span>` : nothing}</dd></div>`
 })}</dl>`
}
function answerOf({answer, question}, {texts, url}) {
 let item = answer?.item
 if (!item) return html`<span class="hint">${texts.get("not_answered")}</span>`
 let input = inputOf(question, {answers: item.answers, text: lib().plainText(item)})
 return html`<span dir="auto">${shownText({question, input, texts})}</span> ${item.attachments_data.map(({src, thumbnail, title}) => {
  let small = url(thumbnail?.src ?? src)
  return small ? html`<img src=${small} alt=${title ?? ""} />` : html`<span dir="auto">${title}</span>`
 })}`
}
function doneView(shown, rows, host) {
 let {texts} = host
 let results = resultsOf(shown, host)
 let submitted = new Date(shown.survey?.submitted ?? 0)
 return html`<div class="done" tabindex="-1"><p class="thanks">${texts.get("thanks")}</p><p class="hint">${texts.get("submitted_at", {when: texts.date(submitted, {dateStyle: "long", timeStyle: "short"})})}</p>${results ? scores(results, texts) : nothing}</div>${sectionsOf(rows).map(({group, rows: own}) => html`<section>${group ? html`<h3 dir="auto">${group.name}</h3>` : nothing}<dl class="answers">${own.filter(isAsked).map(row => html`<div><dt dir="auto">${row.question.text}</dt><dd>${answerOf(row, host)}</dd></div>`)}</dl></section>`)}
`
}

function openDialog(root, content, className, label) {
 let dialog = document.createElement("dialog")
 dialog.className = className
 dialog.setAttribute("aria-label", label)
 render(content, dialog)
 root.append(dialog)
 dialog.addEventListener("close", () => dialog.remove())
 dialog.addEventListener("click", event => {
  if (event.target === dialog) dialog.close()
 })
 dialog.showModal()
 return dialog
}
function confirmed(root, question, action, texts) {
 let content = html`<form method="dialog" dir=${texts.isRightToLeft ? "rtl" : "ltr"}><p>${question}</p><p class="acts"><button value="">${texts.get("cancel")}</button>
<button value="yes" class="primary">${action}</button></p></form>`
 let dialog = openDialog(root, content, "question", question)
 return new Promise(resolve => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes")))
}
function showPicture(root, src, title, texts) {
 let content = html`<form method="dialog"><button class="close" aria-label=${texts.get("close")}>${icon("M6 6l12 12M18 6L6 18")}</button>
<img src=${src} alt=${title} />
${title ? html`<p dir="auto">${title}</p>` : ""}</form>`
 openDialog(root, content, "lightbox", title || texts.get("picture"))
}

var PATIENCE = 3e3
var DOUBLE_TAP = 400
var PagingElement = class extends ChatElement {
 rows = []
 opened = null
 pages = []
 problems = []
 page = ""
 at = 0
 isChecked = false
 isGoing = false
 #hasTurned = false
 error = ""
 saving = new Set()
 #waiting = []
 element(key) {
  return this.renderRoot.querySelector(`dca-question[data-key="${key}"]`)
 }
 fail(error) {
  this.error = sentenceOf(error, this.words)
  this.requestUpdate()
 }
 answer({key, question, instance}, draft) {
  if (!this.opened || !this.rows.some(row => row.key === key)) return
  let {client, id} = this.opened
  let {done} = draft ? client.answer(id, question.id, draft, instance) : client.clearAnswer(id, question.id, instance)
  let saving = this.saving
  saving.add(done)
  let ended = () => {
   saving.delete(done)
   this.requestUpdate()
  }
  done.then(ended, ended)
 }
 removeFile(row, file) {
  let item = row.answer?.item
  if (!this.opened || !item) return
  let {client, id} = this.opened
  if (item.attachments_data.length > 1) client.removeAnswerFile(id, item, file.id).catch(error => this.fail(error))
  else this.answer(row, null)
 }
 get isLast() {
  return this.at >= this.pages.length - 1
 }
 get isHeld() {
  return this.isGoing || (this.isLast && this.#hasTurned)
 }
 save() {
  for (let question of this.renderRoot.querySelectorAll("dca-question")) question.save()
 }
 get #isSaving() {
  let lane = `survey:${this.opened?.id}`
  let queued = this.api.getSnapshot().queue.some(item => item.lane === lane && !item.refusal)
  return this.saving.size > 0 || queued
 }
 async settled(must = false) {
  let isLate = false
  let timer = setTimeout(() => {
   isLate = !must
   this.#wake()
  }, PATIENCE)
  while (this.#isSaving && (must || (!isLate && this.api.getSnapshot().connection === "online"))) await new Promise(resolve => this.#waiting.push(resolve))
  clearTimeout(timer)
 }
 #wake() {
  for (let resolve of this.#waiting.splice(0)) resolve()
 }
 updated() {
  this.#wake()
 }
 focusRow(row) {
  if (row) this.element(row.key)?.focusControl()
 }
 pageOf(row) {
  return this.pages.findIndex(({sections}) => sections.some(({rows}) => rows.includes(row)))
 }
 async turn(at, key) {
  this.save()
  this.page = this.pages[at]?.key ?? ""
  this.#hasTurned = true
  setTimeout(() => {
   this.#hasTurned = false
   this.requestUpdate()
  }, DOUBLE_TAP)
  this.requestUpdate()
  await this.updateComplete
  let heading = this.renderRoot.querySelector("section h3[tabindex]")
  let first = this.renderRoot.querySelector("dca-question:last-of-type")
  if (key) this.element(key)?.focusControl()
  else if (heading && this.layout !== "question") heading.focus()
  else first?.focusControl()
  if (!key) this.scrollIntoView({block: "start"})
 }
 async goOn() {
  let opened = this.opened
  if (!opened || this.isHeld) return
  this.error = ""
  this.isGoing = true
  try {
   await this.#advance(opened)
  } catch (error) {
   await opened.client.reloadSurvey(opened.id)
   this.error = sentenceOf(error, this.words)
  }
  this.isGoing = false
  this.requestUpdate()
  await this.updateComplete
  if (this.error) this.#focusOutcome()
 }
 #focusOutcome() {
  this.renderRoot.querySelector(".problems, .done")?.focus()
 }
 async #advance({client, id}) {
  let page = this.page
  let isLast = this.isLast
  this.save()
  this.requestUpdate()
  await this.updateComplete
  let seen = new Map(this.rows.map(({key, answer}) => [key, Boolean(answer?.refused)]))
  await this.settled(isLast)
  if (isLast) await client.reloadSurvey(id)
  await this.updateComplete
  if (this.renderRoot.querySelector(".done")) return this.#focusOutcome()
  if (page !== this.page || this.opened?.id !== id) return
  let isNew = ({key, answer}) => seen.get(key) === void 0 || (answer?.refused && !seen.get(key))
  let added = this.rows.find(row => isAsked(row) && isNew(row))
  let at = added ? this.pageOf(added) : Infinity
  if (added && at <= (isLast ? at : this.at)) return this.turn(at, added.key)
  if (!isLast) return this.turn(this.at + 1)
  this.isChecked = true
  if (this.problems.every(({kind}) => kind === "warning")) {
   await client.submitSurvey(id)
   this.emit("survey-done", {survey: id})
  }
  this.requestUpdate()
  await this.updateComplete
  this.#focusOutcome()
 }
}

var RoundsElement = class extends PagingElement {
 #groupError = null
 #isChanging = false
 section(section, before, draw) {
  let {group, instance, rows} = section
  let own = sectionsOf(this.rows).filter(other => other.group === group)
  let texts = group?.instances?.find(one => one.instance === instance)?.text
  let place = own.findIndex(({key}) => key === section.key) + 1
  let numbered = texts ?? this.t("instance", {name: group?.name ?? "", place})
  let name = instance ? numbered : (group?.name ?? "")
  let isLast = group?.repeat && own.at(-1)?.rows.at(-1)?.key === rows.at(-1)?.key
  return html`<section aria-label=${name || nothing}>
${name ? html`<div class="title"><h3 dir="auto" tabindex="-1">${name}</h3>${group && instance ? this.#remover(group, instance, own.length, name) : nothing}</div>` : nothing}
${group?.text && !texts && before?.group !== group ? html`<p class="about" dir="auto">${group.text}</p>` : nothing}
${keyed(
 rows.filter(({isEmpty}) => !isEmpty),
 ({key}) => key,
 draw
)}
${group && isLast ? this.#adder(group, instance ? own.length : 0) : nothing}</section>`
 }
 #remover(group, instance, count, name) {
  let {count: isCounted, min} = group.repeat
  if (isCounted || count <= (min ?? 1)) return nothing
  return html`<button class="link" @click=${() => this.#remove(group, instance, name)}>
${this.t("remove")}<span class="unseen">: ${name}</span>
</button>`
 }
 #adder(group, count) {
  let {count: isCounted, max} = group.repeat
  if (isCounted) return nothing
  return html`<div class="more">${
   count < (max ?? Infinity)
    ? html`<button @click=${() => this.#add(group)}>
+ <span dir="auto">${this.t("add_instance", {name: group.name})}</span>
</button>`
    : nothing
  }<p class="error" aria-live="polite">${this.#groupError?.group === group.id ? this.#groupError.text : ""}</p></div>`
 }
 #add(group) {
  return this.#changed(group, async (client, id) => {
   let instance = await client.addInstance(id, group.id)
   await this.updateComplete
   this.focusRow(this.rows.find(one => one.group?.id === group.id && one.instance === instance))
  })
 }
 async #remove(group, instance, name) {
  let question = this.t("remove_instance", {name})
  if (!(await confirmed(this.renderRoot, question, this.t("remove"), this.words))) return
  await this.#changed(group, async (client, id) => {
   await this.settled()
   await client.removeInstance(id, group.id, instance)
   this.announce(this.t("removed"))
  })
 }
 async #changed(group, change) {
  let {api, survey} = this
  if (survey === null || this.#isChanging) return
  this.#isChanging = true
  this.#groupError = null
  try {
   await change(api, survey)
  } catch (error) {
   let [code] = error instanceof lib().ApiError ? (error.fields["instances"] ?? []) : []
   let text = code ? this.t(`instances_${code.toLowerCase()}`) : sentenceOf(error, this.words)
   this.#groupError = {group: group.id, text}
   api.reloadSurvey(survey)
  }
  this.#isChanging = false
  this.requestUpdate()
 }
}

var users = new WeakMap()
function showing(client, key, open, close) {
 let known = users.get(client) ?? new Map()
 users.set(client, known)
 known.set(key, (known.get(key) ?? 0) + 1)
 open()
 return () => {
  let rest = (known.get(key) ?? 1) - 1
  known.set(key, rest)
  if (rest === 0) close()
 }
}

var startings = new WeakMap()
async function unfinished(client, schema) {
 let query = {schema, ordering: "-id", fields: "id,schema,submitted"}
 try {
  let page = await client.request("GET", `accounts/${client.account}/surveys`, {query})
  return lib()
   .resultsOf(page)
   .find(one => one.schema === schema && one.submitted === null)?.id
 } catch (error) {
  if (error instanceof lib().ApiError && error.status === 403) return
  throw error
 }
}
function surveyOf(client, schema) {
 let mine = startings.get(client) ?? new Map()
 startings.set(client, mine)
 let started =
  mine.get(schema) ??
  unfinished(client, schema)
   .then(async id => id ?? (await client.startSurvey(schema)).id)
   .finally(() => mine.delete(schema))
 mine.set(schema, started)
 return started
}

var SurveyElement = class extends RoundsElement {
 static properties = {...ChatElement.properties, survey: {type: Number, reflect: true}, schema: {type: Number}, layout: {}}
 static sheets = ["dialogs", "survey"]
 #pictures = null
 #shut = () => {}
 #addresses = {url: src => this.#pictures?.url(src) ?? ""}
 #focused = null
 constructor() {
  super()
  this.survey = null
  this.schema = null
  this.layout = null
 }
 select({surveys, connection}) {
  return [this.survey === null ? null : surveys.get(this.survey), connection]
 }
 started() {
  let client = this.api
  this.#pictures = new Pictures(client, () => {
   this.#addresses = {...this.#addresses}
   this.requestUpdate()
  })
  this.#open()
 }
 stopped() {
  this.#close()
  this.#pictures?.close()
 }
 async #open() {
  let client = this.api
  this.error = ""
  if (this.survey === null) {
   let {schema} = this
   if (schema === null) return
   try {
    let id2 = await surveyOf(client, schema)
    if (schema === this.schema && client === this.chat) this.survey ??= id2
   } catch (error) {
    this.fail(error)
   }
   return
  }
  this.#close()
  this.opened = {client, id: this.survey}
  let id = this.survey
  this.#shut = showing(
   client,
   `survey:${id}`,
   () => client.openSurvey(id),
   () => client.closeSurvey(id)
  )
 }
 #close() {
  this.save()
  this.#shut()
  this.#shut = () => {}
  this.opened = null
  this.page = ""
  this.at = 0
  this.saving = new Set()
  this.isChecked = this.isGoing = false
 }
 willUpdate(changed) {
  super.willUpdate(changed)
  if (this.chat && this.texts) {
   if (changed.has("schema") && !changed.has("survey") && changed.get("schema") !== void 0) this.survey = null
   if ((this.opened?.id ?? null) !== this.survey || (changed.has("schema") && this.survey === null)) this.#open()
  }
  this.#remember()
 }
 updated() {
  super.updated()
  let key = this.#focused?.key
  if (!key || this.element(key) || this.shadowRoot?.activeElement) return
  let row = this.rows.slice(this.#focused?.at).find(one => this.element(one.key))
  this.#focused = null
  this.focusRow(row)
 }
 #remember() {
  let key = this.shadowRoot?.activeElement?.closest("[data-key]")?.dataset["key"]
  if (key) this.#focused = {key, at: this.rows.findIndex(row => row.key === key)}
  else if (this.shadowRoot?.activeElement) this.#focused = null
 }
 view({surveys, connection, queue}) {
  let shown = this.survey === null ? void 0 : surveys.get(this.survey)
  if (!shown?.isLoaded) return this.#loading(shown)
  let {words: texts, api: chat} = this
  this.rows = rowsOf(shown)
  let title = html`<h2 dir="auto">${shown.schema?.name}</h2>`
  if (shown.survey?.submitted) {
   let host = {...this.#addresses, texts, chat, changed: () => this.requestUpdate()}
   return html`${title}${doneView(shown, this.rows, host)}`
  }
  this.problems = problemsOf(shown, this.rows)
  this.pages = pagesOf(this.rows, layoutOf(this.layout, shown.schema?.groups ?? []))
  let found = this.pages.findIndex(({key}) => key === this.page)
  this.at = found < 0 ? Math.min(this.at, this.pages.length - 1) : found
  let page = this.pages[this.at]
  this.page = page?.key ?? ""
  let row = one => this.#row(one, connection, queue)
  return html`<header>${title}${progressView(this.rows, texts)}</header><div class="page" data-page=${this.page}>
${keyed(
 page?.sections ?? [],
 section => section.key,
 (section, at) => this.section(section, page?.sections[at - 1], row)
)}</div><p class="error" aria-live="polite">${this.error}</p>${problemsView(this.isChecked ? this.problems : [], texts, one => this.turn(this.pageOf(one), one.key))}
${this.#turns(undecidedOf(shown, this.rows))}
`
 }
 #turns(undecided) {
  let isEarly = undecided && !undecided.question.required && !undecided.answer?.saving
  let submit = this.isGoing ? "sending" : !undecided ? "submit" : isEarly ? "submit_early" : "next"
  let label = this.isLast ? submit : "next"
  return html`<nav>${this.at > 0 ? html`<button @click=${() => this.turn(this.at - 1)}>${this.t("back")}</button>` : nothing}
<button class=${label === "submit_early" ? "next" : "next primary"} aria-disabled=${this.isHeld} @click=${() => this.goOn()}>
${this.t(label)}
</button></nav>`
 }
 #loading(shown) {
  let {error} = shown ?? {}
  let sentence = error ? sentenceOf(error, this.words) : this.error
  if (!sentence) return html`<div class="loading" aria-busy="true"></div>`
  let again = () => (shown ? this.chat?.openSurvey(shown.id) : this.#open())
  return this.failure(sentence, again)
 }
 #row(row, connection, queue) {
  let {key, question, instance, answer} = row
  let send = ({detail: {draft}}) => {
   let kept = draft.confirm ? answer?.refused?.draft : null
   this.answer(row, {...kept, ...draft})
  }
  return html`<div class="row"><dca-question data-key=${key} layout="survey" .question=${question} .instance=${instance} .value=${valueOf(row, this.survey, queue)} .texts=${this.texts} .limits=${pageData()} .explanations=${reasonsFor(row, this.problems, this.isChecked, this.words)} .canConfirm=${answer?.refused?.canConfirm ?? false} .pictures=${this.#addresses} @answer=${send} @clear=${() => this.answer(row, null)} @file-remove=${({detail}) => this.removeFile(row, detail)}></dca-question>
${isAsked(row) ? markView(row, connection, this.words) : nothing}</div>`
 }
}

var CREATE = 2
var EDIT = 4
var DELETE = 8
var BREAK_STATE = 1024
var ROLL_BACK = 2048
var REOPEN = 4096
function may(thread, flag) {
 return ((thread?.permissions ?? 0) & flag) === flag
}

var PENCIL = "M4 20l1-5L16 4l4 4L9 19z"
var BIN = "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"
var MessageActions = class {
 #editing = null
 #changing = null
 #problem = null
 constructor(host) {
  this.host = host
 }
 get marked() {
  return [this.#editing, this.#changing, this.#problem].flatMap(one => (one ? [one.message] : []))
 }
 reset() {
  this.#editing = this.#changing = this.#problem = null
 }
 view(message) {
  if (!message.is_own || this.#editing?.message === message.id) return nothing
  if (this.#changing?.message === message.id) return this.#changingView(this.#changing)
  let {edit, remove} = this.host.canChange(message)
  let isAnswer = message.related_question !== null && Boolean(this.host.room?.thread?.schema)
  let problem = this.#problem?.message === message.id ? this.#problem.text : ""
  return html`${problem ? html`<p class="error" role="alert">${problem}</p>` : nothing}<p class=${`acts quiet ${isAnswer ? "answer" : ""}`}>
${isAnswer ? this.#button("change_answer", PENCIL, () => void this.#change(message)) : nothing}
${edit ? this.#button("edit", PENCIL, () => this.#edit(message)) : nothing}
${remove ? this.#button("delete", BIN, () => void this.#remove(message)) : nothing}</p>`
 }
 #button(key, path, act) {
  let label = this.host.words.get(key)
  return html`<button class="plain act" aria-label=${label} title=${label} @click=${act}>
${icon(path)}
</button>`
 }
 instead(message) {
  if (this.#editing?.message !== message.id) return null
  let {words} = this.host
  let save = event => {
   event.preventDefault()
   this.#save(message, event.target.querySelector("textarea")?.value ?? "")
  }
  return html`<form class="edit" @submit=${save} @keydown=${event => event.key === "Escape" && this.#finish(message.id)}>
<textarea dir="auto" rows="2" aria-label=${words.get("edit")} .defaultValue=${lib().plainText(message)}></textarea>
${this.#editing.error ? html`<p class="error" role="alert">${this.#editing.error}</p>` : nothing}<p class="acts"><button class="primary">${words.get("save")}</button>
${textButton(words.get("cancel"), () => this.#finish(message.id), "")}</p></form>`
 }
 #edit(message) {
  this.#editing = {message: message.id, error: ""}
  this.#drawn(`[data-message="${message.id}"] textarea`)
 }
 async #save(message, text) {
  if (!text.trim()) return
  try {
   await this.host.api.edit(message.thread, message.id, text)
   this.#finish(message.id)
  } catch (error) {
   this.#editing = {message: message.id, error: sentenceOf(error, this.host.words)}
   this.host.refresh()
  }
 }
 async #remove(message) {
  let {words, api} = this.host
  let root = this.host.renderRoot
  if (!(await confirmed(root, words.get("delete_question"), words.get("delete"), words))) return
  try {
   await api.remove(message.thread, message.id)
   this.host.say(words.get("deleted"))
  } catch (error) {
   this.#fail(message.id, error)
  }
 }
 async #change(message) {
  let path = `threads/${message.thread}/messages/${message.id}/question`
  this.#problem = null
  try {
   let answered = await this.host.api.request("GET", path)
   if (!answered.correctable || !answered.question) return await this.#goBack(message, answered)
   this.#changing = {message: message.id, instance: message.instance ?? 0, answered, explanations: [], canConfirm: false, isBusy: false}
   await this.#drawn(`[data-message="${message.id}"] dca-question`)
  } catch (error) {
   this.#fail(message.id, error)
  }
 }
 async #goBack(message, {question}) {
  let {words, api, room} = this.host
  let isPossible = question && room?.thread?.state === "scripted" && may(room.thread, ROLL_BACK)
  if (!isPossible) {
   this.#problem = {message: message.id, text: words.get("not_changeable")}
   this.host.refresh()
   return
  }
  let root = this.host.renderRoot
  if (!(await confirmed(root, words.get("go_back_question"), words.get("go_back"), words))) return
  await api.rollBack(message.thread, {message: message.id})
 }
 #changingView({message, instance, answered, explanations, canConfirm, isBusy}) {
  let {words} = this.host
  let answer = event => void this.#correct(message, event.detail.draft)
  return html`<div class="changing"><dca-question .question=${answered?.question} .instance=${instance} .value=${{answers: answered?.answers ?? [], text: answered?.text ?? ""}} .texts=${words} .limits=${pageData()} .explanations=${explanations} .canConfirm=${canConfirm} .busy=${isBusy} .canSkip=${false} labelled layout="chat" @answer=${answer}></dca-question>
${textButton(words.get("cancel"), () => this.#finish(message))}</div>`
 }
 async #correct(message, {files: _, ...draft}) {
  let {thread} = this.host
  let changing = this.#changing
  if (thread === null || !changing || changing.isBusy) return
  this.#changing = {...changing, isBusy: true}
  this.host.refresh()
  try {
   await this.host.api.correct(thread, {message, ...draft})
   this.#finish(message)
   this.host.say(this.host.words.get("changed"))
  } catch (error) {
   let {explanations = [], canConfirm = false} = error
   let others = [{field: "", code: "", text: sentenceOf(error, this.host.words), expected: null}]
   this.#changing = {...changing, isBusy: false, explanations: explanations.length ? explanations : others, canConfirm}
   this.host.refresh()
  }
 }
 #fail(message, error) {
  this.#problem = {message, text: sentenceOf(error, this.host.words)}
  this.host.refresh()
 }
 #finish(message) {
  this.reset()
  this.host.refresh()
  this.host.updateComplete.then(() => this.host.renderRoot.querySelector(`[data-message="${message}"]`)?.focus())
 }
 async #drawn(selector) {
  this.host.refresh()
  await this.host.updateComplete
  let element = this.host.renderRoot.querySelector(selector)
  if (element?.focusControl) element.focusControl()
  else element?.focus()
 }
}

function nameOf(person, texts) {
 let name = `${person?.first_name ?? ""} ${person?.last_name ?? ""}`.trim()
 return name || texts.get("somebody")
}
function namesOf(people, texts) {
 return texts.list(people.map(person => nameOf(person, texts)))
}
function othersIn(thread, me) {
 return (thread.users_data ?? []).filter(({id}) => String(id) !== String(me))
}
function titleOf(thread, me, texts) {
 if (!thread) return ""
 return thread.title || namesOf(othersIn(thread, me), texts) || texts.get("conversation")
}
function dayOf(when) {
 return new Date(when).toDateString()
}
function dayName(iso, texts) {
 let day = dayOf(iso)
 let now = new Date()
 if (day === dayOf(now)) return texts.get("today")
 let yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
 if (day === dayOf(yesterday)) return texts.get("yesterday")
 return dateOf(iso, texts, {weekday: "long", day: "numeric", month: "long"})
}
function dateOf(iso, texts, options) {
 let date = new Date(iso)
 let isThisYear = date.getFullYear() === new Date().getFullYear()
 return texts.date(date, isThisYear ? options : {...options, year: "numeric"})
}
function timeOf(when, texts) {
 return texts.date(new Date(when), {timeStyle: "short"})
}
function whenOf(iso, texts) {
 if (dayOf(iso) === dayOf(new Date())) return timeOf(iso, texts)
 return dateOf(iso, texts, {day: "numeric", month: "short"})
}

var TOGETHER = 5 * 6e4
function belongsTo(before, message) {
 return before !== void 0 && before.sender === message.sender && before.is_own === message.is_own && dayOf(before.created) === dayOf(message.created) && Date.parse(message.created) - Date.parse(before.created) < TOGETHER
}
function messagesView(part, before, after, context) {
 let key = ({id}) => id
 return keyed(part, key, (message, at) => {
  let previous = at ? part[at - 1] : before
  let next = part[at + 1] ?? after
  let isNewDay = !previous || dayOf(previous.created) !== dayOf(message.created)
  let isUnread = message.id === context.firstUnread
  return html`${isNewDay ? html`<p class="day"><span>${dayName(message.created, context.texts)}</span></p>` : nothing}
${isUnread ? html`<p class="new"><span>${context.texts.get("new_messages")}</span></p>` : nothing}
${messageView(message, !belongsTo(isUnread ? void 0 : previous, message), !next || !belongsTo(message, next), context)}`
 })
}
function messageView(message, isFirst, isLast, context) {
 let {texts} = context
 let own = message.is_own
 let classes = ["message", own && "own", isFirst && "first", isLast && "last"].filter(Boolean).join(" ")
 let name = own ? texts.get("you") : message.sender === null ? texts.get("script") : nameOf(message.sender_data, texts)
 let instead = context.instead(message)
 return html`<article class=${classes} data-message=${message.id} tabindex="-1">
${own ? nothing : avatarView(message, isLast, context)}<div class="body"><p class=${isFirst && !own ? "name" : "unseen"}>${name}</p><div class="bubble">${instead ?? html`<div class="text" dir="auto">${textView(textOf(message, texts))}</div>`}
${message.attachments_data.map(attachment => attachmentView(attachment, context))}<p class="meta">${metaView(message, texts)}</p></div>${context.actions(message)}</div></article>`
}
function textOf(message, texts) {
 let text = lib().plainText(message)
 if (message.sender === null || message.related_question === null) return text
 let type = /^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/.exec(text)
 if (type) return shownDate(texts, type[1] ? "datetime-local" : "date", text) ?? text
 return text || (message.has_attachments ? "" : texts.get("skipped"))
}
function metaView(message, texts) {
 let isEdited = Date.parse(message.updated) - Date.parse(message.created) > 1e3 && message.is_own
 let isRead = message.readBy.some(id => id !== message.sender)
 let state = texts.get(isRead ? "read" : "sent")
 return html`${isEdited ? html`<span>${texts.get("edited")}</span>` : nothing}
<time datetime=${message.created}>${timeOf(message.created, texts)}</time>
${message.is_own ? html`<span class="mark" title=${state}>${icon(isRead ? "M2 13l4 4L15 7M10 16l1 1L21 7" : "M5 13l4 4L19 7")}<span class="unseen">${state}</span></span>` : nothing}`
}
function avatarView({sender, sender_data}, isLast, {url, texts}) {
 if (!isLast) return html`<span class="avatar"></span>`
 if (sender === null) return scriptView()
 return personView(sender_data, url, texts)
}
function scriptView() {
 return html`<span class="avatar">${icon("M5 8h14v10H5zM12 4v4M9 12v2M15 12v2")}</span>`
}
function personView(person, url, texts) {
 let src = person?.avatar && !person.avatar.includes("chat_api/avatar") ? url(person.avatar) : ""
 let letter = [...nameOf(person, texts)][0]?.toLocaleUpperCase() ?? ""
 return html`<span class="avatar" aria-hidden="true">${src ? html`<img src=${src} alt="" loading="lazy" />` : letter}</span>`
}
function textView(text) {
 let {LINK_REL, splitLinks} = lib()
 return splitLinks(text).map(part => (part.href ? html`<a href=${part.href} rel=${LINK_REL} target="_blank">${part.text}</a>` : part.text))
}
function attachmentView(attachment, {url, show, texts}) {
 let {type, title, src, thumbnail} = attachment
 let name = title || texts.get(type === "image" ? "picture" : "file")
 let small = thumbnail ?? {}
 if (type === "image") {
  let picture = url(small.src ?? src)
  return html`<button class="picture" @click=${() => show(attachment)} aria-label=${texts.get("open_picture", {name})}>
${picture ? html`<img src=${picture} alt=${title ?? ""} width=${small.width ?? 240} height=${small.height ?? 180} loading="lazy" />` : name}
</button>`
 }
 let href = lib().safeUrl(src)
 let link = href ? html`<a href=${href} rel=${lib().LINK_REL} target="_blank" dir="auto">${name}</a>` : html`<span dir="auto">${name}</span>`
 return html`<p class="attached">${icon(type === "youtube" ? "M8 5v14l11-7z" : "M6 3h8l4 4v14H6zM14 3v4h4")} ${link}</p>`
}
function foundView(message) {
 return lib()
  .splitHighlight(message.highlight ?? "")
  .map(({text, marked}) => (marked ? html`<mark>${text}</mark>` : text))
}

var PartKeys = class {
 #known = new Map()
 #last = 0
 of(parts) {
  let used = new Set()
  return parts.map(part => {
   let ends = [part[0], part.at(-1)].flatMap(message => message?.id ?? [])
   let known = ends.map(id => this.#known.get(id) ?? 0).find(key2 => key2 && !used.has(key2))
   let key = known ?? (this.#last += 1)
   used.add(key)
   for (let id of ends) this.#known.set(id, key)
   return key
  })
 }
}

var PendingMessages = class {
 constructor(host, fail) {
  this.host = host
  this.fail = fail
 }
 view(item) {
  let {words, api} = this.host
  let {draft} = item.data
  let {files = []} = draft
  let text = draft.shown ?? draft.text ?? (draft.skip ? words.get("skipped") : draft.break_state ? words.get("stopped") : "")
  let waits = item.state === "confirm" || item.state === "refused"
  let state = {queued: "queued", sending: "sending", confirm: "moved_on", refused: "not_sent"}[item.state]
  return html`<article class="message own pending first last" data-pending=${item.id}><div class="body"><p class="unseen">${words.get("you")}</p><div class="bubble"><div class="text" dir="auto">${text}</div>${files.map(({file, title}) => html`<p class="attached" dir="auto">${title || file.name || words.get("file")}</p>`)}
${files.length && !waits ? html`<progress max="1" .value=${item.progress} aria-label=${words.get("uploading")}></progress>` : nothing}<p class="meta">${words.get(state)}</p></div>${waits ? html`<p class="error">${this.#reason(item)}</p>` : nothing}
${
 waits || files.length || item.state === "queued"
  ? html`<p class="acts">${waits && text ? textButton(words.get(item.state === "confirm" ? "send_as_message" : "retry"), () => this.#resend(item)) : nothing}
${textButton(words.get(waits ? "discard" : "cancel"), () => api.discard(item.id))}</p>`
  : nothing
}</div></article>`
 }
 #reason({state, refusal}) {
  let {words} = this.host
  if (state === "confirm") return words.get("moved_on_question")
  return sentenceOf(new (lib().ApiError)(refusal?.status ?? 400, refusal?.body ?? null), words)
 }
 async #resend({id, data: {thread, draft}}) {
  let {api} = this.host
  await api.discard(id)
  let {files} = draft
  let again = {text: draft.text ?? draft.shown ?? "", ...(files ? {files} : {})}
  api.send(thread, again).done.catch(this.fail)
 }
}

var NEAR = 80
var ScrollKeeper = class {
 #box = null
 #content = null
 #anchor = null
 #isAtEnd = true
 #top = 0
 #resized = new ResizeObserver(() => this.restore())
 constructor(moved) {
  this.moved = moved
 }
 get isAtEnd() {
  return this.#isAtEnd
 }
 attach(box, content) {
  if (box === this.#box && content === this.#content) return
  this.#resized.disconnect()
  this.#box?.removeEventListener("scroll", this.#scrolled)
  this.#box = box
  this.#content = content
  if (!box || !content) return
  box.addEventListener("scroll", this.#scrolled, {passive: true})
  this.#resized.observe(box)
  this.#resized.observe(content)
 }
 detach() {
  this.attach(null, null)
  this.#anchor = null
  this.#isAtEnd = true
 }
 restore() {
  let box = this.#box
  if (!box) return
  if (this.#isAtEnd) {
   box.scrollTop = box.scrollHeight
   this.#top = box.scrollTop
  } else if (this.#anchor?.element.isConnected) {
   let moved = this.#anchor.element.getBoundingClientRect().top - box.getBoundingClientRect().top - this.#anchor.top
   if (Math.abs(moved) >= 1) box.scrollTop += moved
  }
 }
 toEnd() {
  this.#isAtEnd = true
  this.restore()
  this.moved(true, false)
 }
 toElement(element) {
  this.#isAtEnd = false
  element.scrollIntoView({block: "center"})
  this.#remember()
 }
 #scrolled = () => {
  let box = this.#box
  if (!box) return
  let {scrollTop, scrollHeight, clientHeight} = box
  let stays = this.#isAtEnd && scrollTop >= this.#top
  this.#isAtEnd = stays || scrollHeight - scrollTop - clientHeight < NEAR
  this.#top = scrollTop
  if (stays) this.restore()
  else this.#remember()
  this.moved(this.#isAtEnd, scrollTop < clientHeight)
 }
 #remember() {
  let box = this.#box
  if (!box) return
  let {top} = box.getBoundingClientRect()
  for (let part of this.#content?.querySelectorAll(".part") ?? []) {
   if (part.getBoundingClientRect().bottom <= top) continue
   for (let element of part.querySelectorAll(".message")) {
    let place = element.getBoundingClientRect()
    if (place.bottom <= top) continue
    this.#anchor = {element, top: place.top - top}
    return
   }
  }
 }
}

var PAUSE2 = 300
var SearchPanel = class {
 isOpen = false
 #query = ""
 #found = null
 #error = ""
 #abort = null
 #timer
 constructor(host) {
  this.host = host
 }
 reset() {
  clearTimeout(this.#timer)
  this.#abort?.abort()
  this.isOpen = false
  this.#query = this.#error = ""
  this.#found = null
 }
 toggle = () => {
  let opens = !this.isOpen
  this.reset()
  this.isOpen = opens
  this.host.refresh()
  this.host.updateComplete.then(() => this.host.renderRoot.querySelector(opens ? ".search input" : "header .search-button")?.focus())
 }
 view() {
  if (!this.isOpen) return nothing
  let {words} = this.host
  return html`<search class="search" @keydown=${event => event.key === "Escape" && this.toggle()}>
<input type="search" dir="auto" aria-label=${words.get("search")} placeholder=${words.get("search")} enterkeyhint="search" .value=${this.#query} @input=${this.#typed} /><p class="hint" role="status">${this.#note()}</p><ul>${this.#found?.map(
   message => html`<li><button class="plain" @click=${() => void this.host.showMessage(message.id)}>
<span class="hint">${message.sender === null ? words.get("script") : nameOf(message.sender_data, words)} ·
${whenOf(message.created, words)}</span>
<span dir="auto">${foundView(message)}</span>
</button></li>`
  )}</ul></search>`
 }
 #note() {
  if (this.#error) return this.#error
  return this.#found ? this.host.words.get("found", {n: this.#found.length}) : ""
 }
 #typed = event => {
  this.#query = event.target.value
  clearTimeout(this.#timer)
  this.#timer = setTimeout(() => void this.#search(), PAUSE2)
 }
 async #search() {
  this.#abort?.abort()
  let abort = (this.#abort = new AbortController())
  let {thread} = this.host
  let q = this.#query.trim()
  this.#error = ""
  try {
   let found = q && thread !== null ? await this.host.api.search(thread, q, abort.signal) : null
   if (abort.signal.aborted) return
   this.#found = found
  } catch (error) {
   if (abort.signal.aborted) return
   this.#found = null
   this.#error = sentenceOf(error, this.host.words)
  }
  this.host.refresh()
 }
}

var ThreadFooter = class {
 #explanations = []
 #canConfirm = false
 #error = ""
 #answering = null
 #asked = null
 #schema = null
 #chosen = null
 #loaded = null
 constructor(host) {
  this.host = host
 }
 reset() {
  this.#forgetErrors()
  this.#answering = this.#schema = this.#chosen = this.#loaded = this.#asked = null
 }
 #forgetErrors() {
  this.#explanations = []
  this.#canConfirm = false
  this.#error = ""
 }
 view(room) {
  let thread = room?.thread
  if (!thread || !room.isLoaded) return nothing
  this.#follow(thread)
  let error = this.#error ? html`<p class="error" role="alert">${this.#error}</p>` : nothing
  return html`${error}${this.#control(thread)}`
 }
 #control(thread) {
  let {words} = this.host
  if (!may(thread, CREATE)) return html`<p class="notice">${words.get("read_only")}</p>`
  switch (thread.state) {
   case "closed":
    return may(thread, REOPEN) ? this.#composer(words.get("reopen_hint")) : html`<p class="notice">${words.get("closed")}</p>`
   case "scripted":
    return thread.question_data ? this.#question(thread, thread.question_data) : this.#waiting(thread)
   case "scripted_fe_controlled":
    return html`${this.#choice("choose_question")}${this.#chosen ? this.#question(thread, this.#chosen) : nothing}`
   case "assisted":
    return html`${this.#choice("send_question")}${this.#composer()}`
   default:
    return html`${thread.paused ? this.#paused() : nothing}${this.#composer()}`
  }
 }
 #follow(thread) {
  if (thread.related_message !== this.#asked) {
   this.#asked = thread.related_message
   this.#forgetErrors()
   let {activeElement} = this.host.renderRoot
   if (this.#answering || activeElement?.closest("footer")) {
    this.#answering = null
    this.host.updateComplete.then(() => this.focus())
   }
  }
  let needsSchema = ["assisted", "scripted_fe_controlled"].includes(thread.state) && thread.schema !== null
  let key = `${thread.id} ${needsSchema ? thread.schema : ""}`
  if (this.#loaded === key) return
  this.#loaded = key
  this.#schema = this.#chosen = null
  if (needsSchema) this.#load(`schemas/${thread.schema}`, schema => (this.#schema = schema))
 }
 async #load(path, take) {
  let {thread} = this.host
  let loaded = await this.host.api.request("GET", path).catch(() => null)
  if (!loaded || thread !== this.host.thread) return
  take(loaded)
  this.host.refresh()
 }
 focus() {
  let root = this.host.renderRoot
  let question = root.querySelector("footer dca-question")
  if (question) question.focusControl()
  else root.querySelector("footer dca-composer")?.focus()
 }
 #composer(hint = "") {
  let {words, api} = this.host
  let thread = this.host.thread
  return html`<dca-composer .texts=${words} .hint=${hint} @compose=${event => this.#compose(event)} @write=${({detail}) => {
   if (detail.text) api.typing(thread)
   api.setDraft(thread, detail.text)
  }}></dca-composer>`
 }
 #compose({detail: {text, files}, target}) {
  let thread = this.host.thread
  this.#error = ""
  this.host.api.setDraft(thread, "")
  let {done} = this.host.api.send(thread, {text, ...(files.length ? {files} : {})})
  done.catch(error => {
   if (!(error instanceof lib().ApiError)) return
   target.restore(text)
   this.fail(error)
  })
  this.host.toNewest()
 }
 #question(thread, question) {
  let {words} = this.host
  let isBusy = this.#answering !== null && this.#answering.asked === thread.related_message
  let {progress} = question
  return html`<div class="question">${progress === void 0 ? nothing : html`<progress class="progress" max="1" .value=${progress} aria-label=${words.get("progress")}></progress>`}
<dca-question .question=${question} .texts=${words} .limits=${pageData()} .explanations=${this.#explanations} .canConfirm=${this.#canConfirm} .busy=${isBusy} layout="chat" @answer=${({detail}) => this.#answer(thread, question, detail.draft, detail.shown)} @skip=${() => this.#sent(thread, this.host.api.skip(thread.id))} @typing=${() => this.host.api.typing(thread.id)}></dca-question>
${this.#bar(thread)}</div>`
 }
 #answer(thread, question, draft, shown) {
  if (this.#answering && this.#answering.asked === thread.related_message) return
  let {instance} = this.host.room?.parts.flat().find(({id}) => id === thread.related_message) ?? {}
  this.#sent(thread, this.host.api.send(thread.id, {...draft, question: question.id, shown, ...(instance ? {instance} : {})}))
 }
 #sent(thread, {id, done}) {
  this.#answering = {id, asked: thread.related_message}
  this.#forgetErrors()
  this.host.refresh()
  this.host.toNewest()
  done.then(
   () => this.#done(id),
   error => {
    this.#done(id)
    if (!(error instanceof lib().ApiError)) return
    this.#explanations = error.explanations
    this.#canConfirm = error.canConfirm
    if (this.#explanations.length) this.host.refresh()
    else this.fail(error)
   }
  )
 }
 #done(id) {
  let {related_message: asked = null} = this.host.room?.thread ?? {}
  if (this.#answering?.id !== id || this.#answering.asked !== asked) return
  this.#answering = null
  this.#chosen = null
  this.host.refresh()
  this.host.updateComplete.then(() => this.focus())
 }
 #bar(thread) {
  let {words, api, room} = this.host
  let canPause = may(thread, BREAK_STATE)
  let canGoBack = may(thread, ROLL_BACK) && (room?.hasEarlier || room?.parts.some(part => part.some(one => one.is_own && one.related_question)))
  if (!canGoBack && !canPause) return nothing
  return html`<p class="bar">${canGoBack ? textButton(words.get("back"), () => this.attempt(() => api.rollBack(thread.id))) : nothing}
${
 canPause
  ? html`${textButton(words.get("pause"), () => this.attempt(() => api.pauseScript(thread.id)))}
${textButton(words.get("stop"), () => this.#stop(thread))}`
  : nothing
}</p>`
 }
 async #stop(thread) {
  let {words, api} = this.host
  let root = this.host.renderRoot
  if (!(await confirmed(root, words.get("stop_question"), words.get("stop"), words))) return
  api.stopScript(thread.id).done.catch(error => this.fail(error))
 }
 #paused() {
  let {words, api, thread} = this.host
  return html`<p class="bar"><span>${words.get("paused")}</span>
${textButton(words.get("resume"), () => this.attempt(() => api.resumeScript(thread)), "primary")}</p>`
 }
 #waiting({next_restart}) {
  let {words} = this.host
  let when = next_restart ? `${dayName(next_restart, words)}, ${timeOf(next_restart, words)}` : ""
  return html`<p class="notice">${when ? words.get("next_questions", {when}) : words.get("no_question")}</p>`
 }
 #choice(key) {
  let {words} = this.host
  if (!this.#schema) return nothing
  let all = [...this.#schema.questions, ...this.#schema.groups.flatMap(({questions: questions2}) => questions2)]
  let questions = all.filter(({type}) => !["fork", "calculation"].includes(type))
  return html`<label class="choose"><span>${words.get(key)}</span>
<select @change=${event => this.#choose(event.target, questions)}>
<option value=""></option>
${questions.map(({id, text}) => html`<option value=${id}>${text}</option>`)}
</select></label>`
 }
 #choose(select, questions) {
  let question = questions.find(({id}) => String(id) === select.value) ?? null
  let {thread} = this.host
  if (this.host.room?.thread?.state === "assisted" && question && thread !== null) {
   select.value = ""
   this.host.api.send(thread, {question: question.id, shown: question.text}).done.catch(error => this.fail(error))
  } else {
   this.#chosen = question
   this.host.refresh()
  }
 }
 attempt(act) {
  this.#error = ""
  act().catch(error => this.fail(error))
 }
 fail(error) {
  if (!(error instanceof lib().ApiError)) return
  this.#error = sentenceOf(error, this.host.words)
  this.host.refresh()
 }
}

function headerView(host, search, staff) {
 let {words, room} = host
 let thread = room?.thread ?? null
 let others = thread ? othersIn(thread, host.api.account) : []
 let names = namesOf(others, words)
 let hint = thread?.state === "open" && thread.users_count === 1 ? words.get("nobody_else") : thread?.title && names
 let title = titleOf(thread, host.api.account, words)
 let print = pageData()?.print
 return html`<header><slot name="before"></slot>
${others[0] ? personView(others[0], src => src, words) : nothing}<div class="names"><h2 dir="auto">${title}</h2>${hint ? html`<p class="hint" dir="auto">${hint}</p>` : nothing}</div>${staff.view()}
<button class="plain round search-button" aria-expanded=${search.isOpen} aria-label=${words.get("search")} title=${words.get("search")} @click=${search.toggle}>
${icon("M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM21 21l-5-5")}
</button>
${print && host.thread !== null ? html`<a class="round" href="${print}${host.thread}" target="_blank" aria-label=${words.get("print")} title=${words.get("print")}>${icon("M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z")}</a>` : nothing}
<slot name="after"></slot></header>`
}

var TOGETHER2 = 1e3
var AWAY = {waiting: "reconnecting", offline: "offline"}
var RoomElement = class extends ChatElement {
 firstUnread = null
 isGone = false
 #opened
 #close = () => {}
 #newest = 0
 #wasLoaded = false
 #isLate = false
 get room() {
  return this.thread === null ? void 0 : this.chat?.getSnapshot().rooms.get(this.thread)
 }
 select({rooms, connection}) {
  let room = this.thread === null ? void 0 : rooms.get(this.thread)
  let isGone = !room && this.thread !== null && this.#opened === this.thread
  if (isGone && !this.isGone) this.emit("thread-left", {thread: this.thread})
  this.isGone = isGone
  let isReady = this.isReady(room)
  return [room?.parts, room?.pending, isReady && room.thread, room?.typing.length, room?.isLoaded, isReady && room.isLoading, room?.error, AWAY[connection]]
 }
 started(signal) {
  this.#open()
  document.addEventListener("visibilitychange", this.#seen, {signal})
  addEventListener("focus", this.#seen, {signal})
 }
 stopped() {
  this.shut()
 }
 #open() {
  let {api, thread} = this
  this.#opened = thread
  if (thread === null) return
  this.#close = showing(
   api,
   `thread:${thread}`,
   () => api.openThread(thread),
   () => api.closeThread(thread)
  )
  setTimeout(() => timeOf(new Date(), this.words))
 }
 shut() {
  this.#opened = void 0
  this.firstUnread = null
  this.#close()
  this.#close = () => {}
  this.#wasLoaded = this.isGone = this.#isLate = false
  this.#newest = 0
 }
 reopen() {
  this.shut()
  this.#open()
 }
 willUpdate(changed) {
  super.willUpdate(changed)
  if (this.#opened !== void 0 && this.#opened !== this.thread) this.reopen()
  let {room} = this
  if (this.isReady(room) && !this.#wasLoaded) {
   this.#wasLoaded = true
   let unread = room.parts.flat().find(message => !message.is_read && !message.is_own)
   this.firstUnread = unread?.id ?? null
   this.#newest = room.parts.at(-1)?.at(-1)?.id ?? 0
  }
 }
 isReady(room) {
  return Boolean(room?.isLoaded && (room.thread || this.#isLate))
 }
 updated() {
  let {room} = this
  if (!room?.isLoaded) return
  let {id} = room
  if (this.isReady(room)) {
   this.#announceNew(room)
   this.#seen()
  } else
   setTimeout(() => {
    this.#isLate = id === this.thread
    this.requestUpdate()
   }, TOGETHER2)
 }
 #announceNew(room) {
  let newest = room.parts.at(-1)?.at(-1)?.id ?? 0
  if (newest <= this.#newest) return
  let arrived = (room.parts.at(-1) ?? []).filter(message => message.id > this.#newest && !message.is_own)
  this.#newest = newest
  if (!arrived.length) return
  let names = message => (message.sender === null ? this.t("script") : nameOf(message.sender_data, this.words))
  this.announce(arrived.map(message => `${names(message)}: ${lib().plainText(message)}`).join(" "))
 }
 #seen = () => {
  let {room} = this
  if (document.hidden || !this.isReady(room) || !this.checkVisibility?.()) return
  this.api.markRead(room.id).catch(() => {})
 }
}

var ThreadStaff = class {
 #flags = []
 #loaded = null
 constructor(host, attempt) {
  this.host = host
  this.attempt = attempt
 }
 reset() {
  this.#flags = []
  this.#loaded = null
 }
 view() {
  let {words, api, room, staff} = this.host
  let thread = room?.thread
  if (!staff || !thread) return nothing
  if (this.#loaded !== thread.id) this.#load(thread.id)
  let names = [...new Set(this.#flags?.map(({label, name}) => label || name))]
  let isMine = String(thread.assigned_to) === String(api.account)
  let assign = () => this.attempt(() => api.assign(thread.id, isMine ? null : api.account))
  return html`${names.length ? html`<p class="flag">${icon("M5 21V4h12l-2 4 2 4H5")} <span dir="auto">${words.list(names)}</span></p>` : nothing}
<button class="chip" aria-pressed=${isMine} @click=${assign}>
${words.get(isMine ? "unassign" : "assign")}
</button>`
 }
 async #load(thread) {
  this.#loaded = thread
  let page = await this.host.api.request("GET", `threads/${thread}/runs`).catch(() => [])
  if (thread !== this.#loaded) return
  let runs = lib().resultsOf(page)
  this.#flags = runs.flatMap(({flags = []}) => flags.filter(({cleared}) => cleared === null))
  this.host.refresh()
 }
}

var PAGES_BACK = 60
var ThreadElement = class extends RoomElement {
 static properties = {...ChatElement.properties, thread: {type: Number, reflect: true}, bare: {type: Boolean}, staff: {type: Boolean}}
 static sheets = ["dialogs", "messages", "thread"]
 #scroll = new ScrollKeeper((atEnd, isNearStart) => this.#moved(atEnd, isNearStart))
 #footer = new ThreadFooter(this)
 #staff = new ThreadStaff(this, act => this.#footer.attempt(act))
 #pending = new PendingMessages(this, error => this.#footer.fail(error))
 #actions = new MessageActions(this)
 #search = new SearchPanel(this)
 #keys = new PartKeys()
 #pictures = null
 #isAtEnd = true
 #hasDraft = false
 #hasBegun = false
 #isWhole = false
 constructor() {
  super()
  this.thread = null
  this.bare = this.staff = false
 }
 refresh() {
  this.requestUpdate()
 }
 say(text) {
  this.announce(text)
 }
 started(signal) {
  this.#pictures = new Pictures(this.api, () => this.requestUpdate())
  super.started(signal)
 }
 stopped() {
  super.stopped()
  this.#pictures?.close()
 }
 shut() {
  super.shut()
  this.#scroll.detach()
  this.#actions.reset()
  this.#search.reset()
  this.#footer.reset()
  this.#staff.reset()
  this.#hasDraft = this.#hasBegun = this.#isWhole = false
  this.#isAtEnd = true
 }
 updated() {
  let box = this.renderRoot.querySelector(".log")
  this.#scroll.attach(box, box?.firstElementChild ?? null)
  this.#restoreDraft()
  if (box && this.isReady(this.room) && !this.#hasBegun) this.#begin(box)
  super.updated()
 }
 #begin(box) {
  this.#hasBegun = true
  this.#scroll.restore()
  if (box.scrollHeight <= box.clientHeight) this.#drawAll()
  else requestAnimationFrame(() => setTimeout(() => this.#drawAll()))
 }
 #drawAll() {
  this.#isWhole = true
  this.requestUpdate()
 }
 #restoreDraft() {
  let {room} = this
  let composer = this.renderRoot.querySelector("dca-composer")
  if (this.#hasDraft || !composer || !this.isReady(room)) return
  this.#hasDraft = true
  composer.restore(room.draft)
 }
 #moved(atEnd, isNearStart) {
  if (atEnd !== this.#isAtEnd) {
   this.#isAtEnd = atEnd
   this.requestUpdate()
  }
  let {room} = this
  if (isNearStart && !atEnd && room?.hasEarlier && !room.isLoading) this.api.loadEarlier(room.id)
 }
 async showMessage(id) {
  let {room} = this
  if (!room) return
  for (let pages = 0; pages < PAGES_BACK; pages += 1) {
   let now = this.room
   let oldest = now?.parts[0]?.[0]?.id ?? 0
   if (!now?.hasEarlier || oldest <= id) break
   await this.api.loadEarlier(room.id)
  }
  this.#drawAll()
  await this.updateComplete
  let element = this.renderRoot.querySelector(`[data-message="${id}"]`)
  if (!element) return
  this.#scroll.toElement(element)
  element.focus({preventScroll: true})
  element.classList.add("found")
  element.addEventListener("animationend", () => element.classList.remove("found"), {once: true})
 }
 focus() {
  this.renderRoot.querySelector(".log")?.focus()
 }
 toNewest() {
  this.#scroll.toEnd()
 }
 view({connection}) {
  let {room, words: texts} = this
  if (this.thread === null) return html`<p class="notice">${texts.get("choose_thread")}</p>`
  let away = AWAY[connection]
  return html`<section class="thread" aria-label=${titleOf(room?.thread ?? null, this.api.account, texts) || texts.get("conversation")} @dragover=${event => event.preventDefault()} @drop=${this.#drop}>
${this.bare ? nothing : headerView(this, this.#search, this.#staff)} ${this.#search.view()}
${away ? html`<p class="notice away">${texts.get(away)}</p>` : nothing}<div class="log" role="log" aria-live="off" tabindex="0" aria-label=${texts.get("messages")}><div class="inner">${this.isReady(room) ? this.#messages(room) : this.#loading(room)}</div></div><div class="corner">${
   this.#isAtEnd || !this.isReady(room)
    ? nothing
    : html`<button class="newest" @click=${() => this.toNewest()} aria-label=${[texts.get("newest"), room.thread?.unread || ""].join(" ").trim()} title=${texts.get("newest")}>
${icon("M12 5v14M6 13l6 6 6-6")}${room.thread?.unread ? html`<span>${room.thread.unread}</span>` : nothing}
</button>`
  }</div><footer>${this.#footer.view(room)}</footer></section>`
 }
 #loading(room) {
  if (this.isGone) return this.failure(this.t("forbidden"), () => this.reopen())
  if (room?.error) return this.failure(sentenceOf(room.error, this.words), () => this.api.openThread(room.id))
  return html`<p class="skeleton" aria-busy="true"></p><p class="skeleton"></p><p class="skeleton"></p>`
 }
 #messages(room) {
  let parts = this.#isWhole ? room.parts : room.parts.slice(-2)
  let context = this.#context()
  let marks = this.#actions.marked
  let keys = this.#keys.of(parts)
  return html`
${
 room.hasEarlier
  ? html`<p class="earlier"><button class="link" ?disabled=${room.isLoading} @click=${() => this.api.loadEarlier(room.id)}>
${this.t(room.isLoading ? "loading" : "earlier")}
</button></p>`
  : nothing
}
${keyed(
 parts,
 (_, at) => keys[at],
 (part, at) => {
  let before = parts[at - 1]?.at(-1)
  let after = parts[at + 1]?.[0]
  return html`<div class="part">${messagesView(part, before, after, context)}</div>`
 },
 (part, at) => [part, parts[at - 1]?.at(-1), parts[at + 1]?.[0], marks.some(id => part.some(message => message.id === id)) ? {} : null, this.texts, this.#pictures?.version, room.thread?.permissions, room.thread?.state]
)}
${parts.length || room.pending.length ? nothing : html`<p class="notice">${this.t("no_messages")}</p>`}
${room.pending.map(item => this.#pending.view(item))}
${
 room.typing.length
  ? html`<p class="typing"><span class="dots"><i></i><i></i><i></i></span>
${this.t("typing", {n: room.typing.length, names: namesOf(room.typing, this.words)})}</p>`
  : nothing
}
`
 }
 #context() {
  return {texts: this.words, firstUnread: this.firstUnread, url: src => this.#pictures?.url(src) ?? "", show: attachment => void this.#show(attachment), actions: message => this.#actions.view(message), instead: message => this.#actions.instead(message)}
 }
 canChange(message) {
  let thread = this.room?.thread
  let isFree = message.is_own && message.related_question === null
  return {edit: isFree && may(thread, EDIT), remove: isFree && may(thread, DELETE)}
 }
 async #show({src, title}) {
  let url = await this.api.fileUrl(src ?? "").catch(() => "")
  if (url) showPicture(this.renderRoot, url, title ?? "", this.words)
 }
 #drop = event => {
  let composer = this.renderRoot.querySelector("dca-composer")
  let files = [...(event.dataTransfer?.files ?? [])]
  if (!composer || !files.length) return
  event.preventDefault()
  composer.add(files)
 }
}

var HashRoute = class {
 constructor(changed) {
  this.changed = changed
 }
 start(signal) {
  onNotification(thread => this.go(thread), signal)
  addEventListener("popstate", this.#follow, {signal})
  addEventListener("hashchange", this.#follow, {signal})
  if (this.#named !== null) this.#follow()
 }
 get #named() {
  let [, id] = /^#\/thread\/(\d+)$/.exec(location.hash) ?? []
  return id ? Number(id) : null
 }
 go(thread) {
  if (thread !== this.#named) history.pushState({dca: true}, "", thread === null ? "#/" : `#/thread/${thread}`)
  this.changed(thread)
 }
 back() {
  if (history.state?.dca) history.back()
  else this.leave()
 }
 leave() {
  history.replaceState(null, "", "#/")
  this.changed(null)
 }
 #follow = () => this.changed(this.#named)
}

var QUERY = {fields: "id,name", published: true, deprecated: false, limit: 50, ordering: "name"}
var StartPanel = class {
 constructor(host) {
  this.host = host
 }
 async open() {
  let {renderRoot, words} = this.host
  let dialog = openDialog(renderRoot, "", "", words.get("new_conversation"))
  this.#draw(dialog, null)
  let page = await this.host.api.request("GET", "schemas/automated_flow", {query: QUERY}).catch(() => [])
  this.#draw(dialog, lib().resultsOf(page))
 }
 #draw(dialog, scripts, problem = "") {
  let {words, canWrite} = this.host
  let start = script => void this.#start(dialog, scripts, script)
  render(
   html`<form method="dialog" class="start" dir=${words.isRightToLeft ? "rtl" : "ltr"}><h2>${words.get("new_conversation")}</h2>${problem ? html`<p class="error" role="alert">${problem}</p>` : ""}
${scripts === null ? html`<p aria-busy="true">${words.get("loading")}</p>` : ""}
${scripts?.map(script => html`<button type="button" dir="auto" @click=${() => start(script)}>${script.name}</button>`)}
${canWrite ? html`<button type="button" @click=${() => start(null)}>${words.get("just_write")}</button>` : ""}
${!canWrite && scripts?.length === 0 ? html`<p>${words.get("nothing_found")}</p>` : ""}<p class="acts"><button value="">${words.get("cancel")}</button></p></form>`,
   dialog
  )
 }
 async #start(dialog, scripts, script) {
  dialog.inert = true
  try {
   let body = script ? {state: "scripted", schema: script.id, title: script.name} : {}
   let {id} = await this.host.api.startThread(this.host.type, body)
   dialog.close()
   this.host.open(id)
  } catch (error) {
   dialog.inert = false
   this.#draw(dialog, scripts, sentenceOf(error, this.host.words))
  }
 }
}

function rowsView(host, list, isFiltered, more) {
 let {words} = host
 if (!list.isLoaded) return html`<p class="skeleton" aria-busy="true"></p><p class="skeleton"></p>`
 if (!list.threads.length) return html`<p class="notice">${words.get(isFiltered ? "nothing_found" : "no_conversations")}</p>`
 return html`<ul>${keyed(
  list.threads,
  ({id}) => id,
  thread => rowView(host, thread)
 )}</ul>${
  list.hasMore
   ? html`<button class="link" ?disabled=${list.isLoading} @click=${more}>
${words.get(list.isLoading ? "loading" : "more")}
</button>`
   : nothing
 }`
}
function rowView(host, thread) {
 let {api, words} = host
 let last = thread.last_message_data
 let isCurrent = thread.id === host.thread
 let others = othersIn(thread, api.account)
 let names = thread.title ? namesOf(others, words) : ""
 let text = (last && lib().plainText(last)) || words.get(last?.has_attachments ? "picture" : "no_messages")
 return html`<li><button class=${`row ${isCurrent ? "current" : ""} ${thread.unread ? "is-unread" : ""}`} aria-current=${isCurrent ? "true" : nothing} @click=${() => host.open(thread.id)}>
${faceView(thread, others, words)}
<span class="title" dir="auto">${titleOf(thread, api.account, words)}${names ? html` <span class="with">${names}</span>` : nothing}</span>
<time datetime=${thread.updated}>${whenOf(thread.updated, words)}</time>
<span class="last" dir="auto">${last?.is_own ? words.get("you_said", {text}) : text}</span>
${
 thread.unread
  ? html`<span class="badge">${words.number(thread.unread)}<span class="unseen">
${words.get("unread", {n: thread.unread})}</span></span>`
  : nothing
}
</button></li>`
}
function faceView({schema}, [other], words) {
 if (other || schema === null) return personView(other, src => src, words)
 return scriptView()
}

var PAUSE3 = 300
var FILTERS = {all: {}, unread: {unread: true}, flagged: {flagged: true}, mine: {assigned: "me"}}
var ThreadsElement = class extends ChatElement {
 static properties = {...ChatElement.properties, type: {}, thread: {type: Number, reflect: true}, listOnly: {type: Boolean, reflect: true}, canStart: {type: Boolean}, canWrite: {type: Boolean}, canNotify: {type: Boolean}, staff: {type: Boolean}, routing: {}, pageBadges: {type: Boolean}}
 static sheets = ["dialogs", "threads"]
 #query = null
 #close = () => {}
 #filter = "all"
 #words = ""
 #timer
 #unread = new UnreadNumbers(counts => {
  this.emit("unread-change", counts)
  if (this.pageBadges) showUnread(counts.messages)
 })
 #notice = ""
 #isNotified = false
 #route = new HashRoute(thread => this.#routed(thread))
 #start = new StartPanel(this)
 constructor() {
  super()
  this.type = "chat"
  this.thread = null
  this.listOnly = this.canStart = this.canWrite = this.canNotify = this.staff = this.pageBadges = false
  this.routing = null
 }
 select(snapshot) {
  return [this.#list, unreadOf(snapshot, this.type)]
 }
 started(signal) {
  this.#load()
  if (this.routing === "hash") this.#route.start(signal)
  canNotify().then(can => {
   this.#isNotified = !can
   this.requestUpdate()
  })
 }
 stopped() {
  clearTimeout(this.#timer)
  this.#close()
  this.#query = null
  this.#unread.take(null)
  if (this.pageBadges) showUnread(0)
 }
 willUpdate(changed) {
  super.willUpdate(changed)
  if (changed.has("type") && this.#query) this.#load()
  if (this.chat) this.#unread.take(unreadOf(this.api.getSnapshot(), this.type))
 }
 #load() {
  this.#close()
  let {api} = this
  let q = this.#words.trim()
  let query = {type: this.type, ...FILTERS[this.#filter], ...(q ? {q} : {})}
  this.#query = query
  this.#close = showing(
   api,
   lib().listKey(query),
   () => api.loadThreads(query),
   () => api.closeThreads(query)
  )
  this.requestUpdate()
 }
 get #list() {
  return this.#query ? this.api.getSnapshot().lists.get(lib().listKey(this.#query)) : void 0
 }
 open(thread) {
  if (thread !== null && !this.emit("thread-open", {thread}, {cancelable: true})) return
  this.#notice = ""
  if (this.routing === "hash") this.#route.go(thread)
  else this.thread = thread
  this.updateComplete.then(() => this.renderRoot.querySelector("dca-thread")?.focus())
 }
 #routed(thread) {
  this.thread = thread
  if (thread === null) this.updateComplete.then(() => this.renderRoot.querySelector(".current, .row")?.focus())
 }
 openNextUnread() {
  let threads = this.#list?.threads ?? []
  let at = threads.findIndex(({id}) => id === this.thread)
  let next = [...threads.slice(at + 1), ...threads.slice(0, at + 1)].find(({unread, id}) => unread > 0 && id !== this.thread)
  if (next) this.open(next.id)
  else if (this.#unread.now?.threads && this.#filter !== "unread") this.#choose("unread")
  else this.announce(this.t("all_read"))
 }
 view() {
  let list = this.#list
  return html`<div class=${`split ${this.thread !== null && !this.listOnly ? "has-thread" : ""}`} @keydown=${this.#key}><nav aria-label=${this.t("conversations")}>
${this.#tools(this.#unread.now)}<div class="rows" @scroll=${this.#scrolled}>${list ? this.#rows(list) : nothing}</div></nav>${this.listOnly ? nothing : this.#chosen()}</div>`
 }
 #tools(unread) {
  return html`<div class="tools"><div class="line"><input type="search" dir="auto" enterkeyhint="search" aria-label=${this.t("search_conversations")} placeholder=${this.t("search")} @input=${this.#typed} />
${
 this.canStart
  ? html`<button class="primary" @click=${() => void this.#start.open()}>
${icon("M12 5v14M5 12h14")}<span>${this.t("new")}</span>
</button>`
  : nothing
}</div><div class="line filters" role="group" aria-label=${this.t("filter")}>
${Object.keys(FILTERS)
 .slice(0, this.staff ? 4 : 2)
 .map(
  name => html`<button class="chip" aria-pressed=${this.#filter === name} @click=${() => this.#choose(name)}>
${this.t(`filter_${name}`)}${name === "unread" && unread?.threads ? html` <b>${this.texts?.number(unread.threads)}</b>` : nothing}
</button>`
 )}
${
 unread?.threads
  ? html`<button class="link" aria-keyshortcuts="n" @click=${() => this.openNextUnread()}>
${this.t("next_unread")}
</button>`
  : nothing
}
${this.canNotify && !this.#isNotified ? html`<button class="link" @click=${() => void this.#notify()}>${this.t("notify_me")}</button>` : nothing}</div>${this.#notice ? html`<p class="hint" role="alert">${this.#notice}</p>` : nothing}</div>`
 }
 #rows(list) {
  if (list.error && !list.threads.length) return this.failure(sentenceOf(list.error, this.words), () => this.#load())
  return rowsView(this, list, this.#words || this.#filter !== "all", this.#more)
 }
 #chosen() {
  let back = html`<button slot="before" class="plain back" aria-label=${this.t("conversations")} @click=${() => (this.routing === "hash" ? this.#route.back() : this.#routed(null))}>
${icon("M15 5l-7 7 7 7")}
</button>`
  return html`<div class="chosen">${this.thread === null ? html`<p class="notice">${this.t("choose_thread")}</p>` : html`<dca-thread .thread=${this.thread} .client=${this.chat} .strings=${this.strings} .staff=${this.staff} lang=${this.words.language} @thread-left=${() => this.#leave()}>${back}</dca-thread>`}</div>`
 }
 #leave() {
  this.#notice = this.t("forbidden")
  if (this.routing === "hash") this.#route.leave()
  else this.thread = null
 }
 #choose(filter) {
  this.#filter = filter
  this.#load()
 }
 async #notify() {
  let problem = await notify(this.api)
  this.#isNotified = !problem
  this.#notice = this.t(problem ?? "notified")
  this.requestUpdate()
 }
 #typed = event => {
  this.#words = event.target.value
  clearTimeout(this.#timer)
  this.#timer = setTimeout(() => this.#load(), PAUSE3)
 }
 #key = event => {
  let isTyping = event.composedPath()[0].matches("input, textarea, select")
  if (event.key !== "n" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  this.openNextUnread()
 }
 #more = () => {
  if (this.#query) this.api.loadMoreThreads(this.#query)
 }
 #scrolled = event => {
  let box = event.target
  if (box.scrollHeight - box.scrollTop - box.clientHeight < box.clientHeight) this.#more()
 }
}

var ELEMENTS = {"dca-launcher": LauncherElement, "dca-survey": SurveyElement, "dca-thread": ThreadElement, "dca-threads": ThreadsElement, "dca-composer": ComposerElement, "dca-question": QuestionElement}
function define() {
 for (let [name, element] of Object.entries(ELEMENTS)) if (!customElements.get(name)) customElements.define(name, element)
}
export {ChatElement, LauncherElement, QuestionElement, SurveyElement, ThreadElement, ThreadsElement, define, registerControl}
