/** The documents of the REST API and of the socket. Written by `make client`; do not edit. */

export interface components {
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
