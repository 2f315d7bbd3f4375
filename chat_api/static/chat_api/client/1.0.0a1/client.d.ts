// django-chat-api 1.0.0a1: built from client/, do not edit.
/** What identifies the user to the server: a session with a CSRF token, or a token of the host's. */
/** The id of an account: a number, or a text if the host's users have other keys. */
type AccountId = number | string;
/** The user of a Django session. */
interface SessionAuth {
    readonly account: AccountId;
    /** The CSRF token, or a function that returns it; default: the cookie `csrftoken`. */
    readonly csrf?: string | (() => string | Promise<string>);
    /** The header of the CSRF token; default: `X-CSRFToken`. */
    readonly csrfHeader?: string;
}
/** The user of a token, for example of DRF's TokenAuthentication or a JSON Web Token. */
interface TokenAuth {
    readonly account: AccountId;
    /**
     * The token, or a function that returns it; `isRejected` says that the server did not accept the last one. If the
     * function fails, the request counts as not sent; after a rejection, nobody is signed in any more.
     */
    readonly token: string | ((isRejected: boolean) => string | Promise<string>);
    /** The word before the token in the header `Authorization`; default: `Token`. */
    readonly scheme?: string;
}
type Auth = SessionAuth | TokenAuth;
declare class Credentials {
    #private;
    private readonly isSameOrigin;
    /** It grows whenever the secret is replaced, or is expected to work again. */
    version: number;
    constructor(auth: Auth, isSameOrigin: boolean);
    get account(): AccountId;
    /** Whether requests carry a token, so that sockets need a ticket and images cannot load private files. */
    get usesToken(): boolean;
    /** Whether cookies go with a request. */
    get mode(): RequestCredentials;
    /** Use these credentials from now on. Raises an error if they are another account's. */
    replace(auth: Auth): void;
    /** Expect that the secret works again, or that there is another one. */
    retry(): void;
    /** Fetch no other secret until `retry` or `replace`: this one was rejected, after it was fetched again. */
    giveUp(): void;
    /** Return the headers that authenticate a request. */
    headers(method: string): Promise<Record<string, string>>;
    /**
     * Fetch the secret of `version` again, once for all requests that failed with it. Return whether there is another
     * one now, so that a request is worth repeating.
     */
    renew(version: number): Promise<boolean>;
}

/** The documents of the REST API and of the socket. Written by `make client`; do not edit. */
interface components {
    schemas: {
        /** @description An answer that a choice offers. */
        readonly Answer: {
            readonly exclusive: boolean;
            readonly id: number;
            readonly meta: unknown;
            /** @description The qid asked next; -1 ends the script. */
            readonly next_qid: number;
            readonly position: number;
            readonly question: number;
            /** @description The answer is offered while this expression is true. */
            readonly show_if?: string;
            readonly text: string;
            /** @description The number, text or boolean that stands for the answer in expressions. */
            readonly value?: unknown;
            readonly variable_modifications: readonly (readonly string[])[];
            /**
             * Format: double
             * @description The number for scores; only with the permission to view schemas.
             */
            readonly weight?: number;
        };
        /** @description The question that an answer replied to, and the answer. */
        readonly AskedQuestion: {
            /** @description The ids of the chosen answers. */
            readonly answers: readonly number[];
            /** @description Whether `threads/{thread_id}/correct` accepts another answer in its place. */
            readonly correctable: boolean;
            /** @description As the user would be asked it, with the answers that it offered; null where the script no longer has it. */
            readonly question: components["schemas"]["Question"] | null;
            /** @description What was typed, as plain text; empty for chosen answers alone. */
            readonly text: string;
        };
        /** @description The id of a thread, and the user who looks after it. */
        readonly Assignment: {
            readonly assigned_to: number | null;
            readonly id: number;
        };
        /** @description An attachment of a message. */
        readonly Attachment: {
            readonly content_type?: number | null;
            readonly content_type_name: string | null;
            readonly description?: string;
            /** Format: binary */
            readonly file?: string;
            /** @description The file in base64, with or without a prefix `data:…;base64,`. */
            readonly file_content?: string;
            readonly id: number;
            readonly message: number;
            readonly object_id?: number | null;
            readonly options?: unknown;
            /** @description The URL of the attachment, or an empty text; null if a function of the host fails. Only the host's own types accept a value. */
            readonly src?: string | null;
            /** @description An object with `width`, `height` and `src`, or the value of the host's own type. */
            readonly thumbnail: unknown;
            readonly title?: string;
            /**
             * @description * `image` - Image
             *     * `youtube` - YouTube
             *     * `object_reference` - Object reference
             */
            readonly type: ("image" | "youtube" | "object_reference") | string;
            readonly url?: string;
        };
        /** @description An attachment of a question. */
        readonly AttachmentTemplate: {
            readonly content_type: number | null;
            readonly description: string;
            readonly id: number;
            readonly object_id: number | null;
            readonly options: unknown;
            readonly question: number | null;
            readonly src: string;
            /** @description An object with `width`, `height` and `src`, or the value of the host's own type. */
            readonly thumbnail: unknown;
            readonly title: string;
            /**
             * @description * `image` - Image
             *     * `youtube` - YouTube
             *     * `object_reference` - Object reference
             */
            readonly type: ("image" | "youtube" | "object_reference") | string;
        };
        /** @description A range of a score: from `from` to below the next band's; the last one includes `to`. */
        readonly Band: {
            /** Format: double */
            readonly from: number;
            readonly label: string;
            readonly severity: string;
            /** Format: double */
            readonly to: number;
        };
        readonly CatchUpCommand: {
            readonly data: {
                /** @description By the id of a thread, the `seq` of the last event of it that the client knows. */
                readonly threads: {
                    readonly [key: string]: number | string;
                };
            };
            /** @constant */
            readonly message: "catch_up";
        };
        readonly CatchUpFrame: {
            readonly data: {
                /** @description The `seq` of the thread's last event. */
                readonly head: number;
                /**
                 * @description `resync`: nothing was sent, load the thread again.
                 * @enum {unknown}
                 */
                readonly outcome: "current" | "replayed" | "resync";
                /** @description The id of a thread. */
                readonly thread: number;
            };
            /** @constant */
            readonly message: "catch_up";
        };
        /** @description The response to `verify`: the item as it would be, without the values that storing it sets. */
        readonly CheckedItem: {
            readonly answers?: readonly number[];
            readonly answers_data: readonly components["schemas"]["ChosenAnswer"][];
            readonly attachments?: readonly components["schemas"]["SurveyAttachment"][];
            readonly attachments_data: readonly components["schemas"]["SurveyAttachment"][];
            /**
             * @description Accept the answer although constraints warn about it (`CONFIRM`).
             * @default false
             */
            readonly confirm?: boolean;
            /** Format: date-time */
            readonly created: string | null;
            readonly has_attachments: boolean;
            readonly id: number | null;
            /** @description The instance of the repeated group that the question belongs to; only for questions of such groups. */
            readonly instance?: number;
            readonly meta: unknown;
            readonly position: number;
            readonly related_question: number;
            readonly related_question_data: components["schemas"]["RelatedQuestion"];
            readonly sender: number | null;
            readonly survey: number;
            readonly survey_data: components["schemas"]["SurveyCore"];
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. It is sent as typed. */
            readonly text?: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly type: string;
            /** Format: date-time */
            readonly updated: string | null;
            /**
             * @description Validate the answer without storing it; the response is a 200.
             * @default false
             */
            readonly verify?: boolean;
        };
        /** @description An answer that was chosen. */
        readonly ChosenAnswer: {
            readonly exclusive: boolean;
            readonly id: number;
            readonly meta: unknown;
            /** @description The qid asked next; -1 ends the script. */
            readonly next_qid: number;
            readonly position: number;
            readonly question: number;
            /** @description The answer is offered while this expression is true. */
            readonly show_if?: string;
            readonly text: string;
            /** @description The number, text or boolean that stands for the answer in expressions. */
            readonly value?: unknown;
            readonly variable_modifications: readonly (readonly string[])[];
            /**
             * Format: double
             * @description The number for scores; only with the permission to view schemas.
             */
            readonly weight?: number;
        };
        /** @description A condition on a new answer. */
        readonly Constraint: {
            /** @description An expression, in which `value` is the new answer. */
            readonly check: string;
            readonly message: string;
            /**
             * @description A warning can be confirmed. Default: error.
             *
             *     * `error` - error
             *     * `warning` - warning
             */
            readonly severity?: "error" | "warning";
        };
        /** @description The request body that corrects an answer: which one, and the new answer as in a post. */
        readonly Correction: {
            readonly answers?: readonly number[];
            readonly attachments?: readonly components["schemas"]["Attachment"][];
            readonly break_state?: boolean;
            /** Format: uuid */
            readonly client_id?: string | null;
            readonly confirm?: boolean;
            /** @description The round of the question's repeated group; 0 outside. */
            readonly instance?: number | null;
            /** @description The last message of the run that the requester has seen. */
            readonly last: number;
            /** @description The message with the answer to correct. */
            readonly message: number;
            readonly meta?: unknown;
            readonly question?: number;
            /** @description The run of the script; the current one if omitted. */
            readonly run?: number | null;
            readonly skip?: boolean;
            readonly text?: string;
            readonly type?: string;
        };
        /** @description A member has corrected an answer of their script; sent to those who see the new answer. */
        readonly CorrectionEvent: {
            readonly data: components["schemas"]["CorrectionEventData"];
            readonly event: components["schemas"]["Position"];
            /**
             * @description The name of the event.
             *
             *     * `run_corrected` - run_corrected
             */
            readonly message: "run_corrected";
        };
        readonly CorrectionEventData: components["schemas"]["RunCorrected"] | components["schemas"]["LargeCorrection"];
        /** @description A deleted message. */
        readonly DeletedMessage: {
            /** @description * `True` - True */
            readonly deleted: true;
            readonly id: number;
            readonly thread: number;
            /** @description The number of messages in the thread that the recipient has not read. */
            readonly unread: number;
        };
        /** @description The URL of a device. */
        readonly Endpoint: {
            readonly endpoint: string;
        };
        readonly ErrorFrame: {
            readonly data: {
                /**
                 * @description * `MALFORMED`: The frame is not a JSON object with a `message`, or its `data` is not an object.
                 *     * `TOO_LARGE`: The frame is larger than WS_FRAME_MAX bytes.
                 *     * `UNKNOWN_COMMAND`: No command has this name.
                 *     * `RATE_LIMITED`: The client sent more than WS_COMMANDS_PER_MINUTE; retry after `retry_after` seconds.
                 *     * `REQUIRED`: A required field is missing; `field` names it.
                 *     * `WRONG_VALUE`: The value of a field is invalid; `field` names it.
                 *     * `NO_PERMISSIONS`: The user has no permission for this.
                 *     * `INTERNAL`: The server failed and has logged the error.
                 *
                 *     Commands of the host may have codes of their own.
                 */
                readonly code: ("MALFORMED" | "TOO_LARGE" | "UNKNOWN_COMMAND" | "RATE_LIMITED" | "REQUIRED" | "WRONG_VALUE" | "NO_PERMISSIONS" | "INTERNAL") | string;
                /** @description The command's name; null where there is none. */
                readonly command: string | null;
                /** @description The key that is missing or wrong. */
                readonly field?: string;
                /** @description Seconds. */
                readonly retry_after?: number;
                /** @description The thread that cannot be caught up with, as it was asked for. */
                readonly thread?: number;
            };
            /** @constant */
            readonly message: "error";
        };
        /** @description Errors by field: codes in capital letters, or texts. All errors of a request are returned together. */
        readonly FieldErrors: {
            /** @description With `explain=true`, the errors of a refused answer in words. */
            readonly explanations?: readonly {
                readonly code: string;
                /** @description The `type` of the question, and its limits by name. */
                readonly expected: {
                    readonly [key: string]: unknown;
                };
                readonly field: string;
                /** @description The author's own message, or what is expected. */
                readonly text: string;
            }[];
        } & {
            readonly [key: string]: string | readonly (string | components["schemas"]["FieldErrors"])[] | components["schemas"]["FieldErrors"];
        };
        /** @description A flag that an answer raised. */
        readonly Flag: {
            /**
             * Format: date-time
             * @description Since when it no longer holds; null while it does.
             */
            readonly cleared: string | null;
            readonly id: number;
            /** @description The id of the survey item whose answer raised it. */
            readonly item: number | null;
            readonly label: string;
            /** @description The id of the message whose answer raised it. */
            readonly message: number | null;
            readonly name: string;
            /** Format: date-time */
            readonly raised: string;
            /** Format: date-time */
            readonly seen: string | null;
            readonly seen_by: number | null;
            readonly severity: string;
        };
        /** @description An answer raised a flag; sent to staff and members with THREAD_CONTROL_OTHERS, to others `skipped`. */
        readonly FlagEvent: {
            readonly data: components["schemas"]["FlagEventData"];
            readonly event: components["schemas"]["Position"];
            /**
             * @description The name of the event.
             *
             *     * `flag_raised` - flag_raised
             */
            readonly message: "flag_raised";
        };
        readonly FlagEventData: components["schemas"]["PublishedFlag"] | components["schemas"]["LargeFlag"];
        readonly FlagRaisedFrame: components["schemas"]["FlagEvent"];
        /** @description A message in a list; in the results of a search it has its text with the matches marked. */
        readonly FoundMessage: {
            readonly attachments_data: readonly components["schemas"]["Attachment"][];
            /** Format: uuid */
            readonly client_id: string | null;
            /** Format: date-time */
            readonly created: string;
            readonly has_attachments: boolean;
            /**
             * Format: html
             * @description With `q` only: the text, or the part of a long text around the first match, as HTML: escaped, with the matches between `<mark>` tags.
             */
            readonly highlight?: string;
            readonly id: number;
            /** @description In a repeated group only: the round in which its question was asked. */
            readonly instance?: number;
            readonly is_own: boolean;
            readonly is_read: boolean;
            readonly meta: unknown;
            readonly predecessor: number | null;
            readonly related_question: number | null;
            readonly sender: number | null;
            readonly sender_data: components["schemas"]["SimpleAccount"] | null;
            /**
             * @description With `superseded` only: the message no longer counts, because an answer was corrected.
             *
             *     * `True` - True
             */
            readonly superseded?: true | string;
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. */
            readonly text: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly thread: number;
            readonly type: string;
            /** Format: date-time */
            readonly updated: string;
        };
        /** @description A named part of a schema. */
        readonly Group: {
            readonly id: number;
            /** @description With `survey` only, and only in a repeated group whose texts or suggested answers depend on the instance: its instances that count, in their order. */
            readonly instances?: readonly components["schemas"]["GroupInstance"][];
            /** @description What expressions call the repeated group. */
            readonly key?: string;
            /**
             * @description * `list` - List
             *     * `page` - Page
             */
            readonly layout?: ("list" | "page") | string;
            readonly name: string;
            readonly position: number;
            readonly questions: readonly components["schemas"]["Question"][];
            /** @description How often the questions are asked: `count`, `min`, `max`, `add`. */
            readonly repeat?: unknown;
            readonly schema: number;
            /** @description The questions of the group are asked while this expression is true. */
            readonly show_if?: string;
            /** @description Shown above the questions. */
            readonly text?: string;
        };
        /** @description An instance of a repeated group in a survey, with what is shown differently in each. */
        readonly GroupInstance: {
            /** @description The number of the instance. */
            readonly instance: number;
            /** @description The questions of the group whose texts, meta or suggested answers depend on the instance, as it shows them. */
            readonly questions: readonly components["schemas"]["Question"][];
            /** @description The text of the group in this instance, if it depends on the instance. */
            readonly text?: string;
        };
        readonly HeartbeatFrame: {
            readonly data: {
                /** @description By the id of a thread, the `seq` of its last event. */
                readonly threads: {
                    readonly [key: string]: number;
                };
            };
            /** @constant */
            readonly message: "heartbeat";
        };
        /** @description The events of a thread after a given one. */
        readonly History: {
            readonly events: readonly components["schemas"]["HistoryEvent"][];
            readonly head: number;
            /**
             * @description * `current` - current
             *     * `replayed` - replayed
             *     * `resync` - resync
             */
            readonly outcome: "current" | "replayed" | "resync";
        };
        readonly HistoryEvent: components["schemas"]["MessageEvent"] | components["schemas"]["ReadEvent"] | components["schemas"]["ThreadEvent"] | components["schemas"]["CorrectionEvent"] | components["schemas"]["FlagEvent"] | components["schemas"]["SkippedEvent"];
        /** @description The `keys` of a browser's push subscription. */
        readonly Keys: {
            readonly auth: string;
            readonly p256dh: string;
        };
        /** @description Too many messages were superseded to list them: load the messages over REST. */
        readonly LargeCorrection: {
            readonly message: number;
            readonly thread: number;
            /** @description * `True` - True */
            readonly too_large: true;
        };
        /** @description A flag whose label is too large for a frame: load the runs of the thread over REST. */
        readonly LargeFlag: {
            readonly id: number;
            readonly thread: number;
            /** @description * `True` - True */
            readonly too_large: true;
        };
        /** @description A message that is too large for a frame: load it over REST. */
        readonly LargeMessage: {
            readonly id: number;
            readonly thread: number;
            /** @description * `True` - True */
            readonly too_large: true;
        };
        /** @description Too many messages were read to list them: load the thread over REST. */
        readonly LargeRead: {
            readonly thread: number;
            /** @description * `True` - True */
            readonly too_large: true;
            readonly user: number;
        };
        /** @description A thread that is too large for a frame: load it over REST. */
        readonly LargeThread: {
            readonly id: number;
            /** @description * `True` - True */
            readonly too_large: true;
        };
        readonly MarkMessageAsReadCommand: {
            readonly data: {
                /** @description The id of a message. */
                readonly message: number | string;
            };
            /** @constant */
            readonly message: "mark_message_as_read";
        };
        /** @description A member as other members see them; those who control others also see how the script leads them. */
        readonly Member: {
            readonly automated_sender?: number | null;
            /**
             * @description * `hours` - Hours
             *     * `days` - Days
             *     * `weeks` - Weeks
             *     * `months` - Months
             */
            readonly frequency_unit?: (("hours" | "days" | "weeks" | "months" | null) | string) | null;
            readonly frequency_value?: number | null;
            readonly initial_question?: number | null;
            /**
             * @description * `open` - Open
             *     * `close` - Close
             *     * `repeat` - Repeat
             */
            readonly on_finish?: ("open" | "close" | "repeat") | string;
            readonly paused?: boolean;
            readonly permissions: number;
            /** Format: date-time */
            readonly repeat_until?: string | null;
            readonly schema?: number | null;
            /**
             * @description * `scripted` - Scripted
             *     * `scripted_fe_controlled` - Scripted, controlled by the frontend
             *     * `assisted` - Assisted
             *     * `closed` - Closed
             *     * `open` - Open
             */
            readonly state?: ("scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open") | string;
            readonly user: number;
            readonly users_data: components["schemas"]["SimpleAccount"] | null;
        };
        /** @description The request body that changes a member. */
        readonly MemberChange: {
            readonly automated_sender?: number | null;
            /**
             * @description * `hours` - hours
             *     * `days` - days
             *     * `weeks` - weeks
             *     * `months` - months
             */
            readonly frequency_unit?: ("hours" | "days" | "weeks" | "months" | null) | null;
            readonly frequency_value?: number | null;
            readonly group?: number;
            readonly initial_question?: number | null;
            /**
             * @description * `open` - open
             *     * `close` - close
             *     * `repeat` - repeat
             */
            readonly on_finish?: "open" | "close" | "repeat" | "";
            readonly paused?: boolean;
            readonly permissions?: number;
            /** Format: date-time */
            readonly repeat_until?: string | null;
            readonly schema?: number | null;
            /**
             * @description * `scripted` - scripted
             *     * `scripted_fe_controlled` - scripted_fe_controlled
             *     * `assisted` - assisted
             *     * `closed` - closed
             *     * `open` - open
             */
            readonly state?: "scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open";
        };
        /** @description The request body that adds a member. */
        readonly MemberCreate: {
            readonly automated_sender?: number | null;
            /**
             * @description * `hours` - hours
             *     * `days` - days
             *     * `weeks` - weeks
             *     * `months` - months
             */
            readonly frequency_unit?: ("hours" | "days" | "weeks" | "months" | null) | null;
            readonly frequency_value?: number | null;
            readonly group?: number;
            readonly initial_question?: number | null;
            /**
             * @description * `open` - open
             *     * `close` - close
             *     * `repeat` - repeat
             */
            readonly on_finish?: "open" | "close" | "repeat" | "";
            readonly paused?: boolean;
            readonly permissions?: number;
            /** Format: date-time */
            readonly repeat_until?: string | null;
            readonly schema?: number | null;
            /**
             * @description * `scripted` - scripted
             *     * `scripted_fe_controlled` - scripted_fe_controlled
             *     * `assisted` - assisted
             *     * `closed` - closed
             *     * `open` - open
             */
            readonly state?: "scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open";
            readonly user: number;
        };
        /** @description A message as its reader sees it. */
        readonly Message: {
            readonly attachments_data: readonly components["schemas"]["Attachment"][];
            /** Format: uuid */
            readonly client_id: string | null;
            /** Format: date-time */
            readonly created: string;
            readonly has_attachments: boolean;
            readonly id: number;
            /** @description In a repeated group only: the round in which its question was asked. */
            readonly instance?: number;
            readonly is_own: boolean;
            readonly is_read: boolean;
            readonly meta: unknown;
            readonly predecessor: number | null;
            readonly related_question: number | null;
            readonly sender: number | null;
            readonly sender_data: components["schemas"]["SimpleAccount"] | null;
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. */
            readonly text: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly thread: number;
            readonly type: string;
            /** Format: date-time */
            readonly updated: string;
        };
        /** @description The request body that changes a message. */
        readonly MessageChange: {
            readonly meta?: unknown;
            readonly text?: string;
        };
        /** @description The request body that posts a message. */
        readonly MessageCreate: {
            readonly answers?: readonly number[];
            /** @description The `related_message` of the thread that the requester has seen; null for none. The request is refused if another message asks now. */
            readonly asked?: number | null;
            readonly attachments?: readonly components["schemas"]["Attachment"][];
            readonly break_state?: boolean;
            /** Format: uuid */
            readonly client_id?: string | null;
            readonly confirm?: boolean;
            /** @description The round of the question's repeated group; 0 outside. */
            readonly instance?: number | null;
            readonly meta?: unknown;
            readonly question?: number;
            readonly skip?: boolean;
            readonly text?: string;
            readonly type?: string;
        };
        readonly MessageCreatedOrUpdatedFrame: components["schemas"]["MessageEvent"];
        /** @description A message was created, changed (text, `meta` or attachments) or deleted. */
        readonly MessageEvent: {
            readonly data: components["schemas"]["MessageEventData"];
            readonly event: components["schemas"]["Position"];
            /**
             * @description The name of the event.
             *
             *     * `message_created_or_updated` - message_created_or_updated
             */
            readonly message: "message_created_or_updated";
        };
        readonly MessageEventData: components["schemas"]["PublishedMessage"] | components["schemas"]["DeletedMessage"] | components["schemas"]["LargeMessage"];
        /** @description The messages that a member has read. */
        readonly MessagesRead: {
            /** @description Ids of messages. */
            readonly messages: readonly number[];
            readonly thread: number;
            /** @description For the reader only: the number of messages in the thread that they have not read. */
            readonly unread?: number;
            readonly user: number;
        };
        readonly MessagesReadFrame: components["schemas"]["ReadEvent"];
        /** @description An instance that was added to a repeated group, with the survey as it is now. */
        readonly NewInstance: {
            /** @description The number of the new instance. */
            readonly instance: number;
            readonly survey_data: components["schemas"]["SurveyCore"];
        };
        readonly PaginatedAttachmentList: readonly components["schemas"]["Attachment"][] | {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["Attachment"][];
        };
        readonly PaginatedFoundMessageList: {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["FoundMessage"][];
        };
        readonly PaginatedMemberList: readonly components["schemas"]["Member"][] | {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["Member"][];
        };
        readonly PaginatedRunList: {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["Run"][];
        };
        readonly PaginatedSchemaListList: readonly components["schemas"]["SchemaList"][] | {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["SchemaList"][];
        };
        readonly PaginatedSurveyAttachmentList: readonly components["schemas"]["SurveyAttachment"][] | {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["SurveyAttachment"][];
        };
        readonly PaginatedSurveyDetailsList: {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["SurveyDetails"][];
        };
        readonly PaginatedSurveyItemList: readonly components["schemas"]["SurveyItem"][] | {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["SurveyItem"][];
        };
        readonly PaginatedSurveyList: {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["Survey"][];
        };
        readonly PaginatedThreadList: {
            /** Format: uri */
            readonly next: string | null;
            /** Format: uri */
            readonly previous: string | null;
            readonly results: readonly components["schemas"]["Thread"][];
        };
        /** @description The request body that assigns a thread. */
        readonly PatchedAssignmentChange: {
            /** @description The id of a member or of somebody of the staff; null for nobody. */
            readonly assigned_to?: number | null;
        };
        /** @description An attachment of a message. */
        readonly PatchedAttachment: {
            readonly content_type?: number | null;
            readonly content_type_name?: string | null;
            readonly description?: string;
            /** Format: binary */
            readonly file?: string;
            /** @description The file in base64, with or without a prefix `data:…;base64,`. */
            readonly file_content?: string;
            readonly id?: number;
            readonly message?: number;
            readonly object_id?: number | null;
            readonly options?: unknown;
            /** @description The URL of the attachment, or an empty text; null if a function of the host fails. Only the host's own types accept a value. */
            readonly src?: string | null;
            /** @description An object with `width`, `height` and `src`, or the value of the host's own type. */
            readonly thumbnail?: unknown;
            readonly title?: string;
            /**
             * @description * `image` - Image
             *     * `youtube` - YouTube
             *     * `object_reference` - Object reference
             */
            readonly type?: ("image" | "youtube" | "object_reference") | string;
            readonly url?: string;
        };
        /** @description The request body that changes a member. */
        readonly PatchedMemberChange: {
            readonly automated_sender?: number | null;
            /**
             * @description * `hours` - hours
             *     * `days` - days
             *     * `weeks` - weeks
             *     * `months` - months
             */
            readonly frequency_unit?: ("hours" | "days" | "weeks" | "months" | null) | null;
            readonly frequency_value?: number | null;
            readonly group?: number;
            readonly initial_question?: number | null;
            /**
             * @description * `open` - open
             *     * `close` - close
             *     * `repeat` - repeat
             */
            readonly on_finish?: "open" | "close" | "repeat" | "";
            readonly paused?: boolean;
            readonly permissions?: number;
            /** Format: date-time */
            readonly repeat_until?: string | null;
            readonly schema?: number | null;
            /**
             * @description * `scripted` - scripted
             *     * `scripted_fe_controlled` - scripted_fe_controlled
             *     * `assisted` - assisted
             *     * `closed` - closed
             *     * `open` - open
             */
            readonly state?: "scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open";
        };
        /** @description The request body that changes a message. */
        readonly PatchedMessageChange: {
            readonly meta?: unknown;
            readonly text?: string;
        };
        /** @description An attachment of a survey's item. */
        readonly PatchedSurveyAttachment: {
            readonly content_type?: number | null;
            readonly content_type_name?: string | null;
            readonly description?: string;
            /** Format: binary */
            readonly file?: string;
            /** @description The file in base64, with or without a prefix `data:…;base64,`. */
            readonly file_content?: string;
            readonly id?: number;
            readonly item?: number;
            readonly object_id?: number | null;
            readonly options?: unknown;
            /** @description The URL of the attachment, or an empty text; null if a function of the host fails. Only the host's own types accept a value. */
            readonly src?: string | null;
            /** @description An object with `width`, `height` and `src`, or the value of the host's own type. */
            readonly thumbnail?: unknown;
            readonly title?: string;
            /**
             * @description * `image` - Image
             *     * `youtube` - YouTube
             *     * `object_reference` - Object reference
             */
            readonly type?: ("image" | "youtube" | "object_reference") | string;
            readonly url?: string;
        };
        /** @description The answer to one question of a survey. The question cannot be changed. */
        readonly PatchedSurveyItemDetails: {
            readonly answers?: readonly number[];
            readonly answers_data?: readonly components["schemas"]["ChosenAnswer"][];
            readonly attachments_data?: readonly components["schemas"]["SurveyAttachment"][];
            /**
             * @description Accept the answer although constraints warn about it (`CONFIRM`).
             * @default false
             */
            readonly confirm?: boolean;
            /** Format: date-time */
            readonly created?: string;
            readonly has_attachments?: boolean;
            readonly id?: number;
            /** @description The instance of the repeated group that the question belongs to; only for questions of such groups. */
            readonly instance?: number;
            readonly meta?: unknown;
            readonly position?: number;
            readonly related_question?: number;
            readonly related_question_data?: components["schemas"]["RelatedQuestion"];
            readonly sender?: number | null;
            readonly sender_data?: components["schemas"]["SimpleAccount"] | null;
            readonly survey?: number;
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. It is sent as typed. */
            readonly text?: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format?: "plain" | "escaped";
            readonly type?: string;
            /** Format: date-time */
            readonly updated?: string;
        };
        /** @description The request body that changes a thread. */
        readonly PatchedThreadChange: {
            readonly notifications?: number;
            /**
             * @description * `scripted` - scripted
             *     * `scripted_fe_controlled` - scripted_fe_controlled
             *     * `assisted` - assisted
             *     * `closed` - closed
             *     * `open` - open
             */
            readonly state?: "scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open";
            readonly title?: string;
        };
        readonly PingCommand: {
            readonly data?: unknown;
            /** @constant */
            readonly message: "ping";
        };
        readonly PongFrame: {
            readonly data: unknown;
            /** @constant */
            readonly message: "pong";
        };
        /** @description The position of an event in the history of its thread. */
        readonly Position: {
            /** @description Increases by one with each event of the thread. */
            readonly seq: number;
            /** @description The id of the thread. */
            readonly thread: number;
        };
        /** @description The current question as plain text. */
        readonly Prompt: {
            /** @description The value that an empty reply takes; null without one. */
            readonly default: unknown;
            /** @description The type and the limits of the reply, by name. */
            readonly expected: unknown;
            /** @description In a repeated group only: the round in which the question is asked. */
            readonly instance?: number;
            readonly options: readonly components["schemas"]["PromptOption"][];
            /** @description All of it as text, one line each. */
            readonly prompt: string;
            readonly qid: number;
            readonly question: number;
            /** @description The text that skips the question; null if that is not offered. */
            readonly skip: string | null;
            readonly text: string;
            readonly type: string;
        };
        /** @description An answer, with the number that chooses it. */
        readonly PromptOption: {
            readonly number: number;
            readonly text: string;
        };
        /** @description A flag that was raised in a thread. */
        readonly PublishedFlag: {
            /**
             * Format: date-time
             * @description Since when it no longer holds; null while it does.
             */
            readonly cleared: string | null;
            readonly id: number;
            /** @description The id of the survey item whose answer raised it. */
            readonly item: number | null;
            readonly label: string;
            /** @description The id of the message whose answer raised it. */
            readonly message: number | null;
            readonly name: string;
            /** Format: date-time */
            readonly raised: string;
            /** @description The id of the run of the script. */
            readonly run: number;
            /** Format: date-time */
            readonly seen: string | null;
            readonly seen_by: number | null;
            readonly severity: string;
            readonly thread: number;
            readonly user?: number;
        };
        readonly PublishedLastMessage: components["schemas"]["Message"] | components["schemas"]["LargeMessage"];
        /** @description A message as its receiver sees it, with the receiver's own thread object. */
        readonly PublishedMessage: {
            readonly attachments_data: readonly components["schemas"]["Attachment"][];
            /** Format: uuid */
            readonly client_id: string | null;
            /** Format: date-time */
            readonly created: string;
            readonly has_attachments: boolean;
            readonly id: number;
            /** @description In a repeated group only: the round in which its question was asked. */
            readonly instance?: number;
            readonly is_own: boolean;
            readonly is_read: boolean;
            readonly meta: unknown;
            readonly predecessor: number | null;
            readonly related_question: number | null;
            readonly sender: number | null;
            readonly sender_data: components["schemas"]["SimpleAccount"] | null;
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. */
            readonly text: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly thread: number;
            readonly thread_data: components["schemas"]["PublishedThread"];
            readonly type: string;
            /** Format: date-time */
            readonly updated: string;
        };
        /** @description The recipient's own thread object, limited to the fields of WS_THREAD_FIELDS, also inside its objects. */
        readonly PublishedThread: {
            /** @description The user who looks after the thread. */
            readonly assigned_to: number | null;
            readonly automated_sender: number | null;
            /** Format: date-time */
            readonly created: string;
            /**
             * @description * `hours` - Hours
             *     * `days` - Days
             *     * `weeks` - Weeks
             *     * `months` - Months
             */
            readonly frequency_unit: (("hours" | "days" | "weeks" | "months" | null) | string) | null;
            readonly frequency_value: number | null;
            readonly id: number;
            readonly initial_question: number | null;
            readonly last_message_data: components["schemas"]["PublishedLastMessage"] | null;
            /** Format: date-time */
            readonly next_restart: string | null;
            readonly notifications: number;
            /**
             * @description * `open` - Open
             *     * `close` - Close
             *     * `repeat` - Repeat
             */
            readonly on_finish: ("open" | "close" | "repeat") | string;
            readonly paused: boolean;
            readonly permissions: number;
            readonly question: number | null;
            readonly question_data: components["schemas"]["Question"] | null;
            readonly related_message: number | null;
            /** Format: date-time */
            readonly repeat_until: string | null;
            readonly schema: number | null;
            /**
             * @description * `scripted` - Scripted
             *     * `scripted_fe_controlled` - Scripted, controlled by the frontend
             *     * `assisted` - Assisted
             *     * `closed` - Closed
             *     * `open` - Open
             */
            readonly state: ("scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open") | string;
            readonly title: string;
            /**
             * @description * `chat` - Chat
             *     * `survey` - Survey
             *     * `tracker` - Tracker
             */
            readonly type: ("chat" | "survey" | "tracker") | string;
            readonly unread: number;
            /** Format: date-time */
            readonly updated: string;
            readonly users_count: number;
            readonly users_data?: readonly components["schemas"]["SimpleAccount"][];
            readonly variables_pool: unknown;
        };
        /** @description A browser's push subscription, as `toJSON()` returns it. */
        readonly PushDevice: {
            readonly endpoint: string;
            readonly keys: components["schemas"]["Keys"];
        };
        /** @description A step of a script. */
        readonly Question: {
            readonly answers: readonly components["schemas"]["Answer"][];
            readonly attachments: readonly components["schemas"]["AttachmentTemplate"][];
            /** @description The expression of a calculation. */
            readonly calculate?: string;
            readonly choice_open: boolean;
            readonly constraints?: readonly components["schemas"]["Constraint"][];
            /** @description In `question_data` and in surveys only: the value that is suggested as the answer; a list of values for several choices. */
            readonly default?: unknown;
            readonly forking_rules: readonly (readonly string[])[];
            readonly group: number | null;
            readonly has_attachments: boolean;
            /** @description Help text beside the question. */
            readonly hint?: string;
            readonly id: number;
            /** @description By name of the limit (`min`, `max_length`), a value or an expression. */
            readonly limits?: unknown;
            readonly meta: unknown;
            /** @description What expressions call the answer. */
            readonly name?: string;
            /** @description The qid asked next; -1 ends the script. */
            readonly next_qid: number | null;
            readonly position: number;
            /**
             * Format: double
             * @description In `question_data` of a script that leads only: the part of the script that lies before the question, from 0 to below 1, estimated by the longest way that is left.
             */
            readonly progress?: number;
            readonly qid: number;
            /** Format: double */
            readonly range_from: number | null;
            /** Format: double */
            readonly range_to: number | null;
            readonly required: boolean;
            /** @description The error of an empty answer. */
            readonly required_message?: string;
            readonly schema: number;
            readonly show_as_type: string;
            /** @description The question is asked while this expression is true. */
            readonly show_if?: string;
            /** @description The text that offers to skip the question. */
            readonly skip?: string;
            readonly text: string;
            /**
             * @description * `choice` - Choice
             *     * `multichoice` - Multiple choice
             *     * `text` - Text
             *     * `date` - Date
             *     * `time` - Time
             *     * `datetime` - Date and time
             *     * `int` - Whole number
             *     * `float` - Number
             *     * `range` - Range
             *     * `message` - Message
             *     * `fork` - Fork
             *     * `control` - Control
             *     * `calculation` - Calculation
             *     * `file` - File
             *     * `location` - Location
             */
            readonly type: ("choice" | "multichoice" | "text" | "date" | "time" | "datetime" | "int" | "float" | "range" | "message" | "fork" | "control" | "calculation" | "file" | "location") | string;
            readonly variable_modifications: readonly (readonly string[])[];
        };
        /** @description The request body that marks messages as read: all up to one, or a list. */
        readonly Read: {
            readonly messages?: readonly number[];
            readonly up_to?: number;
        };
        /** @description A member has read messages; sent to members only. */
        readonly ReadEvent: {
            readonly data: components["schemas"]["ReadEventData"];
            readonly event: components["schemas"]["Position"];
            /**
             * @description The name of the event.
             *
             *     * `messages_read` - messages_read
             */
            readonly message: "messages_read";
        };
        readonly ReadEventData: components["schemas"]["MessagesRead"] | components["schemas"]["LargeRead"];
        /** @description The error as a text, with a stable code if programs need to distinguish it. */
        readonly Refusal: {
            readonly code?: string;
            readonly detail: string;
        };
        /** @description The question that an item answers, with rendered texts and resolved meta. */
        readonly RelatedQuestion: {
            readonly answers: readonly components["schemas"]["Answer"][];
            readonly attachments: readonly components["schemas"]["AttachmentTemplate"][];
            /** @description The expression of a calculation. */
            readonly calculate?: string;
            readonly choice_open: boolean;
            readonly constraints?: readonly components["schemas"]["Constraint"][];
            /** @description In `question_data` and in surveys only: the value that is suggested as the answer; a list of values for several choices. */
            readonly default?: unknown;
            readonly forking_rules: readonly (readonly string[])[];
            readonly group: number | null;
            readonly has_attachments: boolean;
            /** @description Help text beside the question. */
            readonly hint?: string;
            readonly id: number;
            /** @description By name of the limit (`min`, `max_length`), a value or an expression. */
            readonly limits?: unknown;
            readonly meta: unknown;
            /** @description What expressions call the answer. */
            readonly name?: string;
            /** @description The qid asked next; -1 ends the script. */
            readonly next_qid: number | null;
            readonly position: number;
            /**
             * Format: double
             * @description In `question_data` of a script that leads only: the part of the script that lies before the question, from 0 to below 1, estimated by the longest way that is left.
             */
            readonly progress?: number;
            readonly qid: number;
            /** Format: double */
            readonly range_from: number | null;
            /** Format: double */
            readonly range_to: number | null;
            readonly required: boolean;
            /** @description The error of an empty answer. */
            readonly required_message?: string;
            readonly schema: number;
            readonly show_as_type: string;
            /** @description The question is asked while this expression is true. */
            readonly show_if?: string;
            /** @description The text that offers to skip the question. */
            readonly skip?: string;
            readonly text: string;
            /**
             * @description * `choice` - Choice
             *     * `multichoice` - Multiple choice
             *     * `text` - Text
             *     * `date` - Date
             *     * `time` - Time
             *     * `datetime` - Date and time
             *     * `int` - Whole number
             *     * `float` - Number
             *     * `range` - Range
             *     * `message` - Message
             *     * `fork` - Fork
             *     * `control` - Control
             *     * `calculation` - Calculation
             *     * `file` - File
             *     * `location` - Location
             */
            readonly type: ("choice" | "multichoice" | "text" | "date" | "time" | "datetime" | "int" | "float" | "range" | "message" | "fork" | "control" | "calculation" | "file" | "location") | string;
            readonly variable_modifications: readonly (readonly string[])[];
        };
        /** @description The request body that answers the current question with a typed line. */
        readonly Reply: {
            /** @description The `related_message` of the thread that the requester has seen; null for none. The request is refused if another message asks now. */
            readonly asked?: number | null;
            /** Format: uuid */
            readonly client_id?: string | null;
            readonly confirm?: boolean;
            /** @description The round of the question's repeated group; 0 outside. */
            readonly instance?: number | null;
            readonly question?: number;
            readonly text: string;
        };
        /** @description The results of answers. Respondents get only the parts that RESPONDENT_SEES names. */
        readonly Results: {
            /** @description By name of the score. */
            readonly bands?: {
                readonly [key: string]: components["schemas"]["Band"] | null;
            };
            /** @description Whether they no longer change: the answers are complete. */
            readonly final: boolean;
            readonly flags?: readonly components["schemas"]["Flag"][];
            /** @description With `scores` or `bands`: the labels of the scores by name, in the language of the request. */
            readonly labels?: {
                readonly [key: string]: string;
            };
            /** @description By name; null where empty. */
            readonly scores?: {
                readonly [key: string]: number | null;
            };
            /** @description By name of the question, what rules read of its answer or calculation. */
            readonly values?: {
                readonly [key: string]: unknown;
            };
        };
        /** @description The request body that rolls a script back. */
        readonly Rollback: {
            /** @description The round of the question's repeated group; 0 outside. */
            readonly instance?: number | null;
            readonly message?: number | null;
            readonly question?: number | null;
        };
        /** @description A round of a repeated group. */
        readonly Round: {
            /** @description The number of the round. */
            readonly instance: number;
            /** @description By name of the question; empty ones are left out. */
            readonly values: {
                readonly [key: string]: unknown;
            };
        };
        /** @description A run of a script, with the results of its answers. */
        readonly Run: {
            /** @description By name of the score. */
            readonly bands?: {
                readonly [key: string]: components["schemas"]["Band"] | null;
            };
            /** @description Whether they no longer change: the answers are complete. */
            readonly final: boolean;
            /** Format: date-time */
            readonly finished: string | null;
            readonly flags?: readonly components["schemas"]["Flag"][];
            readonly id: number;
            /** @description With `values`, of scripts with repeated groups only: the rounds of each group, by its key. */
            readonly instances?: {
                readonly [key: string]: readonly components["schemas"]["Round"][];
            };
            /** @description With `scores` or `bands`: the labels of the scores by name, in the language of the request. */
            readonly labels?: {
                readonly [key: string]: string;
            };
            /**
             * @description Empty while it is open.
             *
             *     * `` -
             *     * `completed` - completed
             *     * `broken` - broken
             *     * `rolled_over` - rolled_over
             *     * `superseded` - superseded
             */
            readonly outcome: "" | "completed" | "broken" | "rolled_over" | "superseded";
            readonly schema: number;
            /** @description By name; null where empty. */
            readonly scores?: {
                readonly [key: string]: number | null;
            };
            /** Format: date-time */
            readonly started: string;
            readonly user: number;
            /** @description By name of the question, what rules read of its answer or calculation. */
            readonly values?: {
                readonly [key: string]: unknown;
            };
        };
        /** @description An answer was corrected. */
        readonly RunCorrected: {
            /** @description The id of the message with the new answer. */
            readonly message: number;
            /** @description The ids of the messages that no longer count. */
            readonly superseded: readonly number[];
            readonly thread: number;
        };
        readonly RunCorrectedFrame: components["schemas"]["CorrectionEvent"];
        /** @description A schema with its groups, their questions, and the questions without a group. */
        readonly Schema: {
            readonly deprecated: boolean;
            /** @description `name`, `label`, `if`, `severity`; only with the permission to view schemas. */
            readonly flags?: unknown;
            readonly groups: readonly components["schemas"]["Group"][];
            readonly id: number;
            /** @description A typed text chooses the answer with that text, or else with that value. */
            readonly match_text?: boolean;
            readonly name: string;
            readonly published: boolean;
            readonly questions: readonly components["schemas"]["Question"][];
            /** @description `name`, `label`, `expression`, `bands`; only with the permission to view schemas. */
            readonly scores?: unknown;
            /**
             * @description * `survey` - Survey
             *     * `automated_flow` - Automated Flow
             */
            readonly type: ("survey" | "automated_flow") | string;
            /** @default 1 */
            readonly version: number;
        };
        /** @description A schema without its questions. */
        readonly SchemaList: {
            readonly deprecated: boolean;
            readonly id: number;
            readonly name: string;
            readonly published: boolean;
            /**
             * @description * `survey` - Survey
             *     * `automated_flow` - Automated Flow
             */
            readonly type: ("survey" | "automated_flow") | string;
            /** @default 1 */
            readonly version: number;
        };
        /** @description A message just posted, with the chosen answers and the thread as its sender sees it now. */
        readonly SentMessage: {
            readonly answers: readonly number[];
            readonly attachments_data: readonly components["schemas"]["Attachment"][];
            /** Format: uuid */
            readonly client_id: string | null;
            /** Format: date-time */
            readonly created: string;
            readonly has_attachments: boolean;
            readonly id: number;
            /** @description In a repeated group only: the round in which its question was asked. */
            readonly instance?: number;
            readonly is_own: boolean;
            readonly is_read: boolean;
            readonly meta: unknown;
            readonly predecessor: number | null;
            readonly related_question: number | null;
            readonly sender: number | null;
            readonly sender_data: components["schemas"]["SimpleAccount"] | null;
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. */
            readonly text: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly thread: number;
            readonly thread_data: components["schemas"]["Thread"];
            readonly type: string;
            /** Format: date-time */
            readonly updated: string;
        };
        /** @description A user's `first_name`, `last_name` (empty if the user model has none), `id` and `avatar`. */
        readonly SimpleAccount: {
            /** @description Return the URL of the user's avatar, or of the default image. */
            readonly avatar: string;
            /** @default  */
            readonly first_name: string;
            readonly id?: number;
            /** @default  */
            readonly last_name: string;
        };
        /** @description Placeholder for an event that is hidden from the recipient. */
        readonly SkippedEvent: {
            readonly data: Record<string, never>;
            readonly event: components["schemas"]["Position"];
            /**
             * @description The name of the event.
             *
             *     * `skipped` - skipped
             */
            readonly message: "skipped";
        };
        readonly SkippedFrame: components["schemas"]["SkippedEvent"];
        /** @description A survey, and the body that starts one. */
        readonly Survey: {
            readonly automated_sender?: number | null;
            readonly automated_sender_data: components["schemas"]["SimpleAccount"] | null;
            /**
             * Format: uuid
             * @description A UUID that the client chose: a request with the same one gets a 200 with the survey of the first request.
             */
            readonly client_id?: string | null;
            /** Format: date-time */
            readonly created: string;
            readonly id: number;
            readonly schema: number;
            readonly state: {
                /** @description Whether every visible required question is answered, and no problem is an `error`. */
                readonly completed: boolean;
                /** @description By the key of each repeated group: its instances, in their order, with the same keys as the state itself, whose `values` and `problems` have only what is outside of these groups. Its `visibility` has the questions that any instance shows. */
                readonly instances?: {
                    readonly [key: string]: readonly {
                        /** @description Its number, which is never reused. */
                        readonly instance: number;
                        /** @description The limits and constraints that visible answers do not fulfil now. */
                        readonly problems: readonly {
                            readonly code: string;
                            /** @description The text of the constraint, in the language of the request; null for a limit. */
                            readonly message: string | null;
                            readonly qid: number;
                            /** @enum {string} */
                            readonly severity: "error" | "warning";
                        }[];
                        readonly values: {
                            readonly [key: string]: unknown;
                        };
                        readonly visibility: readonly number[];
                    }[];
                };
                /** @description The limits and constraints that visible answers do not fulfil now. */
                readonly problems?: readonly {
                    readonly code: string;
                    /** @description The text of the constraint, in the language of the request; null for a limit. */
                    readonly message: string | null;
                    readonly qid: number;
                    /** @enum {string} */
                    readonly severity: "error" | "warning";
                }[];
                /** @description The values of the visible calculations, by name; empty for the owner of the survey unless the setting `RESPONDENT_SEES` names `values`. This key and the following ones are there only if questions of the schema have names. */
                readonly values?: {
                    readonly [key: string]: unknown;
                };
                /** @description The qids of the visible questions, by position. */
                readonly visibility: readonly number[];
            } | null;
            /** Format: date-time */
            readonly submitted: string | null;
            /** Format: date-time */
            readonly updated: string;
            readonly user: number;
            readonly user_data: components["schemas"]["SimpleAccount"] | null;
        };
        /** @description An attachment of a survey's item. */
        readonly SurveyAttachment: {
            readonly content_type?: number | null;
            readonly content_type_name: string | null;
            readonly description?: string;
            /** Format: binary */
            readonly file?: string;
            /** @description The file in base64, with or without a prefix `data:…;base64,`. */
            readonly file_content?: string;
            readonly id: number;
            readonly item: number;
            readonly object_id?: number | null;
            readonly options?: unknown;
            /** @description The URL of the attachment, or an empty text; null if a function of the host fails. Only the host's own types accept a value. */
            readonly src?: string | null;
            /** @description An object with `width`, `height` and `src`, or the value of the host's own type. */
            readonly thumbnail: unknown;
            readonly title?: string;
            /**
             * @description * `image` - Image
             *     * `youtube` - YouTube
             *     * `object_reference` - Object reference
             */
            readonly type: ("image" | "youtube" | "object_reference") | string;
            readonly url?: string;
        };
        /** @description A survey without its people, as it is shown with its items. */
        readonly SurveyCore: {
            readonly automated_sender: number | null;
            /** Format: date-time */
            readonly created: string;
            readonly id: number;
            readonly schema: number;
            readonly state: {
                /** @description Whether every visible required question is answered, and no problem is an `error`. */
                readonly completed: boolean;
                /** @description By the key of each repeated group: its instances, in their order, with the same keys as the state itself, whose `values` and `problems` have only what is outside of these groups. Its `visibility` has the questions that any instance shows. */
                readonly instances?: {
                    readonly [key: string]: readonly {
                        /** @description Its number, which is never reused. */
                        readonly instance: number;
                        /** @description The limits and constraints that visible answers do not fulfil now. */
                        readonly problems: readonly {
                            readonly code: string;
                            /** @description The text of the constraint, in the language of the request; null for a limit. */
                            readonly message: string | null;
                            readonly qid: number;
                            /** @enum {string} */
                            readonly severity: "error" | "warning";
                        }[];
                        readonly values: {
                            readonly [key: string]: unknown;
                        };
                        readonly visibility: readonly number[];
                    }[];
                };
                /** @description The limits and constraints that visible answers do not fulfil now. */
                readonly problems?: readonly {
                    readonly code: string;
                    /** @description The text of the constraint, in the language of the request; null for a limit. */
                    readonly message: string | null;
                    readonly qid: number;
                    /** @enum {string} */
                    readonly severity: "error" | "warning";
                }[];
                /** @description The values of the visible calculations, by name; empty for the owner of the survey unless the setting `RESPONDENT_SEES` names `values`. This key and the following ones are there only if questions of the schema have names. */
                readonly values?: {
                    readonly [key: string]: unknown;
                };
                /** @description The qids of the visible questions, by position. */
                readonly visibility: readonly number[];
            } | null;
            /** Format: date-time */
            readonly updated: string;
            readonly user: number;
        };
        /** @description A survey that was started: all its keys are read-only. */
        readonly SurveyDetails: {
            readonly automated_sender: number | null;
            readonly automated_sender_data: components["schemas"]["SimpleAccount"] | null;
            /** Format: date-time */
            readonly created: string;
            readonly id: number;
            readonly schema: number;
            readonly state: {
                /** @description Whether every visible required question is answered, and no problem is an `error`. */
                readonly completed: boolean;
                /** @description By the key of each repeated group: its instances, in their order, with the same keys as the state itself, whose `values` and `problems` have only what is outside of these groups. Its `visibility` has the questions that any instance shows. */
                readonly instances?: {
                    readonly [key: string]: readonly {
                        /** @description Its number, which is never reused. */
                        readonly instance: number;
                        /** @description The limits and constraints that visible answers do not fulfil now. */
                        readonly problems: readonly {
                            readonly code: string;
                            /** @description The text of the constraint, in the language of the request; null for a limit. */
                            readonly message: string | null;
                            readonly qid: number;
                            /** @enum {string} */
                            readonly severity: "error" | "warning";
                        }[];
                        readonly values: {
                            readonly [key: string]: unknown;
                        };
                        readonly visibility: readonly number[];
                    }[];
                };
                /** @description The limits and constraints that visible answers do not fulfil now. */
                readonly problems?: readonly {
                    readonly code: string;
                    /** @description The text of the constraint, in the language of the request; null for a limit. */
                    readonly message: string | null;
                    readonly qid: number;
                    /** @enum {string} */
                    readonly severity: "error" | "warning";
                }[];
                /** @description The values of the visible calculations, by name; empty for the owner of the survey unless the setting `RESPONDENT_SEES` names `values`. This key and the following ones are there only if questions of the schema have names. */
                readonly values?: {
                    readonly [key: string]: unknown;
                };
                /** @description The qids of the visible questions, by position. */
                readonly visibility: readonly number[];
            } | null;
            /** Format: date-time */
            readonly submitted: string | null;
            /** Format: date-time */
            readonly updated: string;
            readonly user: number;
            readonly user_data: components["schemas"]["SimpleAccount"] | null;
        };
        /** @description The answer to one question of a survey, with the survey as it is now. */
        readonly SurveyItem: {
            readonly answers?: readonly number[];
            readonly answers_data: readonly components["schemas"]["ChosenAnswer"][];
            readonly attachments?: readonly components["schemas"]["SurveyAttachment"][];
            readonly attachments_data: readonly components["schemas"]["SurveyAttachment"][];
            /**
             * @description Accept the answer although constraints warn about it (`CONFIRM`).
             * @default false
             */
            readonly confirm?: boolean;
            /** Format: date-time */
            readonly created: string;
            readonly has_attachments: boolean;
            readonly id: number;
            /** @description The instance of the repeated group that the question belongs to; only for questions of such groups. */
            readonly instance?: number;
            readonly meta: unknown;
            readonly position: number;
            readonly related_question: number;
            readonly related_question_data: components["schemas"]["RelatedQuestion"];
            readonly sender: number | null;
            readonly survey: number;
            readonly survey_data: components["schemas"]["SurveyCore"];
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. It is sent as typed. */
            readonly text?: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly type: string;
            /** Format: date-time */
            readonly updated: string;
            /**
             * @description Validate the answer without storing it; the response is a 200.
             * @default false
             */
            readonly verify?: boolean;
        };
        /** @description The answer to one question of a survey. The question cannot be changed. */
        readonly SurveyItemDetails: {
            readonly answers?: readonly number[];
            readonly answers_data: readonly components["schemas"]["ChosenAnswer"][];
            readonly attachments_data: readonly components["schemas"]["SurveyAttachment"][];
            /**
             * @description Accept the answer although constraints warn about it (`CONFIRM`).
             * @default false
             */
            readonly confirm?: boolean;
            /** Format: date-time */
            readonly created: string;
            readonly has_attachments: boolean;
            readonly id: number;
            /** @description The instance of the repeated group that the question belongs to; only for questions of such groups. */
            readonly instance?: number;
            readonly meta: unknown;
            readonly position: number;
            readonly related_question: number;
            readonly related_question_data: components["schemas"]["RelatedQuestion"];
            readonly sender: number | null;
            readonly sender_data: components["schemas"]["SimpleAccount"] | null;
            readonly survey: number;
            /** @description As it is stored. Where `text_format` is `escaped`, replace `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#x27;` once each to get what was typed; where it is `plain`, that is it. Either is text: escape it in HTML. It is sent as typed. */
            readonly text?: string;
            /** @description How `text` is stored: as it is (`plain`), or by Python's `html.escape` (`escaped`). */
            readonly text_format: "plain" | "escaped";
            readonly type: string;
            /** Format: date-time */
            readonly updated: string;
        };
        /** @description A thread as one member sees it: the member's own `UserThread`. */
        readonly Thread: {
            /** @description The user who looks after the thread. */
            readonly assigned_to: number | null;
            readonly automated_sender: number | null;
            /** Format: date-time */
            readonly created: string;
            /**
             * @description * `hours` - Hours
             *     * `days` - Days
             *     * `weeks` - Weeks
             *     * `months` - Months
             */
            readonly frequency_unit: (("hours" | "days" | "weeks" | "months" | null) | string) | null;
            readonly frequency_value: number | null;
            readonly id: number;
            readonly initial_question: number | null;
            readonly last_message_data: components["schemas"]["Message"] | null;
            /** Format: date-time */
            readonly next_restart: string | null;
            readonly notifications: number;
            /**
             * @description * `open` - Open
             *     * `close` - Close
             *     * `repeat` - Repeat
             */
            readonly on_finish: ("open" | "close" | "repeat") | string;
            readonly paused: boolean;
            readonly permissions: number;
            readonly question: number | null;
            readonly question_data: components["schemas"]["Question"] | null;
            readonly related_message: number | null;
            /** Format: date-time */
            readonly repeat_until: string | null;
            readonly schema: number | null;
            /**
             * @description * `scripted` - Scripted
             *     * `scripted_fe_controlled` - Scripted, controlled by the frontend
             *     * `assisted` - Assisted
             *     * `closed` - Closed
             *     * `open` - Open
             */
            readonly state: ("scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open") | string;
            readonly title: string;
            /**
             * @description * `chat` - Chat
             *     * `survey` - Survey
             *     * `tracker` - Tracker
             */
            readonly type: ("chat" | "survey" | "tracker") | string;
            readonly unread: number;
            /** Format: date-time */
            readonly updated: string;
            readonly users_count: number;
            readonly users_data?: readonly components["schemas"]["SimpleAccount"][];
            readonly variables_pool: unknown;
        };
        /** @description The request body that changes a thread. */
        readonly ThreadChange: {
            readonly notifications?: number;
            /**
             * @description * `scripted` - scripted
             *     * `scripted_fe_controlled` - scripted_fe_controlled
             *     * `assisted` - assisted
             *     * `closed` - closed
             *     * `open` - open
             */
            readonly state?: "scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open";
            readonly title?: string;
        };
        /** @description The request body that creates a thread. */
        readonly ThreadCreate: {
            readonly automated_sender?: number | null;
            /**
             * Format: uuid
             * @description A UUID chosen by the client. Sent again, the response is 200 with the thread of the first request.
             */
            readonly client_id?: string | null;
            /**
             * @description * `hours` - hours
             *     * `days` - days
             *     * `weeks` - weeks
             *     * `months` - months
             */
            readonly frequency_unit?: ("hours" | "days" | "weeks" | "months" | null) | null;
            readonly frequency_value?: number | null;
            readonly initial_question?: number | null;
            /**
             * Format: date-time
             * @description Must be null: the next start of a script follows from its frequency.
             */
            readonly next_restart?: string | null;
            readonly notifications?: number;
            /**
             * @description * `open` - open
             *     * `close` - close
             *     * `repeat` - repeat
             */
            readonly on_finish?: "open" | "close" | "repeat" | "";
            /** Format: date-time */
            readonly repeat_until?: string | null;
            readonly schema?: number | null;
            /**
             * @description * `scripted` - scripted
             *     * `scripted_fe_controlled` - scripted_fe_controlled
             *     * `assisted` - assisted
             *     * `closed` - closed
             *     * `open` - open
             */
            readonly state?: "scripted" | "scripted_fe_controlled" | "assisted" | "closed" | "open";
            readonly title?: string;
        };
        /** @description The title, the assignment, the members or a state changed; `data` is the recipient's own thread object. */
        readonly ThreadEvent: {
            readonly data: components["schemas"]["ThreadEventData"];
            readonly event: components["schemas"]["Position"];
            /**
             * @description The name of the event.
             *
             *     * `thread_updated` - thread_updated
             */
            readonly message: "thread_updated";
        };
        readonly ThreadEventData: components["schemas"]["PublishedThread"] | components["schemas"]["LargeThread"];
        readonly ThreadLeftFrame: {
            readonly data: {
                /** @description The id of a thread. */
                readonly thread: number;
            };
            /** @constant */
            readonly message: "thread_left";
        };
        readonly ThreadSomeoneIsWritingCommand: {
            readonly data: {
                /** @description How long to show it, in milliseconds. */
                readonly length: number | string;
                /** @description The id of a thread. */
                readonly thread: number | string;
            };
            /** @constant */
            readonly message: "thread_someone_is_writing";
        };
        readonly ThreadSomeoneIsWritingFrame: {
            readonly data: {
                /** @description How long to show it, in milliseconds. */
                readonly length: number;
                readonly sender_data: components["schemas"]["SimpleAccount"] | null;
                /** @description The id of a thread. */
                readonly thread: number;
            };
            /** @constant */
            readonly message: "thread_someone_is_writing";
        };
        readonly ThreadUpdatedFrame: components["schemas"]["ThreadEvent"];
        /** @description A ticket for one socket. */
        readonly Ticket: {
            /** Format: date-time */
            readonly expires: string;
            readonly ticket: string;
        };
        /** @description The numbers of unread messages in some threads of an account. */
        readonly UnreadCounts: {
            /** @description How many messages are unread in them. */
            readonly messages: number;
            /** @description How many threads have unread messages. */
            readonly threads: number;
        };
        /** @description The numbers of unread messages in all threads of an account. */
        readonly UnreadTotals: {
            /** @description How many messages are unread in them. */
            readonly messages: number;
            /** @description How many threads have unread messages. */
            readonly threads: number;
            /** @description The numbers for each type of thread with unread messages. */
            readonly types: {
                readonly [key: string]: components["schemas"]["UnreadCounts"];
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}

/** Names for the documents of the REST API. */

type Schemas$1 = components["schemas"];
/** A user; a host's `ACCOUNT_SERIALIZER` can add fields. */
type Account = Omit<Schemas$1["SimpleAccount"], "id"> & {
    readonly id: AccountId;
};
type Attachment = Schemas$1["Attachment"];
type Member = Schemas$1["Member"];
type Message = Schemas$1["Message"];
type FoundMessage = Schemas$1["FoundMessage"];
type SentMessage = Schemas$1["SentMessage"];
type Question = Schemas$1["Question"];
type Run = Schemas$1["Run"];
type Thread = Schemas$1["Thread"];
type ThreadCreate = Schemas$1["ThreadCreate"];
type MessageCreate = Schemas$1["MessageCreate"];
type Correction = Schemas$1["Correction"];
type Rollback = Schemas$1["Rollback"];
type Schema = Schemas$1["Schema"];
type Survey = Schemas$1["SurveyDetails"];
type SurveyItem = Schemas$1["SurveyItem"];
type SurveyCreate = Pick<Schemas$1["Survey"], "schema" | "automated_sender" | "client_id">;
type NewInstance = Schemas$1["NewInstance"];
type Results = Schemas$1["Results"];
type MemberCreate = Schemas$1["MemberCreate"];
type MemberChange = Schemas$1["MemberChange"];
/** A page of a list; a list without pagination is a plain array. */
type Page<T> = readonly T[] | {
    readonly results: readonly T[];
    readonly next: string | null;
};
/** Return the objects of a page. */
declare function resultsOf<T>(page: Page<T>): readonly T[];
/** Return whether there is another page. */
declare function hasNext<T>(page: Page<T>): boolean;

/** Errors of requests. */
/** A refused answer in words. */
interface Explanation {
    readonly field: string;
    readonly code: string;
    /** The author's own message or what is expected, in the user's language. */
    readonly text: string;
    readonly expected: Readonly<Record<string, unknown>> | null;
}
/** A refusal by the server (`status`, `body`), or no response at all (status 0). */
declare class ApiError extends Error {
    readonly status: number;
    readonly body: unknown;
    readonly retryAfter: number | null;
    readonly name = "ApiError";
    constructor(status: number, body: unknown, retryAfter?: number | null);
    /** Count errors of another copy of this module, because copies on a page share their clients. */
    static [Symbol.hasInstance](value: unknown): boolean;
    /** Whether the same request can succeed later. */
    get isTemporary(): boolean;
    /** The stable code of a refusal that is about no field, or an empty text. */
    get code(): string;
    /** The errors by field: codes like `REQUIRED`, or sentences in the user's language. */
    get fields(): Readonly<Record<string, readonly string[]>>;
    /** What is wrong with a refused answer, in the user's language: of requests with the query `explain`. */
    get explanations(): readonly Explanation[];
    /** Whether constraints only warn about an answer: the same answer with `confirm` is accepted. */
    get canConfirm(): boolean;
}

/** What survives the page: queued requests and drafts, by account. */
/** A request that waits to be sent. The client's id makes sending it twice harmless. */
interface StoredItem {
    /** Its place in the queue; given by the storage. */
    order: number;
    /** The API and the account: it is sent only under them. */
    readonly owner: string;
    /** The `client_id`. */
    readonly id: string;
    readonly kind: string;
    /** Items of a lane are sent one after another: `thread:7`, `survey:3`. */
    readonly lane: string;
    /** A later item with the same key replaces an earlier one; empty for items that are all sent. */
    readonly key: string;
    readonly data: unknown;
    /** Milliseconds since 1970. */
    readonly created: number;
    state: "queued" | "confirm" | "refused";
    /** The server's refusal. */
    refusal: {
        readonly status: number;
        readonly body: unknown;
    } | null;
}
interface Storage {
    items(owner: string): Promise<StoredItem[]>;
    /** Add the item, in place of those with the same key; set its `order`. */
    add(item: StoredItem): Promise<void>;
    /** Change an item, if it is still there. */
    update(item: StoredItem): Promise<void>;
    remove(item: StoredItem): Promise<void>;
    draft(owner: string, place: string): Promise<string>;
    setDraft(owner: string, place: string, text: string): Promise<void>;
    /** Forget everything of the owner. */
    clear(owner: string): Promise<void>;
    close(): void;
}

/** Items of the queue: how they look, and how they are sent. */

/** An item of the queue as the snapshot shows it. */
interface QueueItem<Data = unknown> {
    readonly id: string;
    readonly kind: string;
    readonly lane: string;
    readonly data: Data;
    readonly created: number;
    /**
     * `queued`: it waits for its turn or for the connection. `sending`: it is on its way. `confirm`: the question that it
     * answers has moved on, and the user decides. `refused`: the server does not accept it.
     */
    readonly state: "queued" | "sending" | "confirm" | "refused";
    readonly refusal: {
        readonly status: number;
        readonly body: unknown;
    } | null;
    /** The sent part of its files, from 0 to 1. */
    readonly progress: number;
}
/** How items of a kind are sent. */
interface Sender {
    send(item: StoredItem, options: {
        signal: AbortSignal;
        onProgress: (part: number) => void;
    }): Promise<unknown>;
    /** The server has stored the item. Called in every tab. */
    stored(item: StoredItem, result: unknown): void;
    /** Whether a refused item answers a question that has moved on. */
    hasMovedOn(item: StoredItem, error: ApiError): boolean;
}

/**
 * The queue of what the user has sent: stored before it is sent, and removed after the server has stored it, so that
 * neither a lost connection nor a closed page loses anything. One tab of the account sends at a time.
 */

interface OutboxHandlers {
    changed(): void;
    /** Items were too old to be sent, and are gone. */
    expired(items: readonly QueueItem[]): void;
}
declare class Outbox {
    #private;
    private readonly owner;
    private readonly storage;
    private readonly handlers;
    constructor(owner: string, storage: Promise<Storage>, handlers: OutboxHandlers);
    /** Set how items of a kind are sent. */
    register(kind: string, sender: Sender): void;
    /** The items, in order; the same list until one of them changes. */
    get items(): readonly QueueItem[];
    /**
     * Store an item and send it. Resolves with the response when the server has stored it, or with null when a later item
     * with the same key has replaced it; rejects if the server refuses it or it is discarded.
     */
    add<T>(item: Pick<StoredItem, "id" | "kind" | "lane" | "key" | "data">): Promise<T>;
    /** Remove an item, and stop sending it. */
    discard(id: string): Promise<void>;
    /** Send what is queued, now. */
    resume(): void;
    /** Send nothing until `resume`. */
    pause(): void;
    /** Forget all items of the account. */
    clear(): Promise<void>;
    close(): void;
    /** Send what is queued, unless that happens already. */
    flush(): void;
}

/** REST requests with the user's credentials. */

/** What happened to the sign-in: nobody is signed in, or somebody else is. */
type AuthProblem = "signed-out" | "other-account";
interface RequestOptions {
    query?: Readonly<Record<string, string | number | boolean | readonly (string | number)[] | null | undefined>>;
    /** Sent as JSON. */
    body?: unknown;
    /** Sent as multipart/form-data, with progress. */
    form?: FormData;
    signal?: AbortSignal;
    /** Called with the sent part of the form, from 0 to 1. */
    onProgress?: (part: number) => void;
    /** Called with the number of the event of a thread up to which the response has everything. */
    onHead?: ((seq: number) => void) | undefined;
}
declare class Requests {
    #private;
    private readonly api;
    private readonly credentials;
    private readonly fetch;
    private readonly onAuthProblem;
    constructor(api: string, credentials: Credentials, fetch: typeof globalThis.fetch, onAuthProblem: (problem: AuthProblem) => void);
    /** Send requests again, after the credentials were rejected: with others, or because the same ones work again. */
    resume(auth?: Auth): void;
    /** Return the URL of a path of the API. Raises an error for other origins: the credentials are not for them. */
    url(path: string, query?: RequestOptions["query"]): string;
    /**
     * Carry out a request and return the response's JSON; null if it has none. Rejected credentials are fetched again
     * once. Rejects with `ApiError`, or with the signal's reason. A page of a proxy, or one to sign in on, is an error.
     * After rejected credentials nothing is sent until `resume`: a late response to a request of the last session can
     * delete the cookie of the next one.
     */
    request<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<T>;
    /** Return the file at a URL that needs the credentials. Rejects like `request`. */
    blob(url: string, signal?: AbortSignal): Promise<Blob>;
    private response;
    private rejected;
    private headers;
    private attempt;
}

/** Sending messages and answers, through the queue. */

/** A file that is sent with a message or an answer. */
interface DraftFile {
    readonly file: Blob;
    /** The type of the attachment; default: `image`. */
    readonly type?: string;
    readonly title?: string;
    readonly description?: string;
}
/** What the user sends: a message, or the answer to a question. */
interface Draft extends Omit<MessageCreate, "client_id" | "attachments"> {
    readonly attachments?: readonly Readonly<Record<string, unknown>>[];
    readonly files?: readonly DraftFile[];
    /** What views show until it is stored, for example the texts of the chosen answers; it is not sent. */
    readonly shown?: string;
}
/** The data of a queued message. */
interface QueuedMessage {
    readonly thread: number;
    readonly draft: Draft;
}
/** The id of a message that was sent, and what becomes of it. */
interface Sending {
    /** Its `client_id`, and its `id` in the queue. */
    readonly id: string;
    /** The stored message, or null if the answer creates none. Rejects if the server refuses it or it is discarded. */
    readonly done: Promise<SentMessage | null>;
}
declare class MessageSender implements Sender {
    private readonly requests;
    private readonly outbox;
    private readonly onStored;
    constructor(requests: Requests, outbox: Outbox, onStored: (thread: number, sent: SentMessage | null) => void);
    /** Queue a message. */
    queue(thread: number, draft: Draft): Sending;
    send(item: StoredItem, options: {
        signal: AbortSignal;
        onProgress: (part: number) => void;
    }): Promise<unknown>;
    stored(item: StoredItem, result: unknown): void;
    hasMovedOn(item: StoredItem, error: ApiError): boolean;
}

/** Names for the frames that the server sends over the socket. */

type Schemas = components["schemas"];
type MessageFrame = Schemas["MessageCreatedOrUpdatedFrame"];
type ReadFrame = Schemas["MessagesReadFrame"];
type ThreadFrame = Schemas["ThreadUpdatedFrame"];
type FlagFrame = Schemas["FlagRaisedFrame"];
type CorrectionFrame = Schemas["RunCorrectedFrame"];
type TypingFrame = Schemas["ThreadSomeoneIsWritingFrame"];
type LeftFrame = Schemas["ThreadLeftFrame"];
/** An event with a place in the history of its thread. */
type EventFrame = MessageFrame | ReadFrame | ThreadFrame | FlagFrame | CorrectionFrame | Schemas["SkippedFrame"];
/** Everything that the library's server sends; a host's own frames have other names. */
type Frame = EventFrame | TypingFrame | LeftFrame | Schemas["HeartbeatFrame"] | Schemas["CatchUpFrame"] | Schemas["PongFrame"] | Schemas["ErrorFrame"];

/** Events that are no state: they happen once. Also how listeners are called. */

interface ClientEvents {
    /** The server accepts no request of the account until `resume`. Drafts and the queue are kept. */
    "auth-required": AuthProblem;
    /** Queued items were older than seven days, and are gone. */
    expired: readonly QueueItem[];
    /** A flag was raised by an answer. */
    flag: FlagFrame["data"];
    /** Answers of a run were corrected. */
    correction: CorrectionFrame["data"];
    /** A frame of the host, or an error of a command. */
    frame: Frame;
}
type Listener<Name extends keyof ClientEvents> = (detail: ClientEvents[Name]) => void;
declare class Events {
    #private;
    /** Call `listener` at each event of the name. Returns the function that stops it. */
    on: <Name extends keyof ClientEvents>(name: Name, listener: Listener<Name>) => (() => void);
    emit<Name extends keyof ClientEvents>(name: Name, detail: ClientEvents[Name]): void;
}

/** The loaded messages of one thread, in order. */

/** A message, and who is known to have read it. */
interface LoggedMessage extends Message {
    readonly readBy: readonly (number | string)[];
}
type Part = readonly LoggedMessage[];
declare class MessageLog {
    #private;
    /** The parts, oldest first. */
    get parts(): readonly Part[];
    get oldest(): LoggedMessage | undefined;
    get newest(): LoggedMessage | undefined;
    get(id: number): LoggedMessage | undefined;
    /** Add a message, unless a newer version of it is known or it was deleted. Return whether the log changed. */
    put(message: Message): boolean;
    /** Remove a deleted message, for good. Return whether it was there. */
    remove(id: number): boolean;
    /** Record that the user has read the messages; `isMe` marks them as read. Return whether the log changed. */
    noteRead(user: number | string, ids: readonly number[], isMe: boolean): boolean;
    /** Forget the messages, to load them again; who has read them stays known. */
    clear(): void;
}

/** One thread that is shown: its messages, who is typing, what the user is writing. */

interface RoomSnapshot {
    readonly id: number;
    /** The thread; null until it is loaded. */
    readonly thread: Thread | null;
    /** The messages in order, in parts of at most 16 that keep their identity until one of their messages changes. */
    readonly parts: readonly (readonly LoggedMessage[])[];
    /** All messages in one list. It is made when it is read: for many messages, prefer `parts`. */
    readonly messages: readonly LoggedMessage[];
    /** What the user has sent here and the server has not stored yet, in order. */
    readonly pending: readonly QueueItem<QueuedMessage>[];
    /** Who is typing. */
    readonly typing: readonly Account[];
    /** What the user has written and not sent. */
    readonly draft: string;
    readonly isLoaded: boolean;
    readonly isLoading: boolean;
    /** Whether there are earlier messages, to be loaded with `loadEarlier`. */
    readonly hasEarlier: boolean;
    readonly error: Error | null;
}
declare class Room {
    #private;
    readonly id: number;
    private readonly requests;
    private readonly changed;
    readonly log: MessageLog;
    draft: string;
    /** Ends when the stored draft is known. */
    draftLoading: Promise<void> | undefined;
    isLoaded: boolean;
    hasEarlier: boolean;
    /** The number of the event up to which the newest messages were loaded; undefined if it is not known. */
    head: number | undefined;
    error: Error | null;
    constructor(id: number, requests: Requests, changed: () => void);
    /** Load the newest messages, in place of those that are loaded. Simultaneous calls share the request. */
    load(): Promise<void>;
    /** Load the messages before those that are loaded. */
    loadEarlier(): Promise<void>;
    /** Look up who has read the latest messages; the last event that is known has the number `seq`. */
    loadReceipts(seq: number, me: AccountId): Promise<void>;
    /** Take a message of an event or a response. */
    put(message: Message): void;
    /** Remove a deleted message. */
    remove(id: number): void;
    /** Show for some milliseconds that the account is typing. */
    startTyping(account: Account, length: number): void;
    stopTyping(id: AccountId): void;
    /** The messages that were not read, by others than the user. */
    unread(): LoggedMessage[];
    touch(): void;
    /** Return what the room shows; the same object until something changes. */
    snapshot(thread: Thread | null, queue: readonly QueueItem[]): RoomSnapshot;
    close(): void;
}

/**
 * The socket: it reconnects by itself, and passes on each event of a thread once and in order.
 *
 * It keeps the number of the last event (`seq`) of each thread. After a gap, a heartbeat with a higher number or a
 * reconnection it sends the command `catch_up`, and the server sends the missing events in order.
 */

/** The state of the connection to the server. */
type Connection = "connecting" | "online" | "waiting" | "offline" | "signed-out";
interface SocketHandlers {
    /** The URL for the next connection: with a ticket if the credentials are a token. */
    url(): Promise<string>;
    event(frame: EventFrame): void;
    /** A frame without a number. */
    aside(frame: Frame): void;
    /** The threads of each heartbeat; `isFirst` of a connection. */
    heads(threads: readonly number[], isFirst: boolean): void;
    /** This event of the thread is the first that is known: what was loaded before may lack earlier ones. */
    joined(thread: number): void;
    /** Events of the thread are lost: load it again. */
    resync(thread: number): void;
    status(status: Connection): void;
    /** The server does not accept the credentials. Resolves with whether to try once more. */
    rejected(): Promise<boolean>;
    /** The thread that catches up first. */
    first(): number | null;
}
declare class ChatSocket {
    #private;
    private readonly handlers;
    private readonly create;
    constructor(handlers: SocketHandlers, create: (url: string) => WebSocket);
    /** Connect, and stay connected. */
    open(): void;
    /** Close, until `open` is called again. */
    close(): void;
    /** Send a command; return false without a connection. */
    send(message: string, data: object): boolean;
    /** Return the number of the thread's last event; undefined before the first heartbeat. */
    seen(thread: number): number | undefined;
    /**
     * The thread was loaded with its events up to `head`; before that, `known` was the number of its last event. Before
     * the first heartbeat, events count from `head` on. Returns false if some are missing, and it is to be loaded again.
     */
    covers(thread: number, head: number | undefined, known: number | undefined): boolean;
    /** Forget a thread that the user has left. */
    forget(thread: number): void;
    /** The browser has lost its network: do not wait for a missed pong. */
    lost(): void;
    /** The network is back, or the page is visible again: connect now, or see whether the connection still works. */
    wake(): void;
}

/** Loading again what could not be loaded, until it succeeds or the server refuses it. */
declare class Again {
    #private;
    /**
     * Carry out the work of `key` later, because it failed. Without a sign-in, it waits for `now`; after any other
     * refusal, it is not repeated.
     */
    failed(key: string, error: unknown, work: () => unknown): void;
    /** The work of `key` need not be repeated. */
    succeeded(key: string): void;
    /** Carry out everything that waits: the server can be reached again. */
    now(): void;
    /** Repeat nothing any more. */
    stop(): void;
}

/** Lists of threads, which follow the threads as they change. */

/** Which threads a list shows. */
interface ThreadQuery {
    /** The type of the threads, for example `chat`. */
    readonly type: string;
    readonly unread?: boolean;
    readonly flagged?: boolean;
    /** `me`, `none` or the id of an account. */
    readonly assigned?: AccountId;
    /** States, separated by commas. */
    readonly state?: string;
    /** Words of titles, members and messages. */
    readonly q?: string;
}
/** A list of threads, most recently changed first. */
interface ThreadListSnapshot {
    readonly query: ThreadQuery;
    readonly threads: readonly Thread[];
    readonly isLoaded: boolean;
    readonly isLoading: boolean;
    readonly hasMore: boolean;
    readonly error: Error | null;
}
/** Return the key of a list in the snapshot: the same for the same query. */
declare function listKey(query: ThreadQuery): string;
/** Where lists find the threads and keep those that they load. */
interface ThreadSource {
    get(id: number): Thread | undefined;
    /** Return how many events have changed each thread. */
    revisions(): ReadonlyMap<number, number>;
    /** Take a document of a response, unless an event has changed the thread since `revision`. */
    takeResponse(thread: Thread, revision: number): void;
}
declare class ThreadLists {
    #private;
    private readonly requests;
    private readonly account;
    private readonly threads;
    private readonly changed;
    private readonly again;
    constructor(requests: Requests, account: AccountId, threads: ThreadSource, changed: () => void, again: Again);
    /** The lists as they are now; the same map until one of them changes. */
    get snapshot(): ReadonlyMap<string, ThreadListSnapshot>;
    /** Load the first page of a list. The list follows events from now on. */
    load(query: ThreadQuery): Promise<void>;
    /** Load the next page of a list. */
    loadMore(query: ThreadQuery): Promise<void>;
    /** Forget a list; its threads stay known. */
    close(query: ThreadQuery): void;
    /** Load the first pages of all lists again. */
    reload(): Promise<void>;
    /** Ask the server for nothing more. */
    stop(): void;
    /** Put a thread where it belongs, after it has changed. */
    place(thread: Thread): void;
    /** Show a thread in the lists that have it. */
    refresh({ id }: Thread): void;
    /** Take a thread out of all lists. */
    drop(id: number): void;
}

/** How many threads and messages the account has not read. */

interface UnreadCounts {
    readonly threads: number;
    readonly messages: number;
}
interface UnreadTotals extends UnreadCounts {
    /** The numbers for each type of thread; a type without unread messages can be missing. */
    readonly types: Readonly<Record<string, UnreadCounts>>;
}
declare class Unread {
    #private;
    private readonly requests;
    private readonly account;
    private readonly again;
    private readonly changed;
    /** Null until it is known. */
    totals: UnreadTotals | null;
    constructor(requests: Requests, account: AccountId, again: Again, changed: () => void);
    /** Note that a thread of a type had `before` unread messages, and has `now`. */
    count(before: number, now: number, type: string): void;
    /** Load the totals, once for all changes within a short while. */
    loadSoon(): void;
    /** Load how many threads and messages are unread. Simultaneous calls share the requests. */
    load(): Promise<void>;
    stop(): void;
}

/** The threads of the account that are known. */

interface ThreadHandlers {
    readonly changed: () => void;
    readonly socket: Pick<ChatSocket, "seen" | "covers">;
    /** The account can no longer read the thread. */
    dropped(thread: number): void;
}
declare class Threads {
    #private;
    private readonly requests;
    private readonly handlers;
    private readonly again;
    readonly lists: ThreadLists;
    readonly unread: Unread;
    constructor(requests: Requests, account: AccountId, handlers: ThreadHandlers, again: Again);
    get(id: number): Thread | undefined;
    get known(): Iterable<number>;
    /** Take a thread of an event; keys that it leaves out keep their values. */
    take(thread: Partial<Thread> & {
        readonly id: number;
    }): void;
    /** Take a thread of a response, unless an event has changed the thread since the request at `revision`. */
    takeResponse(thread: Thread, revision: number): void;
    revisions(): ReadonlyMap<number, number>;
    /** Return the number of events that have changed the thread. */
    revision(id: number): number;
    /** Note how many messages of a thread the account has not read. */
    noteUnread(id: number, unread: number): void;
    /** Load a thread again; drop it if the account can no longer read it. Calls within a turn share one request. */
    refresh(id: number): Promise<void>;
    /** Forget a thread that the account can no longer read. */
    drop(id: number): void;
    /** Load again what events may have changed unseen: all lists and the totals. */
    reload(): Promise<void>;
    /** Ask the server for nothing more. */
    stop(): void;
}

/** What the server sends, taken into the threads and rooms. */

declare class Live implements ThreadHandlers {
    #private;
    private readonly requests;
    private readonly account;
    private readonly events;
    readonly changed: () => void;
    readonly threads: Threads;
    readonly rooms: Map<number, Room>;
    socket: Pick<ChatSocket, "seen" | "forget" | "covers">;
    constructor(requests: Requests, account: AccountId, events: Events, changed: () => void);
    /** Return the room of a thread, and whether it was made now. */
    room(id: number): {
        room: Room;
        isNew: boolean;
    };
    /** Return what the rooms show, by the ids of their threads. */
    snapshot(queue: readonly QueueItem[]): ReadonlyMap<number, RoomSnapshot>;
    take(frame: EventFrame): void;
    takeAside(frame: Frame): void;
    takeHeads(ids: readonly number[], isFirst: boolean): void;
    /** A number of an event of the thread is known now: what was loaded without one may miss some events. */
    joined(id: number): void;
    /** Load the newest messages of a room, and who has read them. */
    load(room: Room): Promise<void>;
    /** Mark messages of a room as read: here at once, on the server when it can be reached. Rejects if it refuses. */
    markRead(room: Room, ids: readonly number[]): Promise<void>;
    /** Send the read marks that the server does not know yet. */
    sendRead(): Promise<void>;
    /** Load again what the client may have missed of a thread. */
    resync(id: number): void;
    dropped(id: number): void;
    stored(id: number, sent: SentMessage | null): void;
    /** Load nothing any more. */
    stop(): void;
}

/** How a client is made: what the page says, and what the host's code says. */

interface ClientOptions {
    /** The URL of the REST API; default: that of the page's `{% chat_api_client %}`. */
    readonly api?: string;
    /** The URL of the socket; default: as for `api`. */
    readonly socket?: string;
    /** The user and their credentials; default: the session of the page. */
    readonly auth?: Auth;
    /** Where queued messages and drafts are kept: `indexeddb` (default), or `none` to keep them in the page only. */
    readonly storage?: "indexeddb" | "none";
    /** Default: the browser's. */
    readonly fetch?: typeof globalThis.fetch;
    /** Makes sockets, where there is no `WebSocket` or it needs more than a URL. */
    readonly createSocket?: (url: string) => WebSocket;
}
/** What `{% chat_api_client %}` writes into the page. */
interface PageConfiguration {
    readonly api: string;
    readonly socket: string;
    readonly user: AccountId | null;
    readonly csrf: {
        readonly header: string;
        readonly token: string;
    };
    readonly module: string;
    readonly version: string;
    readonly language: string;
    readonly strings: Readonly<Record<string, string>>;
    /** The longest text, in characters. */
    readonly text_max: number;
    readonly attachments_max: number;
    readonly json_bytes_max: number;
    readonly message_bytes_max: number;
    readonly request_bytes_max: number;
    readonly frame_bytes_max: number;
    readonly file_bytes_max: number;
    readonly image_pixels_max: number;
    /** The MIME types of images that the server accepts. */
    readonly image_types: readonly string[];
    /** By type of attachment of the host, the MIME types of its files. */
    readonly file_types: Readonly<Record<string, readonly string[]>>;
}
/** Return what the template tag wrote into the page; null if it is not there. */
declare function pageConfiguration(): PageConfiguration | null;
interface ResolvedOptions {
    readonly api: string;
    readonly socket: string;
    readonly auth: Auth;
    readonly storage: "indexeddb" | "none";
    readonly fetch: typeof globalThis.fetch;
    readonly createSocket: (url: string) => WebSocket;
}

/** How surveys and their answers are shown. */

/** A stored answer of a survey. */
type SurveyAnswer = Pick<SurveyItem, "id" | "related_question" | "instance" | "text" | "updated" | "attachments_data"> & {
    /** The ids of the chosen answers. */
    readonly answers: readonly number[];
    /** How `text` is written; see `plainText`. */
    readonly text_format?: string;
};
/** What the user answers. What is left out stays as it is stored. */
interface AnswerDraft {
    /** The ids of the chosen answers; an empty list for none. */
    readonly answers?: readonly number[];
    /** The text as typed, not escaped. */
    readonly text?: string;
    /** Files that are added to the answer. */
    readonly files?: readonly DraftFile[];
    /** Accept the answer although constraints warn about it. */
    readonly confirm?: boolean;
}
/** An answer that the server does not accept. The answer that was stored before stays. */
interface RefusedAnswer {
    /** What was refused; null if the answer was to be deleted. */
    readonly draft: AnswerDraft | null;
    readonly error: ApiError;
    readonly explanations: readonly Explanation[];
    /** Whether constraints only warn: the same answer with `confirm` is accepted. */
    readonly canConfirm: boolean;
}
/** One question of a survey, in one instance of its repeated group. */
interface AnswerSnapshot {
    readonly question: number;
    /** The number of the instance; 0 outside of repeated groups. */
    readonly instance: number;
    /** The stored answer; null if there is none. */
    readonly item: SurveyAnswer | null;
    /** What is on its way to the server, with its progress; its `data` is a `QueuedAnswer`. */
    readonly saving: QueueItem | null;
    /** Whether everything that the user has answered here is stored. */
    readonly saved: boolean;
    /** The latest answer, if it was refused. */
    readonly refused: RefusedAnswer | null;
}
interface SurveySnapshot {
    readonly id: number;
    /** The survey with its state; null until it is loaded. */
    readonly survey: Survey | null;
    /** The questions, with the texts and suggested answers of this survey; null until they are loaded. */
    readonly schema: Schema | null;
    /** The answers, by `answerKey` of their question and instance; a question without one has no entry. */
    readonly answers: ReadonlyMap<string, AnswerSnapshot>;
    readonly isLoaded: boolean;
    readonly isLoading: boolean;
    readonly error: Error | null;
}
/** The data of a queued answer. */
interface QueuedAnswer {
    readonly survey: number;
    readonly question: number;
    readonly instance: number;
    /** Null deletes the answer. */
    readonly draft: AnswerDraft | null;
}
/** The id of an answer in the queue, and what becomes of it. */
interface Answering {
    readonly id: string;
    /**
     * The stored answer; null if it was deleted, or if a later answer to the question has replaced it. Rejects if the
     * server refuses it or it is discarded.
     */
    readonly done: Promise<SurveyAnswer | null>;
}
/** Return the key of an answer in the snapshot of its survey. */
declare function answerKey(question: number, instance?: number): string;

/** The surveys that are open, and what the user does with them. */

declare class Surveys {
    #private;
    private readonly requests;
    private readonly outbox;
    private readonly account;
    private readonly changed;
    constructor(requests: Requests, outbox: Outbox, account: AccountId, changed: () => void);
    /** Return the open surveys; the same map until one of them changes. */
    snapshot(queue: readonly QueueItem[]): ReadonlyMap<number, SurveySnapshot>;
    start(schema: number, body: Partial<SurveyCreate>): Promise<Survey>;
    open(id: number): Promise<void>;
    reload(id: number): Promise<void>;
    close(id: number): void;
    /** Load what could not be loaded without a connection. */
    resume(): void;
    answer(survey: number, question: number, draft: AnswerDraft | null, instance: number): Answering;
    /** Go on with what waits for answers to be stored. Called after changes of the queue. */
    queueChanged(): void;
    addInstance(survey: number, group: number): Promise<number>;
    removeInstance(survey: number, group: number, instance: number): Promise<void>;
    removeFile(survey: number, item: SurveyAnswer, attachment: number, confirm: boolean): Promise<void>;
    submit(survey: number): Promise<Survey>;
    results(survey: number): Promise<Results | null>;
}

/** Everything a view shows. It is never changed: a change makes another one, which shares what stayed the same. */
interface Snapshot {
    readonly account: AccountId;
    readonly connection: Connection;
    /** Why requests are not accepted: nobody is signed in any more, or somebody else; null while all is well. */
    readonly authRequired: AuthProblem | null;
    /** How many threads and messages are unread; null until it is known. */
    readonly unread: UnreadTotals | null;
    /** The lists of threads, by `listKey` of their query. */
    readonly lists: ReadonlyMap<string, ThreadListSnapshot>;
    /** The threads that were opened, by id. */
    readonly rooms: ReadonlyMap<number, RoomSnapshot>;
    /** The surveys that were opened, by id. */
    readonly surveys: ReadonlyMap<number, SurveySnapshot>;
    /** All that waits to be sent. */
    readonly queue: readonly QueueItem[];
}
/** Connecting, signing in and out, and the state that views subscribe to. */
declare class ClientCore {
    #private;
    protected readonly options: ResolvedOptions;
    private readonly release;
    protected readonly credentials: Credentials;
    protected readonly requests: Requests;
    protected readonly socket: ChatSocket;
    protected readonly storage: Promise<Storage>;
    protected readonly outbox: Outbox;
    protected readonly sender: MessageSender;
    protected readonly live: Live;
    protected readonly surveys: Surveys;
    protected readonly owner: string;
    protected opened: number | null;
    /** `release` says whether nobody else uses the client; `isSignOut` ends it for all. */
    constructor(options: ResolvedOptions, release: (isSignOut: boolean) => boolean);
    get account(): AccountId;
    /** Call `listener` after changes, once for all changes of a turn. Returns the function that stops it. */
    subscribe: (listener: () => void) => (() => void);
    /** Return the state: the same object until something has changed. */
    getSnapshot: () => Snapshot;
    /** Call `listener` at each event of the name; see `ClientEvents`. Returns the function that stops it. */
    readonly on: <Name extends keyof ClientEvents>(name: Name, listener: (detail: ClientEvents[Name]) => void) => (() => void);
    protected changed(): void;
    /** Disconnect and stop. What is queued stays stored, and is sent when the account opens a page again. */
    destroy(): void;
    /** Go on after `authRequired`: with the same credentials, which work again, or with others of the same account. */
    resume(auth?: Auth): void;
    /**
     * Forget what is stored of the account, and stop. Call it before signing out. While something is queued, nothing
     * happens and the result is false: ask the user, then call it with `discard`.
     */
    signOut({ discard }?: {
        discard?: boolean | undefined;
    }): Promise<boolean>;
}

/** What the user can do with surveys. */

declare class SurveyClient extends ClientCore {
    /** Start a survey of a schema; `body` is that of POST `accounts/{id}/surveys`. Sending it twice starts one. */
    startSurvey(schema: number, body?: Partial<SurveyCreate>): Promise<Survey>;
    /**
     * Open a survey: load it with its questions and all its answers. The result is in `getSnapshot().surveys`, until
     * `closeSurvey`. A failure is in its `error`; it is loaded again when the connection comes back.
     */
    openSurvey(id: number): Promise<void>;
    /** Load an open survey again: it can have been answered elsewhere. */
    reloadSurvey(id: number): Promise<void>;
    /** Forget a survey. Its answers in the queue are sent. */
    closeSurvey(id: number): void;
    /**
     * Answer a question (its `id`), or change its answer; `instance` is the number in its repeated group. It is sent when
     * there is a connection; until then, the last answer to a question stands for those before, except that files are
     * added. What the server refuses is in `refused` of the snapshot, with `explanations`.
     */
    answer(survey: number, question: number, draft: AnswerDraft, instance?: number): Answering;
    /** Delete the answer to a question, and everything about it in the queue. */
    clearAnswer(survey: number, question: number, instance?: number): Answering;
    /** Remove a file of an answer. The last one cannot be removed: `clearAnswer` deletes the answer. */
    removeAnswerFile(survey: number, item: SurveyAnswer, attachment: number, confirm?: boolean): Promise<void>;
    /** Add an instance to a repeated group (its `id`), and return its number. Rejects with `instances: TOO_MANY`. */
    addInstance(survey: number, group: number): Promise<number>;
    /** Remove an instance of a repeated group with its answers. Rejects with `instances: TOO_FEW`. */
    removeInstance(survey: number, group: number, instance: number): Promise<void>;
    /**
     * Close the survey for good, after everything that is queued of it is stored. Rejects with `state: NOT_COMPLETE`, or
     * with the refusal of an answer, which would be lost.
     */
    submitSurvey(survey: number): Promise<Survey>;
    /** Return values, scores, bands and flags, as far as the user is shown them; null if they are shown none. */
    surveyResults(survey: number): Promise<Results | null>;
}

/** What the user can do with the members of threads and their scripts. */

declare class MemberClient extends SurveyClient {
    /** Return the members of a thread, in the order in which they joined. */
    members(thread: number): Promise<readonly Member[]>;
    /** Add a user to a thread; the document can begin a script. */
    addMember(thread: number, user: AccountId, body?: Partial<MemberCreate>): Promise<Member>;
    /** Change permissions, state, script or pause of a member; what is left out stays. */
    changeMember(thread: number, user: AccountId, change: MemberChange): Promise<Member>;
    /** Remove a member from a thread. */
    removeMember(thread: number, user: AccountId): Promise<void>;
    /** Leave a thread: it is no longer shown. */
    leave(thread: number): Promise<void>;
    /** Pause the script of a member (default: the user), if the user is permitted to. */
    pauseScript(thread: number, user?: AccountId): Promise<Member>;
    /** Let a paused script go on. */
    resumeScript(thread: number, user?: AccountId): Promise<Member>;
    /** Assign a thread to an account; null to nobody. */
    assign(thread: number, account: AccountId | null): Promise<void>;
}

/** The client of one account: what the user can do. */

declare class ChatClient extends MemberClient {
    #private;
    /** Load a list of threads and keep it up to date: `getSnapshot().lists.get(listKey(query))`. */
    loadThreads(query: ThreadQuery): Promise<void>;
    /** Load the next page of a list. */
    loadMoreThreads(query: ThreadQuery): Promise<void>;
    /** Forget a list. */
    closeThreads(query: ThreadQuery): void;
    /** Start a thread; `body` is that of POST `accounts/{id}/threads/{type}`. Sending it twice starts one. */
    startThread(type: string, body?: Partial<ThreadCreate>): Promise<Thread>;
    /**
     * Open a thread: load it with its newest messages, and keep it up to date until `closeThread`. It catches up first
     * when the connection stands, or comes back. The result is in `getSnapshot().rooms`.
     */
    openThread(id: number): Promise<void>;
    /** Forget the messages of a thread. */
    closeThread(id: number): void;
    /** Load the messages before those that are loaded. */
    loadEarlier(id: number): Promise<void>;
    /** Return the messages of a thread that match a query, each with its `highlight` (see `splitHighlight`). */
    search(id: number, q: string, signal?: AbortSignal): Promise<readonly FoundMessage[]>;
    /**
     * Send a message, or an answer: with `question` (and `instance`), and `answers` or `text`. It is shown in `pending`
     * at once, and sent when there is a connection. An answer never reaches another question than the one that is shown.
     */
    send(thread: number, draft: Draft): Sending;
    /** Skip the question that the script asks now, if its author offers that. */
    skip(thread: number): Sending;
    /** Stop the script of a thread, if the user is permitted to: the thread becomes an open conversation. */
    stopScript(thread: number, text?: string): Sending;
    /** Drop something that is queued: an upload stops. */
    discard(id: string): Promise<void>;
    /** Change the text of an own message: the text as typed, not escaped. */
    edit(thread: number, message: number, text: string): Promise<Message>;
    /** Delete a message. */
    remove(thread: number, message: number): Promise<void>;
    /**
     * Add a file to an own message. `onProgress` is called with the sent part, from 0 to 1; `signal` stops the upload.
     * With `confirm`, the files of an answer change although constraints warn about it.
     */
    addFile(thread: number, message: number, file: DraftFile, { confirm, ...options }?: Pick<RequestOptions, "signal" | "onProgress"> & {
        confirm?: boolean;
    }): Promise<Attachment>;
    /** Remove an attachment of an own message. */
    removeAttachment(thread: number, message: number, attachment: number, confirm?: boolean): Promise<void>;
    /** Correct an answer of the script: `message` is the message with the answer. */
    correct(thread: number, correction: Omit<Correction, "last" | "client_id">): Promise<SentMessage>;
    /** Go back to an earlier question of the script. */
    rollBack(thread: number, to?: Partial<Rollback>): Promise<void>;
    /** Mark the loaded messages up to one (default: the newest) as read. Does nothing if none is unread. */
    markRead(thread: number, upTo?: number): Promise<void>;
    /** Show the others that the user is typing; call it at each key. */
    typing(thread: number): void;
    /** Keep what the user has written and not sent. */
    setDraft(thread: number, text: string): Promise<void>;
    /** Send a command of the host over the socket; return false without a connection. */
    command(message: string, data: object): boolean;
    /** Carry out any request of the API, for example `request("GET", "threads/7/users")`. Rejects with `ApiError`. */
    request<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<T>;
    /**
     * Return an address under which the page can show a file: its own, or a `blob:` where the file needs a token. Revoke
     * a `blob:` with `URL.revokeObjectURL` when it is no longer shown.
     */
    fileUrl(src: string): Promise<string>;
}

/** One client for each account of a page, even if two copies of this module are loaded. */

/**
 * Return the client of the account, connected. Without options, it is the account that is signed in on a page with
 * `{% chat_api_client %}`. Called again for the same API and account, it returns the same client, and `destroy` ends it
 * when each of the callers has called it. Raises an error if nothing says where the API is, or who is signed in.
 */
declare function createClient(options?: ClientOptions): ChatClient;

/** Texts as people typed them: for text nodes and form fields, never for innerHTML. */
/** A document with a text and its format: a message, or an item of a survey. */
interface FormattedText {
    readonly text?: string;
    readonly text_format?: string;
}
/** A part of a search result; `marked` parts match the query. */
interface HighlightPart {
    readonly text: string;
    readonly marked: boolean;
}
/** A part of a text: plain, or a link if it has an `href`. */
interface TextPart {
    readonly text: string;
    readonly href?: string;
}
/** Return the text as its sender typed it: decoded exactly once, and only if the server says that it is escaped. */
declare function plainText(message: FormattedText): string;
/** Split the `highlight` of a search result at its marks; the parts are plain text. */
declare function splitHighlight(highlight: string): HighlightPart[];
/** The `rel` of every link whose address a person or a script wrote. */
declare const LINK_REL = "noopener noreferrer nofollow";
/** Return the address as an absolute URL if its scheme is http, https, mailto or tel, else null. */
declare function safeUrl(address: string | null | undefined, base?: string): string | null;
/** Split a plain text into texts and links; punctuation that ends a sentence does not belong to a link. */
declare function splitLinks(text: string): TextPart[];

export { ApiError, ChatClient, LINK_REL, answerKey, createClient, hasNext, listKey, pageConfiguration, plainText, resultsOf, safeUrl, splitHighlight, splitLinks };
export type { Account, AccountId, AnswerDraft, AnswerSnapshot, Answering, Attachment, Auth, AuthProblem, ClientEvents, ClientOptions, Connection, Correction, Draft, DraftFile, Explanation, FormattedText, FoundMessage, Frame, HighlightPart, LoggedMessage, Member, MemberChange, MemberCreate, Message, MessageCreate, NewInstance, Page, PageConfiguration, Question, QueueItem, QueuedAnswer, QueuedMessage, RefusedAnswer, RequestOptions, Results, Rollback, RoomSnapshot, Run, Schema, Sending, SentMessage, SessionAuth, Snapshot, Survey, SurveyAnswer, SurveyCreate, SurveyItem, SurveySnapshot, TextPart, Thread, ThreadCreate, ThreadListSnapshot, ThreadQuery, TokenAuth, UnreadCounts, UnreadTotals };
