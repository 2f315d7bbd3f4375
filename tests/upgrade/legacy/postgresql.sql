-- A database of chat_api 0.8.8 (Django 1.11, PostgreSQL), with one of everything. Data made for this purpose.
SET statement_timeout = 0;
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(80) NOT NULL
);
CREATE SEQUENCE public.auth_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_id_seq OWNED BY public.auth_group.id;
CREATE TABLE public.auth_group_permissions (
    id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_group_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_permissions_id_seq OWNED BY public.auth_group_permissions.id;
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
CREATE SEQUENCE public.auth_permission_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_permission_id_seq OWNED BY public.auth_permission.id;
CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(30) NOT NULL,
    last_name character varying(30) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.auth_user_groups (
    id integer NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);
CREATE SEQUENCE public.auth_user_groups_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_groups_id_seq OWNED BY public.auth_user_groups.id;
CREATE SEQUENCE public.auth_user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_id_seq OWNED BY public.auth_user.id;
CREATE TABLE public.auth_user_user_permissions (
    id integer NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_user_user_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_user_user_permissions_id_seq OWNED BY public.auth_user_user_permissions.id;
CREATE TABLE public.chat_api_answer (
    id integer NOT NULL,
    meta text,
    next_qid integer NOT NULL,
    "position" integer NOT NULL,
    text text NOT NULL,
    question_id integer NOT NULL,
    comments text,
    variable_modifications text NOT NULL,
    exclusive boolean NOT NULL
);
CREATE SEQUENCE public.chat_api_answer_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_answer_id_seq OWNED BY public.chat_api_answer.id;
CREATE TABLE public.chat_api_attachment (
    id integer NOT NULL,
    description text NOT NULL,
    object_id integer,
    options text,
    file character varying(100),
    thumbnail text,
    title character varying(255) NOT NULL,
    type character varying(50) NOT NULL,
    content_type_id integer,
    message_id integer NOT NULL,
    url character varying(200),
    thumbnail_image character varying(100),
    CONSTRAINT chat_api_attachment_object_id_check CHECK ((object_id >= 0))
);
CREATE SEQUENCE public.chat_api_attachment_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_attachment_id_seq OWNED BY public.chat_api_attachment.id;
CREATE TABLE public.chat_api_attachmenttemplate (
    id integer NOT NULL,
    description text NOT NULL,
    object_id integer,
    options text,
    file character varying(100),
    thumbnail text,
    title character varying(255) NOT NULL,
    type character varying(50) NOT NULL,
    content_type_id integer,
    question_id integer,
    url character varying(200),
    thumbnail_image character varying(100),
    CONSTRAINT chat_api_attachmenttemplate_object_id_check CHECK ((object_id >= 0))
);
CREATE SEQUENCE public.chat_api_attachmenttemplate_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_attachmenttemplate_id_seq OWNED BY public.chat_api_attachmenttemplate.id;
CREATE TABLE public.chat_api_group (
    id integer NOT NULL,
    name character varying(100) NOT NULL,
    "position" integer NOT NULL,
    schema_id integer NOT NULL
);
CREATE SEQUENCE public.chat_api_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_group_id_seq OWNED BY public.chat_api_group.id;
CREATE TABLE public.chat_api_message (
    id integer NOT NULL,
    deleted boolean NOT NULL,
    created timestamp with time zone NOT NULL,
    has_attachments boolean NOT NULL,
    meta text,
    text text NOT NULL,
    type character varying(50) NOT NULL,
    updated timestamp with time zone NOT NULL,
    related_question_id integer,
    sender_id integer,
    thread_id integer NOT NULL,
    predecessor_id integer
);
CREATE TABLE public.chat_api_message_answers (
    id integer NOT NULL,
    message_id integer NOT NULL,
    answer_id integer NOT NULL
);
CREATE SEQUENCE public.chat_api_message_answers_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_message_answers_id_seq OWNED BY public.chat_api_message_answers.id;
CREATE SEQUENCE public.chat_api_message_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_message_id_seq OWNED BY public.chat_api_message.id;
CREATE TABLE public.chat_api_question (
    id integer NOT NULL,
    choice_open boolean NOT NULL,
    has_attachments boolean NOT NULL,
    meta text,
    next_qid integer,
    "position" integer NOT NULL,
    qid integer NOT NULL,
    range_from double precision,
    range_to double precision,
    required boolean NOT NULL,
    text text NOT NULL,
    type character varying(50) NOT NULL,
    group_id integer,
    schema_id integer NOT NULL,
    comments text,
    variable_modifications text NOT NULL,
    forking_rules text NOT NULL,
    show_as_type character varying(50) NOT NULL
);
CREATE SEQUENCE public.chat_api_question_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_question_id_seq OWNED BY public.chat_api_question.id;
CREATE TABLE public.chat_api_schema (
    id integer NOT NULL,
    deprecated boolean NOT NULL,
    name character varying(100) NOT NULL,
    published boolean NOT NULL,
    type character varying(100) NOT NULL,
    version integer NOT NULL
);
CREATE SEQUENCE public.chat_api_schema_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_schema_id_seq OWNED BY public.chat_api_schema.id;
CREATE TABLE public.chat_api_survey (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    automated_sender_id integer,
    schema_id integer NOT NULL,
    user_id integer NOT NULL,
    state text
);
CREATE SEQUENCE public.chat_api_survey_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_survey_id_seq OWNED BY public.chat_api_survey.id;
CREATE TABLE public.chat_api_surveyattachment (
    id integer NOT NULL,
    description text NOT NULL,
    object_id integer,
    options text,
    file character varying(100),
    thumbnail text,
    title character varying(255) NOT NULL,
    type character varying(50) NOT NULL,
    content_type_id integer,
    item_id integer NOT NULL,
    url character varying(200),
    thumbnail_image character varying(100),
    CONSTRAINT chat_api_surveyattachment_object_id_check CHECK ((object_id >= 0))
);
CREATE SEQUENCE public.chat_api_surveyattachment_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_surveyattachment_id_seq OWNED BY public.chat_api_surveyattachment.id;
CREATE TABLE public.chat_api_surveyitem (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    has_attachments boolean NOT NULL,
    meta text,
    "position" integer NOT NULL,
    text text NOT NULL,
    type character varying(50) NOT NULL,
    updated timestamp with time zone NOT NULL,
    related_question_id integer NOT NULL,
    sender_id integer,
    survey_id integer NOT NULL
);
CREATE TABLE public.chat_api_surveyitem_answers (
    id integer NOT NULL,
    surveyitem_id integer NOT NULL,
    answer_id integer NOT NULL
);
CREATE SEQUENCE public.chat_api_surveyitem_answers_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_surveyitem_answers_id_seq OWNED BY public.chat_api_surveyitem_answers.id;
CREATE SEQUENCE public.chat_api_surveyitem_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_surveyitem_id_seq OWNED BY public.chat_api_surveyitem.id;
CREATE TABLE public.chat_api_thread (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    title character varying(255) NOT NULL,
    type character varying(50) NOT NULL,
    updated timestamp with time zone NOT NULL,
    last_message_id integer
);
CREATE SEQUENCE public.chat_api_thread_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_thread_id_seq OWNED BY public.chat_api_thread.id;
CREATE TABLE public.chat_api_threadwssubscription (
    id integer NOT NULL,
    thread_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE public.chat_api_threadwssubscription_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_threadwssubscription_id_seq OWNED BY public.chat_api_threadwssubscription.id;
CREATE TABLE public.chat_api_unreadmessage (
    id integer NOT NULL,
    type character varying(50) NOT NULL,
    message_id integer NOT NULL,
    thread_id integer NOT NULL,
    user_id integer NOT NULL
);
CREATE SEQUENCE public.chat_api_unreadmessage_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_unreadmessage_id_seq OWNED BY public.chat_api_unreadmessage.id;
CREATE TABLE public.chat_api_userthread (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    frequency_unit character varying(50),
    frequency_value integer,
    next_restart timestamp with time zone,
    notifications integer,
    on_finish character varying(50) NOT NULL,
    permissions integer,
    repeat_until timestamp with time zone,
    state character varying(50) NOT NULL,
    type character varying(50) NOT NULL,
    updated timestamp with time zone NOT NULL,
    automated_sender_id integer,
    initial_question_id integer,
    question_id integer,
    related_message_id integer,
    schema_id integer,
    thread_id integer NOT NULL,
    user_id integer NOT NULL,
    last_message_id integer,
    variables_pool text NOT NULL
);
CREATE SEQUENCE public.chat_api_userthread_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_userthread_id_seq OWNED BY public.chat_api_userthread.id;
CREATE TABLE public.chat_api_variablemodification (
    id integer NOT NULL,
    variable_modifications text NOT NULL,
    user_thread_id integer NOT NULL,
    related_message_id integer,
    related_message_answer_id integer
);
CREATE SEQUENCE public.chat_api_variablemodification_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chat_api_variablemodification_id_seq OWNED BY public.chat_api_variablemodification.id;
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
CREATE SEQUENCE public.django_content_type_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_content_type_id_seq OWNED BY public.django_content_type.id;
CREATE TABLE public.django_migrations (
    id integer NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.django_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_migrations_id_seq OWNED BY public.django_migrations.id;
ALTER TABLE ONLY public.auth_group ALTER COLUMN id SET DEFAULT nextval('public.auth_group_id_seq'::regclass);
ALTER TABLE ONLY public.auth_group_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_group_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.auth_permission ALTER COLUMN id SET DEFAULT nextval('public.auth_permission_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user ALTER COLUMN id SET DEFAULT nextval('public.auth_user_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_groups ALTER COLUMN id SET DEFAULT nextval('public.auth_user_groups_id_seq'::regclass);
ALTER TABLE ONLY public.auth_user_user_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_user_user_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_answer ALTER COLUMN id SET DEFAULT nextval('public.chat_api_answer_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_attachment ALTER COLUMN id SET DEFAULT nextval('public.chat_api_attachment_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_attachmenttemplate ALTER COLUMN id SET DEFAULT nextval('public.chat_api_attachmenttemplate_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_group ALTER COLUMN id SET DEFAULT nextval('public.chat_api_group_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_message ALTER COLUMN id SET DEFAULT nextval('public.chat_api_message_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_message_answers ALTER COLUMN id SET DEFAULT nextval('public.chat_api_message_answers_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_question ALTER COLUMN id SET DEFAULT nextval('public.chat_api_question_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_schema ALTER COLUMN id SET DEFAULT nextval('public.chat_api_schema_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_survey ALTER COLUMN id SET DEFAULT nextval('public.chat_api_survey_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_surveyattachment ALTER COLUMN id SET DEFAULT nextval('public.chat_api_surveyattachment_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_surveyitem ALTER COLUMN id SET DEFAULT nextval('public.chat_api_surveyitem_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_surveyitem_answers ALTER COLUMN id SET DEFAULT nextval('public.chat_api_surveyitem_answers_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_thread ALTER COLUMN id SET DEFAULT nextval('public.chat_api_thread_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_threadwssubscription ALTER COLUMN id SET DEFAULT nextval('public.chat_api_threadwssubscription_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_unreadmessage ALTER COLUMN id SET DEFAULT nextval('public.chat_api_unreadmessage_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_userthread ALTER COLUMN id SET DEFAULT nextval('public.chat_api_userthread_id_seq'::regclass);
ALTER TABLE ONLY public.chat_api_variablemodification ALTER COLUMN id SET DEFAULT nextval('public.chat_api_variablemodification_id_seq'::regclass);
ALTER TABLE ONLY public.django_content_type ALTER COLUMN id SET DEFAULT nextval('public.django_content_type_id_seq'::regclass);
ALTER TABLE ONLY public.django_migrations ALTER COLUMN id SET DEFAULT nextval('public.django_migrations_id_seq'::regclass);
INSERT INTO public.auth_user VALUES (1, 'md5$Lgy9MaIvwcKk$b13bb24ac20a9df9fc87fd7ee9c57eef', NULL, false, 'alice', 'Alice', 'A', 'alice@x.test', false, true, '2017-11-01 12:00:00+00');
INSERT INTO public.auth_user VALUES (2, 'md5$NywU9x9M19Wu$6e3300cecf0f908216c8f606150ca501', NULL, false, 'bob', 'Bob', 'B', 'bob@x.test', false, true, '2017-11-01 12:00:00+00');
INSERT INTO public.auth_user VALUES (3, 'md5$R55NlPJiKRUl$1be1d7c589d5e49a63536a74e764b996', NULL, false, 'carol', 'Carol', 'C', 'carol@x.test', false, true, '2017-11-01 12:00:00+00');
INSERT INTO public.auth_user VALUES (4, 'md5$Qog6X7Pc9W5j$c539ef350cfaf868aad5a9d4b8a0d94d', NULL, false, 'dave', 'Dave', 'D', 'dave@x.test', false, true, '2017-11-01 12:00:00+00');
INSERT INTO public.auth_user VALUES (5, 'md5$B8gIpfqIssOR$e4fe4df1fa5c97b4bfc958c93387231d', NULL, true, 'admin', '', '', 'admin@x.test', true, true, '2017-11-01 12:00:00+00');
INSERT INTO public.chat_api_answer VALUES (1, NULL, 3, 1, 'Yes', 2, NULL, '[["risk", "risk + 2"]]', false);
INSERT INTO public.chat_api_answer VALUES (2, NULL, 4, 2, 'No', 2, NULL, '[]', false);
INSERT INTO public.chat_api_answer VALUES (3, NULL, 5, 1, 'Cough', 4, NULL, '[["risk", "risk + 1"]]', false);
INSERT INTO public.chat_api_answer VALUES (4, NULL, 5, 2, 'Fever', 4, NULL, '[]', false);
INSERT INTO public.chat_api_answer VALUES (5, '{"icon": "x"}', 5, 3, 'None', 4, NULL, '[]', true);
INSERT INTO public.chat_api_answer VALUES (6, NULL, 11, 1, 'F', 8, NULL, '[]', false);
INSERT INTO public.chat_api_answer VALUES (7, NULL, 12, 2, 'M', 8, NULL, '[]', false);
INSERT INTO public.chat_api_attachment VALUES (1, '', NULL, '[1]', '', '{"src": "y"}', 'clip', 'youtube', NULL, 1, 'https://youtu.be/x', '');
INSERT INTO public.chat_api_attachmenttemplate VALUES (1, '', NULL, '{"autoplay": false}', '', '{"src": "t.jpg"}', 'How to', 'youtube', NULL, 7, 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', '');
INSERT INTO public.chat_api_group VALUES (1, 'About you', 1, 1);
INSERT INTO public.chat_api_group VALUES (2, 'Health', 2, 1);
INSERT INTO public.chat_api_message VALUES (2, false, '2017-11-01 12:00:02+00', false, '{"k": [1, 2]}', 'Hi &amp; welcome', 'message', '2017-11-01 12:00:02+00', NULL, 2, 1, NULL);
INSERT INTO public.chat_api_message VALUES (1, false, '2017-11-01 12:00:01+00', true, '{"k": [1, 2]}', 'Hello &lt;b&gt;all&lt;/b&gt;', 'message', '2017-11-01 12:00:01+00', NULL, 1, 1, NULL);
INSERT INTO public.chat_api_message VALUES (3, true, '2017-11-01 12:00:03+00', false, '{"k": [1, 2]}', 'Bye', 'message', '2017-11-01 12:00:04+00', NULL, 1, 1, NULL);
INSERT INTO public.chat_api_message VALUES (4, false, '2017-11-01 12:00:07+00', false, NULL, 'Yes', 'message', '2017-11-01 12:00:07+00', 2, 2, 2, NULL);
INSERT INTO public.chat_api_message VALUES (5, false, '2017-11-01 12:00:07+00', false, '{"unit": "pieces"}', 'How many a day?', 'automated_message', '2017-11-01 12:00:07+00', 3, 1, 2, 2);
INSERT INTO public.chat_api_message VALUES (6, false, '2017-11-01 12:00:08+00', false, NULL, '20', 'message', '2017-11-01 12:00:08+00', 3, 2, 2, NULL);
INSERT INTO public.chat_api_message VALUES (7, false, '2017-11-01 12:00:08+00', false, NULL, 'Which of these?', 'automated_message', '2017-11-01 12:00:08+00', 4, 1, 2, 3);
INSERT INTO public.chat_api_message VALUES (8, false, '2017-11-01 12:00:09+00', false, NULL, 'no', 'message', '2017-11-01 12:00:09+00', 7, 4, 4, NULL);
INSERT INTO public.chat_api_message_answers VALUES (1, 4, 1);
INSERT INTO public.chat_api_question VALUES (1, false, false, NULL, 2, 1, 1, NULL, NULL, false, 'Welcome', 'message', NULL, 1, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (2, false, false, NULL, NULL, 2, 2, NULL, NULL, false, 'Do you smoke?', 'choice', 1, 1, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (3, false, false, '{"unit": "pieces"}', 4, 3, 3, NULL, NULL, false, 'How many a day?', 'int', 1, 1, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (4, true, false, NULL, NULL, 4, 4, NULL, NULL, false, 'Which of these?', 'multichoice', 2, 1, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (5, false, false, NULL, NULL, 5, 5, NULL, NULL, false, 'fork', 'fork', NULL, 1, NULL, '[]', '[["6", "risk > 2"], ["7", "1"]]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (6, false, false, NULL, -1, 6, 6, 0, 10, false, 'How bad?', 'range', NULL, 1, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (7, false, false, NULL, -1, 7, 7, NULL, NULL, false, 'Anything else?', 'text', NULL, 1, 'last one', '[["seen", "1"]]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (8, false, false, NULL, NULL, 1, 10, NULL, NULL, true, 'Sex', 'choice', NULL, 2, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (9, false, false, NULL, 12, 2, 11, NULL, NULL, true, 'Due date', 'date', NULL, 2, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (10, false, false, NULL, -1, 3, 12, NULL, NULL, false, 'Weight', 'float', NULL, 2, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (11, false, false, NULL, -1, 1, 10, NULL, NULL, false, 'Draft', 'text', NULL, 3, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_question VALUES (12, false, false, NULL, -1, 1, 1, NULL, NULL, false, 'Stare pytanie: zażółć?', 'text', NULL, 4, NULL, '[]', '[]', 'automated_message');
INSERT INTO public.chat_api_schema VALUES (1, false, 'onboarding', true, 'automated_flow', 1);
INSERT INTO public.chat_api_schema VALUES (2, false, 'health', true, 'survey', 1);
INSERT INTO public.chat_api_schema VALUES (3, false, 'health', false, 'survey', 2);
INSERT INTO public.chat_api_schema VALUES (4, true, 'old', true, 'survey', 1);
INSERT INTO public.chat_api_survey VALUES (2, '2017-11-01 12:00:11+00', '2017-11-01 12:00:11+00', 1, 2, 2, '{"visibility": [10], "completed": false}');
INSERT INTO public.chat_api_survey VALUES (1, '2017-11-01 12:00:10+00', '2017-11-01 12:00:13+00', NULL, 2, 1, '{"visibility": [10, 11, 12], "completed": false}');
INSERT INTO public.chat_api_surveyattachment VALUES (1, '', NULL, NULL, '', NULL, 'scan', 'youtube', NULL, 1, 'https://youtu.be/z', '');
INSERT INTO public.chat_api_surveyitem VALUES (2, '2017-11-01 12:00:13+00', false, NULL, 3, '70.5', 'answer', '2017-11-01 12:00:13+00', 10, 1, 1);
INSERT INTO public.chat_api_surveyitem VALUES (1, '2017-11-01 12:00:12+00', true, NULL, 1, '', 'answer', '2017-11-01 12:00:12+00', 8, 1, 1);
INSERT INTO public.chat_api_surveyitem_answers VALUES (1, 1, 6);
INSERT INTO public.chat_api_thread VALUES (1, '2017-11-01 12:00:00+00', 'Rozmowa żółta', 'chat', '2017-11-01 12:00:04+00', 3);
INSERT INTO public.chat_api_thread VALUES (2, '2017-11-01 12:00:06+00', 'Script', 'tracker', '2017-11-01 12:00:08+00', 7);
INSERT INTO public.chat_api_thread VALUES (3, '2017-11-01 12:00:08+00', 'FE', 'chat', '2017-11-01 12:00:08+00', NULL);
INSERT INTO public.chat_api_thread VALUES (4, '2017-11-01 12:00:08+00', 'Done', 'chat', '2017-11-01 12:00:09+00', 8);
INSERT INTO public.chat_api_threadwssubscription VALUES (1, 1, 5);
INSERT INTO public.chat_api_unreadmessage VALUES (2, 'chat', 2, 1, 1);
INSERT INTO public.chat_api_unreadmessage VALUES (3, 'chat', 3, 1, 2);
INSERT INTO public.chat_api_unreadmessage VALUES (4, 'tracker', 5, 2, 2);
INSERT INTO public.chat_api_unreadmessage VALUES (5, 'tracker', 7, 2, 2);
INSERT INTO public.chat_api_userthread VALUES (1, '2017-11-01 12:00:00+00', NULL, NULL, NULL, 3, 'open', 8191, NULL, 'open', 'chat', '2017-11-01 12:00:04+00', NULL, NULL, NULL, NULL, NULL, 1, 1, 3, '{}');
INSERT INTO public.chat_api_userthread VALUES (2, '2017-11-01 12:00:00+00', NULL, NULL, NULL, 3, 'open', 19, NULL, 'open', 'chat', '2017-11-01 12:00:04+00', NULL, NULL, NULL, NULL, NULL, 1, 2, 3, '{}');
INSERT INTO public.chat_api_userthread VALUES (3, '2017-11-01 12:00:00+00', NULL, NULL, NULL, 2, 'open', 19, NULL, 'closed', 'chat', '2017-11-01 12:00:04+00', NULL, NULL, NULL, NULL, NULL, 1, 3, 3, '{}');
INSERT INTO public.chat_api_userthread VALUES (4, '2017-11-01 12:00:06+00', NULL, NULL, NULL, 3, 'close', 8191, NULL, 'scripted', 'tracker', '2017-11-01 12:00:08+00', 1, 2, 4, 7, 1, 2, 2, 7, '{"risk": 2.0}');
INSERT INTO public.chat_api_userthread VALUES (5, '2017-11-01 12:00:08+00', NULL, NULL, NULL, 3, 'open', 8191, NULL, 'scripted_fe_controlled', 'chat', '2017-11-01 12:00:08+00', NULL, NULL, 1, NULL, 1, 3, 3, NULL, '{}');
INSERT INTO public.chat_api_userthread VALUES (6, '2017-11-01 12:00:08+00', NULL, NULL, NULL, 3, 'open', 19, NULL, 'assisted', 'chat', '2017-11-01 12:00:08+00', NULL, NULL, 1, NULL, 1, 3, 4, NULL, '{}');
INSERT INTO public.chat_api_userthread VALUES (7, '2017-11-01 12:00:08+00', 'weeks', 2, NULL, 3, 'open', 8191, NULL, 'open', 'chat', '2017-11-01 12:00:08+00', NULL, NULL, NULL, NULL, 1, 4, 4, NULL, '{}');
INSERT INTO public.chat_api_variablemodification VALUES (1, '[["risk", "risk + 2"]]', 4, NULL, 1);
INSERT INTO public.django_content_type VALUES (1, 'admin', 'logentry');
INSERT INTO public.django_content_type VALUES (2, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (3, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (4, 'auth', 'user');
INSERT INTO public.django_content_type VALUES (5, 'chat_api', 'answer');
INSERT INTO public.django_content_type VALUES (6, 'chat_api', 'attachment');
INSERT INTO public.django_content_type VALUES (7, 'chat_api', 'attachmenttemplate');
INSERT INTO public.django_content_type VALUES (8, 'chat_api', 'group');
INSERT INTO public.django_content_type VALUES (9, 'chat_api', 'message');
INSERT INTO public.django_content_type VALUES (10, 'chat_api', 'question');
INSERT INTO public.django_content_type VALUES (11, 'chat_api', 'schema');
INSERT INTO public.django_content_type VALUES (12, 'chat_api', 'survey');
INSERT INTO public.django_content_type VALUES (13, 'chat_api', 'surveyattachment');
INSERT INTO public.django_content_type VALUES (14, 'chat_api', 'surveyitem');
INSERT INTO public.django_content_type VALUES (15, 'chat_api', 'thread');
INSERT INTO public.django_content_type VALUES (16, 'chat_api', 'threadwssubscription');
INSERT INTO public.django_content_type VALUES (17, 'chat_api', 'unreadmessage');
INSERT INTO public.django_content_type VALUES (18, 'chat_api', 'userthread');
INSERT INTO public.django_content_type VALUES (19, 'chat_api', 'variablemodification');
INSERT INTO public.django_content_type VALUES (20, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (21, 'sessions', 'session');
INSERT INTO public.django_content_type VALUES (22, 'sites', 'site');
INSERT INTO public.django_content_type VALUES (23, 'universal_notifications', 'device');
INSERT INTO public.django_content_type VALUES (24, 'universal_notifications', 'notificationhistory');
INSERT INTO public.django_content_type VALUES (25, 'universal_notifications', 'phone');
INSERT INTO public.django_content_type VALUES (26, 'universal_notifications', 'phonependingmessages');
INSERT INTO public.django_content_type VALUES (27, 'universal_notifications', 'phonereceived');
INSERT INTO public.django_content_type VALUES (28, 'universal_notifications', 'phonereceivedraw');
INSERT INTO public.django_content_type VALUES (29, 'universal_notifications', 'phonereceiver');
INSERT INTO public.django_content_type VALUES (30, 'universal_notifications', 'phonesent');
INSERT INTO public.django_content_type VALUES (31, 'universal_notifications', 'unsubscribeduser');
INSERT INTO public.django_migrations VALUES (1, 'contenttypes', '0001_initial', '2026-11-22 23:25:44.846489+00');
INSERT INTO public.django_migrations VALUES (2, 'auth', '0001_initial', '2026-11-22 23:25:44.872223+00');
INSERT INTO public.django_migrations VALUES (5, 'contenttypes', '0002_remove_content_type_name', '2026-11-22 23:25:44.897252+00');
INSERT INTO public.django_migrations VALUES (6, 'auth', '0002_alter_permission_name_max_length', '2026-11-22 23:25:44.901434+00');
INSERT INTO public.django_migrations VALUES (7, 'auth', '0003_alter_user_email_max_length', '2026-11-22 23:25:44.906158+00');
INSERT INTO public.django_migrations VALUES (8, 'auth', '0004_alter_user_username_opts', '2026-11-22 23:25:44.910526+00');
INSERT INTO public.django_migrations VALUES (9, 'auth', '0005_alter_user_last_login_null', '2026-11-22 23:25:44.915457+00');
INSERT INTO public.django_migrations VALUES (10, 'auth', '0006_require_contenttypes_0002', '2026-11-22 23:25:44.916317+00');
INSERT INTO public.django_migrations VALUES (11, 'auth', '0007_alter_validators_add_error_messages', '2026-11-22 23:25:44.920704+00');
INSERT INTO public.django_migrations VALUES (12, 'auth', '0008_alter_user_username_max_length', '2026-11-22 23:25:44.926991+00');
INSERT INTO public.django_migrations VALUES (13, 'chat_api', '0001_initial', '2026-11-22 23:25:45.109854+00');
INSERT INTO public.django_migrations VALUES (14, 'chat_api', '0002_auto_20170206_0538', '2026-11-22 23:25:45.272078+00');
INSERT INTO public.django_migrations VALUES (15, 'chat_api', '0003_auto_20170227_1037', '2026-11-22 23:25:45.289656+00');
INSERT INTO public.django_migrations VALUES (16, 'chat_api', '0004_message_predecessor', '2026-11-22 23:25:45.303757+00');
INSERT INTO public.django_migrations VALUES (17, 'chat_api', '0005_auto_20170301_0705', '2026-11-22 23:25:45.326791+00');
INSERT INTO public.django_migrations VALUES (18, 'chat_api', '0006_auto_20170302_0919', '2026-11-22 23:25:45.389273+00');
INSERT INTO public.django_migrations VALUES (19, 'chat_api', '0007_auto_20170303_1657', '2026-11-22 23:25:45.41584+00');
INSERT INTO public.django_migrations VALUES (20, 'chat_api', '0008_auto_20170309_0622', '2026-11-22 23:25:45.457457+00');
INSERT INTO public.django_migrations VALUES (21, 'chat_api', '0009_survey_fields_visibility', '2026-11-22 23:25:45.468794+00');
INSERT INTO public.django_migrations VALUES (22, 'chat_api', '0010_auto_20170313_0919', '2026-11-22 23:25:45.482077+00');
INSERT INTO public.django_migrations VALUES (23, 'chat_api', '0011_userthread_last_message', '2026-11-22 23:25:45.496471+00');
INSERT INTO public.django_migrations VALUES (24, 'chat_api', '0012_auto_20170331_0436', '2026-11-22 23:25:45.510192+00');
INSERT INTO public.django_migrations VALUES (25, 'chat_api', '0013_auto_20170509_1125', '2026-11-22 23:25:45.525175+00');
INSERT INTO public.django_migrations VALUES (26, 'chat_api', '0014_auto_20170523_0812', '2026-11-22 23:25:45.636892+00');
INSERT INTO public.django_migrations VALUES (27, 'chat_api', '0015_forking', '2026-11-22 23:25:45.7048+00');
INSERT INTO public.django_migrations VALUES (28, 'chat_api', '0016_forking_fix', '2026-11-22 23:25:45.713782+00');
INSERT INTO public.django_migrations VALUES (29, 'chat_api', '0017_survey_unique_together', '2026-11-22 23:25:45.726436+00');
SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_user_id_seq', 5, true);
SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.chat_api_answer_id_seq', 7, true);
SELECT pg_catalog.setval('public.chat_api_attachment_id_seq', 1, true);
SELECT pg_catalog.setval('public.chat_api_attachmenttemplate_id_seq', 1, true);
SELECT pg_catalog.setval('public.chat_api_group_id_seq', 2, true);
SELECT pg_catalog.setval('public.chat_api_message_answers_id_seq', 1, true);
SELECT pg_catalog.setval('public.chat_api_message_id_seq', 8, true);
SELECT pg_catalog.setval('public.chat_api_question_id_seq', 12, true);
SELECT pg_catalog.setval('public.chat_api_schema_id_seq', 4, true);
SELECT pg_catalog.setval('public.chat_api_survey_id_seq', 2, true);
SELECT pg_catalog.setval('public.chat_api_surveyattachment_id_seq', 1, true);
SELECT pg_catalog.setval('public.chat_api_surveyitem_answers_id_seq', 1, true);
SELECT pg_catalog.setval('public.chat_api_surveyitem_id_seq', 2, true);
SELECT pg_catalog.setval('public.chat_api_thread_id_seq', 4, true);
SELECT pg_catalog.setval('public.chat_api_threadwssubscription_id_seq', 1, true);
SELECT pg_catalog.setval('public.chat_api_unreadmessage_id_seq', 5, true);
SELECT pg_catalog.setval('public.chat_api_userthread_id_seq', 7, true);
SELECT pg_catalog.setval('public.chat_api_variablemodification_id_seq', 1, true);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 31, true);
SELECT pg_catalog.setval('public.django_migrations_id_seq', 29, true);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);
ALTER TABLE ONLY public.chat_api_answer
    ADD CONSTRAINT chat_api_answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_answer
    ADD CONSTRAINT chat_api_answer_position_question_id_31176973_uniq UNIQUE ("position", question_id);
ALTER TABLE ONLY public.chat_api_attachment
    ADD CONSTRAINT chat_api_attachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_attachmenttemplate
    ADD CONSTRAINT chat_api_attachmenttemplate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_group
    ADD CONSTRAINT chat_api_group_name_schema_id_e77ac159_uniq UNIQUE (name, schema_id);
ALTER TABLE ONLY public.chat_api_group
    ADD CONSTRAINT chat_api_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_group
    ADD CONSTRAINT chat_api_group_position_schema_id_b54b6d55_uniq UNIQUE ("position", schema_id);
ALTER TABLE ONLY public.chat_api_message_answers
    ADD CONSTRAINT chat_api_message_answers_message_id_answer_id_76c0cf4a_uniq UNIQUE (message_id, answer_id);
ALTER TABLE ONLY public.chat_api_message_answers
    ADD CONSTRAINT chat_api_message_answers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_message
    ADD CONSTRAINT chat_api_message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_question
    ADD CONSTRAINT chat_api_question_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_question
    ADD CONSTRAINT chat_api_question_position_schema_id_7e2b02df_uniq UNIQUE ("position", schema_id);
ALTER TABLE ONLY public.chat_api_question
    ADD CONSTRAINT chat_api_question_qid_schema_id_dc8b7fbd_uniq UNIQUE (qid, schema_id);
ALTER TABLE ONLY public.chat_api_schema
    ADD CONSTRAINT chat_api_schema_name_version_d9a71bb7_uniq UNIQUE (name, version);
ALTER TABLE ONLY public.chat_api_schema
    ADD CONSTRAINT chat_api_schema_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_survey
    ADD CONSTRAINT chat_api_survey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_surveyattachment
    ADD CONSTRAINT chat_api_surveyattachment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_surveyitem_answers
    ADD CONSTRAINT chat_api_surveyitem_answ_surveyitem_id_answer_id_6994d22b_uniq UNIQUE (surveyitem_id, answer_id);
ALTER TABLE ONLY public.chat_api_surveyitem_answers
    ADD CONSTRAINT chat_api_surveyitem_answers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_surveyitem
    ADD CONSTRAINT chat_api_surveyitem_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_surveyitem
    ADD CONSTRAINT chat_api_surveyitem_related_question_id_survey_id_7d995ad5_uniq UNIQUE (related_question_id, survey_id);
ALTER TABLE ONLY public.chat_api_thread
    ADD CONSTRAINT chat_api_thread_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_threadwssubscription
    ADD CONSTRAINT chat_api_threadwssubscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_threadwssubscription
    ADD CONSTRAINT chat_api_threadwssubscription_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.chat_api_unreadmessage
    ADD CONSTRAINT chat_api_unreadmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_user_id_thread_id_d65153f7_uniq UNIQUE (user_id, thread_id);
ALTER TABLE ONLY public.chat_api_variablemodification
    ADD CONSTRAINT chat_api_variablemodification_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);
CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);
CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);
CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);
CREATE INDEX auth_user_username_6821ab7c_like ON public.auth_user USING btree (username varchar_pattern_ops);
CREATE INDEX chat_api_answer_position_3f4121a1 ON public.chat_api_answer USING btree ("position");
CREATE INDEX chat_api_answer_question_id_7babc612 ON public.chat_api_answer USING btree (question_id);
CREATE INDEX chat_api_attachment_message_id_5bafd664 ON public.chat_api_attachment USING btree (message_id);
CREATE INDEX chat_api_attachmenttemplate_question_id_331d3af9 ON public.chat_api_attachmenttemplate USING btree (question_id);
CREATE INDEX chat_api_group_name_4189f835 ON public.chat_api_group USING btree (name);
CREATE INDEX chat_api_group_name_4189f835_like ON public.chat_api_group USING btree (name varchar_pattern_ops);
CREATE INDEX chat_api_group_position_af8b4c70 ON public.chat_api_group USING btree ("position");
CREATE INDEX chat_api_group_schema_id_48fd691e ON public.chat_api_group USING btree (schema_id);
CREATE INDEX chat_api_message_answers_answer_id_aac536fe ON public.chat_api_message_answers USING btree (answer_id);
CREATE INDEX chat_api_message_answers_message_id_a4303ffb ON public.chat_api_message_answers USING btree (message_id);
CREATE INDEX chat_api_message_predecessor_id_73b8a151 ON public.chat_api_message USING btree (predecessor_id);
CREATE INDEX chat_api_message_related_question_id_3d0a569b ON public.chat_api_message USING btree (related_question_id);
CREATE INDEX chat_api_message_thread_id_99081509 ON public.chat_api_message USING btree (thread_id);
CREATE INDEX chat_api_message_type_f4fa3412 ON public.chat_api_message USING btree (type);
CREATE INDEX chat_api_message_type_f4fa3412_like ON public.chat_api_message USING btree (type varchar_pattern_ops);
CREATE INDEX chat_api_message_updated_38cc31f9 ON public.chat_api_message USING btree (updated);
CREATE INDEX chat_api_question_group_id_679e621d ON public.chat_api_question USING btree (group_id);
CREATE INDEX chat_api_question_position_1ac933f3 ON public.chat_api_question USING btree ("position");
CREATE INDEX chat_api_question_qid_9c447e06 ON public.chat_api_question USING btree (qid);
CREATE INDEX chat_api_question_schema_id_982d97cf ON public.chat_api_question USING btree (schema_id);
CREATE INDEX chat_api_schema_deprecated_86e1d333 ON public.chat_api_schema USING btree (deprecated);
CREATE INDEX chat_api_schema_published_c4f38083 ON public.chat_api_schema USING btree (published);
CREATE INDEX chat_api_schema_type_878c8c5d ON public.chat_api_schema USING btree (type);
CREATE INDEX chat_api_schema_type_878c8c5d_like ON public.chat_api_schema USING btree (type varchar_pattern_ops);
CREATE INDEX chat_api_survey_created_a170e495 ON public.chat_api_survey USING btree (created);
CREATE INDEX chat_api_survey_updated_0c5e9704 ON public.chat_api_survey USING btree (updated);
CREATE INDEX chat_api_survey_user_id_1870c8c3 ON public.chat_api_survey USING btree (user_id);
CREATE INDEX chat_api_surveyattachment_item_id_9058b917 ON public.chat_api_surveyattachment USING btree (item_id);
CREATE INDEX chat_api_surveyitem_answers_answer_id_87cb4f8d ON public.chat_api_surveyitem_answers USING btree (answer_id);
CREATE INDEX chat_api_surveyitem_answers_surveyitem_id_25f90b79 ON public.chat_api_surveyitem_answers USING btree (surveyitem_id);
CREATE INDEX chat_api_surveyitem_position_e269d7ce ON public.chat_api_surveyitem USING btree ("position");
CREATE INDEX chat_api_surveyitem_survey_id_89183d7d ON public.chat_api_surveyitem USING btree (survey_id);
CREATE INDEX chat_api_surveyitem_updated_dfb08676 ON public.chat_api_surveyitem USING btree (updated);
CREATE INDEX chat_api_threadwssubscription_thread_id_93c84082 ON public.chat_api_threadwssubscription USING btree (thread_id);
CREATE INDEX chat_api_unreadmessage_message_id_306c8211 ON public.chat_api_unreadmessage USING btree (message_id);
CREATE INDEX chat_api_unreadmessage_thread_id_95b8119b ON public.chat_api_unreadmessage USING btree (thread_id);
CREATE INDEX chat_api_unreadmessage_type_c04a75b2 ON public.chat_api_unreadmessage USING btree (type);
CREATE INDEX chat_api_unreadmessage_type_c04a75b2_like ON public.chat_api_unreadmessage USING btree (type varchar_pattern_ops);
CREATE INDEX chat_api_unreadmessage_user_id_a3d56f09 ON public.chat_api_unreadmessage USING btree (user_id);
CREATE INDEX chat_api_userthread_created_82b7861f ON public.chat_api_userthread USING btree (created);
CREATE INDEX chat_api_userthread_next_restart_9cc77e59 ON public.chat_api_userthread USING btree (next_restart);
CREATE INDEX chat_api_userthread_thread_id_86417894 ON public.chat_api_userthread USING btree (thread_id);
CREATE INDEX chat_api_userthread_type_006dc9fa ON public.chat_api_userthread USING btree (type);
CREATE INDEX chat_api_userthread_type_006dc9fa_like ON public.chat_api_userthread USING btree (type varchar_pattern_ops);
CREATE INDEX chat_api_userthread_updated_07b26a72 ON public.chat_api_userthread USING btree (updated);
CREATE INDEX chat_api_userthread_user_id_4fd9d146 ON public.chat_api_userthread USING btree (user_id);
CREATE INDEX chat_api_variablemodification_related_message_id_3ab4e684 ON public.chat_api_variablemodification USING btree (related_message_id);
CREATE INDEX chat_api_variablemodification_user_thread_id_21ccd062 ON public.chat_api_variablemodification USING btree (user_thread_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_answer
    ADD CONSTRAINT chat_api_answer_question_id_7babc612_fk_chat_api_question_id FOREIGN KEY (question_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_attachment
    ADD CONSTRAINT chat_api_attachment_content_type_id_454bd3f6_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_attachment
    ADD CONSTRAINT chat_api_attachment_message_id_5bafd664_fk_chat_api_message_id FOREIGN KEY (message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_attachmenttemplate
    ADD CONSTRAINT chat_api_attachmentt_content_type_id_fcb75a9d_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_attachmenttemplate
    ADD CONSTRAINT chat_api_attachmentt_question_id_331d3af9_fk_chat_api_ FOREIGN KEY (question_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_group
    ADD CONSTRAINT chat_api_group_schema_id_48fd691e_fk_chat_api_schema_id FOREIGN KEY (schema_id) REFERENCES public.chat_api_schema(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_message_answers
    ADD CONSTRAINT chat_api_message_ans_answer_id_aac536fe_fk_chat_api_ FOREIGN KEY (answer_id) REFERENCES public.chat_api_answer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_message_answers
    ADD CONSTRAINT chat_api_message_ans_message_id_a4303ffb_fk_chat_api_ FOREIGN KEY (message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_message
    ADD CONSTRAINT chat_api_message_predecessor_id_73b8a151_fk_chat_api_ FOREIGN KEY (predecessor_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_message
    ADD CONSTRAINT chat_api_message_related_question_id_3d0a569b_fk_chat_api_ FOREIGN KEY (related_question_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_message
    ADD CONSTRAINT chat_api_message_sender_id_16ce0af1_fk_auth_user_id FOREIGN KEY (sender_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_message
    ADD CONSTRAINT chat_api_message_thread_id_99081509_fk_chat_api_thread_id FOREIGN KEY (thread_id) REFERENCES public.chat_api_thread(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_question
    ADD CONSTRAINT chat_api_question_group_id_679e621d_fk_chat_api_group_id FOREIGN KEY (group_id) REFERENCES public.chat_api_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_question
    ADD CONSTRAINT chat_api_question_schema_id_982d97cf_fk_chat_api_schema_id FOREIGN KEY (schema_id) REFERENCES public.chat_api_schema(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_survey
    ADD CONSTRAINT chat_api_survey_automated_sender_id_3fc47cb7_fk_auth_user_id FOREIGN KEY (automated_sender_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_survey
    ADD CONSTRAINT chat_api_survey_schema_id_c9e068e4_fk_chat_api_schema_id FOREIGN KEY (schema_id) REFERENCES public.chat_api_schema(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_survey
    ADD CONSTRAINT chat_api_survey_user_id_1870c8c3_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyattachment
    ADD CONSTRAINT chat_api_surveyattac_content_type_id_ea3f0a9e_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyattachment
    ADD CONSTRAINT chat_api_surveyattac_item_id_9058b917_fk_chat_api_ FOREIGN KEY (item_id) REFERENCES public.chat_api_surveyitem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyitem_answers
    ADD CONSTRAINT chat_api_surveyitem__answer_id_87cb4f8d_fk_chat_api_ FOREIGN KEY (answer_id) REFERENCES public.chat_api_answer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyitem_answers
    ADD CONSTRAINT chat_api_surveyitem__surveyitem_id_25f90b79_fk_chat_api_ FOREIGN KEY (surveyitem_id) REFERENCES public.chat_api_surveyitem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyitem
    ADD CONSTRAINT chat_api_surveyitem_related_question_id_69bb26db_fk_chat_api_ FOREIGN KEY (related_question_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyitem
    ADD CONSTRAINT chat_api_surveyitem_sender_id_249ecd1e_fk_auth_user_id FOREIGN KEY (sender_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_surveyitem
    ADD CONSTRAINT chat_api_surveyitem_survey_id_89183d7d_fk_chat_api_survey_id FOREIGN KEY (survey_id) REFERENCES public.chat_api_survey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_thread
    ADD CONSTRAINT chat_api_thread_last_message_id_4609cc4b_fk_chat_api_message_id FOREIGN KEY (last_message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_threadwssubscription
    ADD CONSTRAINT chat_api_threadwssub_thread_id_93c84082_fk_chat_api_ FOREIGN KEY (thread_id) REFERENCES public.chat_api_thread(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_threadwssubscription
    ADD CONSTRAINT chat_api_threadwssubscription_user_id_e4b154ec_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_unreadmessage
    ADD CONSTRAINT chat_api_unreadmessa_message_id_306c8211_fk_chat_api_ FOREIGN KEY (message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_unreadmessage
    ADD CONSTRAINT chat_api_unreadmessage_thread_id_95b8119b_fk_chat_api_thread_id FOREIGN KEY (thread_id) REFERENCES public.chat_api_thread(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_unreadmessage
    ADD CONSTRAINT chat_api_unreadmessage_user_id_a3d56f09_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_automated_sender_id_f70e6838_fk_auth_user FOREIGN KEY (automated_sender_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_initial_question_id_c2ccca92_fk_chat_api_ FOREIGN KEY (initial_question_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_last_message_id_d773fc8d_fk_chat_api_ FOREIGN KEY (last_message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_question_id_9055222c_fk_chat_api_ FOREIGN KEY (question_id) REFERENCES public.chat_api_question(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_related_message_id_a8458dd0_fk_chat_api_ FOREIGN KEY (related_message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_schema_id_0fe52d9a_fk_chat_api_schema_id FOREIGN KEY (schema_id) REFERENCES public.chat_api_schema(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_thread_id_86417894_fk_chat_api_thread_id FOREIGN KEY (thread_id) REFERENCES public.chat_api_thread(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_userthread
    ADD CONSTRAINT chat_api_userthread_user_id_4fd9d146_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_variablemodification
    ADD CONSTRAINT chat_api_variablemod_related_message_id_3ab4e684_fk_chat_api_ FOREIGN KEY (related_message_id) REFERENCES public.chat_api_message(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.chat_api_variablemodification
    ADD CONSTRAINT chat_api_variablemod_user_thread_id_21ccd062_fk_chat_api_ FOREIGN KEY (user_thread_id) REFERENCES public.chat_api_userthread(id) DEFERRABLE INITIALLY DEFERRED;
