"""Pages of the example project over HTTP: who sees which, what its sample has, and what the policy permits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.clinics import Visitor, clinic, shell
from tests.docs.examples import ROOT, blocks_of, curl

pytestmark = pytest.mark.slow

#: Path, who has it, and the element on it.
PAGES = {
    "/": ({"anna", "ben"}, "dca-launcher"),
    "/messages/": ({"anna", "ben"}, "dca-threads"),
    "/tracker/": ({"anna", "ben"}, "dca-thread"),
    "/survey/": ({"anna", "ben"}, "dca-survey"),
    "/inbox/": ({"dora"}, "dca-threads"),
    "/trackers/": ({"dora"}, "dca-threads"),
    "/patients/": ({"dora"}, ""),
    "/administration/": ({"admin"}, ""),
    "/reception/": ({"admin"}, "dca-threads"),
    "/minimal/": ({"anna", "ben", "dora", "admin"}, "dca-threads"),
}
PEOPLE = {"anna": 1, "ben": 2, "dora": 3, "admin": 4}


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[tuple[str, dict[str, str]]]:
    """The URL of the running example, and its environment."""
    with clinic(tmp_path_factory.mktemp("pages")) as made:
        yield made


@pytest.fixture(scope="module")
def site(served: tuple[str, dict[str, str]]) -> str:
    return served[0]


def asked(site: str, name: str, path: str) -> Any:
    return curl(f"curl -u {name}:demo '{site}/api/{path}'", instead_of=site, base=site).body


def client_data(text: str) -> dict[str, Any]:
    found = re.search(r'<script id="chat-api-client" type="application/json">(.*?)</script>', text)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_has_their_own_pages_and_no_others(site: str, name: str) -> None:
    visitor = Visitor.signed_in(site, name)
    for path, (people, element) in PAGES.items():
        page = visitor.get(path)
        if name in people:
            assert page.status == 200, path
            assert f"<{element}" in page.text, path
            if element:
                assert client_data(page.text)["user"] == PEOPLE[name], path
        else:
            assert page.status == (302 if path == "/" else 403), path


def test_browsers_find_an_icon_on_every_page(site: str) -> None:
    visitor = Visitor(site)
    path = visitor.get("/favicon.ico").headers["Location"]
    icon = visitor.get(path)
    assert (icon.status, icon.headers["Content-Type"]) == (200, "image/svg+xml")
    # Without a size, some browsers cannot draw the dot for unread messages on it.
    assert re.search(r'<svg [^>]*width="32" height="32"', icon.text)
    assert f'<link rel="icon" href="{path}"' in visitor.get("/sign-in/").text


def test_published_questionnaires_have_no_link_to_the_script_editor(site: str) -> None:
    visitor = Visitor.signed_in(site, "admin")
    page = visitor.get("/administration/").text
    assert "/script/" not in page
    assert "“Copy as unpublished”" in page
    flow = re.search(r'href="([^"]*/flow/)"', page)
    assert flow is not None
    assert "Copy as unpublished" in visitor.get(flow[1]).text


def test_no_sentence_of_a_questionnaire_ends_with_a_time() -> None:
    # In English it ends with a full stop itself: "9:12 a.m."
    for path in (ROOT / "example" / "questionnaires").glob("*.yaml"):
        assert "{{ answers.visit }}." not in path.read_text(encoding="utf-8"), path.name


def test_visitors_are_sent_to_the_page_for_signing_in(site: str) -> None:
    for path in PAGES:
        page = Visitor(site).get(path)
        assert (page.status, page.headers["Location"]) == (302, f"/sign-in/?next={path}")
    visitor = Visitor(site)
    answer = visitor.send(
        "/sign-in/", "/sign-in/?next=/tracker/", username="anna", password="demo", next="/tracker/"
    )
    assert answer.headers["Location"] == "/tracker/"
    assert visitor.send("/sign-out/", "/tracker/").status == 302
    assert visitor.get("/tracker/").status == 302


def test_wrong_password_is_refused_with_a_message(site: str) -> None:
    answer = Visitor(site).send("/sign-in/", "/sign-in/", username="anna", password="wrong")
    assert answer.status == 200
    assert "This name and password do not fit." in answer.text


def test_every_page_has_the_policy_and_nothing_inline(site: str) -> None:
    policy = blocks_of((ROOT / "docs/howto/client.rst").read_text(encoding="utf-8"))
    documented = next(block.body for block in policy if "POLICY = (" in block.body)
    expected = "".join(re.findall(r'"([^"]+)"', documented.partition("POLICY = (")[2].partition(")")[0]))
    expected = expected.replace("form-action 'none'", "form-action 'self'")
    expected = expected.format(socket=site.replace("http", "ws"))
    for path, (people, _) in [*PAGES.items(), ("/sign-in/", ({""}, "")), ("/nothing/", ({"anna"}, ""))]:
        name = sorted(people)[0]
        page = (Visitor.signed_in(site, name) if name else Visitor(site)).get(path)
        assert page.headers["Content-Security-Policy"] == expected, path
        if path == "/nothing/":
            # A page of Django's own, for developers.
            continue
        assert " style=" not in page.text, path
        assert " onclick=" not in page.text, path
        for attributes, content in re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL):
            assert "application/json" in attributes or not content.strip(), path


def test_files_of_the_pages_exist(site: str) -> None:
    visitor = Visitor.signed_in(site, "anna")
    files = {
        file
        for path in ("/", "/messages/")
        for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', visitor.get(path).text)
    }
    data = client_data(visitor.get("/").text)
    files |= {data["module"], data["elements"], data["register"], *data["texts"].values()}
    assert set(data["texts"]) == {"ar", "en", "es", "fr", "pl"}
    assert len(files) >= 12
    assert {path: visitor.get(path).status for path in files} == dict.fromkeys(files, 200)


def test_patients_find_nothing_about_each_other(site: str) -> None:
    anna = Visitor.signed_in(site, "anna")
    for path in ("/", "/messages/", "/tracker/", "/survey/", "/patients/"):
        page = anna.get(path).text
        assert "Okafor" not in page
        assert "operation" not in page
    assert f'thread="{_own(site, "anna", "tracker")}"' in anna.get("/tracker/").text
    assert anna.send("/patients/2/write/", "/").status == 403


def _own(site: str, name: str, kind: str) -> int:
    [thread] = asked(site, name, f"accounts/{PEOPLE[name]}/threads/{kind}?fields=id")["results"]
    return int(thread["id"])


def test_doctor_begins_a_conversation_with_a_patient(site: str) -> None:
    dora = Visitor.signed_in(site, "dora")
    answer = dora.send("/patients/1/write/", "/patients/", title=" Your next visit ")
    place = answer.headers["Location"]
    assert re.fullmatch(r"/inbox/#/thread/\d+", place)
    thread = asked(site, "anna", f"threads/{place.rpartition('/')[2]}")
    assert (thread["title"], thread["assigned_to"], thread["state"]) == ("Your next visit", 3, "open")
    assert place in dora.get("/patients/").text
    assert dora.get("/admin/chat_api/flag/").status == 200
    # Only patients can be written to.
    assert dora.send("/patients/4/write/", "/patients/").status == 404


def test_language_of_the_page_follows_the_choice(site: str) -> None:
    visitor = Visitor.signed_in(site, "anna")
    assert '<html lang="en" dir="ltr"' in visitor.get("/messages/").text
    answer = visitor.send("/i18n/setlang/", "/messages/", language="ar", next="/messages/#/thread/1")
    assert answer.headers["Location"] == "/messages/#/thread/1"
    page = visitor.get("/messages/").text
    assert '<html lang="ar" dir="rtl"' in page
    assert client_data(page)["language"] == "ar"
    for language in ("es", "fr", "pl"):
        page = Visitor(site).get("/sign-in/", **{"Accept-Language": language}).text
        assert f'<html lang="{language}" dir="ltr"' in page


def test_smallest_page_is_the_one_of_the_readme() -> None:
    template = (ROOT / "example/clinic/templates/clinic/minimal.html").read_text(encoding="utf-8")
    assert template.count("\n") <= 10
    readme = blocks_of((ROOT / "README.rst").read_text(encoding="utf-8"))
    # The first line of a block names the file.
    assert template in [block.body.partition("\n")[2] for block in readme]


def test_sample_has_something_of_everything(site: str) -> None:
    chats = asked(site, "dora", "accounts/3/threads/chat?fields=title,unread")["results"]
    assert {"Your blood test", "After your operation", "Welcome to the clinic"} <= {
        chat["title"] for chat in chats
    }
    flagged = asked(site, "dora", "accounts/3/threads/chat?flagged=true&fields=title")["results"]
    assert sorted(chat["title"] for chat in flagged) == ["After your operation", "Welcome to the clinic"]
    assert asked(site, "anna", "accounts/1/unread")["messages"] >= 1
    assert asked(site, "ben", "accounts/2/threads/chat?flagged=true")["results"] == []


@pytest.mark.parametrize("name", ["anna", "ben"])
def test_trackers_have_two_finished_weeks_and_an_open_one(site: str, name: str) -> None:
    runs = asked(site, "dora", f"threads/{_own(site, name, 'tracker')}/runs")["results"]
    assert sorted(run["outcome"] for run in runs) == ["", "completed", "completed"]
    assert all(run["scores"]["burden"] is not None for run in runs if run["final"])
    # Patients see what their scores mean, and no flags.
    own = asked(site, name, f"threads/{_own(site, name, 'tracker')}/runs")["results"]
    assert {"scores", "bands"} <= set(own[0])
    assert "flags" not in own[0]


def test_messages_of_the_sample_are_of_several_days(site: str) -> None:
    chats = asked(site, "anna", "accounts/1/threads/chat?fields=id,title,updated")["results"]
    thread = next(chat["id"] for chat in chats if chat["title"] == "Your blood test")
    found = asked(site, "anna", f"threads/{thread}/messages?limit=50&fields=created,attachments_data__src")[
        "results"
    ]
    assert len(found) == 12
    assert len({message["created"][:10] for message in found}) >= 4
    assert sum(len(message["attachments_data"]) for message in found) == 1
    # The list has the latest conversation first.
    assert [chat["updated"] for chat in chats] == sorted((chat["updated"] for chat in chats), reverse=True)


def test_sample_is_created_once(served: tuple[str, dict[str, str]]) -> None:
    code = (
        "from clinic.sample import load_sample; from chat_api.models import Message, Survey; "
        "before = Message.objects.count(), Survey.objects.count(); "
        "print(load_sample(), before == (Message.objects.count(), Survey.objects.count()))"
    )
    assert shell(served[1], code).split() == ["False", "True"]
