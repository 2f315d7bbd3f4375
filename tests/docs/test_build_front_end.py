"""The guide to front ends works: its scripts compile, and do in a browser what the guide says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.docs import front_ends
from tests.docs.browsing import PATIENCE_MS, browser, expect
from tests.docs.projects import Project, docs_blocks, sign_in

# It is about browsers, and the project is on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

SETTINGS = """
INSTALLED_APPS += ["mysite"]
MEDIA_ROOT = BASE_DIR / "media"
# Creators of threads have every permission: they can correct answers.
CHAT_SETTINGS = {"ATTACHMENT_FILES_PRIVATE": True, "THREAD_CREATOR_PERMISSIONS_DEFAULT": 8191}
"""
#: Threads with a page and a half of messages that nobody has read: one for each test that opens one.
ROUNDS = """
from django.contrib.auth import get_user_model
from chat_api.chat.actions import Draft, ThreadDraft, add_member, create_thread, send_message
User = get_user_model()
ben = User.objects.create_user("ben", first_name="Ben")
for title in ("Rounds", "Visits"):
    author = create_thread(creator=ben, draft=ThreadDraft(type="chat", title=title))
    add_member(thread_id=author.thread_id, user=User.objects.get(username="me"))
    for n in range(75):
        send_message(author=author, draft=Draft(text=f"Bed {n} of 75"))
"""
#: A survey with a limit and a repeated group.
MEDICINES = """
name: Medicines
type: survey
groups: [{name: Medicines, key: meds, repeat: {min: 1, max: 3}}]
questions:
  - {qid: 1, type: int, name: age, text: How old are you?, limits: {min: 0, max: 120}}
  - {qid: 2, type: text, name: medicine, text: Which medicine?, group: Medicines}
  - {qid: 3, type: text, name: dose, text: "How much {{ answers.medicine }}?", group: Medicines, required: false}
  - {qid: 4, type: text, text: Anything else?, required: false}
"""
#: A fetch that fails while `isCut` is set, and the client of the page that uses it.
BEGIN = """async () => {
  window.isCut = false;
  const cuttable = (...request) => (isCut ? Promise.reject(new TypeError("cut")) : fetch(...request));
  const {page, createClient} = await import("/static/mysite/messages.js");
  window.client = createClient({fetch: cuttable});
  window.guide = {};
  for (const name of ["sending", "messages", "files", "survey", "session", "text"])
    Object.assign(guide, await import(`/static/mysite/front/${name}.js`));
  window.until = (holds) => new Promise((resolve) => {
    let stop = () => {};
    const look = () => {
      const found = holds(client.getSnapshot());
      if (found) { stop(); resolve(found); }
    };
    stop = client.subscribe(look);
    look();
  });
  window.post = (path, body) => fetch(page.api + path, {
    method: "POST",
    headers: {"Content-Type": "application/json", [page.csrf.header]: page.csrf.token},
    body: JSON.stringify(body),
  });
  const thread = await client.startThread("chat", {state: "scripted", schema: 1});
  await client.openThread(thread.id);
  window.room = () => client.getSnapshot().rooms.get(thread.id);
  window.texts = () => room().messages.map(({text}) => text);
  return [thread.id, thread.question_data.answers.map(({id}) => id)];
}"""
#: The answer of this page waits for the connection while that of another page is stored.
OVERTAKEN = """async ([thread, [fine, bad]]) => {
  isCut = true;
  const question = room().thread.question_data.id;
  const {id, done} = client.send(thread, {answers: [fine], question, shown: "Fine"});
  const outcome = done.then(() => "stored", (error) => error.name);
  await until(({queue}) => queue.find((item) => item.id === id && item.state === "queued"));
  await until(({queue}) => queue.find((item) => item.id === id && item.state === "queued"));
  const [waiting] = room().pending;
  await post(`threads/${thread}/messages`, {answers: [bad], question});
  isCut = false;
  dispatchEvent(new Event("online"));
  const asks = await until(({queue}) => queue.find(({state}) => state === "confirm"));
  const said = [guide.stateOf(waiting), await outcome, guide.stateOf(asks)];
  await guide.decide(client, asks, true);
  return [...said, room().pending.length, texts()];
}"""
CORRECTED = """async ([thread, [fine]]) => {
  const answer = room().messages.find(({text}) => text === "Bad");
  await guide.change(client, answer, [fine]);
  await until(() => texts().includes("Go for a walk!"));
  return [guide.readers(client, thread, answer.id), await guide.members(client, thread)];
}"""
PICTURE = """async ([thread]) => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 7, height: 7});
  const blob = await new Promise((resolve) => canvas.toBlob(resolve));
  const file = new File([blob], "seven.png", {type: "image/png"});
  const sent = await guide.sendPictures(client, thread, "Look", [file]).done;
  const image = await guide.showPicture(client, sent.attachments_data[0]);
  return [image.alt, image.naturalWidth];
}"""
SURVEY = """async (schema) => {
  const {id} = await client.startSurvey(schema);
  let rows = [];
  const drawn = [];
  const close = guide.showSurvey(client, id, (all) => {
    rows = all;
    drawn.push(all.map(({question, instance}) => `${question.qid}.${instance}`).join(" "));
  });
  const note = (qid, instance = 0) => {
    const row = rows.find(({question, ...row}) => question.qid === qid && row.instance === instance);
    return row && guide.noteOf(row);
  };
  await until(() => rows.length);
  const question = (qid) => rows.find(({question}) => question.qid === qid).question;
  const {group} = question(2);
  const second = await client.addInstance(id, group);
  await client.answer(id, question(1).id, {text: "200"}).done.catch(() => {});
  await until(() => note(1));
  const said = [note(1)];
  client.answer(id, question(1).id, {text: "41"});
  client.answer(id, question(2).id, {text: "Aspirin"}, 1);
  client.answer(id, question(2).id, {text: "Ibuprofen"}, second);
  const texts = () => rows.map(({question}) => question.text);
  await until(() => note(1) === "Saved" && note(2, 1) === "Saved" && note(2, second) === "Saved");
  await until(() => texts().includes("How much Aspirin?") && texts().includes("How much Ibuprofen?"));
  const results = await guide.submit(client, id);
  const submitted = client.getSnapshot().surveys.get(id).survey.submitted !== null;
  close();
  return [drawn[0], drawn.at(-1), ...said, results === null, submitted, client.getSnapshot().surveys.size];
}"""
SIGNED_OUT = """async ([thread]) => {
  const enter = async () => {
    const form = new DOMParser().parseFromString(await (await fetch("/admin/login/")).text(), "text/html");
    const fields = new URLSearchParams(new FormData(form.querySelector("form")));
    fields.set("username", "me");
    fields.set("password", "secret");
    await fetch("/admin/login/", {method: "POST", body: fields});
  };
  const asked = new Promise((resolve) => {
    guide.keepSignedIn(client, async () => { resolve(client.getSnapshot().authRequired); await enter(); });
  });
  const token = /csrftoken=([^;]*)/.exec(document.cookie)[1];
  await fetch("/admin/logout/", {method: "POST", headers: {"X-CSRFToken": token}});
  const {done} = client.send(thread, {text: "Typed before it was noticed"});
  const problem = await asked;
  const stored = await done;
  await until(({connection}) => connection === "online");
  isCut = true;
  client.send(thread, {text: "Never sent"});
  await until(({queue}) => queue.length === 1);
  const asks = [];
  const answer = (isDropped) => (waiting) => { asks.push(waiting); return isDropped; };
  const left = [];
  const leave = async () => { left.push(true); };
  const kept = await guide.signOut(client, answer(false), leave);
  const gone = await guide.signOut(client, answer(true), leave);
  return [problem, stored.text, asks, kept, gone, left.length];
}"""
#: Whether the line of the state counts what the buttons of the threads do, and the open thread is read.
SUM_OF_UNREAD = """() => {
  const count = (text) => Number(/\\((\\d+)\\)$/.exec(text)[1]);
  const names = [...document.querySelectorAll("nav button")].map(({textContent}) => textContent.trim());
  const sum = names.map(count).reduce((one, other) => one + other);
  return names.includes("Rounds (0)") && document.body.textContent.includes(`online, ${sum} unread`);
}"""
TEXTS = """() => {
  const shown = (nodes) => { const place = document.createElement("p"); place.append(...nodes); return place; };
  const links = shown(guide.textOf({text: "a &lt; b, see https://x.example/1.", text_format: "escaped"}));
  const marks = shown(guide.foundText("a &lt;b&gt; <mark>c &amp;</mark>"));
  return [
    links.textContent, links.querySelector("a").href, links.querySelector("a").rel,
    marks.textContent, marks.querySelector("mark").textContent, marks.children.length,
    guide.linkOf("javascript:alert(1)"), guide.linkOf("tel:112"),
  ];
}"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The scripts of the guide, in a folder."""
    return front_ends.write_scripts(tmp_path_factory.mktemp("scripts"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, scripts: list[Path]) -> Iterator[str]:
    """Serve a project with the client on a page, and with the scripts of the guide."""
    with ExitStack() as stack:
        project = Project(tmp_path_factory.mktemp("site"), stack)
        project.follow(docs_blocks("howto/client.rst"))
        [walk] = [block for block in docs_blocks("index.rst") if block.language == "yaml"]
        # Answers of named questions can be corrected.
        project.write(walk.caption, walk.body.replace("- qid: 1\n", "- qid: 1\n    name: weather\n"))
        project.write("mysite/settings.py", SETTINGS)
        front_ends.bundle(scripts, project.place / "mysite" / "static" / "mysite" / "front")
        project.prepare()
        project.write("medicines.yaml", MEDICINES)
        project.run("python", "manage.py", "load_schema", "walk.yaml", "medicines.yaml", "--publish")
        project.shell(ROUNDS)
        yield project.serve()


@pytest.fixture
def page(site: str) -> Iterator[Any]:
    """The page with the client, signed in, under the policy of its how-to."""
    problems: list[str] = []
    with browser() as driven:
        page = driven.new_context().new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        sign_in(page, site, then="/messages/")
        yield page
    assert problems == []


def test_scripts_compile_strictly(scripts: list[Path]) -> None:
    folder = scripts[0].parent
    assert front_ends.types_errors(folder) == ""
    # The types are those of the documents: what is not in them is an error.
    wrong = folder / "wrong.ts"
    wrong.write_text(
        'import { createClient } from "django-chat-api-client";\ncreateClient().send(7, { txt: "Hello" });\n'
    )
    errors = front_ends.types_errors(folder)
    wrong.unlink()
    assert "'txt' does not exist in type 'Draft'" in errors


def test_page_of_the_guide(page: Any) -> None:
    page.evaluate("import('/static/mysite/front/page.js')")
    page.get_by_role("button", name="Rounds (75)").click()
    rows = page.get_by_role("listitem")
    expect(rows).to_have_count(50)
    expect(rows.last).to_have_text("Ben: Bed 74 of 75")
    page.get_by_role("button", name="Earlier").click()
    expect(rows).to_have_count(75)
    # Those of other threads are unread or not.
    page.wait_for_function(SUM_OF_UNREAD)
    page.get_by_label("Message").fill("Is 1 < 2 &amp; <b>so</b>?")
    page.get_by_role("button", name="Send").click()
    expect(rows.last).to_have_text("Me: Is 1 < 2 &amp; <b>so</b>?")
    expect(page.get_by_label("Message")).to_have_value("")
    page.get_by_label("Message").fill("Not sent yet")
    page.reload()
    page.evaluate("import('/static/mysite/front/page.js')")
    page.get_by_role("button", name="Rounds (0)").click()
    expect(page.get_by_label("Message")).to_have_value("Not sent yet")


def test_page_with_react(page: Any) -> None:
    page.evaluate("import('/static/mysite/front/chat.js')")
    page.get_by_role("button", name="Visits").click()
    rows = page.get_by_role("listitem")
    expect(rows.first).to_be_visible()
    before = rows.count()
    page.get_by_role("button", name="Earlier").click()
    expect(rows).not_to_have_count(before)
    page.get_by_label("Message").fill("By <i>React</i> &lt;")
    page.keyboard.press("Enter")
    expect(rows.last).to_have_text("By <i>React</i> &lt;")
    expect(page.get_by_label("Message")).to_have_value("")


def test_scripts_of_the_guide(page: Any) -> None:
    started = page.evaluate(BEGIN)
    assert page.evaluate("([thread]) => guide.answer(client, thread, [])", started) == ["REQUIRED"]
    assert page.evaluate(OVERTAKEN, started) == [
        "Waiting",
        "ApiError",
        "The question has moved on. Send this as a message?",
        0,
        ["What is the weather like?", "Bad", "Stay in, then.", "Fine"],
    ]
    assert page.evaluate(CORRECTED, started) == [[], [{"user": 1, "state": "open"}]]
    assert page.evaluate(PICTURE, started) == ["seven.png", 7]
    assert page.evaluate(SURVEY, 2) == [
        "1.0 2.1 3.1 4.0",
        "1.0 2.1 3.1 2.2 3.2 4.0",
        "a whole number from 0 to 120",
        True,
        True,
        0,
    ]
    assert page.evaluate(TEXTS) == [
        "a < b, see https://x.example/1.",
        "https://x.example/1",
        "noopener noreferrer nofollow",
        "a <b> c &",
        "c &",
        2,
        None,
        "tel:112",
    ]
    assert page.evaluate(SIGNED_OUT, started) == [
        "signed-out",
        "Typed before it was noticed",
        [1, 1],
        False,
        True,
        1,
    ]
