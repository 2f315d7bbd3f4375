"""Additional admin views of a schema: flow, publish, files, and the permissions of all of them."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat_api.schemas.models import Schema
from tests.databases import connection
from tests.factories import MemberFactory, SurveyFactory, UserFactory, draft_schema, published_schema
from tests.schemas.admin_pages import PAGES, client_with, document, loop_schema, path, save, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True)


class TestFlow:
    def test_chart_is_valid_svg_with_text_for_every_mark(self, admin):
        page = text_of(admin.get(path("flow", loop_schema().pk)))
        svg = re.search(r"<svg class=\"flow\".*?</svg>", page, re.DOTALL)
        assert svg is not None
        root = ET.fromstring(svg.group())  # noqa: S314  (our own)
        space = "{http://www.w3.org/2000/svg}"
        boxes = root.findall(f"{space}a")
        assert [box.get("href") for box in boxes] == ["#q1", "#q2", "#q3"]
        names = [box.findtext(f"{space}title") for box in boxes]
        assert names[0] == "Question 1, Message: Round & <b>round</b>; error; loop"
        assert "unreachable" in str(names[2])
        assert "<b>round" not in page
        assert "Infinite loop detected. Path: 1 -&gt; 2 -&gt; 1" in page
        assert page.count('id="q1"') == 1

    def test_labels_do_not_overlap(self, admin):
        texts = ("Yes, very much", "No", "I would rather not say")
        answers = [
            {"position": place, "text": text, "next_qid": place + 1}
            for place, text in enumerate(texts, start=1)
        ]
        texts_on = [{"qid": qid, "type": "text", "next_qid": qid + 1 if qid < 4 else -1} for qid in (2, 3, 4)]
        schema = draft_schema([{"qid": 1, "type": "choice", "answers": answers}, *texts_on])
        page = text_of(admin.get(path("flow", schema.pk)))
        labels = re.findall(r'class="label" x="(\d+)" y="(\d+)">([^<]+)<', page)
        assert sorted(text for _, _, text in labels) == sorted(texts)
        for (x, y, text), (other_x, other_y, other) in combinations(labels, 2):
            apart = abs(int(x) - int(other_x)) > 3 * (len(text) + len(other))
            assert apart or abs(int(y) - int(other_y)) >= 12, (text, other)

    def grouped_schema(self, size: int = 2) -> Schema:
        """Return a schema with questions in two groups, and one in none."""
        questions = [
            {"group": "Mood"},
            *[{"group": "<Sleep>", "name": f"hours_{n}"} for n in range(size)],
            {},
        ]
        return draft_schema(questions, name=f"of {size}")

    def boxes(self, page: str) -> list[str]:
        return re.findall(r'id="flow-(g?\d+)"[^>]*class="box', page)

    @pytest.mark.parametrize(
        ("query", "folded"),
        [
            ("", []),
            ("folded={0}", [0]),
            ("folded={0}&folded={1}", [0, 1]),
            ("folded={1},{0}", [0, 1]),
            ("folded=all", [0, 1]),
            ("folded=0&folded=x,,-1&folded=" + "9" * 400, []),
        ],
    )
    def test_url_folds_groups(self, admin, query, folded):
        schema = self.grouped_schema()
        groups = list(schema.groups.order_by("position").values_list("pk", flat=True))
        url = f"{path('flow', schema.pk)}?{query.format(*groups)}"
        page = text_of(admin.get(url))
        assert [number for number, pk in enumerate(groups) if f"g{pk}" in self.boxes(page)] == folded
        assert len(self.boxes(page)) == {0: 4, 1: 4, 2: 3}[len(folded)]
        ticked = re.findall(r'id="flow-group-(\d+)" checked', page)
        assert ticked == [str(groups[number]) for number in folded]
        assert "&lt;Sleep&gt; (2 questions)" in page
        # The table has all questions.
        assert len(re.findall(r'<tr id="q\d+"', page)) == 4

    def test_drawing_alone_is_what_the_page_shows(self, admin):
        schema = self.grouped_schema()
        page = text_of(admin.get(path("flow", schema.pk) + "?folded=all"))
        alone = text_of(admin.get(path("flow", schema.pk) + "?folded=all&drawing"))
        assert alone.startswith('<svg class="flow"')
        assert alone in page
        empty = Schema.objects.create(name="empty", type="survey")
        assert text_of(admin.get(path("flow", empty.pk) + "?drawing")) == ""

    def test_page_has_an_index_to_search(self, admin):
        schema = self.grouped_schema()
        flow = admin.get(path("flow", schema.pk)).context["flow"]
        assert [(each["qid"], each["name"], each["links"]) for each in flow["questions"]] == [
            (1, "", [[1, ""]]),
            (2, "hours_0", [[2, ""]]),
            (3, "hours_1", [[3, ""]]),
            (4, "", []),
        ]
        assert set(flow["groups"].values()) == {"Mood", "<Sleep>"}
        assert {each["group"] for each in flow["questions"]} == {*flow["groups"], None}

    def test_index_has_the_conditions_that_lead_on(self, admin):
        rules = [["2", "1 > 2"], ["3", "1"]]
        schema = draft_schema([{"type": "fork", "forking_rules": rules}, {}, {}])
        (fork, *_) = admin.get(path("flow", schema.pk)).context["flow"]["questions"]
        assert fork["links"] == [[1, "1 > 2"], [2, "otherwise"]]

    def test_texts_of_the_chart_are_translated(self, admin, settings, tmp_path):
        folder = tmp_path / "fr" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalog = polib.POFile()
        catalog.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        for text, translation, context in (
            ("otherwise", "sinon", "fork"),
            ("Whole number", "Nombre entier", "question type"),
            ("Chart", "Le diagramme", None),
            ("unreachable", "inaccessible", None),
            ("Nothing found.", "Rien.", None),
        ):
            catalog.append(polib.POEntry(msgid=text, msgstr=translation, msgctxt=context))
        catalog.save_as_mofile(str(folder / "django.mo"))
        settings.LOCALE_PATHS, settings.LANGUAGE_CODE = [tmp_path], "fr"
        rules = [["3", "1 > 2"], ["3", "x > 1"], ["-1", "1"]]
        schema = draft_schema([{"type": "fork", "forking_rules": rules}, {"type": "int"}, {"type": "int"}])
        response = admin.get(path("flow", schema.pk))
        page = text_of(response)
        assert "<h2>Le diagramme</h2>" in page
        assert ">2 · Nombre entier<" in page
        assert "<td>Nombre entier</td>" in page
        assert "sinon → " in page
        assert re.search(r'class="badge"[^>]*>inaccessible<', page)
        assert response.context["flow"]["texts"]["nothing"] == "Rien."

    def test_empty_schema_has_no_chart(self, admin):
        schema = Schema.objects.create(name="empty", type="survey")
        page = text_of(admin.get(path("flow", schema.pk)))
        assert "No questions yet." in page
        assert "The schema has no questions." in page

    def test_number_of_queries_is_constant(self, admin):
        def cost(schema: Schema, page: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert admin.get(path(page, schema.pk)).status_code == 200
            return len(captured)

        short, long = draft_schema([{}] * 2, name="a"), draft_schema([{"type": "choice"}] * 40, name="b")
        for page in PAGES:
            assert cost(short, page) == cost(long, page) <= 15, page

    @pytest.mark.parametrize("query", ["?folded=all", "?folded=all&drawing"])
    def test_folding_adds_no_queries(self, admin, query):
        costs = []
        for size in (1, 40):
            schema = self.grouped_schema(size)
            for url in (path("flow", schema.pk), path("flow", schema.pk) + query):
                with CaptureQueriesContext(connection) as captured:
                    assert admin.get(url).status_code == 200
                costs.append(len(captured))
        assert max(costs) == costs[0]


class TestPublishing:
    def test_publish_page_shows_conversations_and_surveys_on_replaced_versions(self, admin):
        old = published_schema([{}], name="Mood")
        MemberFactory.create_batch(2, schema=old, state="scripted")
        MemberFactory.create(schema=old, state="open")
        SurveyFactory.create_batch(3, schema=old, state={"visibility": [1], "completed": False})
        SurveyFactory.create(schema=old, state={"visibility": [1], "completed": True})
        new = draft_schema([{}], name="Mood", version=2)
        page = admin.get(path("publish", new.pk))
        (replaced,) = page.context["replaced"]
        assert (replaced.schema, replaced.conversations, replaced.surveys) == (old, 2, 3)
        assert "These finish on the version they started with." in text_of(page)
        assert admin.post(path("publish", new.pk)).status_code == 302
        old.refresh_from_db()
        assert old.deprecated

    def test_schema_with_errors_has_no_publish_button(self, admin):
        page = text_of(admin.get(path("publish", loop_schema().pk)))
        assert "Correct the errors before you publish." in page
        assert "Publish Loop" not in page.split("Issues")[1]


class TestFiles:
    @pytest.mark.parametrize("kind", ["compact", "json", "yaml", "xml"])
    def test_downloaded_schema_can_be_uploaded(self, admin, kind):
        schema = published_schema([{"type": "choice"}, {}], name="Mood: all")
        response = admin.get(path("download", schema.pk, kind))
        name = f"mood-all-1.{'yaml' if kind == 'compact' else kind}"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        uploaded = SimpleUploadedFile(name, response.content)
        answer = admin.post(path("upload"), {"file": uploaded})
        copy = Schema.objects.get(version=2)
        assert answer.url == path("flow", copy.pk)
        assert not copy.published
        assert copy.questions.count() == 2

    @pytest.mark.parametrize(
        ("content", "reason"),
        [(b"{", "invalid JSON"), (b"\xff\xfe", "the file is not UTF-8"), (b"[]", ""), (b"", "empty")],
    )
    def test_errors_in_uploaded_file_are_shown(self, admin, content, reason):
        response = admin.post(path("upload"), {"file": SimpleUploadedFile("a.json", content)})
        assert response.status_code in (400, 302)
        assert reason in text_of(response)
        assert not Schema.objects.exists()

    def test_copy_redirects_to_script_of_copy(self, admin):
        schema = published_schema([{}], name="Mood")
        response = admin.post(path("copy", schema.pk))
        assert response.url == path("script", Schema.objects.get(version=2).pk)
        assert admin.get(path("copy", schema.pk)).status_code == 405


class TestPermissions:
    """Each row has permissions and the pages they open, in addition to those of the view permission."""

    def statuses(self, client: Client, schema: Schema) -> dict[str, int]:
        got = {page: client.get(path(page, schema.pk)).status_code for page in PAGES}
        got["download"] = client.get(path("download", schema.pk, "compact")).status_code
        got["save"] = save(client, schema, document({"qid": 1, "type": "text", "text": "x"})).status_code
        got["upload"] = client.get(path("upload")).status_code
        got["copy"] = client.post(path("copy", schema.pk)).status_code
        got["publishing"] = client.post(path("publish", schema.pk)).status_code
        return got

    VIEW_ONLY = {
        "flow": 200,
        "script": 302,
        "preview": 200,
        "publish": 403,
        "download": 200,
        "save": 302,
        "upload": 403,
        "copy": 403,
        "publishing": 403,
    }

    @pytest.mark.parametrize(
        ("codenames", "opened"),
        [
            (["view_schema"], {}),
            (["view_schema", "change_schema"], {"script": 200}),
            (["view_schema", "add_schema"], {"upload": 200, "copy": 302}),
            (["view_schema", "publish_schema"], {"publish": 200, "publishing": 302}),
        ],
    )
    def test_each_permission_opens_its_pages(self, codenames, opened):
        schema = draft_schema([{"text": "old"}])
        assert self.statuses(client_with(*codenames), schema) == {**self.VIEW_ONLY, **opened}
        assert (schema.questions.get().text == "x") == ("change_schema" in codenames)
        assert Schema.objects.filter(published=True).exists() == ("publish_schema" in codenames)

    def test_user_without_view_permission_sees_no_page(self):
        schema = draft_schema([{}])
        assert set(self.statuses(client_with(), schema).values()) == {403}
        assert set(self.statuses(client_with("publish_schema", "change_schema"), schema).values()) <= {
            200,
            302,
            403,
        }

    def test_user_who_is_not_staff_is_redirected_to_login(self):
        schema = draft_schema([{}])
        user: Any = UserFactory.create(is_superuser=True)
        client = Client()
        client.force_login(user)
        for page in PAGES:
            assert "/admin/login/" in client.get(path(page, schema.pk)).url

    def test_unknown_schema_is_not_found(self, admin):
        for page in PAGES:
            assert admin.get(path(page, 10**6)).status_code == 404
            assert admin.get(path(page, 10**15)).status_code == 404
        assert admin.get(path("download", draft_schema([{}]).pk, "exe")).status_code == 404
