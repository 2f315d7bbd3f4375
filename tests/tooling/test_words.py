"""`.ci/words.py`: what it reads in a file, what it reports, and what it allows."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.tooling.conftest import CI


@pytest.fixture
def found(words: ModuleType, tmp_path: Path):
    word_list = words.WordList.load(CI / "words.toml")
    word_list.allowed = []

    def check(text: str, name: str = "module.py") -> list[tuple[int, str]]:
        path = tmp_path / name
        path.write_text(text)
        return [(finding.line, finding.word) for finding in word_list.check(name, words.passages(path))]

    return check


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('"""Give the user."""', "Give (first word)"),
        ('def f():\n    """Say whether it holds."""', "Say (first word)"),
        ("# The user and his thread", "his"),
        ('ERROR = "Enter it anew"', "anew"),
        ('ERROR = f"{value!r} is no number"', "is no number"),
        ('label = _("Moment")', "Moment"),
        ('Field(help_text="Address")', "Address"),
        ("def test_user_is_told(): ...", "told"),
        ("class TestTelling: ...", "telling"),
        ("# Anything. Who is not signed in sees nothing.", "Who"),
    ],
)
def test_word_in_prose_is_found(found, line: str, word: str) -> None:
    assert [each for _, each in found(line)] == [word]


@pytest.mark.parametrize(
    "line",
    [
        "address = his.moment",
        'key = "address"',
        'paths = {"ways": [1, 2]}',
        "# There is no number, and no longer any ``address`` or `moment`.",
        '"""Return the e-mail address, or :class:`the class <address>`."""',
        '"""Return it::\n\n    address = 1\n"""',
        'ERROR = f"Enter {address} here"',
        "# Who is asked? See https://example.com/address",
        "# noqa: his",
    ],
)
def test_code_and_permitted_words_are_not_found(found, line: str) -> None:
    assert found(line) == []


def test_line_is_that_of_the_word(found) -> None:
    source = 'TEXT = (\n    "One that is"\n    " no number"\n)\n\n# A comment\n# on his line\n'
    assert found(source) == [(2, "is no number"), (7, "his")]


def test_phrase_is_found_across_a_line_break(found) -> None:
    assert found("A page.\n\nThat is\nno number.\n", "page.rst") == [(3, "is no number")]


def test_code_of_a_page_is_skipped_but_its_comments_are_not(found) -> None:
    page = "Text::\n\n   address = 1  # his\n\nHis text.\n\n.. code-block:: python\n\n   moment = 1\n"
    assert found(page, "page.rst") == [(3, "his"), (5, "His")]


def test_template_is_read_as_it_is_shown(found) -> None:
    page = '<p class="address">{{ moment }}</p>\n{% url "address" %}\n{% translate "His" %} anew'
    assert found(page, "page.html") == [(3, "His"), (3, "anew")]


def test_comments_and_texts_of_a_script_are_read(found) -> None:
    source = '// His page\nconst moment = "address";\nshow(`${his} said it anew`);\n/* one\n   moment */\n'
    assert found(source, "page.js") == [(1, "His"), (3, "anew"), (5, "moment")]


def test_name_of_a_test_file_is_prose(found) -> None:
    assert found("", "test_telling.py") == [(1, "telling")]


def test_allowed_words_pass_and_unneeded_entries_are_reported(words: ModuleType, tmp_path: Path) -> None:
    listed = tmp_path / "words.toml"
    listed.write_text(
        'first_words = {}\n[[words]]\nmatch = "his"\nbetter = "their"\n'
        '[[allowed]]\npath = "a.rst"\ntext = "his own"\nwhy = "a quotation"\n'
        '[[allowed]]\npath = "b.rst"\ntext = "his"\nwhy = "gone"\n'
    )
    word_list = words.WordList.load(listed)
    passage = words.Passage("page", 1, "his own text, and his other text")
    assert len(list(word_list.check("a.rst", [passage]))) == 1
    assert len(list(word_list.check("c.rst", [passage]))) == 2
    [complaint] = word_list.unneeded()
    assert "b.rst" in complaint


def test_every_allowed_entry_says_why(words: ModuleType) -> None:
    assert all(entry.why for entry in words.WordList.load(CI / "words.toml").allowed)


def test_numbers_are_by_folder_and_summed(words: ModuleType) -> None:
    findings = [words.Finding(path, 1, "his", "their") for path in ("a/b.py", "a/c.py", "d/e.py")]
    assert list(words.report(findings, by="folder")) == ["     2 a", "     1 d", "     3 in all"]
