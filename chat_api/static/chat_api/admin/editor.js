// django-chat-api 1.0.0a1: built from client/, do not edit.
// Lit: Copyright Google LLC, BSD-3-Clause, https://lit.dev
const { Directive, directive, html, html2, insertPart, noChange, nothing, nothing2, removePart, render, render2, repeat, setChildPartValue } = (() => {var j=globalThis,Y=i=>i,D=j.trustedTypes,Z=D?D.createPolicy("lit-html",{createHTML:i=>i}):void 0,k="$lit$",m=`lit$${Math.random().toFixed(9).slice(2)}$`,W="?"+m,pt=`<${W}>`,y=document,M=()=>y.createComment(""),b=i=>i===null||typeof i!="object"&&typeof i!="function",F=Array.isArray,et=i=>F(i)||typeof i?.[Symbol.iterator]=="function",O=`[ 	
\f\r]`,P=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,q=/-->/g,J=/>/g,g=RegExp(`>|${O}(?:([^\\s"'>=/]+)(${O}*=${O}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),K=/'/g,X=/"/g,st=/^(?:script|style|textarea|title)$/i,z=i=>(t,...s)=>({_$litType$:i,strings:t,values:s}),it=z(1),vt=z(2),gt=z(3),v=Symbol.for("lit-noChange"),_=Symbol.for("lit-nothing"),tt=new WeakMap,x=y.createTreeWalker(y,129);function rt(i,t){if(!F(i)||!i.hasOwnProperty("raw"))throw Error("invalid template strings array");return Z!==void 0?Z.createHTML(t):t}var nt=(i,t)=>{let s=i.length-1,r=[],e,n=t===2?"<svg>":t===3?"<math>":"",o=P;for(let $=0;$<s;$++){let h=i[$],c,p,l=-1,A=0;for(;A<h.length&&(o.lastIndex=A,p=o.exec(h),p!==null);)A=o.lastIndex,o===P?p[1]==="!--"?o=q:p[1]!==void 0?o=J:p[2]!==void 0?(st.test(p[2])&&(e=RegExp("</"+p[2],"g")),o=g):p[3]!==void 0&&(o=g):o===g?p[0]===">"?(o=e??P,l=-1):p[1]===void 0?l=-2:(l=o.lastIndex-p[2].length,c=p[1],o=p[3]===void 0?g:p[3]==='"'?X:K):o===X||o===K?o=g:o===q||o===J?o=P:(o=g,e=void 0);let a=o===g&&i[$+1].startsWith("/>")?" ":"";n+=o===P?h+pt:l>=0?(r.push(c),h.slice(0,l)+k+h.slice(l)+m+a):h+m+(l===-2?$:a)}return[rt(i,n+(i[s]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),r]},E=class i{constructor({strings:t,_$litType$:s},r){let e;this.parts=[];let n=0,o=0,$=t.length-1,h=this.parts,[c,p]=nt(t,s);if(this.el=i.createElement(c,r),x.currentNode=this.el.content,s===2||s===3){let l=this.el.content.firstChild;l.replaceWith(...l.childNodes)}for(;(e=x.nextNode())!==null&&h.length<$;){if(e.nodeType===1){if(e.hasAttributes())for(let l of e.getAttributeNames())if(l.endsWith(k)){let A=p[o++],a=e.getAttribute(l).split(m),d=/([.?@])?(.*)/.exec(A);h.push({type:1,index:n,name:d[2],strings:a,ctor:d[1]==="."?S:d[1]==="?"?R:d[1]==="@"?V:H}),e.removeAttribute(l)}else l.startsWith(m)&&(h.push({type:6,index:n}),e.removeAttribute(l));if(st.test(e.tagName)){let l=e.textContent.split(m),A=l.length-1;if(A>0){e.textContent=D?D.emptyScript:"";for(let a=0;a<A;a++)e.append(l[a],M()),x.nextNode(),h.push({type:2,index:++n});e.append(l[A],M())}}}else if(e.nodeType===8)if(e.data===W)h.push({type:2,index:n});else{let l=-1;for(;(l=e.data.indexOf(m,l+1))!==-1;)h.push({type:7,index:n}),l+=m.length-1}n++}}static createElement(t,s){let r=y.createElement("template");return r.innerHTML=t,r}};function T(i,t,s=i,r){if(t===v)return t;let e=r!==void 0?s._$Co?.[r]:s._$Cl,n=b(t)?void 0:t._$litDirective$;return e?.constructor!==n&&(e?._$AO?.(!1),n===void 0?e=void 0:(e=new n(i),e._$AT(i,s,r)),r!==void 0?(s._$Co??=[])[r]=e:s._$Cl=e),e!==void 0&&(t=T(i,e._$AS(i,t.values),e,r)),t}var I=class{constructor(t,s){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=s}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:s},parts:r}=this._$AD,e=(t?.creationScope??y).importNode(s,!0);x.currentNode=e;let n=x.nextNode(),o=0,$=0,h=r[0];for(;h!==void 0;){if(o===h.index){let c;h.type===2?c=new N(n,n.nextSibling,this,t):h.type===1?c=new h.ctor(n,h.name,h.strings,this,t):h.type===6&&(c=new U(n,this,t)),this._$AV.push(c),h=r[++$]}o!==h?.index&&(n=x.nextNode(),o++)}return x.currentNode=y,e}p(t){let s=0;for(let r of this._$AV)r!==void 0&&(r.strings!==void 0?(r._$AI(t,r,s),s+=r.strings.length-2):r._$AI(t[s])),s++}},N=class i{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,s,r,e){this.type=2,this._$AH=_,this._$AN=void 0,this._$AA=t,this._$AB=s,this._$AM=r,this.options=e,this._$Cv=e?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,s=this._$AM;return s!==void 0&&t?.nodeType===11&&(t=s.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,s=this){t=T(this,t,s),b(t)?t===_||t==null||t===""?(this._$AH!==_&&this._$AR(),this._$AH=_):t!==this._$AH&&t!==v&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):et(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==_&&b(this._$AH)?this._$AA.nextSibling.data=t:this.T(y.createTextNode(t)),this._$AH=t}$(t){let{values:s,_$litType$:r}=t,e=typeof r=="number"?this._$AC(t):(r.el===void 0&&(r.el=E.createElement(rt(r.h,r.h[0]),this.options)),r);if(this._$AH?._$AD===e)this._$AH.p(s);else{let n=new I(e,this),o=n.u(this.options);n.p(s),this.T(o),this._$AH=n}}_$AC(t){let s=tt.get(t.strings);return s===void 0&&tt.set(t.strings,s=new E(t)),s}k(t){F(this._$AH)||(this._$AH=[],this._$AR());let s=this._$AH,r,e=0;for(let n of t)e===s.length?s.push(r=new i(this.O(M()),this.O(M()),this,this.options)):r=s[e],r._$AI(n),e++;e<s.length&&(this._$AR(r&&r._$AB.nextSibling,e),s.length=e)}_$AR(t=this._$AA.nextSibling,s){for(this._$AP?.(!1,!0,s);t!==this._$AB;){let r=Y(t).nextSibling;Y(t).remove(),t=r}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},H=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,s,r,e,n){this.type=1,this._$AH=_,this._$AN=void 0,this.element=t,this.name=s,this._$AM=e,this.options=n,r.length>2||r[0]!==""||r[1]!==""?(this._$AH=Array(r.length-1).fill(new String),this.strings=r):this._$AH=_}_$AI(t,s=this,r,e){let n=this.strings,o=!1;if(n===void 0)t=T(this,t,s,0),o=!b(t)||t!==this._$AH&&t!==v,o&&(this._$AH=t);else{let $=t,h,c;for(t=n[0],h=0;h<n.length-1;h++)c=T(this,$[r+h],s,h),c===v&&(c=this._$AH[h]),o||=!b(c)||c!==this._$AH[h],c===_?t=_:t!==_&&(t+=(c??"")+n[h+1]),this._$AH[h]=c}o&&!e&&this.j(t)}j(t){t===_?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},S=class extends H{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===_?void 0:t}},R=class extends H{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==_)}},V=class extends H{constructor(t,s,r,e,n){super(t,s,r,e,n),this.type=5}_$AI(t,s=this){if((t=T(this,t,s,0)??_)===v)return;let r=this._$AH,e=t===_&&r!==_||t.capture!==r.capture||t.once!==r.once||t.passive!==r.passive,n=t!==_&&(r===_||e);e&&this.element.removeEventListener(this.name,this,r),n&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},U=class{constructor(t,s,r){this.element=t,this.type=6,this._$AN=void 0,this._$AM=s,this.options=r}get _$AU(){return this._$AM._$AU}_$AI(t){T(this,t)}},ot={M:k,P:m,A:W,C:1,L:nt,R:I,D:et,V:T,I:N,H,N:R,U:V,B:S,F:U},dt=j.litHtmlPolyfillSupport;dt?.(E,N),(j.litHtmlVersions??=[]).push("3.3.3");var ht=(i,t,s)=>{let r=s?.renderBefore??t,e=r._$litPart$;if(e===void 0){let n=s?.renderBefore??null;r._$litPart$=e=new N(t.insertBefore(M(),n),n,void 0,s??{})}return e._$AI(i),e};var lt={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},G=i=>(...t)=>({_$litDirective$:i,values:t}),B=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,s,r){this._$Ct=t,this._$AM=s,this._$Ci=r}_$AS(t,s){return this.update(t,s)}update(t,s){return this.render(...s)}};var{I:ut}=ot,at=i=>i;var $t=()=>document.createComment(""),C=(i,t,s)=>{let r=i._$AA.parentNode,e=t===void 0?i._$AB:t._$AA;if(s===void 0){let n=r.insertBefore($t(),e),o=r.insertBefore($t(),e);s=new ut(n,o,i,i.options)}else{let n=s._$AB.nextSibling,o=s._$AM,$=o!==i;if($){let h;s._$AQ?.(i),s._$AM=i,s._$AP!==void 0&&(h=i._$AU)!==o._$AU&&s._$AP(h)}if(n!==e||$){let h=s._$AA;for(;h!==n;){let c=at(h).nextSibling;at(r).insertBefore(h,e),h=c}}}return s},f=(i,t,s=i)=>(i._$AI(t,s),i),mt={},ct=(i,t=mt)=>i._$AH=t,At=i=>i._$AH,w=i=>{i._$AR(),i._$AA.remove()};var _t=(i,t,s)=>{let r=new Map;for(let e=t;e<=s;e++)r.set(i[e],e);return r},ft=G(class extends B{constructor(i){if(super(i),i.type!==lt.CHILD)throw Error("repeat() can only be used in text expressions")}dt(i,t,s){let r;s===void 0?s=t:t!==void 0&&(r=t);let e=[],n=[],o=0;for(let $ of i)e[o]=r?r($,o):o,n[o]=s($,o),o++;return{values:n,keys:e}}render(i,t,s){return this.dt(i,t,s).values}update(i,[t,s,r]){let e=At(i),{values:n,keys:o}=this.dt(t,s,r);if(!Array.isArray(e))return this.ut=o,n;let $=this.ut??=[],h=[],c,p,l=0,A=e.length-1,a=0,d=n.length-1;for(;l<=A&&a<=d;)if(e[l]===null)l++;else if(e[A]===null)A--;else if($[l]===o[a])h[a]=f(e[l],n[a]),l++,a++;else if($[A]===o[d])h[d]=f(e[A],n[d]),A--,d--;else if($[l]===o[d])h[d]=f(e[l],n[d]),C(i,h[d+1],e[l]),l++,d--;else if($[A]===o[a])h[a]=f(e[A],n[a]),C(i,e[l],e[A]),A--,a++;else if(c===void 0&&(c=_t(o,a,d),p=_t($,l,A)),c.has($[l]))if(c.has($[A])){let u=p.get(o[a]),L=u!==void 0?e[u]:null;if(L===null){let Q=C(i,e[l]);f(Q,n[a]),h[a]=Q}else h[a]=f(L,n[a]),C(i,e[l],L),e[u]=null;a++}else w(e[A]),A--;else w(e[l]),l++;for(;a<=d;){let u=C(i,h[d+1]);f(u,n[a]),h[a++]=u}for(;l<=A;){let u=e[l++];u!==null&&w(u)}return this.ut=o,ct(i,h),v}});return{Directive:B,directive:G,html:it,html2:it,insertPart:C,noChange:v,nothing:_,nothing2:_,removePart:w,render:ht,render2:ht,repeat:ft,setChildPartValue:f}})();
var __freeze = Object.freeze
var __defProp = Object.defineProperty
var __template = (cooked, raw) => __freeze(__defProp(cooked, "raw", {value: __freeze(raw || cooked.slice())}))


var END = -1
var CHOICES = ["choice", "multichoice"]
function isChoice(question) {
 return CHOICES.includes(question.type)
}
function groupsOf(script) {
 return (script.groups ?? []).map(group => (typeof group === "string" ? {name: group} : group))
}
function withValues(item, values) {
 const changed2 = {...item, ...values}
 for (const [key, value] of Object.entries(changed2))
  if (value === void 0) Reflect.deleteProperty(changed2, key)
 return changed2
}
function mapped(list, change2) {
 const changed2 = list.map(change2)
 return changed2.every((item, index) => item === list[index]) ? list : changed2
}
function withoutPositions(list) {
 return mapped(list, item => (item.position === void 0 ? item : withValues(item, {position: void 0})))
}
function moved(list, from, to) {
 const rest = list.filter((_, index) => index !== from)
 return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)]
}
function replacedAt(list, index, item) {
 return list.map((each, at) => (at === index ? item : each))
}
function withoutIndex(list, index) {
 return list.filter((_, at) => at !== index)
}
function shortened(text2, most = 80) {
 const line = String(text2 ?? "")
  .replace(/\s+/g, " ")
  .trim()
 return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

var SHOWN_MAX = 50
var LIST_HEIGHT = 256
var MARGIN = 40
var BELOW = "below"
var NOWHERE = ""
var Chooser = class _Chooser extends HTMLElement {
 editor
 choices = () => []
 textOf = value => value
 choose = () => void 0
 #label = ""
 #value = ""
 #text = ""
 #words = null
 #active = 0
 #id = ""
 static #count = 0
 get label() {
  return this.#label
 }
 set label(label) {
  if (label === this.#label) return
  this.#label = label
  if (this.isConnected) this.#draw()
 }
 get value() {
  return this.#value
 }
 set value(value) {
  this.#value = value
  if (this.isConnected) this.#look()
 }
 connectedCallback() {
  _Chooser.#count += 1
  this.#id ||= `chooser-${_Chooser.#count}`
  this.editor.addEventListener("edit", this.#look)
  this.addEventListener("focusout", this.#left)
  this.#look()
  this.#draw()
 }
 disconnectedCallback() {
  this.editor.removeEventListener("edit", this.#look)
  this.removeEventListener("focusout", this.#left)
 }
 #look = () => {
  const text2 = this.textOf(this.#value)
  if (text2 === this.#text) return
  this.#text = text2
  this.#draw()
 }
 #left = event => {
  if (!this.contains(event.relatedTarget)) this.#close()
 }
 get #found() {
  const typed = (this.#words ?? "").trim().toLowerCase()
  const words = typed.split(/\s+/).filter(Boolean)
  const rank = label => (label.startsWith(typed) ? 0 : label.includes(typed) ? 1 : 2)
  return this.choices()
   .map(choice2 => ({choice: choice2, label: choice2.label.toLowerCase()}))
   .filter(({label}) => words.every(word => label.includes(word)))
   .sort((one, other) => rank(one.label) - rank(other.label))
   .map(({choice: choice2}) => choice2)
 }
 #open(words) {
  this.#words = words
  const found = this.#found
  this.#active = Math.max(0, words ? 0 : found.findIndex(({value}) => value === this.#value))
  this.#draw()
 }
 #close() {
  if (this.#words === null) return
  this.#words = null
  this.#draw()
 }
 #take(choice2) {
  this.#words = null
  if (choice2 && choice2.value !== this.#value) {
   this.value = choice2.value
   this.choose(choice2.value)
  }
  this.#draw()
 }
 #key(event) {
  const {key} = event
  if (key === "Escape" && this.#words !== null) {
   event.preventDefault()
   this.#close()
  } else if (key === "Enter" && this.#words !== null) {
   event.preventDefault()
   this.#take(this.#found[this.#active])
  } else if (key === "ArrowDown" || key === "ArrowUp") {
   event.preventDefault()
   if (this.#words === null) this.#open("")
   else {
    const count = Math.min(this.#found.length, SHOWN_MAX) || 1
    this.#active = (this.#active + (key === "ArrowDown" ? 1 : -1) + count) % count
    this.#draw()
   }
  }
 }
 #draw() {
  const isOpen = this.#words !== null
  const found = isOpen ? this.#found : []
  const from = Math.max(0, Math.min(this.#active - SHOWN_MAX + 1, found.length - SHOWN_MAX))
  const shown = found.slice(from, from + SHOWN_MAX)
  const {t} = this.editor
  render(
   html`<input
          type="text"
          class="vTextField ed-chooser-input"
          role="combobox"
          aria-label=${this.label}
          aria-expanded=${isOpen}
          aria-controls="${this.#id}-list"
          aria-autocomplete="list"
          aria-activedescendant=${isOpen && found.length ? `${this.#id}-${this.#active}` : nothing}
          autocomplete="off"
          dir="auto"
          .value=${isOpen ? (this.#words ?? "") : this.#text}
          placeholder=${isOpen ? this.#text || t("search") : t("choose")}
          @focus=${event => event.target.select()}
          @click=${() => (isOpen ? this.#close() : this.#open(""))}
          @input=${event => this.#open(event.target.value)}
          @keydown=${event => this.#key(event)}
        />
        <ul
          class="ed-choices"
          role="listbox"
          id="${this.#id}-list"
          aria-label=${this.label}
          ?hidden=${!isOpen}
        >
          ${shown.map(
           (choice2, at) => html`<li
                role="option"
                id="${this.#id}-${from + at}"
                class=${from + at === this.#active ? "active" : ""}
                aria-selected=${choice2.value === this.#value}
                dir="auto"
                @mousedown=${event => event.preventDefault()}
                @click=${() => this.#take(choice2)}
              >
                ${choice2.label}
              </li>`
          )}
          ${
           found.length > shown.length
            ? html`<li class="more" role="option" aria-disabled="true" aria-selected="false">
                  ${t("more_found", {count: found.length - shown.length})}
                </li>`
            : nothing
          }
          ${isOpen && !found.length ? html`<li class="more" role="option" aria-disabled="true" aria-selected="false">${t("nothing_found")}</li>` : nothing}
        </ul>`,
   this
  )
  if (isOpen) this.#place()
  this.querySelector(".active")?.scrollIntoView?.({block: "nearest"})
 }
 #place() {
  const list = this.querySelector(".ed-choices")
  if (!list) return
  const {top, bottom} = this.getBoundingClientRect()
  const below2 = innerHeight - bottom - MARGIN
  const above = top - MARGIN
  const isUp = below2 < LIST_HEIGHT && above > below2
  list.classList.toggle("ed-up", isUp)
  list.style.maxHeight = `${Math.max(MARGIN * 3, Math.min(LIST_HEIGHT, isUp ? above : below2))}px`
 }
}
function labelOf(editor, qid) {
 const question = editor.question(qid)
 if (!question) return qid === END ? editor.t("the_end") : editor.t("a_missing_question")
 const label = editor.type(question.type)?.label ?? question.type
 const text2 = shortened(question.text)
 return text2 && question.type !== "fork"
  ? text2
  : `${label}${text2 ? `: ${text2}` : ` ${editor.t("without_text")}`}`
}
function leadsOf(editor, {next_qid, answers, forking_rules}) {
 const rules = (forking_rules ?? []).map(([target2]) =>
  /^-?\d+$/.test(target2.trim()) ? Number(target2) : void 0
 )
 const named2 = [next_qid, ...(answers ?? []).map(answer => answer.next_qid), ...rules]
 const qids = [...new Set(named2.filter(qid => typeof qid === "number"))]
 return qids.map(qid => `→ ${shortened(labelOf(editor, qid), 40)}`).join("  ")
}
function targetText(editor, value) {
 if (value === BELOW) return editor.t("question_below")
 return value === NOWHERE ? editor.t("nowhere") : labelOf(editor, Number(value))
}
function targets(editor, from, isNullable = false) {
 const qids = editor.script.questions.map(({qid}) => qid)
 const special = [BELOW, String(END), ...(isNullable ? [NOWHERE] : [])]
 return [
  ...special.map(value => ({value, label: targetText(editor, value)})),
  ...qids.map(qid => ({
   value: String(qid),
   label: qid === from ? `${labelOf(editor, qid)} ${editor.t("itself")}` : labelOf(editor, qid)
  }))
 ]
}
var _a
function targetChooser(editor, options) {
 const {from, label, next, isNullable = false, set} = options
 return html(
  _a ||
   (_a = __template([
    "<script-chooser\n    .editor=",
    "\n    .label=",
    "\n    .choices=",
    "\n    .textOf=",
    "\n    .value=",
    "\n    .choose=",
    "\n  ><\/script-chooser>"
   ])),
  editor,
  label,
  () => targets(editor, from, isNullable),
  value => targetText(editor, value),
  next === void 0 ? BELOW : next === null ? NOWHERE : String(next),
  value => set(value === BELOW ? void 0 : value === NOWHERE ? null : Number(value))
 )
}

var PATTERN =
 /\s+|(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>==|!=|<=|>=|\/\/|\*\*|.)/gsuy
function tokensOf(source) {
 const tokens = []
 for (const match of source.matchAll(PATTERN)) {
  const {groups = {}, index} = match
  const kind = ["number", "name", "text", "sign"].find(each => groups[each] !== void 0)
  if (kind) tokens.push({kind, source: match[0], at: index})
 }
 return tokens
}
function isOwnName(tokens, index) {
 return (
  tokens[index]?.kind === "name" && tokens[index - 1]?.source !== "." && tokens[index + 1]?.source !== "("
 )
}
function namesIn(source) {
 const tokens = tokensOf(source)
 return new Set(tokens.filter((_, index) => isOwnName(tokens, index)).map(token => token.source))
}
function renamed(source, from, to) {
 const tokens = tokensOf(source)
 let result = ""
 let end = 0
 tokens.forEach((token, index) => {
  if (token.source !== from || !isOwnName(tokens, index)) return
  result += source.slice(end, token.at) + to
  end = token.at + token.source.length
 })
 return result + source.slice(end)
}
var ESCAPES = {n: "\n", t: "	", r: "\r", "\n": ""}
function quoted(text2) {
 const escaped = text2
  .replace(/[\\"]/g, "\\$&")
  .replaceAll("\n", "\\n")
  .replaceAll("\r", "\\r")
  .replaceAll("	", "\\t")
 return `"${escaped}"`
}
function unquoted(source) {
 const inside = source.slice(1, -1)
 if (inside.match(/\\./gs)?.some(escape => !/[\\"'ntr\n]/.test(escape.slice(1)))) return null
 return inside.replace(/\\(.)/gs, (_, letter) => ESCAPES[letter] ?? letter)
}
function nameOf(text2) {
 const plain = text2
  .normalize("NFKD")
  .replace(/\p{M}/gu, "")
  .replaceAll("ł", "l")
  .replaceAll("Ł", "L")
  .toLowerCase()
  .replace(/\{\{.*?\}\}/gs, " ")
  .replace(/[^a-z0-9]+/g, "_")
  .replace(/^[\d_]+|_+$/g, "")
 return plain.split("_").slice(0, 5).join("_").slice(0, 40)
}

var OPERATORS = ["==", "!=", "<", "<=", ">", ">="]
var CALLS = {selected: "selected", not_selected: "selected", contains: "contains", not_contains: "contains"}
var DATES = {before: "<", after: ">", on: "=="}
var WITHOUT_VALUE = ["answered", "not_answered", "true", "false"]
var ALWAYS = "1"
var NEVER = "0"
function expressionOf({join, rows}) {
 return rows.map(partOf).filter(Boolean).join(` ${join} `)
}
function partOf({subject, comparison, value}) {
 if (!subject.name) return ""
 const name = subject.kind === "score" ? `score(${quoted(subject.name)})` : subject.name
 switch (comparison) {
  case "answered":
   return `answered(${name})`
  case "not_answered":
   return `not answered(${name})`
  case "true":
   return name
  case "false":
   return `${name} == false`
 }
 if (value === null || value === "") return ""
 if (comparison in DATES) return `${name} ${DATES[comparison]} date(${quoted(String(value))})`
 const literal = typeof value === "string" ? quoted(value) : String(value)
 if (comparison in CALLS) {
  const call = `${CALLS[comparison]}(${name}, ${literal})`
  return comparison.startsWith("not_") ? `not ${call}` : call
 }
 return `${name} ${comparison} ${literal}`
}
function conditionOf(source) {
 const tokens = tokensOf(source)
 if (!tokens.length) return {join: "and", rows: []}
 const joins = /* @__PURE__ */ new Set()
 const parts = [[]]
 let depth = 0
 for (const token of tokens) {
  if (token.source === "(") depth += 1
  if (token.source === ")") depth -= 1
  if (!depth && (token.source === "and" || token.source === "or")) {
   joins.add(token.source)
   parts.push([])
  } else parts.at(-1)?.push(token)
 }
 if (joins.size > 1) return null
 const rows = parts.map(rowOf)
 if (rows.some(row => row === null)) return null
 return {join: joins.has("or") ? "or" : "and", rows}
}
function rowOf(tokens) {
 const isNegated = tokens[0]?.source === "not"
 const words = isNegated ? tokens.slice(1) : tokens
 const row = callOf(words) ?? (isNegated ? null : comparisonOf(words))
 if (!row || !isNegated) return row
 return {...row, comparison: `not_${row.comparison}`}
}
function callOf(words) {
 const [call, open, ...rest] = words
 if (open?.source !== "(" || rest.at(-1)?.source !== ")") return null
 const inside = rest.slice(0, -1)
 if (call?.source === "answered") {
  const subject2 = subjectOf(inside)
  return subject2 && {subject: subject2, comparison: "answered", value: null}
 }
 if (call?.source !== "selected" && call?.source !== "contains") return null
 const comma = inside.findIndex(word => word.source === ",")
 const subject = subjectOf(inside.slice(0, comma))
 const value = valueOf(inside.slice(comma + 1))
 return comma > 0 && subject && value !== null ? {subject, comparison: call.source, value} : null
}
function comparisonOf(words) {
 const at = words.findIndex(word => OPERATORS.includes(word.source))
 if (at < 0) {
  const subject2 = subjectOf(words)
  return subject2 && {subject: subject2, comparison: "true", value: null}
 }
 const subject = subjectOf(words.slice(0, at))
 const operator = words[at]?.source
 const rest = words.slice(at + 1)
 if (!subject) return null
 if (operator === "==" && rest.length === 1 && rest[0]?.source === "false")
  return {subject, comparison: "false", value: null}
 const day = dateOf(rest)
 if (day !== null) {
  const found = Object.entries(DATES).find(([, sign]) => sign === operator)
  return found ? {subject, comparison: found[0], value: day} : null
 }
 const value = valueOf(rest)
 return value === null ? null : {subject, comparison: operator, value}
}
function subjectOf(words) {
 const [first, , text2] = words
 if (words.length === 1 && first?.kind === "name") return {kind: "name", name: first.source}
 const signs = words.map(word => (word.kind === "text" ? '""' : word.source)).join("")
 if (signs !== 'score("")' || !text2) return null
 const name = unquoted(text2.source)
 return name === null ? null : {kind: "score", name}
}
function valueOf(words) {
 const isNegative = words[0]?.source === "-"
 const [word, ...more] = isNegative ? words.slice(1) : words
 if (!word || more.length) return null
 if (word.kind === "number") {
  const number2 = Number(word.source.replaceAll("_", ""))
  return isNegative ? -number2 : number2
 }
 if (isNegative) return null
 if (word.kind === "text") return unquoted(word.source)
 return word.source === "true" ? true : word.source === "false" ? false : null
}
function dateOf(words) {
 const signs = words.map(word => (word.kind === "text" ? '""' : word.source)).join("")
 return signs === 'date("")' ? unquoted(words[2]?.source ?? '""') : null
}

var TEXT_LIMITS = ["pattern", "format"]
function changed(item, values) {
 const different = Object.entries(values).filter(([key, value]) => value !== void 0 && value !== item[key])
 return different.length ? {...item, ...Object.fromEntries(different)} : item
}
function maybe(value, change2) {
 return typeof value === "string" ? change2(value) : value
}
function inPairs(pairs, change2) {
 return pairs && mapped(pairs, pair => (change2(pair[1]) === pair[1] ? pair : [pair[0], change2(pair[1])]))
}
function inLimits(limits, change2) {
 if (!limits) return limits
 const entries = Object.entries(limits).map(([name, value]) => [
  name,
  TEXT_LIMITS.includes(name) ? value : maybe(value, change2)
 ])
 return entries.every(([name, value]) => limits[name] === value) ? limits : Object.fromEntries(entries)
}
function inAnswer(answer, change2) {
 return changed(answer, {
  show_if: maybe(answer.show_if, change2),
  variable_modifications: inPairs(answer.variable_modifications, change2)
 })
}
function inConstraint(constraint, change2) {
 return changed(constraint, {check: change2(constraint.check)})
}
function inQuestion(question, change2) {
 return changed(question, {
  show_if: maybe(question.show_if, change2),
  default: maybe(question.default, change2),
  calculate: maybe(question.calculate, change2),
  limits: inLimits(question.limits, change2),
  constraints: question.constraints && mapped(question.constraints, each => inConstraint(each, change2)),
  variable_modifications: inPairs(question.variable_modifications, change2),
  forking_rules: inPairs(question.forking_rules, change2),
  answers: question.answers && mapped(question.answers, answer => inAnswer(answer, change2))
 })
}
function withExpressions(script, change2) {
 return changed(script, {
  questions: mapped(script.questions, question => inQuestion(question, change2)),
  groups:
   script.groups &&
   mapped(script.groups, group => {
    if (typeof group === "string") return group
    const {repeat: repeat2} = group
    return changed(group, {
     show_if: maybe(group.show_if, change2),
     repeat: repeat2 && changed(repeat2, {count: maybe(repeat2.count, change2)})
    })
   }),
  scores:
   script.scores && mapped(script.scores, score => changed(score, {expression: change2(score.expression)})),
  flags: script.flags && mapped(script.flags, flag => changed(flag, {if: change2(flag.if)}))
 })
}
function inTranslations(texts, change2) {
 if (!texts) return texts
 const entries = Object.entries(texts).map(([code, text2]) => [code, change2(text2)])
 return entries.every(([code, text2]) => texts[code] === text2) ? texts : Object.fromEntries(entries)
}
function inTexts(item, columns, change2) {
 const values = {}
 const source = item
 for (const column of columns) {
  values[column] = maybe(source[column], change2)
  values[`${column}_i18n`] = inTranslations(source[`${column}_i18n`], change2)
 }
 return changed(item, values)
}
function withTexts(script, change2) {
 return changed(script, {
  questions: mapped(script.questions, question =>
   changed(inTexts(question, ["text", "hint", "skip", "required_message"], change2), {
    answers: question.answers && mapped(question.answers, answer => inTexts(answer, ["text"], change2)),
    constraints:
     question.constraints && mapped(question.constraints, each => inTexts(each, ["message"], change2)),
    attachments:
     question.attachments &&
     mapped(question.attachments, each => inTexts(each, ["title", "description"], change2))
   })
  ),
  groups:
   script.groups &&
   mapped(script.groups, group => (typeof group === "string" ? group : inTexts(group, ["text"], change2)))
 })
}
var PLACEHOLDER = /\{\{.*?\}\}|\{%.*?%\}/gs
function renamedInText(text2, from, to) {
 if (!text2.includes("{")) return text2
 return text2.replace(PLACEHOLDER, placeholder =>
  placeholder.replace(/\banswers\.([A-Za-z_]\w*)/g, (whole, name) =>
   name === from ? `answers.${to}` : whole
  )
 )
}
function withName(script, qid, name) {
 const before = script.questions.find(question => question.qid === qid)?.name
 const named2 = changed(script, {
  questions: mapped(script.questions, question =>
   question.qid === qid ? withValues(question, {name: name || void 0}) : question
  )
 })
 if (!before || !name || before === name) return named2
 const inExpressions = withExpressions(named2, source => renamed(source, before, name))
 return withTexts(inExpressions, text2 => renamedInText(text2, before, name))
}
function isRead(script, name) {
 let found = false
 withExpressions(script, source => {
  found ||= namesIn(source).has(name)
  return source
 })
 withTexts(script, text2 => {
  found ||= renamedInText(text2, name, `${name}_`) !== text2
  return text2
 })
 return found
}
function withTargets(script, change2) {
 const of = target2 => (typeof target2 === "number" ? change2(target2) : target2)
 const next = item =>
  of(item.next_qid) === item.next_qid ? item : withValues(item, {next_qid: of(item.next_qid)})
 const rule = pair => {
  if (!/^-?\d+$/.test(pair[0].trim())) return pair
  const target2 = change2(Number(pair[0]))
  return target2 === Number(pair[0]) || typeof target2 !== "number" ? pair : [String(target2), pair[1]]
 }
 return changed(script, {
  questions: mapped(script.questions, question => {
   const led = next(question)
   return changed(led, {
    answers: led.answers && mapped(led.answers, next),
    forking_rules: led.forking_rules && mapped(led.forking_rules, rule)
   })
  }),
  groups:
   script.groups &&
   mapped(script.groups, group =>
    typeof group === "string" || !group.repeat
     ? group
     : changed(group, {repeat: changed(group.repeat, {add: of(group.repeat.add)})})
   )
 })
}
function leadingTo(script, qid) {
 let found = 0
 withTargets(script, target2 => {
  if (target2 === qid) found += 1
  return target2
 })
 return found
}
function questionsFor(script, holds2) {
 const {name, type} = script
 return script.questions.filter(question => holds2({name, type, questions: [question]}))
}
function takenNames(script) {
 const variables = script.questions.flatMap(question =>
  [question, ...(question.answers ?? [])].flatMap(({variable_modifications: pairs = []}) =>
   pairs.map(([name]) => name)
  )
 )
 const names = script.questions.map(({name}) => name)
 const keys2 = groupsOf(script).map(({key}) => key)
 return new Set([...variables, ...names, ...keys2].filter(name => !!name))
}

var RESERVED = new Set(
 "true false empty value index and or not in if else for is lambda none user sender thread variables answers scores bands from import class def return pass try with as while del global yield assert break continue except finally raise nonlocal async await elif".split(
  " "
 )
)
function setQuestion(script, qid, values) {
 const questions = mapped(script.questions, each => (each.qid === qid ? withValues(each, values) : each))
 return {...script, questions}
}
function setAnswers(script, qid, change2) {
 const before = script.questions.find(each => each.qid === qid)?.answers ?? []
 const after = change2(before)
 return after === before ? script : setQuestion(script, qid, {answers: after.length ? after : void 0})
}
function freeQid(script) {
 return Math.max(0, ...script.questions.map(({qid}) => qid)) + 1
}
function freeName(script, text2, fallback2 = "answer") {
 const taken = takenNames(script)
 const wanted = nameOf(text2) || fallback2
 const isFree = name => !taken.has(name) && !RESERVED.has(name) && !/^q\d+$/.test(name)
 for (let number2 = 1; ; number2 += 1) {
  const name = number2 === 1 ? wanted : `${wanted}_${number2}`
  if (isFree(name)) return name
 }
}
function withQuestions(script, questions) {
 return {...script, questions: withoutPositions(questions)}
}
function addQuestion(script, index, type) {
 const {questions} = script
 const group = questions[index - 1]?.group
 const shared = group !== void 0 && (index === questions.length || questions[index]?.group === group)
 const empty = {qid: freeQid(script), type, text: "", ...(shared ? {group} : {})}
 const after = questions[index]?.qid ?? END
 const question = fitted(empty, after)
 const above = questions.slice(0, index)
 const fork = above.at(-1)
 if (fork?.type === "fork") above[index - 1] = ledToNew(fork, after, question.qid)
 const next = withQuestions(script, [...above, question, ...questions.slice(index)])
 return {script: next, question}
}
function ledToNew(fork, after, qid) {
 const rules = mapped(fork.forking_rules ?? [], rule =>
  [ALWAYS, NEVER].includes(rule[1].trim()) && Number(rule[0]) === after ? [String(qid), rule[1]] : rule
 )
 return {...fork, forking_rules: rules}
}
function duplicate(script, qid) {
 const index = script.questions.findIndex(each => each.qid === qid)
 const original = script.questions[index]
 if (!original) return null
 const name = original.name ? freeName(script, original.name) : void 0
 const question = withValues(original, {qid: freeQid(script), name, position: void 0})
 const {questions} = script
 const next = withQuestions(script, [
  ...questions.slice(0, index + 1),
  question,
  ...questions.slice(index + 1)
 ])
 return {script: next, question}
}
function remove(script, qid, instead) {
 const questions = script.questions.filter(each => each.qid !== qid)
 return withTargets(withQuestions(script, questions), target2 => (target2 === qid ? instead : target2))
}
function below(script, qid) {
 const index = script.questions.findIndex(each => each.qid === qid)
 return script.questions[index + 1]?.qid ?? END
}
function move(script, qid, index) {
 const from = script.questions.findIndex(each => each.qid === qid)
 const to = Math.max(0, Math.min(index, script.questions.length - 1))
 if (from < 0 || from === to) return script
 const questions = moved(script.questions, from, to)
 const group = questions[to - 1]?.group
 const joins = group !== void 0 && group === questions[to + 1]?.group
 return withQuestions(
  script,
  joins ? mapped(questions, each => (each.qid === qid ? {...each, group} : each)) : questions
 )
}
var OF_TYPES = [
 "answers",
 "choice_open",
 "forking_rules",
 "range_from",
 "range_to",
 "calculate",
 "limits",
 "next_qid"
]
function setType(script, qid, type, limits, aside = {}) {
 const question = script.questions.find(each => each.qid === qid)
 if (!question || question.type === type) return {script, aside}
 const own = Object.fromEntries(
  OF_TYPES.filter(name => question[name] !== void 0).map(name => [name, question[name]])
 )
 const all = {...aside, ...own}
 const kept = Object.entries(all.limits ?? {}).filter(([name]) => limits.includes(name))
 const next = withValues(
  {...question, ...all},
  {type, limits: kept.length ? Object.fromEntries(kept) : void 0}
 )
 const other = fitted(next, below(script, qid))
 const questions = mapped(script.questions, each => (each === question ? other : each))
 return {script: {...script, questions}, aside: all}
}
function fitted(question, after) {
 const {type} = question
 const isFork = type === "fork"
 const choice2 = isChoice(question)
 return withValues(question, {
  answers: choice2 ? (question.answers ?? [{text: ""}, {text: ""}]) : void 0,
  choice_open: choice2 ? question.choice_open : void 0,
  next_qid: isFork || (!choice2 && question.next_qid === null) ? void 0 : question.next_qid,
  forking_rules: isFork ? (question.forking_rules ?? [[String(after), ALWAYS]]) : void 0,
  range_from: type === "range" ? (question.range_from ?? 0) : void 0,
  range_to: type === "range" ? (question.range_to ?? 10) : void 0,
  calculate: type === "calculation" ? (question.calculate ?? "0") : void 0
 })
}
function setGroup(script, name, values) {
 const groups = groupsOf(withAllGroups(script)).map(group => {
  const changed2 = group.name === name ? withValues(group, values) : group
  return Object.keys(changed2).length > 1 ? changed2 : changed2.name
 })
 const renamed2 = typeof values.name === "string" ? values.name : name
 const questions = mapped(script.questions, each =>
  each.group === name && renamed2 !== name ? {...each, group: renamed2} : each
 )
 return {...script, groups, questions}
}
function withAllGroups(script) {
 const known = new Set(groupsOf(script).map(({name}) => name))
 const named2 = new Set(script.questions.map(({group}) => group).filter(group => group !== void 0))
 const missing = [...named2].filter(name => !known.has(name))
 return missing.length ? {...script, groups: [...(script.groups ?? []), ...missing]} : script
}
function setGroupOf(script, qid, group) {
 return withAllGroups(setQuestion(script, qid, {group: group || void 0}))
}
function removeGroup(script, name) {
 const groups = groupsOf(script).filter(group => group.name !== name)
 const listed3 = groups.map(group => (Object.keys(group).length > 1 ? group : group.name))
 const questions = mapped(script.questions, each =>
  each.group === name ? withValues(each, {group: void 0}) : each
 )
 return withValues({...script, questions}, {groups: listed3.length ? listed3 : void 0})
}
function named(script, qid) {
 const question = script.questions.find(each => each.qid === qid)
 if (question?.name) return {script, name: question.name}
 const name = freeName(script, question?.text ?? "")
 return {script: setQuestion(script, qid, {name}), name}
}
function withAnswerValues(script, qid) {
 return setAnswers(script, qid, answers => {
  const taken = new Set(answers.map(({value}) => value))
  return mapped(answers, (answer, index) => {
   if (answer.value !== void 0 && answer.value !== null) return answer
   const wanted = nameOf(answer.text ?? "") || `answer_${index + 1}`
   let value = wanted
   for (let number2 = 2; taken.has(value); number2 += 1) value = `${wanted}_${number2}`
   taken.add(value)
   return {...answer, value}
  })
 })
}
function addForkBelow(script, qid) {
 const read = named(script, qid)
 const index = read.script.questions.findIndex(each => each.qid === qid) + 1
 const added = addQuestion(read.script, index, "fork")
 const after = String(below(added.script, added.question.qid))
 const rules = [
  [after, `answered(${read.name})`],
  [after, ALWAYS]
 ]
 return {
  script: setQuestion(added.script, added.question.qid, {forking_rules: rules}),
  question: added.question
 }
}

function focusOn(id) {
 document.getElementById(id)?.focus()
}
function errorList(problems, id) {
 if (!problems.length) return nothing
 return html`<ul class="errorlist" id=${id ?? nothing}>
    ${problems.map(({text: text2, plain}) => html`<li>${plain || text2} ${plain ? html`<small lang="en" dir="ltr">${text2}</small>` : nothing}</li>`)}
  </ul>`
}
function field(options, control) {
 const {id, label, help, problems = [], isLabelHidden} = options
 const described = [...(help ? [`${id}-help`] : []), ...(problems.length ? [`${id}-errors`] : [])].join(" ")
 return html`<div class="ed-field">
    <label for=${id} class=${isLabelHidden ? "visually-hidden" : ""}>${label}</label>
    ${control(described)} ${help ? html`<p class="help" id="${id}-help">${help}</p>` : nothing}
    ${errorList(problems, `${id}-errors`)}
  </div>`
}
function valueOf2(event) {
 return event.target.value
}
function textField(options) {
 const {id, value, rows, set, placeholder = "", inputmode = "text", isCode, lang, enter} = options
 const shown = value ?? ""
 const classes = isCode ? "vTextField ed-code" : "vTextField"
 return field(options, described =>
  rows
   ? html`<textarea
          id=${id}
          class=${classes}
          rows=${rows}
          dir="auto"
          lang=${lang ?? nothing}
          aria-describedby=${described || nothing}
          .value=${shown}
          @input=${event => set(valueOf2(event))}
        ></textarea>`
   : html`<input
          id=${id}
          type="text"
          class=${classes}
          dir="auto"
          lang=${lang ?? nothing}
          autocomplete="off"
          inputmode=${inputmode}
          placeholder=${placeholder || nothing}
          aria-describedby=${described || nothing}
          .value=${shown}
          @input=${event => set(valueOf2(event))}
          @keydown=${event => (event.key === "Enter" ? enter?.() : void 0)}
        />`
 )
}
function numberField(options) {
 const {id, value, set} = options
 const changed2 = event => {
  const input = event.target
  if (!input.validity.badInput) set(input.value === "" ? void 0 : input.valueAsNumber)
 }
 return field(
  options,
  described => html`<input
        id=${id}
        type="number"
        step="any"
        class="ed-number"
        aria-describedby=${described || nothing}
        .value=${value === null || value === void 0 ? "" : String(value)}
        @input=${changed2}
      />`
 )
}
function checkField({id, label, checked, set}) {
 return html`<div class="ed-field ed-check">
    <input
      id=${id}
      type="checkbox"
      .checked=${checked}
      @change=${event => set(event.target.checked)}
    />
    <label for=${id} class="vCheckboxLabel">${label}</label>
  </div>`
}
function selectField(options) {
 const {id, value, set, options: choices} = options
 return field(
  options,
  described => html`<select
        id=${id}
        aria-describedby=${described || nothing}
        @change=${event => set(valueOf2(event))}
      >
        ${choices.map(([key, label]) => html`<option value=${key} .selected=${key === value}>${label}</option>`)}
      </select>`
 )
}
function button(text2, press, options = {}) {
 const {label, classes = "", isDisabled = false, key} = options
 return html`<button
    type="button"
    class="ed-button ${classes}"
    data-key=${key ?? nothing}
    aria-label=${label ?? nothing}
    title=${label ?? nothing}
    ?disabled=${isDisabled}
    @click=${press}
  >
    ${text2}
  </button>`
}
function section(summary, isOpen, content) {
 return html`<details class="ed-section" ?open=${isOpen}>
    <summary>${summary}</summary>
    ${content}
  </details>`
}

function moreSection(editor, question, of, set) {
 const {qid, type} = question
 const {t} = editor
 const rename = name => editor.edit(script => withName(script, qid, name.trim()), `${qid}-name`)
 const propose = () => rename(freeName(editor.script, question.text ?? ""))
 const checks = type !== "message" && type !== "fork"
 return section(
  t("more"),
  of("name").length > 0 || of("constraints").length > 0,
  html`${checks ? constraints(editor, question) : nothing}
      <div class="ed-row">
        ${textField({id: `q${qid}-name`, label: t("name"), help: t("name_help"), value: question.name, isCode: true, problems: of("name"), set: rename})}
        ${question.name || !checks ? nothing : button(t("propose_name"), propose)}
      </div>
      ${
       checks
        ? html`${textField({id: `q${qid}-default`, label: t("default"), help: t("default_help"), value: question.default === null || question.default === void 0 ? "" : String(question.default), isCode: true, set: value => set({default: value || void 0})})}
            ${textField({id: `q${qid}-required_message`, label: t("required_message"), value: question.required_message, set: text2 => set({required_message: text2 || void 0})})}`
        : nothing
      }
      ${pairsField(editor, {id: `q${qid}-variables`, legend: t("variables_asked"), pairs: question.variable_modifications ?? [], set: pairs => set({variable_modifications: pairs.length ? pairs : void 0})})}
      ${textField({id: `q${qid}-show_as_type`, label: t("show_as_type"), value: question.show_as_type ?? "automated_message", set: text2 => set({show_as_type: text2 === "automated_message" ? void 0 : text2})})}
      ${jsonField(editor, `q${qid}-meta`, t("meta"), question.meta, meta => set({meta}))}
      ${textField({id: `q${qid}-comments`, label: t("comments"), rows: 2, value: question.comments, set: text2 => set({comments: text2 || void 0})})}`
 )
}
var _a2
function constraints(editor, question) {
 const {qid, constraints: list} = question
 const {t} = editor
 const change2 = (edit, subject = null) =>
  editor.edit(script => {
   const next = edit(script.questions.find(each => each.qid === qid)?.constraints ?? [])
   return setQuestion(script, qid, {constraints: next.length ? next : void 0})
  }, subject)
 const set = (index, values) =>
  change2(
   all => all.map((each, at) => (at === index ? withValues(each, values) : each)),
   `${qid}-check${index}-${Object.keys(values).join()}`
  )
 const remove3 = index => {
  editor.closeUp(`q${qid}-check`, index)
  change2(all => withoutIndex(all, index))
 }
 return html`<fieldset class="ed-checks">
    <legend>${t("checks")}</legend>
    ${(list ?? []).map((each, index) =>
     html(
      _a2 ||
       (_a2 = __template([
        '<div class="ed-rule" role="group" aria-label=',
        ">\n          <script-condition\n            .editor=",
        "\n            .label=",
        "\n            .key=",
        "\n            .judged=",
        "\n            .blank=",
        "\n            .apply=",
        "\n            .source=",
        "\n          ><\/script-condition>\n          ",
        '\n          <div class="ed-row">\n            ',
        "\n            ",
        "\n          </div>\n        </div>"
       ])),
      t("check_number", {number: index + 1}),
      editor,
      t("check_if"),
      `q${qid}-check${index}`,
      qid,
      ALWAYS,
      (script, source) =>
       setQuestion(script, qid, {
        constraints: replacedAt(script.questions.find(one => one.qid === qid)?.constraints ?? [], index, {
         ...each,
         check: source
        })
       }),
      each.check,
      textField({
       id: `q${qid}-check${index}-message`,
       label: t("check_message"),
       value: each.message,
       set: message => set(index, {message})
      }),
      selectField({
       id: `q${qid}-check${index}-severity`,
       label: t("check_severity"),
       value: each.severity ?? "error",
       options: [
        ["error", t("check_error")],
        ["warning", t("check_warning")]
       ],
       set: severity => set(index, {severity: severity === "error" ? void 0 : "warning"})
      }),
      button("✕", () => remove3(index), {
       label: t("remove_check", {number: index + 1}),
       classes: "ed-quiet ed-danger"
      })
     )
    )}
    ${button(t("add_check"), () => change2(all => [...all, {check: ALWAYS, message: ""}]))}
  </fieldset>`
}
function pairsField(editor, options) {
 const {id, legend, pairs, set} = options
 const {t} = editor
 return html`<fieldset class="ed-pairs">
    <legend>${legend}</legend>
    ${pairs.map(
     ([name, source], index) => html`<div class="ed-row">
          ${textField({id: `${id}-${index}-name`, label: t("variable"), value: name, isCode: true, set: text2 => set(replacedAt(pairs, index, [text2, source]))})}
          ${textField({id: `${id}-${index}-value`, label: t("new_value"), value: source, isCode: true, set: text2 => set(replacedAt(pairs, index, [name, text2]))})}
          ${button("✕", () => set(withoutIndex(pairs, index)), {label: t("remove_variable", {name: name || String(index + 1)}), classes: "ed-quiet ed-danger"})}
        </div>`
    )}
    ${button(t("add_variable"), () => set([...pairs, ["", ""]]))}
  </fieldset>`
}
function jsonField(editor, id, label, value, set) {
 const entered = event => {
  const input = event.target
  const text2 = input.value.trim()
  try {
   const parsed2 = text2 ? JSON.parse(text2) : void 0
   input.setCustomValidity("")
   set(parsed2 ?? void 0)
  } catch {
   input.setCustomValidity(editor.t("not_json"))
   input.reportValidity()
  }
 }
 return field(
  {id, label},
  () => html`<textarea
        id=${id}
        class="vTextField ed-code"
        rows="2"
        .value=${value === void 0 || value === null ? "" : JSON.stringify(value, null, 1)}
        @change=${entered}
      ></textarea>`
 )
}

function answersSection(editor, question, problems) {
 const {qid, answers = []} = question
 const change2 = (edit, subject = null) => editor.edit(script => setAnswers(script, qid, edit), subject)
 const add2 = () => {
  change2(list => [...withoutPositions(list), {text: ""}])
  editor.focus(qid, `answer-${answers.length}`)
 }
 return html`<fieldset class="ed-answers">
    <legend>${editor.t("answers")}</legend>
    ${answers.map((answer, index) => oneAnswer(editor, question, answer, index, change2, problems))}
    ${button(editor.t("add_answer"), add2, {key: "add-answer"})}
    ${checkField({
     id: `q${qid}-open`,
     label: editor.t("choice_open"),
     checked: question.choice_open ?? false,
     set: checked => editor.edit(script => setQuestion(script, qid, {choice_open: checked || void 0}))
    })}
  </fieldset>`
}
var _a3
function oneAnswer(editor, question, answer, index, change2, problems) {
 const {qid} = question
 const id = `q${qid}-a${index}`
 const number2 = index + 1
 const {t} = editor
 const set = values =>
  change2(
   list => list.map((each, at) => (at === index ? withValues(each, values) : each)),
   `${id}-${Object.keys(values).join("-")}`
  )
 const move2 = by => {
  const to = index + by
  if (to < 0 || to >= (question.answers?.length ?? 0)) return
  change2(list => withoutPositions(moved(list, index, to)))
  editor.focus(qid, `answer-${to}`)
 }
 const mine = problems.filter(each => each.answer === index)
 return html`<div class="ed-answer" role="group" aria-label=${t("answer_number", {number: number2})}>
    <div class="ed-row">
      <div class="ed-grow" data-key="answer-${index}">
        ${textField({id: `${id}-text`, label: t("answer_number", {number: number2}), value: answer.text, problems: mine, set: text2 => set({text: text2})})}
      </div>
      ${numberField({id: `${id}-weight`, label: t("points"), value: answer.weight, set: weight => set({weight})})}
      <div class="ed-field">
        <span class="ed-label" aria-hidden="true">${t("goes_to")}</span>
        ${targetChooser(editor, {from: qid, label: t("answer_goes_to", {number: number2}), next: answer.next_qid, set: next_qid => set({next_qid: next_qid ?? void 0})})}
      </div>
      <span class="ed-tools">
        ${button("↑", () => move2(-1), {label: t("move_answer_up", {number: number2}), classes: "ed-quiet"})}
        ${button("↓", () => move2(1), {label: t("move_answer_down", {number: number2}), classes: "ed-quiet"})}
        ${button("✕", () => remove2(editor, qid, index, change2), {label: t("remove_answer", {number: number2}), classes: "ed-quiet ed-danger"})}
      </span>
    </div>
    ${section(
     t("answer_more"),
     editor.unfinished.has(`${id}-show_if`),
     html(
      _a3 ||
       (_a3 = __template([
        "",
        "\n        ",
        "\n        <script-condition\n          .editor=",
        "\n          .label=",
        "\n          .key=",
        "\n          .apply=",
        "\n          .source=",
        "\n        ><\/script-condition>\n        ",
        ""
       ])),
      question.type === "multichoice"
       ? checkField({
          id: `${id}-exclusive`,
          label: t("exclusive"),
          checked: answer.exclusive ?? false,
          set: exclusive => set({exclusive: exclusive || void 0})
         })
       : nothing,
      textField({
       id: `${id}-value`,
       label: t("answer_value"),
       help: t("answer_value_help"),
       value: answer.value === null || answer.value === void 0 ? "" : String(answer.value),
       set: text2 => set({value: valueOf3(text2, answer.value)})
      }),
      editor,
      t("offered_only_if"),
      `${id}-show_if`,
      (script, source) =>
       setAnswers(script, qid, list => {
        const before = list[index]
        return before ? replacedAt(list, index, withValues(before, {show_if: source || void 0})) : list
       }),
      answer.show_if ?? "",
      pairsField(editor, {
       id: `${id}-variables`,
       legend: t("variables_chosen"),
       pairs: answer.variable_modifications ?? [],
       set: pairs => set({variable_modifications: pairs.length ? pairs : void 0})
      })
     )
    )}
  </div>`
}
function remove2(editor, qid, index, change2) {
 editor.closeUp(`q${qid}-a`, index)
 change2(list => withoutPositions(withoutIndex(list, index)))
 editor.focus(qid, "add-answer")
}
function valueOf3(text2, before) {
 if (text2 === "") return void 0
 if (typeof before === "string" && before !== "" && Number.isNaN(Number(before))) return text2
 return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text2) ? Number(text2) : text2
}

var LINKS_MAX = 10
var VIEWS = {score: "rules", flag: "rules", group: "groups"}
function grouped(problems, qidAt) {
 const found = /* @__PURE__ */ new Map()
 for (const problem of problems) {
  const isError = !("severity" in problem) || problem.severity === "error"
  const {plain = "", text: text2} = problem
  const hint = "hint" in problem ? problem.hint : ""
  const kind = "code" in problem ? `${problem.code} ${plain ? "" : hint}` : `${problem.field} ${text2}`
  const qid = problem.qid ?? (problem.question === null ? void 0 : qidAt(problem.question))
  const view = qid === void 0 ? (VIEWS[problem.part] ?? null) : null
  const key = `${isError} ${view} ${kind}`
  const before = found.get(key)
  found.set(key, {
   plain,
   details: [.../* @__PURE__ */ new Set([...(before?.details ?? []), `${text2} ${hint}`])],
   isError,
   qids: [.../* @__PURE__ */ new Set([...(before?.qids ?? []), ...(qid === void 0 ? [] : [qid])])],
   view
  })
 }
 return [...found.values()].sort((one, other) => Number(other.isError) - Number(one.isError))
}
function findingsView(editor) {
 const {t} = editor
 const all = grouped([...editor.refused, ...editor.findings], index => editor.script.questions[index]?.qid)
 if (!all.length) return html`<p class="ed-fine">${t("nothing_wrong")}</p>`
 const errors = all.filter(({isError}) => isError).length
 return html`<details class="ed-findings">
    <summary>${t("findings_count", {errors, warnings: all.length - errors})}</summary>
    <ul>
      ${all.map(each => oneFinding(editor, each))}
    </ul>
  </details>`
}
function oneFinding(editor, {plain, details: said, isError, qids, view}) {
 const {t} = editor
 const text2 = plain || editor.said(said[0] ?? "")
 const open = () => {
  editor.view = view ?? editor.view
  editor.changed()
 }
 return html`<li class=${isError ? "ed-error" : "ed-warning"}>
    <strong>${isError ? t("error") : t("warning")}</strong>
    ${qids.length > 1 ? t("finding_times", {text: text2, count: qids.length}) : text2}
    ${plain ? details(editor, said) : nothing}
    <span>
      ${qids.slice(0, LINKS_MAX).map(qid => html`<button type="button" class="ed-link" dir="auto" @click=${() => editor.show(qid)}>${labelOf(editor, qid)}</button>`)}
      ${qids.length > LINKS_MAX ? t("more_found", {count: qids.length - LINKS_MAX}) : nothing}
      ${view ? html`<button type="button" class="ed-link" @click=${open}>${t(`view_${view}`)}</button>` : nothing}
    </span>
  </li>`
}
function small(text2) {
 return text2 ? html`<small>${text2}</small>` : nothing
}
function details(editor, said) {
 return html`<details class="ed-details">
    <summary>${editor.t("details")}</summary>
    ${said.slice(0, LINKS_MAX).map(text2 => html`<small lang="en" dir="ltr">${editor.said(text2)}</small> `)}
  </details>`
}
function problemText(editor, problem) {
 const {plain, text: text2} = problem
 const hint = "hint" in problem ? problem.hint : ""
 return plain
  ? html`${plain} ${details(editor, [`${text2} ${hint}`])}`
  : html`${editor.said(text2)} ${small(hint)}`
}

var _a4
function forkSection(editor, question) {
 const {qid, forking_rules: rules = []} = question
 const {t} = editor
 const change2 = edit => editor.edit(script => withRules(script, qid, edit))
 const isElse = rule => rule?.[1].trim() === ALWAYS
 const lastIsElse = isElse(rules.at(-1))
 const add2 = () => {
  const rule = [String(below(editor.script, qid)), NEVER]
  change2(list => (lastIsElse ? [...list.slice(0, -1), rule, ...list.slice(-1)] : [...list, rule]))
  const boxes = document.querySelectorAll(`#question-${qid} .ed-rule`)
  boxes[rules.length - (lastIsElse ? 1 : 0)]?.querySelector(".ed-add-condition")?.focus()
 }
 const remove3 = index => {
  editor.closeUp(`q${qid}-rule`, index)
  change2(list => withoutIndex(list, index))
 }
 const addElse = () => change2(list => [...list, [String(END), ALWAYS]])
 return html`<fieldset class="ed-rules">
    <legend>${t("rules")}</legend>
    ${rules.map((rule, index) => {
     const isLast = index === rules.length - 1 && isElse(rule)
     return html`<div
        class="ed-rule"
        role="group"
        aria-label=${isLast ? t("otherwise") : t("rule_number", {number: index + 1})}
      >
        ${isLast ? html`<p class="ed-label">${t("otherwise")}</p>` : html(_a4 || (_a4 = __template(["<script-condition\n                .editor=", "\n                .label=", "\n                .key=", "\n                .blank=", "\n                .apply=", "\n                .source=", "\n              ><\/script-condition>"])), editor, t("rule_if", {number: index + 1}), `q${qid}-rule${index}`, NEVER, (script, source) => withRules(script, qid, list => replacedAt(list, index, [list[index]?.[0] ?? "", source])), rule[1])}
        <div class="ed-row">
          ${target(editor, question, rule, index, isLast, change2)}
          ${isLast ? nothing : button("↑", () => change2(list => (index ? moved(list, index, index - 1) : list)), {label: t("rule_up", {number: index + 1}), classes: "ed-quiet"})}
          ${button("✕", () => remove3(index), {label: isLast ? t("remove_otherwise") : t("remove_rule", {number: index + 1}), classes: "ed-quiet ed-danger", isDisabled: rules.length === 1})}
        </div>
      </div>`
    })}
    ${button(t("add_rule"), add2, {key: "add-rule"})}
    ${
     lastIsElse
      ? nothing
      : html`${button(t("add_otherwise"), addElse)}
            <p class="help">${t("no_otherwise")}</p>`
    }
  </fieldset>`
}
function withRules(script, qid, edit) {
 const rules = script.questions.find(each => each.qid === qid)?.forking_rules ?? []
 return setQuestion(script, qid, {forking_rules: edit(rules)})
}
function target(editor, question, rule, index, isLast, change2) {
 const number2 = index + 1
 if (!/^-?\d+$/.test(rule[0].trim()))
  return textField({
   id: `q${question.qid}-rule${index}-target`,
   label: editor.t("rule_target_expression", {number: number2}),
   value: rule[0],
   isCode: true,
   set: source => change2(list => replacedAt(list, index, [source, rule[1]]))
  })
 return html`<div class="ed-field ed-grow">
    <span class="ed-label" aria-hidden="true">${editor.t("goes_to")}</span>
    ${targetChooser(editor, {
     from: question.qid,
     label: isLast ? editor.t("otherwise_goes_to") : editor.t("rule_goes_to", {number: number2}),
     next: Number(rule[0]),
     set: next =>
      change2(list => replacedAt(list, index, [String(next ?? below(editor.script, question.qid)), rule[1]]))
    })}
  </div>`
}

var ORDER =
 "min max step decimals min_length max_length format pattern min_selected max_selected accept max_size max_files also".split(
  " "
 )
var LISTS = ["accept", "also"]
function limitOf(name, text2) {
 if (text2.trim() === "") return void 0
 if (LISTS.includes(name))
  return text2
   .split(",")
   .map(part => part.trim())
   .filter(Boolean)
   .map(part => (name === "also" ? number(part) : part))
 return name === "pattern" || name === "format" ? text2 : number(text2)
}
function number(text2) {
 return /^\s*-?\d+(\.\d+)?\s*$/.test(text2) ? Number(text2) : text2
}
function textOf(value) {
 return Array.isArray(value) ? value.join(", ") : value === null || value === void 0 ? "" : String(value)
}
function limitsSection(editor, question, of, set) {
 const {qid, limits} = question
 const {t} = editor
 const ends =
  question.type === "range"
   ? html`<div class="ed-row">
          ${numberField({id: `q${qid}-range_from`, label: t("range_from"), value: question.range_from, problems: of("range_from"), set: value => set({range_from: value ?? null})})}
          ${numberField({id: `q${qid}-range_to`, label: t("range_to"), value: question.range_to, problems: of("range_to"), set: value => set({range_to: value ?? null})})}
        </div>`
   : nothing
 const names = [...(editor.type(question.type)?.limits ?? [])].sort(
  (one2, other) => ORDER.indexOf(one2) - ORDER.indexOf(other)
 )
 if (!names.length) return ends
 const change2 = (name, value) => {
  const next = {...limits, [name]: value}
  const kept = Object.entries(next).filter(([, each]) => each !== void 0)
  set({limits: kept.length ? Object.fromEntries(kept) : void 0})
 }
 const one = name =>
  name === "format"
   ? selectField({
      id: `q${qid}-limit-format`,
      label: t("limit_format"),
      value: textOf(limits?.["format"]),
      options: [["", t("any_format")], ...["email", "phone", "url"].map(each => [each, t(`format_${each}`)])],
      set: value => change2(name, value || void 0)
     })
   : textField({
      id: `q${qid}-limit-${name}`,
      label: t(`limit_${name}`),
      ...(LISTS.includes(name) || name === "pattern" ? {help: t(`limit_${name}_help`)} : {}),
      value: textOf(limits?.[name]),
      set: text2 => change2(name, limitOf(name, text2))
     })
 const problems = of("limits")
 return html`${ends}
  ${section(t("limits"), !!limits || problems.length > 0, html`<div class="ed-row ed-limits">${names.map(one)}</div>`)}`
}

function csrfToken() {
 return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? ""
}
async function post(data, url, body, headers = {}) {
 try {
  const response = await fetch(url, {
   method: "POST",
   body,
   headers: {[data.csrfHeader ?? "X-CSRFToken"]: csrfToken(), Accept: "application/json", ...headers},
   credentials: "same-origin",
   redirect: "error"
  })
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json")
  return {status: response.status, body: isJson ? await response.json() : {}}
 } catch {
  return {status: 0, body: {}}
 }
}
function postJson(page, url, data) {
 return post(page, url, JSON.stringify(data), {"Content-Type": "application/json"})
}
async function upload(editor, file) {
 const form = new FormData()
 form.append("file", file)
 const {status, body} = await post(editor.data, editor.data.urls.picture, form)
 if (status === 200 && body.attachment) return {attachment: body.attachment, src: body.src ?? ""}
 const reasons = body.errors?.map(({text: text2}) => text2).join(" ")
 return reasons || editor.t(status ? "picture_refused" : "no_connection")
}

function picturesSection(editor, question) {
 const {qid, attachments = []} = question
 const {t} = editor
 const refusal = editor.refusedPictures.get(qid)
 const change2 = (edit, subject = null) =>
  editor.edit(script => {
   const next = edit(script.questions.find(each => each.qid === qid)?.attachments ?? [])
   return setQuestion(script, qid, {
    attachments: next.length ? next : void 0,
    has_attachments: next.length > 0 || void 0
   })
  }, subject)
 const set = (index, values) =>
  change2(
   all => all.map((each, at) => (at === index ? withValues(each, values) : each)),
   `${qid}-picture${index}-${Object.keys(values).join()}`
  )
 const take = async (files, input) => {
  for (const file of files ?? []) {
   const made = await upload(editor, file)
   if (typeof made === "string") {
    editor.refusedPictures.set(qid, `${file.name}: ${made}`)
    editor.say(made)
    continue
   }
   editor.refusedPictures.delete(qid)
   if (made.attachment.file) editor.pictures[made.attachment.file] = made.src
   change2(all => [...all, made.attachment])
   editor.say(t("picture_added"))
  }
  if (input) input.value = ""
 }
 const dropped = event => {
  if (!event.dataTransfer?.files.length) return
  event.preventDefault()
  void take(event.dataTransfer.files)
 }
 return section(
  attachments.length ? t("pictures_count", {count: attachments.length}) : t("pictures"),
  attachments.length > 0,
  html`<div class="ed-pictures" @dragover=${event => event.preventDefault()} @drop=${dropped}>
      ${attachments.map((each, index) => {
       const src = each.file ? editor.pictures[each.file] : void 0
       return html`<div
          class="ed-picture"
          role="group"
          aria-label=${t("picture_number", {number: index + 1})}
        >
          ${src && each.type === "image" ? html`<img src=${src} alt="" />` : html`<span class="ed-kind">${each.type}</span>`}
          <div class="ed-grow">
            ${textField({id: `q${qid}-picture${index}-title`, label: t("picture_title"), value: each.title, set: title => set(index, {title: title || void 0})})}
            ${textField({id: `q${qid}-picture${index}-description`, label: t("picture_description"), help: t("picture_description_help"), value: each.description, set: description => set(index, {description: description || void 0})})}
          </div>
          ${button("✕", () => change2(all => withoutIndex(all, index)), {label: t("remove_picture", {number: index + 1}), classes: "ed-quiet ed-danger"})}
          ${index ? button("↑", () => change2(all => replacedAt(replacedAt(all, index, all[index - 1]), index - 1, each)), {label: t("picture_up", {number: index + 1}), classes: "ed-quiet"}) : nothing}
        </div>`
      })}
      <label class="ed-upload">
        <span>${t("add_picture")}</span>
        <input
          type="file"
          accept="image/*"
          @change=${event => {
           const input = event.target
           void take(input.files, input)
          }}
        />
      </label>
      ${
       refusal
        ? html`<ul class="errorlist">
              <li dir="auto">${refusal}</li>
            </ul>`
        : nothing
      }
    </div>`
 )
}

var SILENT = ["message", "fork", "calculation", "control"]
var _a5
var Card = class extends HTMLElement {
 editor
 qid = 0
 #question
 #isOpen = false
 #key = ""
 connectedCallback() {
  this.addEventListener("focusout", this.#left)
 }
 disconnectedCallback() {
  this.removeEventListener("focusout", this.#left)
 }
 #left = event => {
  const isInside = this.contains(event.relatedTarget)
  if (!isInside && this.editor.fresh.delete(this.qid)) queueMicrotask(() => this.editor.changed())
 }
 update(question) {
  const isOpen = this.editor.open.has(question.qid)
  const problems = this.editor.problemsOf(question.qid)
  const refusal = this.editor.refusedPictures.get(question.qid)
  const leads = isOpen ? "" : leadsOf(this.editor, question)
  const key = JSON.stringify([problems, refusal, leads])
  if (question === this.#question && isOpen === this.#isOpen && key === this.#key) return
  this.#question = question
  this.#isOpen = isOpen
  this.#key = key
  this.#draw(question, problems, leads)
 }
 #draw(question, problems, leads) {
  this.editor.drawn += 1
  const {editor} = this
  const {qid, type} = question
  this.id = `question-${qid}`
  this.className = `ed-card ed-type-${type}${problems.length ? " ed-refused" : ""}${this.#isOpen ? " ed-open" : ""}`
  render(
   html`<div class="ed-head">
          <span class="ed-handle" draggable="true" title=${editor.t("drag")} aria-hidden="true">⠿</span>
          <button
            type="button"
            class="ed-fold"
            data-key="fold"
            aria-expanded=${this.#isOpen}
            aria-controls="q${qid}-body"
            @click=${() => this.#fold()}
            @keydown=${event => this.#pressed(event)}
          >
            <span class="ed-kind">${editor.type(type)?.label ?? type}</span>
            <span class="ed-text" dir="auto"
              >${shortened(question.text, 140) || editor.t("without_text")}</span
            >
            ${leads ? html`<span class="ed-leads" dir="auto">${leads}</span>` : nothing}
          </button>
          ${problems.length ? html`<span class="ed-count">${editor.t("problems", {count: problems.length})}</span>` : nothing}
          ${this.#tools(question)}
        </div>
        <div class="ed-body" id="q${qid}-body" ?hidden=${!this.#isOpen}>
          ${this.#isOpen ? this.#body(question, problems) : nothing}
        </div>`,
   this
  )
 }
 #fold() {
  const {open} = this.editor
  if (!open.delete(this.qid)) open.add(this.qid)
  this.editor.changed()
 }
 #pressed(event) {
  const by = event.altKey ? {ArrowUp: -1, ArrowDown: 1}[event.key] : void 0
  if (by === void 0) return
  event.preventDefault()
  this.#move(by, "fold")
 }
 #move(by, focus) {
  const {editor, qid} = this
  editor.move(qid, editor.indexOf(qid) + by)
  editor.focus(qid, focus)
 }
 #tools({qid, text: whole}) {
  const {editor} = this
  const {t} = editor
  const text2 = shortened(whole, 40) || t("without_text")
  const copy = () => {
   const made = duplicate(editor.script, qid)
   if (!made) return
   editor.edit(() => made.script)
   editor.show(made.question.qid)
  }
  return html`<span class="ed-tools">
      ${button("↑", () => this.#move(-1, "up"), {key: "up", label: t("move_up", {text: text2}), classes: "ed-quiet"})}
      ${button("↓", () => this.#move(1, "down"), {key: "down", label: t("move_down", {text: text2}), classes: "ed-quiet"})}
      ${button("⧉", copy, {key: "copy", label: t("duplicate", {text: text2}), classes: "ed-quiet"})}
      ${button("+", () => editor.add(editor.indexOf(qid) + 1), {key: "add", label: t("add_below", {text: text2}), classes: "ed-quiet"})}
      ${button("✕", () => editor.dispatchEvent(new CustomEvent("remove", {detail: qid})), {key: "remove", label: t("remove_question", {text: text2}), classes: "ed-quiet ed-danger"})}
    </span>`
 }
 #body(question, problems) {
  const {editor} = this
  const {qid, type} = question
  const {t} = editor
  const set = values => {
   const subject = `${qid}-${Object.keys(values).join("-")}`
   editor.edit(script => setQuestion(script, qid, values), subject)
  }
  const of = name => problems.filter(each => each.field === name && each.answer === null)
  const isSilent = SILENT.includes(type)
  const shown = ["text", "hint", "calculate", "range_from", "range_to", "name", "show_if"]
  const others = problems.filter(each => each.answer !== null || !shown.includes(each.field ?? ""))
  return html`${
   others.length
    ? html`<ul class="errorlist ed-problems">
              ${others.map(each => html`<li>${problemText(editor, each)}</li>`)}
            </ul>`
    : nothing
  }
      <div class="ed-row">
        ${selectField({
         id: `q${qid}-type`,
         label: t("type"),
         value: type,
         options: editor.data.types.map(({value, label}) => [value, label]),
         set: value => editor.setType(qid, value)
        })}
        ${this.#group(question)}
      </div>
      ${textField({id: `q${qid}-text`, label: type === "fork" ? t("note") : t("text"), value: question.text, rows: 2, problems: of("text"), set: text2 => set({text: text2})})}
      ${isSilent ? nothing : textField({id: `q${qid}-hint`, label: t("hint"), value: question.hint, problems: of("hint"), set: hint => set({hint: hint || void 0})})}
      ${
       type === "calculation"
        ? textField({
           id: `q${qid}-calculate`,
           label: t("calculate"),
           help: t("calculate_help"),
           value:
            question.calculate === null || question.calculate === void 0 ? "" : String(question.calculate),
           isCode: true,
           problems: of("calculate"),
           set: calculate => set({calculate: calculate || void 0})
          })
        : nothing
      }
      ${isChoice(question) ? answersSection(editor, question, problems) : nothing}
      ${type === "fork" ? forkSection(editor, question) : nothing} ${limitsSection(editor, question, of, set)}
      ${type === "fork" || type === "calculation" ? nothing : picturesSection(editor, question)}
      ${type === "fork" ? nothing : this.#next(question, set)}
      ${
       isSilent
        ? nothing
        : html`<div class="ed-row">
              ${checkField({id: `q${qid}-required`, label: t("required"), checked: question.required ?? false, set: required => set({required: required || void 0})})}
              ${textField({id: `q${qid}-skip`, label: t("skip"), placeholder: t("skip_placeholder"), value: question.skip, set: skip => set({skip: skip || void 0})})}
            </div>`
      }
      ${section(
       question.show_if ? t("asked_if_set") : t("asked_if"),
       !!question.show_if || of("show_if").length > 0 || editor.unfinished.has(`q${qid}-show_if`),
       html(
        _a5 ||
         (_a5 = __template([
          "<script-condition\n          .editor=",
          "\n          .label=",
          "\n          .key=",
          "\n          .apply=",
          "\n          .source=",
          "\n        ><\/script-condition>"
         ])),
        editor,
        t("asked_only_if"),
        `q${qid}-show_if`,
        (script, source) => setQuestion(script, qid, {show_if: source || void 0}),
        question.show_if ?? ""
       )
      )}
      ${moreSection(editor, question, of, set)}`
 }
 #group(question) {
  const {editor} = this
  const names = editor.groupNames()
  return selectField({
   id: `q${question.qid}-group`,
   label: editor.t("group"),
   value: question.group ?? "",
   options: [["", editor.t("no_group")], ...names.map(name => [name, name]), ["+", editor.t("new_group")]],
   set: value => {
    const group = value === "+" ? editor.newGroupName() : value
    editor.edit(script => setGroupOf(script, question.qid, group || null))
   }
  })
 }
 #next(question, set) {
  const {editor, qid} = this
  const fork = () => {
   const made = addForkBelow(editor.script, qid)
   editor.edit(() => made.script)
   editor.show(made.question.qid)
  }
  const isSilent = SILENT.includes(question.type)
  return html`<div class="ed-row ed-next">
      ${
       isChoice(question)
        ? nothing
        : field({id: `q${qid}-next`, label: editor.t("goes_to")}, () =>
           targetChooser(editor, {
            from: qid,
            label: editor.t("goes_to"),
            next: question.next_qid,
            set: next_qid => set({next_qid})
           })
          )
      }
      ${isSilent ? nothing : button(editor.t("fork_on_answer"), fork)}
    </div>`
 }
}

var NUMBERS = ["==", "!=", "<", "<=", ">", ">=", "answered", "not_answered"]
var TEXTS = ["==", "!=", "contains", "not_contains", "answered", "not_answered"]
var DATES2 = ["before", "after", "on", "answered", "not_answered"]
var CHOICES2 = ["==", "!=", "answered", "not_answered"]
var SEVERAL = ["selected", "not_selected", "answered", "not_answered"]
var NUMBER_TYPES = ["int", "float", "range", "calculation", "file"]
var DATE_TYPES = ["date", "datetime"]
function comparisonsOf(question) {
 if (!question) return [...NUMBERS, "true", "false"]
 if (question.type === "multichoice") return SEVERAL
 if (isChoice(question)) return CHOICES2
 if (DATE_TYPES.includes(question.type)) return DATES2
 return NUMBER_TYPES.includes(question.type) ? NUMBERS : TEXTS
}
var WORDS = {"==": "equal", "!=": "unequal", "<": "less", "<=": "at_most", ">": "greater", ">=": "at_least"}
function wordOf(comparison, question) {
 const word = WORDS[comparison] ?? comparison
 const isText = question && !NUMBER_TYPES.includes(question.type)
 return isText && (word === "equal" || word === "unequal") ? `text_${word}` : word
}
var DATE_COMPARISONS = ["before", "after", "on"]
function takesNumber({comparison}, question) {
 return !DATE_COMPARISONS.includes(comparison) && (!question || NUMBER_TYPES.includes(question.type))
}
function valueControl(editor, row, question, set) {
 const {t} = editor
 if (question && isChoice(question) && !row.comparison.includes("contains")) {
  const values = (question.answers ?? []).map(answer => [
   answer.value ?? answer.text ?? "",
   answer.text ?? ""
  ])
  const at = values.findIndex(([value]) => value === row.value)
  return html`<select
      aria-label=${t("value")}
      @change=${event => set(values[Number(event.target.value)]?.[0] ?? null)}
    >
      ${at < 0 ? html`<option value="-1" .selected=${true}>${row.value === null ? t("choose") : String(row.value)}</option>` : nothing}
      ${values.map(([, text2], number2) => html`<option value=${number2} .selected=${number2 === at}>${text2 || t("without_text")}</option>`)}
    </select>`
 }
 const isDate = DATE_COMPARISONS.includes(row.comparison)
 const isNumber = takesNumber(row, question)
 const entered = event => {
  const {value} = event.target
  const number2 = Number(value.trim().replace(",", "."))
  if (!isNumber) set(value || null)
  else set(value.trim() === "" || Number.isNaN(number2) ? null : number2)
 }
 return html`<input
    aria-label=${t("value")}
    type=${isDate ? "date" : "text"}
    inputmode=${isNumber ? "decimal" : "text"}
    class=${isNumber ? "ed-number" : "vTextField"}
    autocomplete="off"
    .value=${row.value === null ? "" : String(row.value)}
    placeholder=${t("value")}
    aria-invalid=${row.value === null}
    @change=${entered}
    @input=${event => (isDate ? void 0 : entered(event))}
  />`
}

var VALUE = "value"
var _a6
var ConditionElement = class extends HTMLElement {
 editor
 label = ""
 key = ""
 judged = null
 blank = ""
 apply = script => script
 #source = null
 #condition = null
 get source() {
  return this.#source ?? ""
 }
 set source(source) {
  if (source !== this.#source) {
   this.#source = source
   const entered = this.editor.unfinished.get(this.key)
   if (entered?.source === source) this.#condition = entered.condition
   else if (!this.#condition || this.#sourceOf(this.#condition) !== source) {
    this.#condition = this.#conditionOf(source)
    this.editor.unfinished.delete(this.key)
   }
  }
  if (this.isConnected) this.#draw()
 }
 connectedCallback() {
  this.editor.addEventListener("edit", this.#draw)
  this.editor.addEventListener("closed-up", this.#reread)
  this.#draw()
 }
 disconnectedCallback() {
  this.editor.removeEventListener("edit", this.#draw)
  this.editor.removeEventListener("closed-up", this.#reread)
 }
 #reread = () => {
  const entered = this.editor.unfinished.get(this.key)
  this.#condition = entered?.source === this.source ? entered.condition : this.#conditionOf(this.source)
  this.#draw()
 }
 #set(condition, edit = script => script) {
  this.#condition = condition
  const source = this.#sourceOf(condition)
  const isWhole = condition.rows.every(row => expressionOf({join: "and", rows: [row]}))
  const isStored = isWhole || !this.source
  if (isStored) this.#source = source
  const {unfinished} = this.editor
  if (isWhole) unfinished.delete(this.key)
  else unfinished.set(this.key, {condition, source: this.source})
  this.editor.edit(script => (isStored ? this.apply(edit(script), source) : edit(script)), `${this.key}-rows`)
  this.editor.changed()
  this.#draw()
 }
 #sourceOf(condition) {
  return expressionOf(condition) || this.blank
 }
 #conditionOf(source) {
  return conditionOf(source === this.blank ? "" : source)
 }
 #write(source) {
  this.#source = source
  this.#condition = this.#conditionOf(source)
  this.editor.unfinished.delete(this.key)
  this.editor.edit(script => this.apply(script, source), `${this.key}-expression`)
  this.#draw()
 }
 #questionOf(row) {
  if (row.subject.kind !== "name") return void 0
  if (row.subject.name === VALUE && this.judged !== null) return this.editor.question(this.judged)
  return this.editor.script.questions.find(({name}) => name === row.subject.name)
 }
 #keyOf(row) {
  if (!row.subject.name) return ""
  if (row.subject.kind === "score") return `score:${row.subject.name}`
  if (row.subject.name === VALUE && this.judged !== null) return `name:${VALUE}`
  const question = this.#questionOf(row)
  return question ? `question:${question.qid}` : `name:${row.subject.name}`
 }
 #textOf(key) {
  const [kind, rest = ""] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)]
  const {editor} = this
  if (!key) return ""
  if (kind === "question") return labelOf(editor, Number(rest))
  if (kind === "score") {
   const label = editor.script.scores?.find(({name}) => name === rest)?.label
   return editor.t("the_score", {name: label || rest})
  }
  return rest === VALUE && this.judged !== null
   ? editor.t("this_answer")
   : editor.t("the_variable", {name: rest})
 }
 #subjects() {
  const {editor} = this
  const {questions, scores} = editor.script
  const asked = questions.filter(
   ({type, qid}) => (editor.type(type)?.asked ?? true) || type === "calculation" || qid === this.judged
  )
  const names = new Set(questions.map(({name}) => name))
  const variables = [...takenNames(editor.script)].filter(name => !names.has(name))
  const keys2 = [
   ...(this.judged === null ? [] : [`name:${VALUE}`]),
   ...asked.map(({qid}) => `question:${qid}`),
   ...(scores ?? []).map(({name}) => `score:${name}`),
   ...variables.map(name => `name:${name}`)
  ]
  const own = editor.indexOf(Number(/^q(-?\d+)-/.exec(this.key)?.[1] ?? NaN))
  const isLater = key => own >= 0 && key.startsWith("question:") && editor.indexOf(Number(key.slice(9))) > own
  return keys2.map(value => ({
   value,
   label: isLater(value) ? `${this.#textOf(value)} ${editor.t("asked_later")}` : this.#textOf(value)
  }))
 }
 #rows(index, row) {
  const {join, rows} = this.#condition ?? {join: "and", rows: []}
  const rest = rows.map((each, at) => (at === index ? row : each)).filter(each => each !== null)
  return {join, rows: index === rows.length && row ? [...rest, row] : rest}
 }
 #choose(index, key) {
  const [kind, rest] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)]
  if (kind !== "question") {
   const comparison2 =
    kind === "score"
     ? ">="
     : rest === VALUE
       ? (comparisonsOf(this.editor.question(this.judged ?? 0))[0] ?? "==")
       : ">="
   this.#set(
    this.#rows(index, {
     subject: {kind: kind === "score" ? "score" : "name", name: rest},
     comparison: comparison2,
     value: null
    })
   )
   return
  }
  const qid = Number(rest)
  const question = this.editor.question(qid)
  const prepared2 = script => {
   const found = named(script, qid)
   return question && isChoice(question) ? {...found, script: withAnswerValues(found.script, qid)} : found
  }
  const {name} = prepared2(this.editor.script)
  const comparison = comparisonsOf(question)[0] ?? "=="
  this.#set(
   this.#rows(index, {subject: {kind: "name", name}, comparison, value: null}),
   script => prepared2(script).script
  )
 }
 #draw = () => {
  const {t} = this.editor
  const {rows = [], join = "and"} = this.#condition ?? {}
  const add2 = () => {
   this.#set({join, rows: [...rows, {subject: {kind: "name", name: ""}, comparison: "==", value: null}]})
   this.querySelector(".ed-condition-row:last-of-type input")?.focus()
  }
  render(
   html`<fieldset class="ed-condition">
        <legend>${this.label}</legend>
        ${rows.map((row, index) => this.#row(row, index))}
        ${this.#condition ? button(rows.length ? t("add_condition") : t("add_first_condition"), add2, {classes: "ed-add-condition"}) : html`<p class="help">${t("by_expression_only")}</p>`}
        <details class="ed-expression" ?open=${!this.#condition}>
          <summary>${t("as_expression")}</summary>
          ${textField({id: `${this.key}-expression`, label: t("expression"), value: this.source, isCode: true, set: source => this.#write(source)})}
        </details>
      </fieldset>`,
   this
  )
 }
 #row(row, index) {
  const {t} = this.editor
  const question = this.#questionOf(row)
  const comparisons = comparisonsOf(question)
  const known = comparisons.includes(row.comparison) ? comparisons : [row.comparison, ...comparisons]
  const {join = "and"} = this.#condition ?? {}
  return html(
   _a6 ||
    (_a6 = __template([
     '<div\n      class="ed-condition-row"\n      role="group"\n      aria-label=',
     "\n    >\n      ",
     "\n      <script-chooser\n        .editor=",
     "\n        .label=",
     "\n        .choices=",
     "\n        .textOf=",
     "\n        .value=",
     "\n        .choose=",
     "\n      ><\/script-chooser>\n      <select\n        aria-label=",
     "\n        ?hidden=",
     "\n        @change=",
     "\n      >\n        ",
     "\n      </select>\n      ",
     "\n      ",
     "\n      ",
     "\n    </div>"
    ])),
   t("condition_number", {number: index + 1}),
   index
    ? html`<select
              aria-label=${t("joined_by")}
              @change=${event => this.#set({...this.#rows(index, row), join: event.target.value})}
            >
              <option value="and" .selected=${join === "and"}>${t("and")}</option>
              <option value="or" .selected=${join === "or"}>${t("or")}</option>
            </select>`
    : nothing,
   this.editor,
   t("question"),
   () => this.#subjects(),
   key => this.#textOf(key),
   this.#keyOf(row),
   key => this.#choose(index, key),
   t("comparison"),
   !row.subject.name,
   event => this.#compare(index, row, event.target.value),
   known.map(
    each =>
     html`<option value=${each} .selected=${each === row.comparison}>${t(`is_${wordOf(each, question)}`)}</option>`
   ),
   row.subject.name && !WITHOUT_VALUE.includes(row.comparison)
    ? valueControl(this.editor, row, question, value => this.#set(this.#rows(index, {...row, value})))
    : nothing,
   button("×", () => this.#set(this.#rows(index, null)), {
    label: t("remove_condition", {number: index + 1}),
    classes: "ed-quiet"
   }),
   expressionOf({join, rows: [row]})
    ? nothing
    : html`<p class="help ed-unfinished">${row.subject.name && takesNumber(row, question) ? t("number_needed") : t("unfinished")}</p>`
  )
 }
 #compare(index, row, comparison) {
  this.#set(
   this.#rows(index, {...row, comparison, value: WITHOUT_VALUE.includes(comparison) ? null : row.value})
  )
 }
}

var TO_SAVE = ["waiting", "refused", "offline"]
var CLOSED = ["published", "in_use"]
function barView(editor, saving, actions) {
 const {t} = editor
 const {past, future} = editor.history
 return html`<div class="ed-bar">
    <div class="ed-row" role="toolbar" aria-label=${t("tools")}>
      ${button(t("undo"), () => actions.step(false), {isDisabled: !past.length, classes: "ed-undo"})}
      ${button(t("redo"), () => actions.step(true), {isDisabled: !future.length, classes: "ed-redo"})}
      ${textField({
       id: "ed-find",
       label: t("find"),
       isLabelHidden: true,
       placeholder: t("find"),
       value: editor.filter,
       set: text2 => actions.find(text2),
       enter: () => actions.enter()
      })}
      ${button("+", () => editor.add(editor.script.questions.length), {label: t("add_at_end")})}
      ${button(t("unfold_all"), () => actions.unfold(true))}
      ${button(t("fold_all"), () => actions.unfold(false))}
    </div>
    <p class="ed-status ed-is-${saving.status}" role="status">${statusView(editor, saving, actions)}</p>
  </div>`
}
function statusView(editor, saving, actions) {
 const {t} = editor
 const {status} = saving
 const unfinished = editor.unfinishedCount
 if (status === "saved" && unfinished) return t("status_unfinished", {count: unfinished})
 return html`${t(`status_${status}`, {count: editor.refused.length})}
  ${TO_SAVE.includes(status) ? button(t("save_now"), () => void saving.save()) : nothing}
  ${status === "conflict" ? button(t("compare"), () => actions.compare()) : nothing}
  ${CLOSED.includes(status) ? button(t("copy_changes"), () => void saving.copy()) : nothing}`
}

var TELLING = ["next_qid", "value", "default", "calculate"]
var keys = /* @__PURE__ */ new WeakMap()
function keyOf(value) {
 if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? ""
 let key = keys.get(value)
 if (key === void 0) {
  key = Array.isArray(value) ? `[${value.map(keyOf).join()}]` : keyOfObject(value)
  keys.set(value, key)
 }
 return key
}
function keyOfObject(value) {
 const parts = Object.keys(value)
  .filter(name => name !== "position" && (TELLING.includes(name) || !isEmpty(value[name])))
  .sort()
  .map(
   name => `${JSON.stringify(name)}:${name === "meta" ? JSON.stringify(value[name]) : keyOf(value[name])}`
  )
 return `{${parts.join()}}`
}
function isEmpty(value) {
 if (value === void 0 || value === null || value === "" || value === false) return true
 return Array.isArray(value) && !value.length
}
function areSame(one, other) {
 return one === other || keyOf(one) === keyOf(other)
}
function withoutDefaultTargets(script) {
 const questions = mapped(script.questions, (question, index) => {
  const below2 = script.questions[index + 1]?.qid ?? END
  const isDefault = question.next_qid === below2 && !isChoice(question) && question.type !== "fork"
  const led = isDefault ? withValues(question, {next_qid: void 0}) : question
  const answers =
   led.answers &&
   mapped(led.answers, answer =>
    answer.next_qid === below2 ? withValues(answer, {next_qid: void 0}) : answer
   )
  return answers === led.answers ? led : {...led, answers: answers ?? []}
 })
 return questions === script.questions ? script : {...script, questions}
}
function areSameScripts(one, other) {
 return one === other || areSame(withoutDefaultTargets(one), withoutDefaultTargets(other))
}
function differences(own, others) {
 const [mine, theirs] = [withoutDefaultTargets(own), withoutDefaultTargets(others)]
 const [one, other] = [questionsOf(mine), questionsOf(theirs)]
 const qids = [.../* @__PURE__ */ new Set([...one.keys, ...other.keys])].map(Number)
 const found = qids.filter(qid => !areSame(one.items.get(qid), other.items.get(qid)))
 const rest = ({questions, ...more}) => [more, questions.map(({qid}) => qid)]
 return areSame(rest(mine), rest(theirs)) ? found : [...found, null]
}
function changedValue(base, mine, theirs, prefer) {
 if (areSame(mine, theirs) || areSame(base, theirs)) return {value: mine, isClash: false}
 if (areSame(base, mine)) return {value: theirs, isClash: false}
 return {value: prefer === "mine" ? mine : theirs, isClash: true}
}
function listed(items, key) {
 const map = new Map(items.map(item => [key(item), item]))
 return {keys: [...map.keys()], items: map}
}
function mergedList(base, mine, theirs, prefer) {
 const found = /* @__PURE__ */ new Map()
 const clashes = []
 for (const key of /* @__PURE__ */ new Set([...mine.keys, ...theirs.keys])) {
  const {value, isClash: isClash2} = changedValue(
   base.items.get(key),
   mine.items.get(key),
   theirs.items.get(key),
   prefer
  )
  if (isClash2) clashes.push(key)
  if (value !== void 0) found.set(key, value)
 }
 const {order, isClash} = mergedOrder(base, mine, theirs, prefer, found)
 return {items: order.map(key => found.get(key)), clashes, isOrderClash: isClash}
}
function mergedOrder(base, mine, theirs, prefer, left) {
 const isCommon = key => base.items.has(key) && mine.items.has(key) && theirs.items.has(key)
 const [was, own, other] = [base, mine, theirs].map(list => list.keys.filter(isCommon).join("\n"))
 const isClash = own !== was && other !== was && own !== other
 const isMine = isClash ? prefer === "mine" : own !== was
 const [first, second] = isMine ? [mine, theirs] : [theirs, mine]
 const order = first.keys.filter(key => left.has(key))
 const placed = new Set(order)
 if (second.keys.every(key => placed.has(key) || !left.has(key))) return {order, isClash}
 let at = 0
 for (const key of second.keys) {
  if (placed.has(key)) at = order.indexOf(key) + 1
  else if (left.has(key)) {
   order.splice(at, 0, key)
   at += 1
  }
 }
 return {order, isClash}
}
var LISTS2 = ["groups", "scores", "flags"]
function nameOf2(item) {
 return typeof item === "string" ? item : item.name
}
function questionsOf(script) {
 return listed(script.questions, ({qid}) => qid)
}
function namedItems(script, name) {
 return listed(script[name] ?? [], nameOf2)
}
var Merger = class {
 begun
 theirs
 numbers
 base
 #base
 #theirs
 constructor(begun, theirs, versions) {
  this.begun = begun
  this.theirs = theirs
  this.base = withoutDefaultTargets(begun)
  this.#base = questionsOf(this.base)
  this.#theirs = questionsOf(withoutDefaultTargets(theirs))
  this.numbers = this.#newNumbers(versions)
 }
 #newNumbers(versions) {
  const numbers2 = /* @__PURE__ */ new Map()
  let last = 0
  for (const {questions} of [this.base, this.theirs, ...versions])
   for (const {qid} of questions) last = Math.max(last, qid)
  for (const version2 of versions)
   for (const question of withoutDefaultTargets(version2).questions) {
    const other = this.#theirs.items.get(question.qid)
    const isNew = !this.#base.items.has(question.qid) && !numbers2.has(question.qid)
    if (!other || !isNew || areSame(question, other)) continue
    last += 1
    numbers2.set(question.qid, last)
   }
  return numbers2
 }
 merge(version2, prefer) {
  if (version2 === this.begun) return {script: this.theirs, clashes: []}
  const mine = withoutDefaultTargets(this.#renumbered(version2))
  const {base, theirs} = this
  const questions = mergedList(this.#base, questionsOf(mine), this.#theirs, prefer)
  const clashes = questions.clashes.map(Number)
  let isRestClash = questions.isOrderClash
  const rest = {}
  for (const name of /* @__PURE__ */ new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
   if (name === "questions" || LISTS2.includes(name)) continue
   const {value, isClash} = changedValue(base[name], mine[name], theirs[name], prefer)
   isRestClash ||= isClash
   if (value !== void 0) rest[name] = value
  }
  for (const name of LISTS2) {
   const merged = mergedList(namedItems(base, name), namedItems(mine, name), namedItems(theirs, name), prefer)
   isRestClash ||= merged.isOrderClash || merged.clashes.length > 0
   if (merged.items.length) rest[name] = merged.items
  }
  if (isRestClash) clashes.push(null)
  const script = {...rest, questions: withoutPositions(questions.items)}
  return {script: areSameScripts(script, theirs) ? theirs : script, clashes}
 }
 #renumbered(version2) {
  if (!version2.questions.some(({qid}) => this.numbers.has(qid))) return version2
  const number2 = qid => this.numbers.get(qid) ?? qid
  const led = withTargets(version2, number2)
  return {
   ...led,
   questions: mapped(led.questions, question =>
    this.numbers.has(question.qid) ? {...question, qid: number2(question.qid)} : question
   )
  }
 }
}

function keptView(editor, saving) {
 if (!saving.kept) return nothing
 const count = differences(saving.kept.document, editor.script).length
 return html`<div class="ed-ask errornote" role="alertdialog" aria-labelledby="ed-kept-title">
    <p id="ed-kept-title"><strong>${editor.t("kept_asked", {count})}</strong></p>
    <div class="ed-row">
      ${button(editor.t("use_kept"), () => saving.decideKept(true))}
      ${button(editor.t("forget_kept"), () => saving.decideKept(false))}
    </div>
  </div>`
}
var SHOWN_MAX2 = 50
var TITLES = {
 next_qid: "goes_to",
 show_if: "asked_only_if",
 forking_rules: "rules",
 constraints: "checks",
 attachments: "pictures",
 variable_modifications: "variables_asked",
 text_i18n: "view_translations"
}
function conflictView(editor, saving) {
 const {conflict} = saving
 if (!conflict) return nothing
 const {t} = editor
 const clashes = saving.clashes(conflict)
 const found = clashes ?? differences(editor.script, conflict.document)
 const at = conflict.at ? new Date(conflict.at).toLocaleString(document.documentElement.lang || void 0) : ""
 const others = new Map(conflict.document.questions.map(question => [question.qid, question]))
 return html`<div class="ed-conflict errornote" role="alertdialog" aria-labelledby="ed-conflict-title">
    <h2 id="ed-conflict-title" tabindex="-1">
      ${conflict.by ? t("changed_by", {name: conflict.by, at}) : t("changed_meanwhile")}
    </h2>
    <p>${clashes ? t("clash_help") : t("changed_help")}</p>
    <div class="ed-scroll" tabindex="0" role="group" aria-label=${t("differences")}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("my_version")}</th>
            <th scope="col">${t("their_version")}</th>
          </tr>
        </thead>
        <tbody>
          ${found.slice(0, SHOWN_MAX2).map(qid => {
           if (qid === null)
            return html`<tr>
                <td colspan="2">${t("rest_differs")}</td>
              </tr>`
           const [mine, theirs] = [editor.question(qid), others.get(qid)]
           return html`<tr>
              <td>${version(editor, mine, theirs)}</td>
              <td>${theirs ? version(editor, theirs, mine) : t("removed_there")}</td>
            </tr>`
          })}
        </tbody>
      </table>
    </div>
    ${found.length > SHOWN_MAX2 ? html`<p>${t("more_found", {count: found.length - SHOWN_MAX2})}</p>` : nothing}
    <div class="ed-row">
      ${button(t("keep_mine"), () => saving.keepMine())}
      ${button(t("take_theirs"), () => saving.takeTheirs())}
    </div>
  </div>`
}
function version(editor, question, other) {
 const {t} = editor
 if (!question) return t("not_there")
 const columns = /* @__PURE__ */ new Set([...Object.keys(question), ...Object.keys(other ?? {})])
 const different = other
  ? [...columns].filter(name => name !== "text" && !areSame(question[name], other[name]))
  : []
 const text2 = shortened(question.text, 200) || t("without_text")
 return html`<span dir="auto"
      >${other && !areSame(question.text, other.text) ? html`<mark>${text2}</mark>` : text2}</span
    >
    <ul>
      ${different.map(name => html`<li>${columnTitle(editor, name)}: <mark dir="auto">${columnText(editor, name, question)}</mark></li>`)}
    </ul>`
}
function columnTitle(editor, name) {
 const key = TITLES[name] ?? name
 return editor.data.strings[key] === void 0 ? name : editor.t(key)
}
function columnText(editor, name, question) {
 const value = question[name]
 if (name === "next_qid")
  return value === void 0
   ? editor.t("question_below")
   : value === null
     ? editor.t("nowhere")
     : labelOf(editor, Number(value))
 if (name === "answers")
  return shortened(
   (question.answers ?? [])
    .map(({text: text2, weight}) => (weight ? `${text2} (${weight})` : text2))
    .join(" · "),
   300
  )
 if (name === "forking_rules")
  return shortened(
   (question.forking_rules ?? [])
    .map(([to, source]) => `${source} → ${labelOf(editor, Number(to))}`)
    .join(" · "),
   300
  )
 if (value === void 0 || value === null || value === "") return "–"
 return shortened(typeof value === "object" ? JSON.stringify(value) : String(value), 300)
}

var DRAGGED = "application/x-question"
function cardAt(event) {
 return event.target?.closest("script-card") ?? null
}
function isBelow(event, card) {
 const {top, height} = card.getBoundingClientRect()
 return event.clientY > top + height / 2
}
function takeDrops(root2, editor) {
 const clear = () => {
  for (const each of root2.querySelectorAll(".ed-above, .ed-below"))
   each.classList.remove("ed-above", "ed-below")
 }
 root2.addEventListener("dragstart", event => {
  const card = cardAt(event)
  if (!card || !event.target.matches(".ed-handle")) return
  event.dataTransfer?.setData(DRAGGED, String(card.qid))
  event.dataTransfer?.setDragImage(card, 0, 0)
  card.classList.add("ed-dragged")
 })
 root2.addEventListener("dragover", event => {
  const card = cardAt(event)
  if (!card || !event.dataTransfer?.types.includes(DRAGGED)) return
  event.preventDefault()
  clear()
  card.classList.add(isBelow(event, card) ? "ed-below" : "ed-above")
 })
 root2.addEventListener("dragend", () => {
  clear()
  for (const each of root2.querySelectorAll(".ed-dragged")) each.classList.remove("ed-dragged")
 })
 root2.addEventListener("drop", event => {
  const card = cardAt(event)
  const isQuestion = event.dataTransfer?.types.includes(DRAGGED)
  const qid = Number(event.dataTransfer?.getData(DRAGGED))
  clear()
  if (!card || !isQuestion) return
  event.preventDefault()
  if (qid === card.qid) return
  const from = editor.indexOf(qid)
  const to = editor.indexOf(card.qid) + (isBelow(event, card) ? 1 : 0)
  editor.move(qid, from < to ? to - 1 : to)
  editor.focus(qid, "fold")
 })
}

function groupsView(editor) {
 const {t} = editor
 const listed3 = new Map(groupsOf(editor.script).map(group => [group.name, group]))
 const groups = editor.groupNames().map(name => listed3.get(name) ?? {name})
 return groups.length
  ? groups.map((group, index) => oneGroup(editor, group, index))
  : html`<p class="help">${t("groups_help")}</p>`
}
var _a7
function oneGroup(editor, group, index) {
 const {t} = editor
 const id = `group${index}`
 const {name} = group
 const set = values =>
  editor.edit(script => setGroup(script, name, values), `${id}-${Object.keys(values).join()}`)
 const count = editor.script.questions.filter(each => each.group === name).length
 const problems = [...editor.refused, ...editor.findings].filter(
  each => each.part === "group" && each.text.includes(name)
 )
 const rename = text2 => {
  if (text2 && !editor.groupNames().includes(text2)) set({name: text2})
 }
 return html(
  _a7 ||
   (_a7 = __template([
    '<fieldset class="ed-rule">\n    <legend dir="auto">',
    "</legend>\n    ",
    '\n    <div class="ed-row">\n      ',
    "\n      ",
    "\n      ",
    "\n    </div>\n    ",
    "\n    <script-condition\n      .editor=",
    "\n      .label=",
    "\n      .key=",
    "\n      .apply=",
    "\n      .source=",
    "\n    ><\/script-condition>\n    ",
    "\n    ",
    "\n  </fieldset>"
   ])),
  t("group_of", {name, count}),
  errorList(problems),
  textField({id: `${id}-name`, label: t("group_title"), value: name, set: rename}),
  selectField({
   id: `${id}-layout`,
   label: t("layout"),
   value: group.layout ?? "",
   options: [
    ["", t("layout_default")],
    ["list", t("layout_list")],
    ["page", t("layout_page")]
   ],
   set: layout => set({layout: layout || void 0})
  }),
  button(t("remove_group"), () => editor.edit(script => removeGroup(script, name)), {classes: "ed-danger"}),
  textField({
   id: `${id}-text`,
   label: t("group_text_label"),
   rows: 2,
   value: group.text,
   set: text2 => set({text: text2 || void 0})
  }),
  editor,
  t("group_shown_if"),
  `${id}-show_if`,
  (script, source) => setGroup(script, name, {show_if: source || void 0}),
  group.show_if ?? "",
  checkField({
   id: `${id}-repeated`,
   label: t("repeated"),
   checked: !!group.repeat,
   set: checked =>
    set({
     repeat: checked ? {min: 1, max: 10} : void 0,
     ...(checked ? {key: group.key ?? editor.freeKey(name)} : {})
    })
  }),
  group.repeat ? rounds(editor, group, id, group.repeat, set) : nothing
 )
}
function rounds(editor, group, id, repeat2, set) {
 const {t} = editor
 const change2 = values => set({repeat: withValues(repeat2, values)})
 const choices = editor.script.questions.filter(each => each.group === group.name && isChoice(each))
 return html`<div class="ed-row">
    ${numberField({id: `${id}-min`, label: t("rounds_min"), value: repeat2.min, set: min => change2({min})})}
    ${numberField({id: `${id}-max`, label: t("rounds_max"), value: repeat2.max, set: max => change2({max})})}
    ${textField({id: `${id}-count`, label: t("rounds_count"), help: t("rounds_count_help"), value: repeat2.count === null || repeat2.count === void 0 ? "" : String(repeat2.count), isCode: true, set: count => change2({count: count || void 0})})}
    ${selectField({
     id: `${id}-add`,
     label: t("rounds_add"),
     value: String(repeat2.add ?? ""),
     options: [["", t("choose")], ...choices.map(({qid}) => [String(qid), labelOf(editor, qid)])],
     set: add2 => change2({add: add2 ? Number(add2) : void 0})
    })}
    ${textField({id: `${id}-key`, label: t("rounds_key"), value: group.key, isCode: true, set: key => set({key: key || void 0})})}
  </div>`
}

var NAMED_MAX = 10
var _a8
var Removing = class {
 root
 editor
 #asked = null
 constructor(root2, editor) {
  this.root = root2
  this.editor = editor
  editor.addEventListener("renumber", event => {
   const numbers2 = event.detail
   const asked = this.#asked
   if (asked) this.#asked = {...asked, qid: numbers2.get(asked.qid) ?? asked.qid}
  })
  editor.addEventListener("remove", event => this.#ask(event.detail))
 }
 #ask(qid) {
  const {editor} = this
  const question = editor.question(qid)
  if (!question) return
  const instead = below(editor.script, qid)
  const isNeeded =
   leadingTo(editor.script, qid) > 0 || (!!question.name && isRead(editor.script, question.name))
  if (!isNeeded) return this.#remove(qid, instead)
  this.#asked = {qid, instead}
  editor.changed()
  this.root.querySelector(".ed-removing button, .ed-removing input")?.focus()
 }
 #remove(qid, instead) {
  const {editor} = this
  const index = editor.indexOf(qid)
  this.#asked = null
  editor.edit(script => remove(script, qid, instead))
  editor.say(editor.t("removed"))
  const next = editor.script.questions[Math.min(index, editor.script.questions.length - 1)]
  if (next) editor.focus(next.qid, "fold")
  else this.root.querySelector("[data-key=add-question]")?.focus()
 }
 #parts(qid, isOne, isRule = () => false) {
  const {editor} = this
  const {script} = editor
  const questions = questionsFor(script, isOne).filter(each => each.qid !== qid)
  const scores = (script.scores ?? []).filter(score =>
   isRule({...script, scores: [score], flags: null, groups: []})
  )
  const flags = (script.flags ?? []).filter(flag =>
   isRule({...script, scores: null, flags: [flag], groups: []})
  )
  const names = [
   ...questions.map(each => labelOf(editor, each.qid)),
   ...scores.map(({name, label}) => editor.t("the_score", {name: label || name})),
   ...flags.map(({name, label}) => editor.t("the_flag", {name: label || name}))
  ]
  return html`<ul>
      ${names.slice(0, NAMED_MAX).map(name => html`<li dir="auto">${name}</li>`)}
      ${names.length > NAMED_MAX ? html`<li>${editor.t("more_found", {count: names.length - NAMED_MAX})}</li>` : nothing}
    </ul>`
 }
 view() {
  const {editor} = this
  const asked = this.#asked
  const question = asked && editor.question(asked.qid)
  if (!asked || !question) return nothing
  const {t} = editor
  const count = leadingTo(editor.script, asked.qid)
  const isUsed = !!question.name && isRead(editor.script, question.name)
  const cancel = () => {
   this.#asked = null
   editor.changed()
   editor.focus(asked.qid, "remove")
  }
  const isOther = ({value}) => value !== String(asked.qid) && value !== BELOW
  return html`<div class="ed-ask ed-removing errornote" role="alertdialog" aria-labelledby="ed-ask-title">
      <p id="ed-ask-title">
        <strong>${t("remove_asked", {text: shortened(question.text, 60) || t("without_text")})}</strong>
      </p>
      ${
       isUsed
        ? html`<p>${t("answer_is_read")}</p>
              ${this.#parts(
               asked.qid,
               one => isRead(one, question.name ?? ""),
               one => isRead({...one, questions: []}, question.name ?? "")
              )}`
        : nothing
      }
      ${
       count
        ? html(
           _a8 ||
            (_a8 = __template([
             "<p>",
             "</p>\n              ",
             "\n              <script-chooser\n                .editor=",
             "\n                .label=",
             "\n                .choices=",
             "\n                .textOf=",
             "\n                .value=",
             "\n                .choose=",
             "\n              ><\/script-chooser>"
            ])),
           t("leading_here", {count}),
           this.#parts(asked.qid, one => leadingTo(one, asked.qid) > 0),
           editor,
           t("lead_instead_to"),
           () => targets(editor, asked.qid).filter(isOther),
           value => targetText(editor, value),
           String(asked.instead),
           value => (asked.instead = Number(value))
          )
        : nothing
      }
      <div class="ed-row">
        ${button(t("remove_it"), () => this.#remove(asked.qid, asked.instead), {classes: "ed-danger"})}
        ${button(t("cancel"), cancel)}
      </div>
    </div>`
 }
}

function addends(expression) {
 const words = tokensOf(expression).map(({source}) => source)
 if (!words.length || expression.trim() === "0") return []
 const [sum, open, ...rest] = words
 if (sum !== "sum" || open !== "(" || rest.at(-1) !== ")") return null
 const names = []
 const inside = rest.slice(0, -1)
 for (let at = 0; at < inside.length;) {
  const weighs = inside[at] === "weight" && inside[at + 1] === "(" && inside[at + 3] === ")"
  const name = weighs ? inside[at + 2] : inside[at]
  if (!name || !/^[\p{L}_]/u.test(name)) return null
  names.push(name)
  at += weighs ? 4 : 1
  if (at < inside.length && inside[at] !== ",") return null
  at += 1
 }
 return names
}
function sumOf(script, qids) {
 let next = script
 const parts = qids.map(qid => {
  const found = named(next, qid)
  next = found.script
  const question = next.questions.find(each => each.qid === qid)
  return question && isChoice(question) ? `weight(${found.name})` : found.name
 })
 return {script: next, expression: parts.length ? `sum(${parts.join(", ")})` : "0"}
}
function extentOf(script, names) {
 if (!names?.length) return null
 let [from, to] = [0, 0]
 for (const name of names) {
  const question = script.questions.find(each => each.name === name)
  const one = question && extentOfQuestion(question)
  if (!one) return null
  from += one[0]
  to += one[1]
 }
 return {from, to}
}
function extentOfQuestion({type, answers = [], range_from, range_to, limits}) {
 const points = answers.map(({weight}) => weight ?? 0)
 if (type === "choice" && points.length) return [Math.min(0, ...points), Math.max(0, ...points)]
 if (type === "multichoice") {
  const sum = some => some.reduce((all, each) => all + each, 0)
  return [sum(points.filter(each => each < 0)), sum(points.filter(each => each > 0))]
 }
 const [low, high] = type === "range" ? [range_from, range_to] : [limits?.["min"], limits?.["max"]]
 return typeof low === "number" && typeof high === "number" ? [Math.min(0, low), Math.max(0, high)] : null
}

function withScores(script, edit) {
 const scores = edit(script.scores ?? [])
 return withValues(script, {scores: scores.length ? scores : void 0})
}
function withFlags(script, edit) {
 const flags = edit(script.flags ?? [])
 return withValues(script, {flags: flags.length ? flags : void 0})
}
function rulesView(editor) {
 const {t} = editor
 const {scores, flags} = editor.script
 const addScore = () => {
  editor.edit(script =>
   withScores(script, all => [
    ...all,
    {name: freeNumbered("score", script.scores), label: "", expression: "0"}
   ])
  )
  focusOn(`score${(scores ?? []).length}-label`)
 }
 const addFlag = () => {
  editor.edit(script =>
   withFlags(script, all => [...all, {name: freeNumbered("flag", script.flags), if: NEVER, label: ""}])
  )
  focusOn(`flag${(flags ?? []).length}-label`)
 }
 return html`<section aria-labelledby="ed-scores">
      <h2 id="ed-scores">${t("scores")}</h2>
      <p class="help">${t("scores_help")}</p>
      ${problemsOf(editor, "score")} ${(scores ?? []).map((score, index) => oneScore(editor, score, index))}
      ${button(t("add_score"), addScore)}
    </section>
    <section aria-labelledby="ed-flags">
      <h2 id="ed-flags">${t("flags")}</h2>
      <p class="help">${t("flags_help")}</p>
      ${problemsOf(editor, "flag")} ${(flags ?? []).map((flag, index) => oneFlag(editor, flag, index))}
      ${button(t("add_flag"), addFlag)}
    </section>`
}
function problemsOf(editor, part) {
 const column = part === "score" ? "scores" : "flags"
 const all = [...editor.refused, ...editor.findings].filter(
  each => each.part === part || (each.part === "schema" && each.field === column)
 )
 return errorList(all)
}
function freeNumbered(prefix, items) {
 const names = new Set((items ?? []).map(({name}) => name))
 let number2 = names.size + 1
 while (names.has(`${prefix}_${number2}`)) number2 += 1
 return `${prefix}_${number2}`
}
function oneScore(editor, score, index) {
 const {t} = editor
 const id = `score${index}`
 const set = values =>
  editor.edit(
   script =>
    withScores(script, all => all.map((each, at) => (at === index ? withValues(each, values) : each))),
   `${id}-${Object.keys(values).join()}`
  )
 const names = addends(score.expression)
 const {questions} = editor.script
 const candidates = questions.filter(
  each => (editor.type(each.type)?.asked ?? true) && /choice|int|float|range/.test(each.type)
 )
 const chosen = candidates.filter(({name}) => name && names?.includes(name)).map(({qid}) => qid)
 const choose = (qid, isChosen) => {
  const qids = candidates
   .map(each => each.qid)
   .filter(each => (each === qid ? isChosen : chosen.includes(each)))
  editor.edit(script => {
   const sum = sumOf(script, qids)
   return withScores(sum.script, all => replacedAt(all, index, {...all[index], expression: sum.expression}))
  })
 }
 return html`<fieldset class="ed-rule">
    <legend>${score.label || t("score_number", {number: index + 1})}</legend>
    <div class="ed-row">
      ${textField({id: `${id}-label`, label: t("score_label"), value: score.label, set: label => set({label})})}
      ${textField({id: `${id}-name`, label: t("score_name"), value: score.name, isCode: true, set: name => editor.edit(script => renamedScore(script, index, name), `${id}-name`)})}
      ${button("✕", () => editor.edit(script => withScores(script, all => withoutIndex(all, index))), {label: t("remove_score", {number: index + 1}), classes: "ed-quiet ed-danger"})}
    </div>
    ${
     names
      ? html`<fieldset class="ed-addends">
            <legend>${t("score_of")}</legend>
            <div class="ed-list">
              ${names.filter(each => !candidates.some(({name}) => name === each)).map(each => checkField({id: `${id}-of-${each}`, label: `${t("a_missing_question")} (${each})`, checked: true, set: () => choose(NaN, false)}))}
              ${candidates.map(({qid, text: text2, name}) => checkField({id: `${id}-of${qid}`, label: shortened(text2) || t("without_text"), checked: !!name && names.includes(name), set: checked => choose(qid, checked)}))}
            </div>
          </fieldset>`
      : nothing
    }
    ${section(t("as_expression"), !names, textField({id: `${id}-expression`, label: t("expression"), value: score.expression, isCode: true, set: expression => set({expression})}))}
    ${bands(editor, score, id, edit => set({bands: edit(score.bands ?? [])}))}
  </fieldset>`
}
function renamedScore(script, index, name) {
 const before = script.scores?.[index]?.name ?? ""
 const from = `score(${quoted(before)})`
 const to = `score(${quoted(name)})`
 const next = withScores(script, all =>
  all.map((each, at) =>
   withValues(each, {name: at === index ? name : each.name, expression: each.expression.replaceAll(from, to)})
  )
 )
 return withFlags(next, all => all.map(flag => ({...flag, if: flag.if.replaceAll(from, to)})))
}
function bands(editor, score, id, change2) {
 const {t} = editor
 const list = score.bands ?? []
 const extent = extentOf(editor.script, addends(score.expression))
 const add2 = () => {
  const from = list.length ? (list.at(-1)?.to ?? 0) + 1 : (extent?.from ?? 0)
  const to = extent ? Math.max(from, Math.min(from + 4, extent.to)) : from + 4
  change2(all => [...all, {from, to, label: ""}])
  focusOn(`${id}-band${list.length}-from`)
 }
 const set = (index, values) =>
  change2(all => all.map((each, at) => (at === index ? withValues(each, values) : each)))
 return html`<fieldset class="ed-bands">
    <legend>${t("bands")}</legend>
    ${extent ? html`<p class="help">${t("score_extent", {from: extent.from, to: extent.to})}</p>` : nothing}
    ${extent ? withoutBand(editor, list, extent) : nothing}
    ${list.length > 1 ? html`<p class="help">${t("bands_help")}</p>` : nothing}
    ${list.map(
     (
      band,
      index
     ) => html`<div class="ed-row" role="group" aria-label=${t("band_number", {number: index + 1})}>
          ${numberField({id: `${id}-band${index}-from`, label: t("band_from"), value: band.from, set: from => from !== void 0 && set(index, {from})})}
          ${numberField({id: `${id}-band${index}-to`, label: t("band_to"), value: band.to, set: to => to !== void 0 && set(index, {to})})}
          ${textField({id: `${id}-band${index}-label`, label: t("band_label"), value: band.label, set: label => set(index, {label})})}
          ${severityField(editor, `${id}-band${index}-severity`, band.severity, severity => set(index, {severity}))}
          ${button("✕", () => change2(all => withoutIndex(all, index)), {label: t("remove_band", {number: index + 1}), classes: "ed-quiet ed-danger"})}
        </div>`
    )}
    ${button(t("add_band"), add2)}
  </fieldset>`
}
function withoutBand(editor, list, {from, to}) {
 if (!list.length) return nothing
 const first = Math.min(...list.map(band => band.from))
 const last = Math.max(...list.map(band => band.to))
 const ends = [...(from < first ? [[from, first]] : []), ...(last < to ? [[last, to]] : [])]
 return ends.map(
  ([low = 0, high = 0]) => html`<p class="ed-error">
        ${editor.t(low === last ? "no_band_above" : "no_band_below", {number: low === last ? low : high})}
      </p>`
 )
}
var SEVERITIES = ["low", "medium", "high"]
function severityField(editor, id, value, set) {
 const known = value && !SEVERITIES.includes(value) ? [value, ...SEVERITIES] : SEVERITIES
 return selectField({
  id,
  label: editor.t("severity"),
  value: value ?? "",
  options: [
   ["", editor.t("no_severity")],
   ...known.map(each => [each, SEVERITIES.includes(each) ? editor.t(`severity_${each}`) : each])
  ],
  set: severity => set(severity || void 0)
 })
}
var _a9
function oneFlag(editor, flag, index) {
 const {t} = editor
 const id = `flag${index}`
 const set = values =>
  editor.edit(
   script =>
    withFlags(script, all => all.map((each, at) => (at === index ? withValues(each, values) : each))),
   `${id}-${Object.keys(values).join()}`
  )
 const remove3 = () => {
  editor.closeUp("flag", index)
  editor.edit(script => withFlags(script, all => withoutIndex(all, index)))
 }
 const label = text2 => set({label: text2})
 const derive = () => {
  if (/^flag_\d+$/.test(flag.name) && flag.label) set({name: freeName(editor.script, flag.label, flag.name)})
 }
 return html(
  _a9 ||
   (_a9 = __template([
    '<fieldset\n    class="ed-rule"\n    @focusout=',
    "\n  >\n    <legend>",
    '</legend>\n    <div class="ed-row">\n      ',
    "\n      ",
    "\n      ",
    "\n      ",
    "\n    </div>\n    <script-condition\n      .editor=",
    "\n      .label=",
    "\n      .key=",
    "\n      .blank=",
    "\n      .apply=",
    "\n      .source=",
    "\n    ><\/script-condition>\n  </fieldset>"
   ])),
  event => (event.target.id === `${id}-label` ? derive() : void 0),
  flag.label || t("flag_number", {number: index + 1}),
  textField({id: `${id}-label`, label: t("flag_label"), value: flag.label, set: label}),
  severityField(editor, `${id}-severity`, flag.severity, severity => set({severity})),
  textField({
   id: `${id}-name`,
   label: t("flag_name"),
   value: flag.name,
   isCode: true,
   set: name => set({name})
  }),
  button("✕", remove3, {label: t("remove_flag", {number: index + 1}), classes: "ed-quiet ed-danger"}),
  editor,
  t("flag_if"),
  `${id}-if`,
  NEVER,
  (script, source) =>
   withFlags(script, all => all.map((each, at) => (at === index ? {...each, if: source} : each))),
  flag.if
 )
}

function entryOf(item, column, options) {
 const text2 = item[column]
 const name = `${column}_i18n`
 if (typeof text2 !== "string" || !text2.trim()) return null
 const translations = item[name] ?? {}
 const set = (script, value) => options.set(script, {[name]: value})
 return {key: options.key, qid: options.qid, kind: options.kind, text: text2, translations, set}
}
function changedAt(list, index, values) {
 return (list ?? []).map((each, at) => (at === index ? withValues(each, values) : each))
}
var listings = /* @__PURE__ */ new WeakMap()
function entriesOf(script) {
 const known = listings.get(script) ?? listed2(script)
 listings.set(script, known)
 return known
}
function listed2(script) {
 const found = []
 found.push(
  entryOf(script, "name", {
   key: "name",
   qid: null,
   kind: "script_name",
   set: (all, values) => withValues(all, values)
  })
 )
 for (const group of groupsOf(script))
  for (const column of ["name", "text"])
   found.push(
    entryOf(group, column, {
     key: `group-${group.name}-${column}`,
     qid: null,
     kind: `group_${column}`,
     set: (all, values) => setGroup(all, group.name, values)
    })
   )
 for (const question of script.questions) {
  const {qid} = question
  if (question.type !== "fork")
   for (const column of ["text", "hint", "skip", "required_message"])
    found.push(
     entryOf(question, column, {
      key: `${qid}-${column}`,
      qid,
      kind: column,
      set: (all, values) => setQuestion(all, qid, values)
     })
    )
  ;(question.answers ?? []).forEach((answer, index) =>
   found.push(
    entryOf(answer, "text", {
     key: `${qid}-answer${index}`,
     qid,
     kind: "answer",
     set: (all, values) => setAnswers(all, qid, list => changedAt(list, index, values))
    })
   )
  )
  ;(question.constraints ?? []).forEach((constraint, index) =>
   found.push(
    entryOf(constraint, "message", {
     key: `${qid}-check${index}`,
     qid,
     kind: "check_message",
     set: (all, values) =>
      setQuestion(all, qid, {
       constraints: changedAt(all.questions.find(each => each.qid === qid)?.constraints, index, values)
      })
    })
   )
  )
  ;(question.attachments ?? []).forEach((attachment, index) => {
   for (const column of ["title", "description"])
    found.push(
     entryOf(attachment, column, {
      key: `${qid}-picture${index}-${column}`,
      qid,
      kind: `picture_${column}`,
      set: (all, values) =>
       setQuestion(all, qid, {
        attachments: changedAt(all.questions.find(each => each.qid === qid)?.attachments, index, values)
       })
     })
    )
  })
 }
 ;(script.scores ?? []).forEach((score, index) => {
  found.push(
   entryOf(score, "label", {
    key: `score${index}`,
    qid: null,
    kind: "score_label",
    set: (all, values) => ({...all, scores: changedAt(all.scores, index, values)})
   })
  )
  ;(score.bands ?? []).forEach((band, at) =>
   found.push(
    entryOf(band, "label", {
     key: `score${index}-band${at}`,
     qid: null,
     kind: "band_label",
     set: (all, values) => ({
      ...all,
      scores: (all.scores ?? []).map((each, number2) =>
       number2 === index ? {...each, bands: changedAt(each.bands, at, values)} : each
      )
     })
    })
   )
  )
 })
 ;(script.flags ?? []).forEach((flag, index) =>
  found.push(
   entryOf(flag, "label", {
    key: `flag${index}`,
    qid: null,
    kind: "flag_label",
    set: (all, values) => ({...all, flags: changedAt(all.flags, index, values)})
   })
  )
 )
 return found.filter(entry => entry !== null)
}
function languagesOf(script) {
 return [...new Set(entriesOf(script).flatMap(entry => Object.keys(entry.translations)))].sort()
}
var PAGE = 200
function emptyTranslations() {
 return {language: "", missing: null, shown: PAGE}
}
function translationsView(editor, state) {
 const {t} = editor
 const entries = entriesOf(editor.script)
 const used = languagesOf(editor.script)
 const known = new Map(editor.data.languages)
 const codes = [.../* @__PURE__ */ new Set([...used, ...known.keys()])]
 const {language} = state
 const isMissing = entry => !entry.translations[language]?.trim()
 const missing = language ? entries.filter(isMissing).length : 0
 const listed3 = entries.filter(({key}) => state.missing?.has(key) ?? true)
 const missingKeys = () => new Set(entries.filter(isMissing).map(({key}) => key))
 const nameOf3 = code => known.get(code) ?? code
 const enter = (entry, text2) => {
  const {[language]: _, ...others} = entry.translations
  const next = text2 ? {...entry.translations, [language]: text2} : others
  editor.edit(
   script => entry.set(script, Object.keys(next).length ? next : void 0),
   `${entry.key}-${language}`
  )
 }
 return html`<div class="ed-row">
      ${selectField({
       id: "translations-language",
       label: t("language"),
       value: language,
       options: [
        ["", t("choose")],
        ...codes.map(code => [
         code,
         used.includes(code) ? nameOf3(code) : t("language_unused", {name: nameOf3(code)})
        ])
       ],
       set: code => {
        state.language = code
        state.missing = null
        editor.changed()
       }
      })}
      ${
       language
        ? html`${checkField({
           id: "translations-missing",
           label: t("only_missing"),
           checked: state.missing !== null,
           set: checked => {
            state.missing = checked ? missingKeys() : null
            editor.changed()
           }
          })}
              <p role="status">
                ${missing ? t("missing_count", {count: missing, of: entries.length}) : t("nothing_missing")}
              </p>`
        : nothing
      }
    </div>
    ${
     language
      ? html`<table class="ed-translations">
              <thead>
                <tr>
                  <th scope="col">${t("where")}</th>
                  <th scope="col">${t("source_text")}</th>
                  <th scope="col">${nameOf3(language)}</th>
                </tr>
              </thead>
              <tbody>
                ${listed3.slice(0, state.shown).map(
                 entry => html`<tr class=${isMissing(entry) ? "ed-missing" : ""}>
                      <td>${t(`kind_${entry.kind}`)}</td>
                      <th scope="row" dir="auto">${entry.text}</th>
                      <td>
                        <textarea
                          rows="2"
                          dir="auto"
                          lang=${language}
                          aria-label=${t("translation_of", {text: shortened(entry.text, 60)})}
                          .value=${entry.translations[language] ?? ""}
                          @input=${event => enter(entry, event.target.value)}
                        ></textarea>
                        ${isMissing(entry) ? html`<span class="ed-count">${t("missing")}</span>` : nothing}
                      </td>
                    </tr>`
                )}
              </tbody>
            </table>
            ${
             listed3.length > state.shown
              ? button(t("show_more", {count: listed3.length - state.shown}), () => {
                 state.shown += PAGE
                 editor.changed()
                })
              : nothing
            }`
      : html`<p class="help">${t("translations_help")}</p>`
    }`
}

var SHOWN_FOR = 1e4
var VIEWS2 = ["questions", "translations", "rules", "groups"]
var _a10, _b
var Page = class {
 root
 editor
 saving
 #translations = emptyTranslations()
 #removing
 #said = ""
 #saidTimer
 #isPressed = false
 #isDue = false
 constructor(root2, editor, saving) {
  this.root = root2
  this.editor = editor
  this.saving = saving
  this.#removing = new Removing(root2, editor)
  editor.addEventListener("change", () => this.draw())
  editor.addEventListener("show", event => this.#scrollTo(event.detail))
  editor.addEventListener("focus-part", event => this.#focus(event.detail))
  editor.addEventListener("say", event => {
   this.#say(event.detail)
  })
  root2.addEventListener("keydown", event => this.#key(event))
  root2.addEventListener("focusout", () => editor.settle())
  root2.addEventListener("pointerdown", () => (this.#isPressed = true))
  root2.addEventListener("click", () => (this.#isPressed = false), {capture: true})
  for (const name of ["pointerup", "pointercancel", "dragend"])
   addEventListener(name, () => setTimeout(() => this.#release()))
  takeDrops(root2, editor)
 }
 #release() {
  this.#isPressed = false
  if (this.#isDue) this.draw()
 }
 draw() {
  const {editor} = this
  this.#isDue = this.#isPressed
  if (this.#isPressed) return
  render(
   html(
    _a10 ||
     (_a10 = __template([
      "",
      " ",
      " ",
      "\n        ",
      '\n        <div class="ed-main">\n          <div class="ed-panel" role="tabpanel" id="ed-panel" aria-labelledby="ed-tab-',
      '">\n            ',
      " ",
      '\n          </div>\n          <script-preview class="ed-preview" .editor=',
      "><\/script-preview>\n        </div>\n        <p class=",
      ' role="status" dir="auto">',
      "</p>"
     ])),
    this.#bar(),
    keptView(editor, this.saving),
    conflictView(editor, this.saving),
    this.#removing.view(),
    editor.view,
    findingsView(editor),
    this.#view(),
    editor,
    this.#said ? "ed-toast" : "visually-hidden",
    this.#said
   ),
   this.root
  )
  for (const card of this.root.querySelectorAll("script-card")) {
   const question = editor.question(card.qid)
   if (question) card.update(question)
  }
 }
 #say(text2) {
  this.#said = text2
  this.draw()
  clearTimeout(this.#saidTimer)
  this.#saidTimer = setTimeout(() => {
   this.#said = ""
   this.draw()
  }, SHOWN_FOR)
 }
 #step(isRedo) {
  const {editor, root: root2} = this
  this.#said = ""
  if (isRedo) editor.redo()
  else editor.undo()
  const [pressed, other] = isRedo ? [".ed-redo", ".ed-undo"] : [".ed-undo", ".ed-redo"]
  if (root2.querySelector(pressed)?.disabled) root2.querySelector(other)?.focus()
 }
 #bar() {
  const {editor, saving} = this
  const {t} = editor
  const missing = entriesOf(editor.script)
  const languages = languagesOf(editor.script)
  const gaps = languages.reduce(
   (sum, code) => sum + missing.filter(entry => !entry.translations[code]).length,
   0
  )
  const more = {translations: gaps}
  return html`${barView(editor, saving, {
   find: text2 => {
    editor.filter = text2
    editor.view = "questions"
    this.draw()
   },
   enter: () => {
    const first = this.#found()[0]
    if (editor.filter && first) editor.show(first.qid)
   },
   step: isRedo => this.#step(isRedo),
   unfold: isOpen => this.#unfold(isOpen),
   compare: () => this.root.querySelector("#ed-conflict-title")?.focus()
  })}
      <div class="ed-tabs" role="tablist" aria-label=${t("views")}>
        ${VIEWS2.map(
         view => html`<button
              type="button"
              role="tab"
              id="ed-tab-${view}"
              aria-selected=${view === editor.view}
              aria-controls="ed-panel"
              tabindex=${view === editor.view ? 0 : -1}
              @click=${() => this.#open(view)}
              @keydown=${event => this.#turn(event, view)}
            >
              ${t(`view_${view}`)}${more[view] ? html` <span class="ed-count">${t("missing_short", {count: more[view] ?? 0})}</span>` : nothing}
            </button>`
        )}
      </div>`
 }
 #open(view) {
  this.editor.view = view
  this.draw()
 }
 #turn(event, view) {
  const by = {ArrowRight: 1, ArrowLeft: -1}[event.key]
  if (by === void 0) return
  const next = VIEWS2[(VIEWS2.indexOf(view) + by + VIEWS2.length) % VIEWS2.length] ?? view
  this.#open(next)
  this.root.querySelector(`#ed-tab-${next}`)?.focus()
 }
 #view() {
  const {editor} = this
  if (editor.view === "translations") return translationsView(editor, this.#translations)
  if (editor.view === "rules") return rulesView(editor)
  if (editor.view === "groups") return groupsView(editor)
  return this.#list()
 }
 #unfold(isOpen) {
  const {editor} = this
  editor.open.clear()
  if (isOpen) for (const {qid} of this.#found().slice(0, 50)) editor.open.add(qid)
  editor.folded.clear()
  this.draw()
 }
 #found() {
  const words = this.editor.filter.toLowerCase().split(/\s+/).filter(Boolean)
  const {questions} = this.editor.script
  if (!words.length) return questions
  return questions.filter(question => {
   const texts = [
    question.text,
    question.hint,
    question.name,
    question.comments,
    ...(question.answers ?? []).map(({text: text2}) => text2)
   ]
   const all = texts.join(" ").toLowerCase()
   return words.every(word => all.includes(word))
  })
 }
 #items() {
  const {editor} = this
  const items = []
  const counts = /* @__PURE__ */ new Map()
  for (const {group} of editor.script.questions)
   if (group !== void 0) counts.set(group, (counts.get(group) ?? 0) + 1)
  let before
  for (const question of this.#found()) {
   const {group, qid} = question
   if (group !== void 0 && group !== before)
    items.push({key: `group-${group}-${qid}`, group, count: counts.get(group) ?? 0})
   before = group
   if (group === void 0 || !editor.folded.has(group)) items.push({key: editor.cardKey(qid), question})
  }
  return items
 }
 #list() {
  const {editor} = this
  const {t} = editor
  const items = this.#items()
  const toggle = group => {
   if (!editor.folded.delete(group)) editor.folded.add(group)
   this.draw()
  }
  return html`${editor.filter ? html`<p role="status">${t("found", {count: this.#found().length})}</p>` : nothing}
      <ol class="ed-cards">
        ${repeat(
         items,
         ({key}) => key,
         item =>
          "question" in item
           ? html(
              _b || (_b = __template(["<li><script-card .editor=", " .qid=", "><\/script-card></li>"])),
              editor,
              item.question.qid
             )
           : html`<li class="ed-group">
                  <button
                    type="button"
                    class="ed-fold"
                    aria-expanded=${!editor.folded.has(item.group)}
                    @click=${() => toggle(item.group)}
                  >
                    <span dir="auto">${t("group_of", {name: item.group, count: item.count})}</span>
                  </button>
                </li>`
        )}
      </ol>
      ${editor.script.questions.length ? nothing : html`<p class="help"><a href=${editor.data.urls.library}>${t("from_library")}</a></p>`}
      ${button(t("add_question"), () => editor.add(editor.script.questions.length), {classes: "ed-primary", key: "add-question"})}`
 }
 #key(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return
  const key = event.key.toLowerCase()
  const isRedo = key === "y" || (key === "z" && event.shiftKey)
  if (key === "s") {
   event.preventDefault()
   void this.saving.save()
  } else if (isRedo || key === "z") {
   event.preventDefault()
   if (isRedo) this.editor.redo()
   else this.editor.undo()
  }
 }
 #card(qid) {
  return this.root.querySelector(`#question-${CSS.escape(String(qid))}`)
 }
 #scrollTo(qid) {
  const card = this.#card(qid)
  card?.scrollIntoView?.({block: "nearest"})
  card?.querySelector("[data-key=fold]")?.focus()
 }
 #focus(wanted) {
  const card = this.#card(wanted.qid)
  const part =
   wanted.key === "text"
    ? card?.querySelector(`#q${wanted.qid}-text`)
    : card?.querySelector(`[data-key="${wanted.key}"]`)
  const target2 = part?.matches("button, input, textarea")
   ? part
   : part?.querySelector("input, textarea, button")
  target2?.focus()
 }
}

var library
var libraryLoading
var foundPage
function pageData() {
 if (foundPage) return foundPage
 const text2 = document.getElementById("chat-api-client")?.textContent
 foundPage = text2 ? JSON.parse(text2) : null
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


function numberLimit({limits}, name) {
 const value = limits?.[name]
 return typeof value === "number" ? value : null
}
function textLimit({limits}, name) {
 const value = limits?.[name]
 return typeof value === "string" ? value : ""
}
function metaText({meta}, name) {
 const value = meta?.[name]
 return typeof value === "string" ? value : ""
}
function between({t}, key, ends) {
 const [least = null, most = null] = ends
 const form = least !== null && most !== null ? "between" : least !== null ? "least" : "most"
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
 const {type = "text", saving = "paused", read = value => value} = options
 const unit = metaText(asked.question, "unit")
 return html2`<div class="field">
    <input
      id="control"
      type=${type}
      dir=${type === "text" ? "auto" : nothing2}
      inputmode=${options.mode ?? nothing2}
      autocomplete=${options.autocomplete ?? "off"}
      enterkeyhint=${asked.layout === "chat" ? "send" : "next"}
      min=${options.min || nothing2}
      max=${options.max || nothing2}
      aria-describedby=${asked.describedBy}
      aria-invalid=${asked.invalid}
      aria-required=${asked.question.required ? "true" : nothing2}
      .value=${options.value ?? asked.input.text}
      @input=${({target: target2}) => asked.change({text: read(target2.value)}, saving)}
      @keydown=${sendAtEnter(asked)}
    />${unit ? html2`<span class="unit" dir="auto">${unit}</span>` : nothing2}
  </div>`
}
function grow(field2) {
 const {style} = field2
 if (CSS.supports("field-sizing", "content")) return
 style.height = "auto"
 style.height = `${field2.scrollHeight + 2}px`
}
var MODES = {email: "email", phone: "tel", url: "url"}
var textControl = {
 describe: asked => {
  const most = numberLimit(asked.question, "max_length")
  return most === null ? "" : asked.t("characters_most", {n: most})
 },
 view: asked => {
  const mode = MODES[textLimit(asked.question, "format")]
  if (mode) return inputField(asked, {mode, autocomplete: mode})
  return html2`<textarea
      id="control"
      rows=${asked.layout === "chat" ? 1 : 2}
      dir="auto"
      enterkeyhint=${asked.layout === "chat" ? "send" : nothing2}
      aria-describedby=${asked.describedBy}
      aria-invalid=${asked.invalid}
      aria-required=${asked.question.required ? "true" : nothing2}
      .value=${asked.input.text}
      @input=${({target: target2}) => {
       grow(target2)
       asked.change({text: target2.value})
      }}
      @keydown=${sendAtEnter(asked)}
    ></textarea>`
 }
}
function shownNumber({texts, question}, value) {
 if (value === null) return null
 const unit = metaText(question, "unit")
 return texts.number(value, {maximumFractionDigits: 10}) + (unit && ` ${unit}`)
}
function numbers(mode) {
 return {
  describe: asked => {
   const ends = ["min", "max"].map(name => shownNumber(asked, numberLimit(asked.question, name)))
   return between(asked, "number", ends)
  },
  view: asked => {
   const isPositive = (numberLimit(asked.question, "min") ?? 0) >= 0
   return inputField(asked, {mode: isPositive ? mode : "text", saving: "left"})
  }
 }
}
var numberControls = {int: numbers("numeric"), float: numbers("decimal")}

function toggled({answers}, chosen, id) {
 if (chosen.includes(id)) return chosen.filter(other => other !== id)
 const excludes = other => answers.find(answer => answer.id === other)?.exclusive ?? false
 const kept = excludes(id) ? [] : chosen.filter(other => !excludes(other))
 return answers.map(answer => answer.id).filter(other => other === id || kept.includes(other))
}
function chosenText({answers}, chosen, typed = "") {
 const texts = answers.filter(({id}) => chosen.includes(id)).map(answer => answer.text)
 return [...texts, ...(typed.trim() ? [typed.trim()] : [])].join(", ")
}
function draftOf({question, input}) {
 const typed = question.choice_open ? {text: input.text} : {}
 const isEmpty2 = !input.answers.length && !typed.text?.trim()
 return isEmpty2 ? null : {answers: input.answers, ...typed}
}
function shownChoice({question, input}) {
 return chosenText(question, input.answers, question.choice_open ? input.text : "")
}
function openField(asked) {
 if (!asked.question.choice_open) return nothing2
 return html2`<label class="other"
    ><span class="hint">${asked.t("other_answer")}</span>${inputField(asked)}</label
  >`
}
function optionsView(asked, type) {
 const {question, input} = asked
 const least = numberLimit(question, "min_selected") ?? 0
 const choose = id => {
  const answers = type === "radio" ? [id] : toggled(question, input.answers, id)
  const isAlone = question.answers.some(answer => answer.exclusive && answers.includes(answer.id))
  asked.change({answers}, answers.length && answers.length < least && !isAlone ? "left" : "now")
 }
 return html2`<div class="options">
      ${question.answers.map(
       ({id, text: text2}) => html2`<label class="option">
            <input
              type=${type}
              name="answer"
              aria-describedby=${asked.describedBy}
              aria-invalid=${asked.invalid}
              .checked=${input.answers.includes(id)}
              @change=${() => choose(id)}
            /><span dir="auto">${text2}</span>
          </label>`
      )}
    </div>
    ${openField(asked)}`
}
function replies(asked) {
 const {question, input} = asked
 const choose = id => {
  if (asked.isWaiting) return
  asked.change({answers: [id]})
  asked.send()
 }
 return html2`<div class="replies">
      ${question.answers.map(
       ({id, text: text2}) => html2`<button
            class="reply"
            dir="auto"
            ?data-suggested=${!asked.value && input.answers.includes(id)}
            aria-pressed=${asked.value && input.answers.includes(id) ? "true" : nothing2}
            aria-disabled=${asked.isWaiting ? "true" : nothing2}
            @click=${() => choose(id)}
          >
            ${text2}
          </button>`
      )}
    </div>
    ${openField(asked)}`
}
var choice = {
 isGroup: true,
 sendsItself: ({question}) => !question.choice_open,
 view: asked => (asked.layout === "chat" ? replies(asked) : optionsView(asked, "radio")),
 draft: draftOf,
 shown: shownChoice
}
var multichoice = {
 isGroup: true,
 describe: asked => {
  const ends = ["min_selected", "max_selected"].map(name => numberLimit(asked.question, name))
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
function rewritten(text2, from, to, isWhole = true) {
 const source = from
  .replace(/[^\w%]/g, "\\$&")
  .replace(/%(.)/g, (_, letter) =>
   /[YmdHM]/.test(letter) ? `(?<${letter}>\\d{${letter === "Y" ? 4 : 2}})` : "$^"
  )
 const parts = new RegExp(`^${source}${isWhole ? "$" : ""}`).exec(text2)?.groups
 return parts ? to.replace(/%(.)/g, (_, letter) => parts[letter] ?? (/[md]/.test(letter) ? "01" : "00")) : ""
}
function holds(format, iso) {
 return [...format.matchAll(/%(.)/g)].every(([token]) => iso.includes(token))
}
function shownDate(texts, type, text2) {
 const date = new Date(type === "time" ? `2000-01-01T${text2}` : type === "date" ? `${text2}T00:00` : text2)
 if (Number.isNaN(date.getTime()) || (type !== "time" && date.getDate() !== Number(text2.slice(8, 10))))
  return null
 return texts.date(date, {
  ...(type === "time" ? {} : {dateStyle: "medium"}),
  ...(type === "date" ? {} : {timeStyle: "short"})
 })
}
function temporal(type) {
 const iso = ISO[type]
 const isoOf = (text2, format) => rewritten(text2, format, iso) || rewritten(text2, iso, iso, false)
 const formatOf = ({question}) => {
  const format = metaText(question, "format")
  return format && format !== "iso" ? format : iso
 }
 const bounds = ({question}) =>
  ["min", "max"].map(name => rewritten(textLimit(question, name), iso, iso, false))
 return {
  describe: asked => {
   const ends = bounds(asked).map(bound => shownDate(asked.texts, type, bound))
   return between(asked, type === "time" ? "number" : "date", ends)
  },
  view: asked => {
   const format = formatOf(asked)
   if (!holds(format, iso)) return inputField(asked)
   const {text: text2} = asked.input
   const value = isoOf(text2, format)
   const [min, max] = bounds(asked)
   const read = entered => rewritten(entered, iso, format, false)
   return html2`${inputField(asked, {type, value, min, max, read, saving: "paused"})}
      ${text2 && !value ? html2`<p class="hint" dir="auto">${asked.t("you_answered", {text: text2})}</p>` : nothing2}`
  },
  shown: asked => {
   const {text: text2} = asked.input
   const format = formatOf(asked)
   return (holds(iso, format) && shownDate(asked.texts, type, isoOf(text2, format))) || text2
  }
 }
}
var dateControls = {date: temporal("date"), time: temporal("time"), datetime: temporal("datetime-local")}

var QUALITIES = [0.9, 0.8, 0.65]
async function encoded(bitmap, scale, quality) {
 const canvas = document.createElement("canvas")
 canvas.width = Math.max(1, Math.floor(bitmap.width * scale))
 canvas.height = Math.max(1, Math.floor(bitmap.height * scale))
 const context = canvas.getContext("2d")
 if (!context) return null
 context.fillStyle = "#fff"
 context.fillRect(0, 0, canvas.width, canvas.height)
 context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
 return new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", quality))
}
async function fitting(file, {bytes, pixels}, isAccepted) {
 const bitmap = await createImageBitmap(file).catch(() => null)
 if (!bitmap) return isAccepted && file.size <= bytes ? file : null
 try {
  const area = bitmap.width * bitmap.height
  if (isAccepted && area <= pixels && file.size <= bytes) return file
  let scale = Math.min(1, Math.sqrt(pixels / area))
  for (let attempt = 0; attempt < 4; attempt += 1, scale *= 0.6)
   for (const quality of QUALITIES) {
    const blob = await encoded(bitmap, scale, quality)
    if (blob && blob.size <= bytes)
     return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", {type: "image/jpeg"})
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
 const {accept, bytes, limits, texts} = rules
 const {name} = file
 const type = typeOf(limits, file)
 const isPicture = type === "image" || (!type && file.type.startsWith("image/"))
 const bounds = {bytes, pixels: limits?.image_pixels_max ?? Infinity}
 const ready = isPicture ? await fitting(file, bounds, type === "image") : file
 const sent = ready && typeOf(limits, ready)
 const isAccepted = sent && (!accept.length || accept.some(each => fits(ready, each)))
 if (isAccepted && ready.size <= bytes) return {file: ready, type: sent, title: ready.name}
 const isTooLarge = isAccepted || (!ready && type)
 return isTooLarge
  ? texts.get("file_too_large_for", {name, size: megabytes(texts, bytes)})
  : texts.get("file_not_accepted", {name})
}
function fits(file, pattern) {
 if (pattern.startsWith(".")) return file.name.toLowerCase().endsWith(pattern.toLowerCase())
 return pattern.endsWith("/*") ? file.type.startsWith(pattern.slice(0, -1)) : file.type === pattern
}
function typeOf(limits, {type}) {
 if (limits?.image_types?.includes(type) ?? type.startsWith("image/")) return "image"
 const own = Object.entries(limits?.file_types ?? {})
 return own.find(([, types]) => types.includes(type))?.[0] ?? ""
}
function megabytes(texts, bytes) {
 const isSmall = bytes < MEGABYTE
 return texts.number(isSmall ? bytes / 1e3 : bytes / MEGABYTE, {
  style: "unit",
  unit: isSmall ? "kilobyte" : "megabyte",
  maximumFractionDigits: 1
 })
}

function bytesMax({question, limits}) {
 return Math.min(limits?.file_bytes_max ?? Infinity, numberLimit(question, "max_size") ?? Infinity)
}
function filesMax({question, limits}) {
 return Math.min(limits?.attachments_max ?? 10, numberLimit(question, "max_files") ?? Infinity)
}
function acceptedBy({limits}) {
 const {accept} = limits ?? {}
 return Array.isArray(accept) ? accept.map(String) : []
}
function rulesOf(asked) {
 const {limits, question, texts} = asked
 return {limits, accept: acceptedBy(question), bytes: bytesMax(asked), texts}
}
async function add(asked, list) {
 const all = [...list]
 if (!all.length || asked.isWaiting) return
 const free = filesMax(asked) - asked.input.files.length - (asked.value?.files?.length ?? 0)
 asked.say(all.length > free ? asked.t("files_at_most", {n: filesMax(asked)}) : "")
 const results = await Promise.all(
  all.slice(0, Math.max(0, free)).map(file => prepared(rulesOf(asked), file))
 )
 const errors = results.filter(result => typeof result === "string")
 const files = results.filter(result => typeof result !== "string")
 if (files.length) asked.change({files: [...asked.input.files, ...files]}, "now")
 if (errors.length) asked.say(errors.join(" "))
}
function picker(asked, key, options = {}) {
 const {question, limits} = asked
 const accept = acceptedBy(question)
 const open = ({currentTarget}) => currentTarget.nextElementSibling.click()
 const take = ({target: target2}) => {
  const input = target2
  void add(asked, [...(input.files ?? [])])
  input.value = ""
 }
 return html2`<button
      id=${options.camera ? nothing2 : "control"}
      class=${options.camera ? "camera" : ""}
      aria-describedby=${asked.describedBy}
      aria-disabled=${asked.isWaiting}
      @click=${open}
    >
      ${asked.t(key)}</button
    ><input
      type="file"
      hidden
      accept=${options.camera ? "image/*" : (accept.length ? accept : acceptedTypes(limits)).join(",")}
      capture=${options.camera ? "environment" : nothing2}
      ?multiple=${!options.camera && filesMax(asked) > 1}
      @change=${take}
    />`
}
function fileRow(asked, name, src, remove3) {
 return html2`<li>
    ${src ? html2`<img src=${src} alt="" />` : nothing2}
    <span dir="auto">${name}</span>
    <button class="plain" aria-label=${asked.t("remove_file", {name})} @click=${remove3}>✕</button>
  </li>`
}
function thumbnailOf({thumbnail, src, type}) {
 const small2 = thumbnail?.src
 return small2 ?? (type === "image" ? src : null)
}
function over(event, isOver) {
 event.preventDefault()
 event.currentTarget.toggleAttribute("data-over", isOver)
}
function filesView(asked) {
 const {input, value} = asked
 const without = file => asked.change({files: input.files.filter(other => other !== file)})
 const stored = asked.layout === "survey" ? (value?.files ?? []) : []
 const count = stored.length + input.files.length
 return html2`<div
    class="files"
    @dragover=${event => over(event, true)}
    @dragleave=${event => over(event, false)}
    @drop=${event => {
     over(event, false)
     void add(asked, event.dataTransfer?.files ?? [])
    }}
    @paste=${event => void add(asked, event.clipboardData?.files ?? [])}
  >
    ${
     count
      ? html2`<ul>
            ${stored.map(file => fileRow(asked, file.title || asked.t("file"), asked.url(thumbnailOf(file)), () => asked.removeFile(file)))}
            ${input.files.map(file => fileRow(asked, file.title ?? "", file.type === "image" ? asked.preview(file.file) : "", () => without(file)))}
          </ul>`
      : nothing2
    }
    ${
     count < filesMax(asked)
      ? html2`<div class="pickers">
            ${picker(asked, "choose_file")} ${picker(asked, "take_photo", {camera: true})}
            <span class="hint drop">${asked.t("or_drop")}</span>
          </div>`
      : nothing2
    }
  </div>`
}
var fileControl = {
 isGroup: true,
 describe: asked => {
  const own = numberLimit(asked.question, "max_size")
  const most = numberLimit(asked.question, "max_files")
  return [
   most === null ? "" : asked.t("files_at_most", {n: most}),
   own === null ? "" : asked.t("size_at_most", {size: megabytes(asked.texts, bytesMax(asked))})
  ]
   .filter(Boolean)
   .join(" ")
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
   const text2 = [latitude.toFixed(6), longitude.toFixed(6), Math.round(accuracy)].join(",")
   asked.change({text: text2}, "now")
  },
  ({code}) => asked.say(asked.t(code === 1 ? "location_denied" : "location_unavailable")),
  {enableHighAccuracy: true, timeout: 2e4, maximumAge: 6e4}
 )
}
var locationControl = {
 describe: ({t}) => t("coordinates"),
 view: asked => html2`
    ${"geolocation" in navigator && isSecureContext ? html2`<button @click=${() => locate(asked)}>${asked.t("use_my_location")}</button>` : nothing2}
    ${inputField(asked, {saving: "left"})}
  `
}

var rangeControl = {
 view: asked => {
  const {question, input} = asked
  const from = question.range_from ?? numberLimit(question, "min") ?? 0
  const to = question.range_to ?? numberLimit(question, "max") ?? 10
  const step = numberLimit(question, "step") ?? 1
  const value = input.text === "" ? null : Number(input.text)
  const shown = shownNumber(asked, value) ?? asked.t("not_answered")
  const middle = from + Math.round((to - from) / 2 / step) * step
  const take = ({target: target2}) => asked.change({text: target2.value})
  const touch = event => {
   if (!input.text) take(event)
  }
  const press = event => {
   if (event.key === "Enter" && input.text) asked.send()
   else if (event.key === "Enter" || event.key === " ") touch(event)
  }
  return html2`<div class="range" ?data-untouched=${value === null}>
      <output for="control" aria-hidden="true">${shown}</output>
      <input
        id="control"
        type="range"
        min=${from}
        max=${to}
        step=${step}
        aria-describedby=${asked.describedBy}
        aria-invalid=${asked.invalid}
        aria-valuetext=${shown}
        .value=${String(value ?? middle)}
        @input=${take}
        @click=${touch}
        @pointerup=${touch}
        @keydown=${press}
      />
      <div class="ends" aria-hidden="true">
        <span dir="auto">${metaText(question, "from_label") || asked.texts.number(from)}</span>
        <span dir="auto">${metaText(question, "to_label") || asked.texts.number(to)}</span>
      </div>
    </div>`
 }
}

var stepControl = {
 isSilent: "survey",
 isGroup: true,
 sendsItself: () => true,
 draft: () => ({}),
 view:
  asked => html2`<button id="control" class="primary" aria-disabled=${asked.isWaiting} @click=${() => asked.send()}>
      ${asked.t("go_on")}
    </button>`
}
var silentControl = {isSilent: "always", view: () => "", draft: () => null}

var controls = new Map(
 Object.entries({
  ...choiceControls,
  ...numberControls,
  ...dateControls,
  text: textControl,
  range: rangeControl,
  file: fileControl,
  location: locationControl,
  control: stepControl,
  message: silentControl,
  fork: silentControl,
  calculation: silentControl
 })
)
function shownText(asked) {
 return controlFor(asked.question.type).shown?.(asked) ?? asked.input.text
}
function controlFor(type) {
 return controls.get(type) ?? textControl
}

var _a11
function attributeOf(name, {attribute}) {
 return attribute ?? name.replace(/[A-Z]/g, "-$&").toLowerCase()
}
var DrawnElement = class extends HTMLElement {
 static properties = {}
 updateComplete = Promise.resolve()
 renderRoot = this.attachShadow({mode: "open"})
 #values = /* @__PURE__ */ new Map()
 #early = []
 #changed = /* @__PURE__ */ new Map()
 #isPending = false
 #connect
 #connected = new Promise(resolve => {
  this.#connect = resolve
 })
 constructor() {
  super()
  for (const name of Object.keys(this.#declared)) {
   const early = Object.getOwnPropertyDescriptor(this, name)
   if (!early) continue
   this.#early.push([name, early.value])
   Reflect.deleteProperty(this, name)
  }
  this.requestUpdate()
 }
 static get observedAttributes() {
  for (const name of Object.keys(this.properties))
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
  const before = this.#values.get(name)
  if (Object.is(value, before)) return
  this.#values.set(name, value)
  if (!this.#changed.has(name)) this.#changed.set(name, before)
  this.requestUpdate()
 }
 connectedCallback() {
  for (const [name, value] of this.#early.splice(0)) Reflect.set(this, name, value)
  this.#connect()
 }
 disconnectedCallback() {}
 attributeChangedCallback(attribute, _, text2) {
  for (const [name, declared] of Object.entries(this.#declared)) {
   if (attributeOf(name, declared) !== attribute) continue
   const isNumber = declared.type === Number && text2 !== null
   Reflect.set(this, name, declared.type === Boolean ? text2 !== null : isNumber ? Number(text2) : text2)
  }
 }
 requestUpdate() {
  if (this.#isPending) return
  this.#isPending = true
  this.updateComplete = this.#connected.then(() => this.#draw())
 }
 #draw() {
  const changed2 = this.#changed
  try {
   this.willUpdate(changed2)
   this.#reflect(changed2)
   render2(this.render(), this.renderRoot)
  } finally {
   this.#changed = /* @__PURE__ */ new Map()
   this.#isPending = false
  }
  this.updated()
 }
 #reflect(changed2) {
  for (const [name, declared] of Object.entries(this.#declared)) {
   const attribute = attributeOf(name, declared)
   if (!declared.reflect || !attribute || !changed2.has(name)) continue
   const value = this.#values.get(name)
   const isThere = declared.type === Boolean ? value : value !== null && value !== void 0
   if (isThere) this.setAttribute(attribute, value === true ? "" : String(value))
   else this.removeAttribute(attribute)
  }
 }
 willUpdate(_changed) {}
 updated() {}
}
_a11 = DrawnElement

var emptyInput = {answers: [], text: "", files: []}
function inputOf(question, value) {
 const {answers = [], text: text2 = ""} = value ?? {}
 if (!answers.length) return {...emptyInput, text: text2}
 const chosen = chosenText(question, answers)
 const typed =
  text2 === chosen ? "" : text2.startsWith(`${chosen}, `) ? text2.slice(chosen.length + 2) : text2
 return {...emptyInput, answers, text: question.choice_open ? typed : ""}
}
function suggestionOf({answers, default: suggested}) {
 if (suggested === void 0 || suggested === null) return null
 if (!answers.length) return {...emptyInput, text: String(suggested)}
 const values = Array.isArray(suggested) ? suggested : [suggested]
 const chosen = answers.filter(({text: text2, value}) => values.includes(value ?? text2)).map(({id}) => id)
 return chosen.length ? {...emptyInput, answers: chosen} : null
}

var sheets
var sheetsLoading
function loadStyles() {
 sheetsLoading ??= fetch(pageData()?.styles ?? new URL("./elements.css", import.meta.url).href).then(
  async response => {
   if (!response.ok) throw new Error(`${response.url}: ${response.status}`)
   const [, ...parts] = (await response.text()).split(/\/\*! (\w+) \*\//)
   const named2 = parts.flatMap((name, at) => (at % 2 ? [] : [[name, sheetOf(parts[at + 1] ?? "")]]))
   sheets = new Map(named2)
  }
 )
 sheetsLoading.catch(() => (sheetsLoading = void 0))
 return sheetsLoading
}
function sheetOf(text2) {
 const sheet = new CSSStyleSheet()
 sheet.replaceSync(text2)
 return sheet
}
function applyStyles(root2, names) {
 if (!sheets) return
 const wanted = ["shared", ...names].flatMap(name => sheets?.get(name) ?? [])
 root2.adoptedStyleSheets = [...root2.adoptedStyleSheets.filter(sheet => !wanted.includes(sheet)), ...wanted]
}

var PAUSE = 800
var QuestionInput = class extends DrawnElement {
 static properties = {
  question: {attribute: false},
  instance: {attribute: false},
  value: {attribute: false},
  texts: {attribute: false},
  layout: {},
  explanations: {attribute: false},
  canConfirm: {attribute: false},
  busy: {attribute: false},
  limits: {attribute: false},
  canSkip: {attribute: false},
  pictures: {attribute: false},
  input: {attribute: false},
  said: {attribute: false},
  isSent: {attribute: false}
 }
 #shown = ""
 #stored = ""
 #isDirty = false
 #pause
 #previews = /* @__PURE__ */ new Map()
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
  for (const url of this.#previews.values()) URL.revokeObjectURL(url)
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
  void this.updateComplete.then(() => {
   const fields = "#control, input:checked, .control :is(input, button, textarea, select)"
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
  const draft = this.#draft()
  if (draft) this.#emit(draft)
  else {
   this.said = this.t("answer_first")
   this.focusControl()
  }
 }
 save() {
  clearTimeout(this.#pause)
  if (this.layout === "chat" || !this.#isDirty) return
  const draft = this.#draft()
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
 say(text2) {
  this.said = text2
 }
 url(src) {
  return this.pictures ? this.pictures.url(src) : (src ?? "")
 }
 preview(file) {
  const url = this.#previews.get(file) ?? URL.createObjectURL(file)
  this.#previews.set(file, url)
  return url
 }
 removeFile(file) {
  this.#dispatch("file-remove", file)
 }
 #draft() {
  const {draft} = this.control
  if (draft) return draft(this)
  return this.input.text.trim() ? {text: this.input.text} : null
 }
 #emit(draft) {
  this.#isDirty = false
  this.said = ""
  this.isSent = this.layout === "chat"
  const shown = shownText(this)
  if (this.layout === "survey" && draft.files) this.input = emptyInput
  this.#dispatch("answer", {draft, shown})
 }
 #dispatch(name, detail) {
  this.dispatchEvent(new CustomEvent(name, {detail}))
 }
 confirm() {
  const draft = this.#draft() ?? {}
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
  const {answers = [], text: text2 = ""} = this.value ?? {}
  return answers.length || text2 ? JSON.stringify([answers, text2]) : ""
 }
 #left() {
  this.save()
  if (this.layout === "survey" && !this.#isDirty && this.#stored !== this.#valueKey()) this.#adopt()
 }
 get #isTyping() {
  const active = this.shadowRoot?.activeElement
  return (
   active instanceof HTMLTextAreaElement ||
   (active instanceof HTMLInputElement && !/^(radio|checkbox)$/.test(active.type))
  )
 }
 willUpdate(changed2) {
  const key = `${this.question.id}:${this.instance}`
  if (key !== this.#shown) {
   this.#shown = key
   this.#begin()
  } else if (changed2.has("value") && this.#stored !== this.#valueKey() && !this.#isDirty && !this.#isTyping)
   this.#adopt()
  if ((changed2.has("busy") && !this.busy) || changed2.has("explanations")) this.isSent = false
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
  const control = this.control
  if (control.isSilent === "always" || control.isSilent === this.layout)
   return this.layout === "survey" ? this.#message() : nothing2
  const {layout, question} = this
  const label = html2`<span dir="auto">${question.text}</span>${
   question.required && layout === "survey"
    ? html2`<span class="required" aria-hidden="true"> *</span
              ><span class="unseen">${this.t("required")}</span>`
    : nothing2
  }`
  const classes = layout === "chat" ? "unseen" : "label"
  const inside = html2`
      ${layout === "survey" ? this.#attachments() : nothing2}
      <p id="hint" class="hint" dir="auto" ?hidden=${!question.hint}>${question.hint}</p>
      <p id="limits" class="hint" ?hidden=${!control.describe?.(this)}>${control.describe?.(this)}</p>
      <div class="answer">
        <div class="control">${control.view(this)}</div>
        ${control.isGroup ? nothing2 : this.#actions(control)}
      </div>
    `
  return html2`<div class="question ${layout}">
      ${
       control.isGroup
        ? html2`<fieldset>
              <legend class=${classes}>${label}</legend>
              ${inside}
            </fieldset>`
        : html2`<label class=${classes} for="control">${label}</label>${inside}`
      }
      ${layout === "survey" ? this.#suggestion() : nothing2}
      <div id="error" class="error" aria-live="polite">${this.#errors()}</div>
      ${control.isGroup ? this.#actions(control) : nothing2}
    </div>`
 }
 #message() {
  return html2`<div class="question">
      <p class="said" dir="auto">${this.question.text}</p>
      ${this.#attachments()}
    </div>`
 }
 #errors() {
  const {required_message: own, constraints: constraints2 = []} = this.question
  const authors = [own, ...constraints2.map(({message}) => message)]
  const sentences = this.explanations.map(({text: text2, code}) =>
   authors.includes(text2) || code === "CONFIRM" || code === "CONSTRAINT"
    ? text2
    : this.t("expected", {text: text2})
  )
  return [.../* @__PURE__ */ new Set([...sentences, ...(this.said ? [this.said] : [])])].map(
   sentence => html2`<p dir="auto">${sentence}</p>`
  )
 }
 #actions(control) {
  const isChat = this.layout === "chat"
  const sends = isChat && !control.sendsItself?.(this)
  const isSkipped = this.canSkip ?? (isChat && !!this.question.skip)
  const clears = !isChat && this.#isClearable
  if (!sends && !isSkipped && !clears && !this.canConfirm) return nothing2
  return html2`<div class="actions">
      ${
       isSkipped
        ? html2`<button class="plain" dir="auto" aria-disabled=${this.isWaiting} @click=${() => this.skip()}>
              ${this.question.skip || this.t("skip")}
            </button>`
        : nothing2
      }
      ${clears ? html2`<button class="link" @click=${() => this.clear()}>${this.t("clear_answer")}</button>` : nothing2}
      ${this.canConfirm ? html2`<button @click=${() => this.confirm()}>${this.t("keep_answer")}</button>` : nothing2}
      ${
       sends
        ? html2`<button class="primary" aria-disabled=${this.isWaiting} @click=${() => this.send()}>
              ${this.t("send")}
            </button>`
        : nothing2
      }
    </div>`
 }
 get #isClearable() {
  const {answers, text: text2} = this.input
  return (
   /^(choice|range|date|time|datetime|location)$/.test(this.question.type) &&
   (answers.length > 0 || text2 !== "")
  )
 }
 #suggestion() {
  const {question, texts, suggested: input} = this
  if (!input) return nothing2
  return html2`<p class="suggestion">
      <span>${this.t("suggested")} <b dir="auto">${shownText({question, texts, input})}</b></span>
      <button @click=${() => this.change(input, "now")}>${this.t("use_suggestion")}</button>
    </p>`
 }
 #attachments() {
  return this.question.attachments.map(({type, src, title, description, thumbnail}) => {
   if (type !== "image")
    return src
     ? html2`<p>
              <a href=${lib().safeUrl(src) ?? nothing2} target="_blank" rel=${lib().LINK_REL} dir="auto"
                >${title || src}</a
              >
            </p>`
     : nothing2
   const small2 = thumbnail?.src ?? src
   const url = this.url(src) || this.url(small2)
   return url ? html2`<img class="picture" src=${url} alt=${description || title} />` : nothing2
  })
 }
}

var LANGUAGES = ["en", "es", "fr", "pl", "ar"]
var loadings = /* @__PURE__ */ new Map()
var Texts = class {
 language
 strings
 #plurals
 #formats = /* @__PURE__ */ new Map()
 constructor(language, strings) {
  this.language = language
  this.strings = strings
  this.#plurals = new Intl.PluralRules(language)
 }
 get(key, parameters = {}) {
  const {n} = parameters
  const forms = typeof n === "number" ? [`${key}_${this.#plurals.select(n)}`, `${key}_other`, key] : [key]
  const text2 =
   forms.map(form => this.strings[form]).find(found => found !== void 0) ?? key.replaceAll("_", " ")
  return text2.replace(/\{(\w+)\}/g, (whole, name) => {
   const value = parameters[name]
   return value === void 0 ? whole : typeof value === "number" ? this.number(value) : value
  })
 }
 has(key) {
  return key in this.strings
 }
 date(value, options) {
  const key = JSON.stringify(options)
  const format = this.#formats.get(key) ?? new Intl.DateTimeFormat(this.language, options)
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
 const known = Object.keys(pageData()?.texts ?? {})
 const all = known.length ? known : LANGUAGES
 const wanted = tag.toLowerCase()
 return all.find(one => one === wanted) ?? all.find(one => one === wanted.split("-")[0]) ?? "en"
}
async function loadTexts(tag, overrides = {}) {
 const language = languageOf(tag)
 const strings = await stringsOf(language).catch(() => stringsOf("en").catch(() => ({})))
 return new Texts(tag || language, {...strings, ...overrides})
}
function stringsOf(language) {
 const known = loadings.get(language)
 if (known) return known
 const url = pageData()?.texts?.[language] ?? new URL(`./strings/${language}.json`, import.meta.url).href
 const strings = fetch(url).then(response => {
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.json()
 })
 loadings.set(language, strings)
 strings.catch(() => loadings.delete(language))
 return strings
}

var PAUSE2 = 400
function showNewest(log) {
 log.scrollTop = log.scrollHeight
 const said = [...log.querySelectorAll(".ed-script")].at(-1)
 if (said && said.offsetTop < log.scrollTop) log.scrollTop = said.offsetTop
}
var PreviewElement = class extends HTMLElement {
 editor
 #language = ""
 #replies = []
 #context = {}
 #result = null
 #texts = null
 #asked = 0
 #timer
 #scrolls = false
 connectedCallback() {
  if (!customElements.get("dca-question")) customElements.define("dca-question", QuestionElement)
  this.editor.addEventListener("edit", this.#follow)
  void Promise.all([loadLibrary(), loadStyles(), this.#load()]).then(() => this.#ask())
  this.#draw()
 }
 disconnectedCallback() {
  this.editor.removeEventListener("edit", this.#follow)
  clearTimeout(this.#timer)
 }
 async #load() {
  this.#texts = await loadTexts(this.#language || document.documentElement.lang)
 }
 #follow = () => {
  clearTimeout(this.#timer)
  this.#timer = setTimeout(() => void this.#ask(), PAUSE2)
 }
 async #ask() {
  clearTimeout(this.#timer)
  this.#asked += 1
  const asked = this.#asked
  const {script, data} = this.editor
  const {status, body} = await postJson(data, data.urls.preview, {
   document: script,
   language: this.#language || null,
   replies: this.#replies,
   context: this.#context
  })
  if (asked !== this.#asked) return
  if (status === 200) {
   this.#result = body
   this.#replies = this.#replies.slice(0, body.accepted ?? 0)
  } else
   this.#result = {
    ...this.#result,
    errors: body.errors ?? [{text: this.editor.t(status ? "preview_failed" : "no_connection")}]
   }
  this.#draw()
  const log = this.querySelector(".ed-said")
  if (log && this.#scrolls) showNewest(log)
  this.#scrolls = false
 }
 #reply(reply) {
  this.#replies = [...this.#replies, reply]
  this.#scrolls = true
  void this.#ask().then(() => this.querySelector("dca-question")?.focusControl())
 }
 #answer(question, draft) {
  const chosen = (draft.answers ?? []).map(id => {
   const at = question.answers.findIndex(answer => answer.id === id)
   return question.answers[at]?.index ?? at
  })
  const files = (draft.files ?? []).map(file => {
   const found = file
   return {name: found.file?.name ?? "file", size: found.file?.size ?? 0}
  })
  this.#reply({qid: question.qid, text: draft.text ?? "", answers: chosen, skip: false, files})
 }
 #back() {
  this.#replies = this.#replies.slice(0, -1)
  this.#scrolls = true
  void this.#ask()
 }
 #again() {
  this.#replies = []
  void this.#ask()
 }
 async #speak(language) {
  this.#language = language
  await this.#load()
  await this.#ask()
 }
 #draw() {
  const {editor} = this
  const {t} = editor
  const known = new Map(editor.data.languages)
  const codes = [.../* @__PURE__ */ new Set([...languagesOf(editor.script), ...known.keys()])]
  const {lines = [], ended, errors = [], flags = []} = this.#result ?? {}
  render(
   html`<section aria-labelledby="ed-preview-title">
        <div class="ed-row ed-preview-head">
          <h2 id="ed-preview-title">${t("preview")}</h2>
          ${selectField({
           id: "preview-language",
           label: t("preview_language"),
           value: this.#language,
           options: [["", t("language_as_written")], ...codes.map(code => [code, known.get(code) ?? code])],
           set: code => void this.#speak(code)
          })}
        </div>
        <div role="status">
          ${flags.map(({name, label}) => html`<p class="ed-flag"><strong>${t("flag_raised")}</strong> <span dir="auto">${label || name}</span></p>`)}
        </div>
        <div class="ed-phone" lang=${this.#language || nothing}>
          <div class="ed-said" role="log" tabindex="0" aria-label=${t("conversation")}>
            ${lines.map(line => this.#line(line))}
            ${ended ? html`<p class="ed-ended">${ended}</p>` : nothing}
          </div>
          ${errors.map(({text: text2}) => html`<p class="errornote">${text2}</p>`)}
          <div class="ed-asked">${this.#question()}</div>
        </div>
        <div class="ed-row">
          ${button(t("preview_back"), () => this.#back(), {isDisabled: !this.#replies.length})}
          ${button(t("preview_again"), () => this.#again(), {isDisabled: !this.#replies.length})}
        </div>
        ${this.#figures()}
      </section>`,
   this
  )
 }
 #line({who, qid, text: text2, pictures, problems}) {
  const open = () => this.editor.show(qid ?? 0)
  return html`<div class="ed-line ed-${who}">
      ${text2 ? html`<p dir="auto">${text2}</p>` : nothing}
      ${pictures.map(({src, title}) => (src ? html`<img src=${src} alt=${title} />` : html`<span>${title}</span>`))}
      ${problems.map(problem => html`<p class="ed-problem">${problem}</p>`)}
      ${who === "script" ? button("✎", open, {label: this.editor.t("edit_question"), classes: "ed-quiet ed-edit"}) : nothing}
    </div>`
 }
 #question() {
  const {question, explanations = []} = this.#result ?? {}
  if (!question || !this.#texts) return nothing
  const skip = () => this.#reply({qid: question.qid, text: "", answers: [], skip: true, files: []})
  return html`<dca-question
      .question=${question}
      .texts=${this.#texts}
      .explanations=${explanations}
      layout="chat"
      @answer=${({detail}) => this.#answer(question, detail.draft)}
      @skip=${skip}
    ></dca-question>`
 }
 #figures() {
  const {t} = this.editor
  const {values = {}, variables = {}, scores = [], context = {}} = this.#result ?? {}
  const counted = this.#replies.length ? scores : []
  const titleOf = name =>
   shortened(this.editor.script.questions.find(each => each.name === name)?.text, 60) || name
  const rows = [
   ...counted.map(({name, label, value, band}) => [
    label || name,
    [value ?? "–", band].filter(Boolean).join(" · ")
   ]),
   ...Object.entries(values).map(([name, value]) => [titleOf(name), value]),
   ...Object.entries(variables)
  ]
  const entered = (path, text2) => {
   this.#context = {...context, ...this.#context, [path]: text2}
   this.#follow()
  }
  return html`${
   rows.length
    ? html`<table class="ed-figures">
            <caption>
              ${this.#result?.ended ? t("figures") : t("figures_so_far")}
            </caption>
            <tbody>
              ${rows.map(
               ([name, value]) => html`<tr>
                    <th scope="row" dir="auto">${name}</th>
                    <td dir="auto">${value}</td>
                  </tr>`
              )}
            </tbody>
          </table>`
    : nothing
  }
    ${
     Object.keys(context).length
      ? html`<fieldset>
            <legend>${t("host_data")}</legend>
            ${Object.entries(context).map(([path, text2]) => textField({id: `context-${path}`, label: path, value: this.#context[path] ?? text2, set: entry => entered(path, entry)}))}
          </fieldset>`
      : nothing
    }`
 }
}

function keep(place, kept) {
 try {
  localStorage.setItem(place, JSON.stringify(kept))
 } catch {}
}
function forget(place) {
 try {
  localStorage.removeItem(place)
 } catch {}
}
function placeOf(key) {
 return `${key} ${Math.random()}`
}
function keptOf(key) {
 const found = /* @__PURE__ */ new Map()
 try {
  for (const place of Object.keys(localStorage)) {
   const kept = place.startsWith(`${key} `) ? parsed(localStorage.getItem(place)) : null
   if (kept) found.set(place, kept)
  }
 } catch {}
 return found
}
function parsed(text2) {
 try {
  const found = JSON.parse(text2 ?? "null")
  if (!isScript(found?.document)) return null
  return {document: found.document, base: isScript(found.base) ? found.base : null}
 } catch {
  return null
 }
}
function isScript(value) {
 return Array.isArray(value?.questions)
}

var Undecided = class {
 #versions = /* @__PURE__ */ new WeakSet()
 has(version2) {
  return this.#versions.has(version2)
 }
 add(version2) {
  this.#versions.add(version2)
 }
 clear() {
  this.#versions = /* @__PURE__ */ new WeakSet()
 }
 rebase(editor, merger) {
  const found = []
  editor.renumber(merger.numbers)
  editor.rebase(version2 => {
   const {script, clashes} = merger.merge(version2, "mine")
   if (clashes.length || this.has(version2)) found.push(script)
   return script
  })
  for (const version2 of found) this.add(version2)
 }
}

var PAUSE3 = 1500
var RETRY_MAX = 3e4
var Saving = class {
 editor
 key
 status = "saved"
 conflict = null
 kept = null
 #place
 #keptAt = ""
 #token
 #stored
 #unanswered = []
 #undecided = new Undecided()
 #timer
 #retry = 1e3
 #running = null
 constructor(editor, key) {
  this.editor = editor
  this.key = key
  this.#place = placeOf(key)
  this.#token = editor.data.token
  this.#stored = editor.script
  editor.addEventListener("edit", () => this.#edited())
  addEventListener("online", () => {
   if (this.status === "offline") this.#after(0)
  })
 }
 get isSaved() {
  return this.editor.script === this.#stored && !this.#unanswered.length
 }
 #set(status) {
  this.status = status
  this.editor.changed()
 }
 #edited() {
  if (this.isSaved && this.status !== "saving") {
   clearTimeout(this.#timer)
   this.#forget()
   if (this.conflict?.base === null && this.conflict.token === this.#token) this.conflict = null
   if (!this.conflict) this.#set("saved")
   return
  }
  this.#keep()
  if (!this.conflict && this.#undecided.has(this.editor.script))
   this.#ask({base: null, document: this.#stored, token: this.#token, by: null, at: null})
  if (this.conflict || this.status === "published" || this.status === "in_use") {
   clearTimeout(this.#timer)
   this.#timer = setTimeout(() => void this.#check(), PAUSE3)
   return
  }
  if (this.status !== "saving") this.#set("waiting")
  this.#after(PAUSE3)
 }
 #after(pause) {
  clearTimeout(this.#timer)
  this.#timer = setTimeout(() => void this.save(), pause)
 }
 async save() {
  clearTimeout(this.#timer)
  if (this.#running) return this.#running
  this.#running = this.#save()
  await this.#running
  this.#running = null
  if (this.conflict) return
  if (this.status === "saved" && !this.isSaved) {
   this.#set("waiting")
   this.#after(PAUSE3)
  } else if (this.status !== "saved" && this.isSaved) {
   this.editor.refused = []
   this.#forget()
   this.#set("saved")
  }
 }
 async #save() {
  if (this.isSaved || this.conflict) return
  const {editor} = this
  const {script} = editor
  this.#set("saving")
  const {status, body} = await postJson(editor.data, editor.data.urls.save, {
   document: script,
   token: this.#token
  })
  if (status === 200 && body.token) {
   this.#written(script, body.token)
   editor.findings = body.findings ?? []
   editor.changed()
  } else if (this.#isChanged(status, body)) {
   this.#changed(body)
  } else if (status === 409) {
   editor.refused = body.errors ?? []
   this.#set(body.reason === "PUBLISHED" ? "published" : "in_use")
  } else if (status === 400 || status === 413) {
   editor.refused = body.errors ?? []
   this.#set("refused")
  } else {
   if (status === 0 || status >= 500) this.#unanswered = [...this.#unanswered, script]
   this.#set("offline")
   this.#after(this.#retry)
   this.#retry = Math.min(this.#retry * 2, RETRY_MAX)
  }
 }
 #written(script, token) {
  this.#token = token
  this.#stored = script
  this.#unanswered = []
  this.#retry = 1e3
  this.editor.refused = []
  if (this.isSaved) this.#forget()
  if (this.conflict) this.#ask({...this.conflict, document: script, token})
  else this.#set("saved")
 }
 async #check() {
  const {editor} = this
  const {script, data} = editor
  const {status, body} = await postJson(data, data.urls.check, {document: script})
  if (status !== 200 || script !== editor.script) return
  editor.refused = []
  editor.findings = body.findings ?? []
  editor.changed()
 }
 async look() {
  if (this.#running || this.conflict || this.status === "published") return
  const token = this.#token
  const {data} = this.editor
  const {status, body} = await postJson(data, data.urls.state, {token})
  if (this.#running || this.conflict || token !== this.#token) return
  if (this.#isChanged(status, body)) this.#changed(body)
  else if (status === 409) this.#set("published")
 }
 #isChanged(status, body) {
  return status === 409 && body.reason === "CHANGED" && !!body.document && !!body.token
 }
 #changed({document: theirs, token, by, at}) {
  if (!theirs || !token) return
  const arrived = this.#unanswered.find(script => areSameScripts(script, theirs))
  this.#unanswered = []
  if (arrived) {
   this.#token = token
   this.#stored = arrived
   this.status = "waiting"
   this.#edited()
   return
  }
  this.#meet({base: this.#stored, document: theirs, token, by: by ?? null, at: at ?? null})
 }
 #meet(conflict) {
  const {editor} = this
  const merger = this.#mergerOf(conflict)
  if (!merger || merger.merge(editor.script, "mine").clashes.length) {
   this.#ask(conflict)
   return
  }
  const before = editor.script
  this.#decide(conflict)
  this.#undecided.rebase(editor, merger)
  this.#edited()
  if (editor.script !== before)
   editor.say(editor.t(conflict.by ? "merged_by" : "merged", {name: conflict.by ?? ""}))
 }
 #ask(conflict) {
  this.conflict = conflict
  this.#set("conflict")
 }
 clashes({base, document: theirs}) {
  const {script} = this.editor
  return base && new Merger(base, theirs, [script]).merge(script, "mine").clashes
 }
 #mergerOf({base, document: theirs, token}) {
  const {past, present, future} = this.editor.history
  return base && new Merger(base, theirs, token === null ? [present] : [...past, present, ...future])
 }
 #decide({document: theirs, token}) {
  this.conflict = null
  this.status = "waiting"
  if (token === null) return
  this.#token = token
  this.#stored = theirs
 }
 async copy() {
  const {editor} = this
  const {status, body} = await postJson(editor.data, editor.data.urls.copy, {document: editor.script})
  if (status === 200 && body.url) {
   this.#stored = editor.script
   this.#forget()
   editor.unfinished.clear()
   location.assign(body.url)
   return
  }
  editor.refused = body.errors ?? []
  editor.say(editor.t(status ? "copy_refused" : "no_connection"))
 }
 keepMine() {
  const {conflict, editor} = this
  if (!conflict) return
  const merger = this.#mergerOf(conflict)
  this.#decide(conflict)
  if (merger && conflict.token === null) editor.edit(version2 => merger.merge(version2, "mine").script)
  else if (merger) this.#undecided.rebase(editor, merger)
  this.#undecided.clear()
  this.#edited()
  void this.save()
 }
 takeTheirs() {
  const {conflict, editor} = this
  if (!conflict) return
  const merger = this.#mergerOf(conflict)
  const taken = merger ? merger.merge(editor.script, "theirs").script : conflict.document
  this.#decide(conflict)
  editor.refused = []
  if (merger && conflict.token !== null) this.#undecided.rebase(editor, merger)
  const before = editor.script
  editor.edit(() => taken)
  if (taken !== before) this.#undecided.add(before)
  this.#edited()
 }
 #keep() {
  keep(this.#place, {document: this.editor.script, base: this.#stored})
 }
 #forget() {
  forget(this.#place)
 }
 findKept() {
  for (const [place, kept] of keptOf(this.key)) {
   this.#keptAt = place
   if (areSameScripts(kept.document, this.editor.script)) forget(place)
   else {
    this.kept = kept
    return
   }
  }
 }
 decideKept(isWanted) {
  const {kept, editor} = this
  this.kept = null
  forget(this.#keptAt)
  if (!kept || !isWanted) {
   editor.changed()
   return
  }
  const conflict = {base: kept.base, document: editor.script, token: null, by: null, at: null}
  const merged =
   kept.base && new Merger(kept.base, editor.script, [kept.document]).merge(kept.document, "mine")
  editor.edit(() => (merged && !merged.clashes.length ? merged.script : kept.document))
  if (!merged || merged.clashes.length) this.#ask(conflict)
 }
}

var STEPS_MAX = 1e3
function begin(present) {
 return {past: [], present, future: [], subject: null}
}
function change(history, next, subject = null) {
 if (next === history.present) return history
 const joins = subject !== null && subject === history.subject
 const past = joins ? history.past : [...history.past, history.present].slice(-STEPS_MAX)
 return {past, present: next, future: [], subject}
}
function settle(history) {
 return history.subject === null ? history : {...history, subject: null}
}
function undo(history) {
 const {past, present, future} = history
 const before = past.at(-1)
 if (before === void 0) return history
 return {past: past.slice(0, -1), present: before, future: [present, ...future], subject: null}
}
function redo(history) {
 const {past, present, future} = history
 const [after, ...rest] = future
 if (after === void 0) return history
 return {past: [...past, present], present: after, future: rest, subject: null}
}
function rebased(history, change2) {
 const present = change2(history.present)
 const past = history.past.map(change2)
 const future = history.future.map(change2)
 return {
  past: past.filter((item, index) => item !== (index + 1 < past.length ? past[index + 1] : present)),
  present,
  future: future.filter((item, index) => item !== (index ? future[index - 1] : present)),
  subject: null
 }
}

var Editor = class extends EventTarget {
 data
 history
 view = "questions"
 filter = ""
 findings
 fresh = /* @__PURE__ */ new Set()
 refused = []
 open = /* @__PURE__ */ new Set()
 folded = /* @__PURE__ */ new Set()
 pictures
 refusedPictures = /* @__PURE__ */ new Map()
 unfinished = /* @__PURE__ */ new Map()
 drawn = 0
 #aside = /* @__PURE__ */ new Map()
 #cardKeys = /* @__PURE__ */ new Map()
 #indexed = null
 #sorted = null
 #byQuestion = /* @__PURE__ */ new Map()
 #places = /* @__PURE__ */ new Map()
 constructor(data) {
  super()
  this.data = data
  this.history = begin(data.document)
  this.findings = data.findings
  this.pictures = {...data.pictures}
 }
 get script() {
  return this.history.present
 }
 indexOf(qid) {
  const {script} = this
  if (script !== this.#indexed) {
   this.#places = new Map(script.questions.map((question, index) => [question.qid, index]))
   this.#indexed = script
  }
  return this.#places.get(qid) ?? -1
 }
 question(qid) {
  return this.script.questions[this.indexOf(qid)]
 }
 type(value) {
  return this.data.types.find(type => type.value === value)
 }
 t = (key, parameters = {}) => {
  const text2 = this.data.strings[key] ?? key
  return text2.replace(/%\((\w+)\)s/g, (_, name) => String(parameters[name] ?? ""))
 }
 edit(edit, subject = null) {
  this.#go(change(this.history, edit(this.script), subject))
 }
 settle() {
  this.history = settle(this.history)
 }
 undo() {
  this.#go(undo(this.history))
 }
 redo() {
  this.#go(redo(this.history))
 }
 rebase(change2) {
  this.#go(rebased(this.history, change2))
 }
 cardKey(qid) {
  return this.#cardKeys.get(qid) ?? String(qid)
 }
 renumber(numbers2) {
  for (const [before, after] of numbers2) {
   this.#cardKeys.set(after, this.cardKey(before))
   this.#cardKeys.set(before, `${before} instead of ${after}`)
   for (const qids of [this.open, this.fresh]) if (qids.delete(before)) qids.add(after)
   for (const found of [this.refusedPictures, this.#aside]) renamedKey(found, before, after)
   for (const key of this.unfinished.keys())
    if (key.startsWith(`q${before}-`))
     renamedKey(this.unfinished, key, `q${after}${key.slice(`q${before}`.length)}`)
  }
  this.dispatchEvent(new CustomEvent("renumber", {detail: numbers2}))
 }
 #go(history) {
  if (history === this.history) return
  const isChanged = history.present !== this.history.present
  this.history = history
  if (isChanged) this.dispatchEvent(new Event("edit"))
  this.changed()
 }
 changed() {
  this.dispatchEvent(new Event("change"))
 }
 show(qid) {
  const question = this.question(qid)
  if (!question) return
  this.view = "questions"
  this.filter = ""
  if (question.group !== void 0) this.folded.delete(question.group)
  this.open.add(qid)
  this.changed()
  this.dispatchEvent(new CustomEvent("show", {detail: qid}))
 }
 add(index, type = "text") {
  const {script, question} = addQuestion(this.script, index, type)
  this.fresh.add(question.qid)
  this.edit(() => script)
  this.show(question.qid)
  this.focus(question.qid, "text")
 }
 move(qid, index) {
  const before = this.script
  this.edit(script => move(script, qid, index))
  const count = leadingTo(this.script, qid)
  if (this.script !== before && count) this.say(this.t("moved_leads", {count}))
 }
 setType(qid, type) {
  this.edit(script => {
   const next = setType(script, qid, type, this.type(type)?.limits ?? [], this.#aside.get(qid))
   this.#aside.set(qid, next.aside)
   return next.script
  })
 }
 focus(qid, key) {
  this.dispatchEvent(new CustomEvent("focus-part", {detail: {qid, key}}))
 }
 say(text2) {
  this.dispatchEvent(new CustomEvent("say", {detail: text2}))
 }
 get unfinishedCount() {
  const qids = [...this.unfinished.keys()].map(key => /^q(-?\d+)-/.exec(key)?.[1])
  return qids.filter(qid => qid === void 0 || this.question(Number(qid))).length
 }
 closeUp(prefix, removed) {
  for (const key of [...this.unfinished.keys()]) {
   const [, index, rest = ""] = new RegExp(`^${prefix}(\\d+)(.*)$`).exec(key) ?? []
   if (index === void 0 || Number(index) < removed) continue
   if (Number(index) === removed) this.unfinished.delete(key)
   else renamedKey(this.unfinished, key, `${prefix}${Number(index) - 1}${rest}`)
  }
  this.dispatchEvent(new Event("closed-up"))
 }
 groupNames() {
  const listed3 = groupsOf(this.script).map(({name}) => name)
  const used = this.script.questions.map(({group}) => group).filter(group => group !== void 0)
  return [.../* @__PURE__ */ new Set([...listed3, ...used])]
 }
 newGroupName() {
  const names = this.groupNames()
  let number2 = names.length + 1
  while (names.includes(this.t("group_name", {number: number2}))) number2 += 1
  return this.t("group_name", {number: number2})
 }
 freeKey(title) {
  return freeName(this.script, title, "rounds")
 }
 said(text2) {
  const {scores, flags} = this.script
  const labelled = text2.replace(/\b(score|flag) "(\w+)"/g, (whole, kind, name) => {
   const label = (kind === "score" ? scores : flags)?.find(each => each.name === name)?.label
   return label ? `${kind} “${label}”` : whole
  })
  return labelled.replace(/\b(?:with )?QID (-?\d+)/g, (whole, number2) => {
   const shown = shortened(this.question(Number(number2))?.text, 60)
   return shown ? `“${shown}”` : whole
  })
 }
 problemsOf(qid) {
  if (this.#sorted?.[0] !== this.refused || this.#sorted[1] !== this.findings) {
   this.#byQuestion.clear()
   for (const problem of [...this.refused, ...this.findings]) {
    const key = problem.qid === null ? `at ${problem.question}` : `${problem.qid}`
    this.#byQuestion.set(key, [...(this.#byQuestion.get(key) ?? []), problem])
   }
   this.#sorted = [this.refused, this.findings]
  }
  const byPlace = this.#byQuestion.get(`at ${this.indexOf(qid)}`) ?? []
  const all = [...(this.#byQuestion.get(`${qid}`) ?? []), ...byPlace]
  return this.fresh.has(qid) ? all.filter(each => this.refused.includes(each)) : all
 }
}
function renamedKey(map, before, after) {
 if (!map.has(before)) return
 map.set(after, map.get(before))
 map.delete(before)
}

function define() {
 for (const [name, element] of Object.entries({
  "script-card": Card,
  "script-chooser": Chooser,
  "script-condition": ConditionElement,
  "script-preview": PreviewElement
 }))
  if (!customElements.get(name)) customElements.define(name, element)
}
var LOOK_EVERY = 2e4
function watch(saving) {
 const look = () => {
  if (document.visibilityState === "visible") void saving.look()
 }
 setInterval(look, LOOK_EVERY)
 addEventListener("focus", look)
 document.addEventListener("visibilitychange", look)
}
function start(root2, fallback2, data) {
 define()
 const editor = new Editor(data)
 const saving = new Saving(editor, `chat_api.script ${location.pathname}`)
 const page = new Page(root2, editor, saving)
 fallback2.hidden = true
 root2.hidden = false
 saving.findKept()
 watch(saving)
 page.draw()
 addEventListener("beforeunload", event => {
  if (!saving.isSaved || editor.unfinishedCount) event.preventDefault()
 })
 const open = () => {
  const qid = /^#question-(-?\d+)$/.exec(location.hash)?.[1]
  if (qid) editor.show(Number(qid))
 }
 addEventListener("hashchange", open)
 open()
 return editor
}
var root = document.getElementById("script-editor")
var fallback = document.getElementById("script-text")
var text = document.getElementById("script-data")?.textContent
if (root && fallback && text) start(root, fallback, JSON.parse(text))
export {define, start}
