// django-chat-api 1.0.0a1: built from client/, do not edit.
import * as Library from "./client.js";
import { Question, DraftFile, Attachment, AnswerDraft, ChatClient, Snapshot, Explanation, Schema, AnswerSnapshot, RoomSnapshot, LoggedMessage } from "./client.js";

/**
 * The module `client.js`, which elements load when they are used. Its URL comes from the page, because static files can
 * have names with a hash; without `{% chat_api_client %}` it is the file beside this one. Two copies would share their
 * clients, but be loaded twice.
 */

/** What `{% chat_api_client %}` writes for elements, besides `PageConfiguration`. */
interface ElementsPage extends Library.PageConfiguration {
    /** By language, the URL of the texts of the elements. */
    readonly texts?: Readonly<Record<string, string>>;
    /** The URL of `elements.css`. */
    readonly styles?: string;
    /** The URL of the service worker for notifications; null where `chat_api.client_urls` is not in the URLconf. */
    readonly worker?: string | null;
    /** The key of the server for push subscriptions; null where Web Push is not configured. */
    readonly vapid?: string | null;
    /** In front of the id of a thread, the URL of its page to print; null as for `worker`. */
    readonly print?: string | null;
}

/** Types of the client that the controls use. */

/** What the server accepts, as `{% chat_api_client %}` says. */
type ElementsLimits = Partial<Pick<ElementsPage, "file_bytes_max" | "image_types" | "image_pixels_max" | "attachments_max" | "file_types" | "text_max">>;

/** The texts of the elements, in the language of the page: one JSON file a language, loaded when it is used. */
/** Texts by key. `{name}` is replaced; a key with numbers has a text for each plural form, `unread_one`, `unread_other`. */
type Strings = Readonly<Record<string, string>>;
type Parameters = Readonly<Record<string, string | number>>;
/** Texts in one language, with its rules for plurals, numbers, dates and direction. */
declare class Texts {
    #private;
    readonly language: string;
    private readonly strings;
    constructor(language: string, strings: Strings);
    /** Return a text; `n` among the parameters chooses its plural form. A key without a text stands for itself. */
    get(key: string, parameters?: Parameters): string;
    /** Return whether there is a text. */
    has(key: string): boolean;
    /** Return a date or a time as the language writes it. */
    date(value: Date, options: Intl.DateTimeFormatOptions): string;
    number(value: number, options?: Intl.NumberFormatOptions): string;
    /** Return a list of names in one text. */
    list(names: readonly string[]): string;
    /** Whether the language is written from right to left. */
    get isRightToLeft(): boolean;
}

/** What the controls of all types of questions have in common. */

/** A file of a stored answer. */
type StoredFile = Pick<Attachment, "id" | "type" | "title" | "src" | "thumbnail">;
/** What the user has entered and not sent yet. */
interface Input {
    readonly answers: readonly number[];
    readonly text: string;
    readonly files: readonly DraftFile[];
}
/** An answer as it is stored; its text is plain. */
interface StoredAnswer {
    readonly answers?: readonly number[];
    readonly text?: string;
    readonly files?: readonly StoredFile[];
}
/** When a survey stores a change: at once, after a pause in typing, or when the user leaves the field. */
type Saving = "now" | "paused" | "left";
/** The question as its control sees it. */
interface Asked {
    readonly question: Question;
    readonly layout: "chat" | "survey";
    readonly input: Input;
    readonly value: StoredAnswer | null;
    readonly texts: Texts;
    /** What the server accepts; null if the page does not say. */
    readonly limits: ElementsLimits | null;
    /** Whether an answer is on its way. */
    readonly isWaiting: boolean;
    /** The ids of the hint, the limits and the error, for `aria-describedby`. */
    readonly describedBy: string;
    /** `"true"` if the answer was not accepted, for `aria-invalid`. */
    readonly invalid: "true" | "false";
    t(key: string, parameters?: Parameters): string;
    /** The user has entered something. */
    change(part: Partial<Input>, saving?: Saving): void;
    /** Send the answer, or store what waits for a pause. */
    send(): void;
    /** Say something about what was entered: an error, or that it takes a while. */
    say(text: string): void;
    /** The address of a picture; empty until it is known. */
    url(src: string | null | undefined): string;
    /** The address of a file that was not sent yet. */
    preview(file: Blob): string;
    /** Ask for a stored file to be removed. */
    removeFile(file: StoredFile): void;
}
/** An answer that is only shown. */
type Shown = Pick<Asked, "question" | "input" | "texts">;
/** The control of a type of questions. Its field, where there is one, has the id `control`. */
interface Control {
    /** Draw it. What it returns is a template of Lit, or a node. */
    view(asked: Asked): unknown;
    /** What is sent; null if nothing was entered. Default: the text as it was typed. */
    draft?(asked: Asked): AnswerDraft | null;
    /** How the answer is shown where it cannot be changed. Default: the text. */
    shown?(asked: Shown): string;
    /** What can be answered, for example "from 0 to 10". */
    describe?(asked: Asked): string;
    /** Whether it has several fields, which the question is the legend of. */
    readonly isGroup?: boolean;
    /** Whether it sends the answer itself in a chat, so that no button is needed. */
    sendsItself?(asked: Asked): boolean;
    /** Where there is nothing to answer. */
    readonly isSilent?: "always" | "survey";
}

/** The control of each type of questions. */

/** Use a control for questions of a type: one of the host's, or another one for a type of ours. */
declare function registerControl(type: string, control: Control): void;

/** Elements that draw themselves again when their properties change: of LitElement, what is used here. */
interface PropertyDeclaration {
    /** What the attribute is read as; default: a text. */
    readonly type?: typeof Number | typeof Boolean;
    /** False if there is no attribute; its name is that of the property with hyphens: `can-start`. */
    readonly attribute?: false;
    /** Whether the attribute follows the property. */
    readonly reflect?: boolean;
}
type PropertyDeclarations = Readonly<Record<string, PropertyDeclaration>>;
/** What the properties were that have changed, by name. */
type Changes = ReadonlyMap<string, unknown>;
declare abstract class DrawnElement extends HTMLElement {
    #private;
    static properties: PropertyDeclarations;
    /** Resolves when what has changed is drawn. */
    updateComplete: Promise<void>;
    /** The root that the element draws into. */
    readonly renderRoot: ShadowRoot;
    constructor();
    /** Browsers ask for it when the element is defined. */
    static get observedAttributes(): string[];
    connectedCallback(): void;
    disconnectedCallback(): void;
    attributeChangedCallback(attribute: string, _: string | null, text: string | null): void;
    /** Draw the element soon, once for all changes until then, and not before it is in a page. */
    requestUpdate(): void;
    /** Something has changed, and is about to be drawn. */
    protected willUpdate(_changed: Changes): void;
    protected abstract render(): unknown;
    /** The element was drawn. */
    protected updated(): void;
}

/** What all elements have in common: the client, the language, the theme and announcements. */

/** Why an element shows nothing of the user. */
type Problem$1 = "signed_out" | "other_account" | "not_loaded";
/**
 * An element that shows the state of a client.
 *
 * @attr lang - The language of its texts; default: that of the page.
 * @attr theme - `light`, `dark` or `auto` (as the system); default: the `color-scheme` of the page.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 */
declare abstract class ChatElement extends DrawnElement {
    #private;
    static properties: PropertyDeclarations;
    /** The sheets of the element in `elements.css`. */
    static sheets: readonly string[];
    lang: string;
    theme: string | null;
    /** The client whose state is shown; default: that of the account that is signed in on the page. */
    client: ChatClient | null;
    /** Texts in place of those of the language, by key. */
    strings: Strings;
    /** The texts; undefined until they are loaded. */
    protected texts: Texts | undefined;
    protected problem: Problem$1 | null;
    constructor();
    connectedCallback(): void;
    disconnectedCallback(): void;
    /** The client once the element has started. */
    protected get chat(): ChatClient | null;
    /** The client, where the element draws or acts: it has started then. @internal */
    get api(): ChatClient;
    /** The texts, as for `api`. @internal */
    get words(): Texts;
    /** Return a text of the language. */
    protected t(key: string, parameters?: Parameters): string;
    /** The parts of the state that the element draws: it draws again when one of them is another. */
    protected abstract select(snapshot: Snapshot): readonly unknown[];
    /** Draw, with the texts and the client at hand. */
    protected abstract view(snapshot: Snapshot): unknown;
    /** The client is there; the signal is aborted when it is about to be left. */
    protected started(_signal: AbortSignal): void;
    /** The client is about to be left. */
    protected stopped(): void;
    /** Dispatch an event that leaves the element. Return false if a listener prevents what follows from it. */
    protected emit(name: string, detail: unknown, options?: EventInit): boolean;
    protected willUpdate(changed: Changes): void;
    protected render(): unknown;
    /** Draw why something cannot be shown, with a button that tries again. */
    protected failure(sentence: string, again: () => unknown): unknown;
    /** Have screen readers read a text, in the one polite region of the element. */
    protected announce(text: string): void;
}

/** A bubble in the corner of the page, which opens the conversations. */

/**
 * A bubble in the corner of the page that opens a conversation, or all of a type.
 *
 * @tagname dca-launcher
 * @attr {string} type - The type of the threads; default: `chat`.
 * @attr {number} thread - Only this thread.
 * @attr {boolean} can-start - As for `dca-threads`.
 * @attr {boolean} can-write - As for `dca-threads`.
 * @attr {boolean} open - Whether the pop-up is open.
 * @attr {string} label - What the bubble is called; default: "Messages".
 * @fires unread-change - The numbers of unread threads and messages have changed; they are in `detail`.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
declare class LauncherElement extends ChatElement {
    #private;
    static properties: PropertyDeclarations;
    static sheets: string[];
    type: string;
    thread: number | null;
    canStart: boolean;
    canWrite: boolean;
    /** Whether the pop-up is open. */
    open: boolean;
    label: string;
    constructor();
    protected select(snapshot: Snapshot): readonly unknown[];
    protected started(signal: AbortSignal): void;
    protected stopped(): void;
    protected willUpdate(changed: Changes): void;
    protected view(): unknown;
    /** Open the pop-up, or close it. */
    toggle(): void;
}

/** What is entered for a question, and when it is sent or saved. */

/** Where the addresses of pictures come from. */
interface PictureSource {
    url(src: string | null | undefined): string;
}
/** A question without its looks. */
declare abstract class QuestionInput extends DrawnElement implements Asked {
    #private;
    static properties: PropertyDeclarations;
    question: Question;
    /** The number in its repeated group; 0 outside of them. */
    instance: number;
    /** The stored answer. */
    value: StoredAnswer | null;
    texts: Texts;
    /** `chat`: the question is a message above, and answers are sent; `survey`: it is shown, and answers are saved. */
    layout: "chat" | "survey";
    /** Why the last answer was not accepted. */
    explanations: readonly Pick<Explanation, "code" | "text">[];
    /** Whether the answer is accepted if the user keeps it. */
    canConfirm: boolean;
    /** Whether an answer is on its way: the next one waits. */
    busy: boolean;
    /** What the server accepts. */
    limits: ElementsLimits | null;
    /** Whether the question can be skipped; null: in a chat, if it has the text for that. */
    canSkip: boolean | null;
    /** Where the addresses of pictures come from; null: from their documents. */
    pictures: PictureSource | null;
    input: Input;
    protected said: string;
    protected isSent: boolean;
    constructor();
    connectedCallback(): void;
    disconnectedCallback(): void;
    protected get control(): Control;
    get isWaiting(): boolean;
    get describedBy(): string;
    get invalid(): "true" | "false";
    readonly t: (key: string, parameters?: Parameters) => string;
    /** Put the focus into the control. */
    focusControl(): void;
    /** Forget what was entered: it was accepted, or is not wanted. */
    reset(): void;
    /** Whether something was entered that is neither sent nor stored. */
    get isDirty(): boolean;
    change(part: Partial<Input>, saving?: Saving): void;
    send(): void;
    /** In a survey, store what was entered and not stored yet. */
    save(): void;
    /** Remove the answer. */
    clear(): void;
    say(text: string): void;
    url(src: string | null | undefined): string;
    preview(file: Blob): string;
    removeFile(file: StoredFile): void;
    protected confirm(): void;
    protected willUpdate(changed: Changes): void;
    protected skip(): void;
    /** What the question suggests, until there is an answer. */
    protected get suggested(): Input | null;
}

/** One question with its control: how it is drawn, and what is wrong with the answer. */

/**
 * The control of a question. `dca-thread` and `dca-survey` use it; the events do not leave their roots.
 *
 * @fires answer - The user has answered; `detail` has the `draft` for the client and the text that is `shown` meanwhile.
 * @fires clear - The user has removed the answer.
 * @fires skip - The user has skipped the question.
 * @fires typing - The user is entering something.
 * @fires file-remove - The user has removed a stored file; it is in `detail`.
 */
declare class QuestionElement extends QuestionInput {
    #private;
    protected render(): unknown;
}

/** What a survey shows: its questions in rows, sections and pages, and what is missing or wrong. */

type Group = Schema["groups"][number];
/** A question that is asked, in one instance of its group; 0 outside of repeated groups. */
interface Row {
    readonly key: string;
    readonly question: Question;
    readonly instance: number;
    readonly group: Group | null;
    readonly answer: AnswerSnapshot | undefined;
    /** Whether it only holds the place of a repeated group that has no instances. */
    readonly isEmpty?: boolean;
}
/** Rows of one group that follow each other; of a repeated group, those of one instance. */
interface Section {
    readonly key: string;
    readonly group: Group | null;
    readonly instance: number;
    readonly rows: readonly Row[];
}
interface Page {
    readonly key: string;
    readonly sections: readonly Section[];
}
/** What stands in the way of submitting the survey, or only warns. */
interface Problem {
    readonly row: Row;
    /** A sentence of the author or of the server; null: an answer is missing, or does not fit any more. */
    readonly text: string | null;
    readonly kind: "missing" | "wrong" | "warning";
}

/** What the user does in a survey: they answer, turn pages, and submit it. */

interface Opened {
    readonly client: ChatClient;
    readonly id: number;
}
/** A survey with pages. */
declare abstract class PagingElement extends ChatElement {
    #private;
    abstract layout: string | null;
    protected rows: readonly Row[];
    protected opened: Opened | null;
    protected pages: readonly Page[];
    protected problems: Problem[];
    /** The page that is shown, and its place when it was drawn: its key can change. */
    protected page: string;
    protected at: number;
    /** Whether the user has tried to submit: what is missing is shown from then on. */
    protected isChecked: boolean;
    /** Whether the user goes on as soon as the answers are saved. */
    protected isGoing: boolean;
    protected error: string;
    /** Answers that are being saved. */
    protected saving: Set<Promise<unknown>>;
    protected element(key: string): QuestionElement | null;
    protected fail(error: unknown): void;
    protected answer({ key, question, instance }: Row, draft: AnswerDraft | null): void;
    protected removeFile(row: Row, file: StoredFile): void;
    protected get isLast(): boolean;
    /** Whether going on has to wait. */
    protected get isHeld(): boolean;
    /** Store what is in the fields. */
    protected save(): void;
    /** Wait until the answers are saved; unless they must be, only for a while, and as long as there is a connection. */
    protected settled(must?: boolean): Promise<void>;
    protected updated(): void;
    protected focusRow(row: Row | undefined): void;
    protected pageOf(row: Row): number;
    protected turn(at: number, key?: string): Promise<void>;
    /** Go on from what the user has seen: to what their answers have brought, else to the next page, else to the end. */
    protected goOn(): Promise<void>;
}

/** The sections of a survey, and the rounds of repeated groups that the user adds and removes. */

/** A survey whose repeated groups have rounds. */
declare abstract class RoundsElement extends PagingElement {
    #private;
    abstract survey: number | null;
    /** Draw a section after another one of the same page. */
    protected section(section: Section, before: Section | undefined, draw: (row: Row) => unknown): unknown;
}

/** The element that shows a survey. */

/**
 * A survey: answers are saved as they are given, and submitted at the end.
 *
 * @tagname dca-survey
 * @attr {number} survey - The id of the survey.
 * @attr {number} schema - The id of a schema, whose survey the element goes on with or starts.
 * @attr {"page"|"pages"|"question"} layout - All questions, a group after the other, or one question at a time; default:
 * `pages` where the schema has groups that are pages, else `page`.
 * @fires survey-done - The survey was submitted; `detail.survey` is its id.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
declare class SurveyElement extends RoundsElement {
    #private;
    static properties: PropertyDeclarations;
    static sheets: string[];
    survey: number | null;
    schema: number | null;
    layout: string | null;
    constructor();
    protected select({ surveys, connection }: Snapshot): readonly unknown[];
    protected started(): void;
    protected stopped(): void;
    protected willUpdate(changed: Changes): void;
    protected updated(): void;
    protected view({ surveys, connection, queue }: Snapshot): unknown;
}

/** What the parts of a conversation know of the element that they belong to. */

interface ThreadHost {
    readonly thread: number | null;
    /** Whether the user looks after others. */
    readonly staff: boolean;
    /** The state of the thread. */
    readonly room: RoomSnapshot | undefined;
    readonly api: ChatClient;
    readonly words: Texts;
    readonly renderRoot: ShadowRoot;
    readonly updateComplete: Promise<void>;
    /** Draw again. */
    refresh(): void;
    /** Have screen readers read a text. */
    say(text: string): void;
    /** Return what the user can do with a message of theirs. */
    canChange(message: LoggedMessage): {
        edit: boolean;
        remove: boolean;
    };
    /** Show a message, and load what is between it and those that are loaded. */
    showMessage(id: number): Promise<void>;
    /** Go to the newest message. */
    toNewest(): void;
}

/** The conversation that an element has open: it is read while it is seen, and what arrives is announced. */

declare abstract class RoomElement extends ChatElement {
    #private;
    abstract thread: number | null;
    /** The first message that was unread when the thread was opened. */
    protected firstUnread: number | null;
    /** Whether the user cannot read the thread, or no longer. */
    protected isGone: boolean;
    /** The state of the thread. @internal */
    get room(): RoomSnapshot | undefined;
    protected select({ rooms, connection }: Snapshot): readonly unknown[];
    protected started(signal: AbortSignal): void;
    protected stopped(): void;
    /** Leave the thread. What belongs to it is forgotten. */
    protected shut(): void;
    protected reopen(): void;
    protected willUpdate(changed: Changes): void;
    protected isReady(room: RoomSnapshot | undefined): room is RoomSnapshot;
    protected updated(): void;
}

/** One conversation: its messages, and the form or the question that it has for the user. */

/**
 * A conversation.
 *
 * @tagname dca-thread
 * @attr {number} thread - The id of the thread.
 * @attr {boolean} bare - Without the line with title and actions.
 * @attr {boolean} staff - Flags of the conversation, and who looks after it.
 * @slot before - In front of the title, for example a button that leads back.
 * @slot after - Behind the buttons of the title.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @fires thread-left - The user cannot read the thread, or no longer; `detail.thread` is its id.
 * @cssprop [--dca-accent] - The color of buttons and links.
 * @cssprop [--dca-accent-text] - The color of texts on `--dca-accent`.
 * @cssprop [--dca-background] - The color behind messages.
 * @cssprop [--dca-surface] - The color of bars and panels.
 * @cssprop [--dca-text] - The color of texts.
 * @cssprop [--dca-muted] - The color of less important texts.
 * @cssprop [--dca-border] - The color of lines.
 * @cssprop [--dca-danger] - The color of errors.
 * @cssprop [--dca-radius] - The radius of corners.
 * @cssprop [--dca-font] - The font family.
 * @cssprop [--dca-bubble-own] - The color of the user's messages.
 * @cssprop [--dca-bubble-own-text] - The color of texts in the user's messages.
 * @cssprop [--dca-bubble-other] - The color of the messages of others.
 */
declare class ThreadElement extends RoomElement implements ThreadHost {
    #private;
    static properties: PropertyDeclarations;
    static sheets: string[];
    /** The id of the thread. */
    thread: number | null;
    /** Whether the line with title and actions is left out. */
    bare: boolean;
    /** Whether the user looks after others: shows flags, and takes over. */
    staff: boolean;
    constructor();
    /** Draw again. @internal */
    refresh(): void;
    /** Have screen readers read a text. @internal */
    say(text: string): void;
    protected started(signal: AbortSignal): void;
    protected stopped(): void;
    protected shut(): void;
    protected updated(): void;
    /** Show a message, and load what is between it and those that are loaded. */
    showMessage(id: number): Promise<void>;
    /** Focus the messages. */
    focus(): void;
    /** Go to the newest message. */
    toNewest(): void;
    protected view({ connection }: Snapshot): unknown;
    /** Whether a message can be changed or deleted by the user. @internal */
    canChange(message: LoggedMessage): {
        edit: boolean;
        remove: boolean;
    };
}

/** The conversations of the user, and the one that they have chosen. */

/**
 * The conversations of the user, and beside them the one that was chosen; where there is no room, in place of them.
 *
 * @tagname dca-threads
 * @attr {string} type - The type of the threads; default: `chat`.
 * @attr {number} thread - The id of the chosen thread.
 * @attr {boolean} list-only - Only the list: `thread-open` says what was chosen.
 * @attr {boolean} can-start - A button that starts a conversation with one of the published scripts.
 * @attr {boolean} can-write - With `can-start`: the user can also start a conversation without a script. The host adds
 *   those who answer.
 * @attr {boolean} can-notify - A button that asks for notifications on this device.
 * @attr {boolean} staff - Filters for flagged and assigned conversations; flags and assignment in a conversation.
 * @attr {string} routing - `hash` keeps the chosen thread in the address: `#/thread/7`.
 * @attr {boolean} page-badges - The number of unread messages of the type in the title and the icon of the page.
 * @fires thread-open - A thread was chosen; `detail.thread` is its id. `preventDefault()` leaves it to the page.
 * @fires unread-change - The numbers of unread threads and messages of the type have changed; they are in `detail`.
 * @fires auth-required - The server accepts no requests until the user signs in again; `detail.problem` says why.
 * @cssprop [--dca-accent] - As for `dca-thread`, like all others.
 */
declare class ThreadsElement extends ChatElement {
    #private;
    static properties: PropertyDeclarations;
    static sheets: string[];
    /** The type of the threads. */
    type: string;
    /** The id of the chosen thread. */
    thread: number | null;
    listOnly: boolean;
    canStart: boolean;
    canWrite: boolean;
    canNotify: boolean;
    staff: boolean;
    routing: string | null;
    pageBadges: boolean;
    constructor();
    protected select(snapshot: Snapshot): readonly unknown[];
    protected started(signal: AbortSignal): void;
    protected stopped(): void;
    protected willUpdate(changed: Changes): void;
    /** Show a thread; null shows the list. */
    open(thread: number | null): void;
    /** Show the next thread with unread messages. */
    openNextUnread(): void;
    protected view(): unknown;
}

/** The elements: classes, and `define`, which gives them their names. */

/** Define each element whose name is not defined yet. */
declare function define(): void;

export { ChatElement, LauncherElement, QuestionElement, SurveyElement, ThreadElement, ThreadsElement, define, registerControl };
export type { Asked, Control, Input, Strings };
