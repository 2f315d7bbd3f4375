"""Passages of prose in the project's files: docstrings, comments, texts for users, names of tests, pages.

Everything that is not prose (code, literals, targets of links) is blotted out in place, so a position in a passage
is a position in the file.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeGuard

Kind = Literal["docstring", "comment", "text", "name", "page"]

#: Stands for what is not prose. It is neither a space nor part of a word, so no phrase reaches across it.
BLOT: Final = "\N{CURRENCY SIGN}"

_BETWEEN_LITERALS: Final = re.compile(r"""["']\s*\n\s*[frbFRB]{0,2}["']""")
#: Comments come first, so that a quotation mark in one begins no text.
_SCRIPT_PARTS: Final = re.compile(r"""/\*.*?\*/|(?<![:"'`])//[^\n]*|"[^"\n]*"|`[^`]*`""", re.DOTALL)
_REPLACEMENT: Final = re.compile(r"\{[^{}]*\}")
_DIRECTIVE_COMMENT: Final = re.compile(r"#\s*(noqa|type:|pragma|fmt:|ruff:|mypy:|!)")
_HAS_WORDS: Final = re.compile(r"[A-Za-z]\S*\s+\S*[A-Za-z]")
#: Arguments that a person reads even if they hold a single word.
_SHOWN: Final = frozenset(
    {"help", "help_text", "verbose_name", "verbose_name_plural", "label", "description"}
)
_GETTEXT: Final = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy"})

_LITERAL: Final = re.compile(r"``.+?``", re.DOTALL)
_ROLE: Final = re.compile(r":[a-z:]+:`(?:[^`<]*<(?P<target>[^`>]*)>|(?P<name>[^`]*))`", re.DOTALL)
_LINK_TARGET: Final = re.compile(r"<[^`>]*>(?=`_)")
_CODE: Final = re.compile(r"`[^`]+`(?!_)", re.DOTALL)
_URL: Final = re.compile(r"\bhttps?://\S+")
_LITERAL_DIRECTIVE: Final = re.compile(
    r"\s*\.\. (code-block|code|parsed-literal|raw|math|toctree|auto\w+|literalinclude|include|image|figure)::"
)
_DIRECTIVE: Final = re.compile(r"\s*\.\. [\w-]+::")
_OPTION: Final = re.compile(r"\s+:[\w-]+:(\s|$)")


@dataclass(frozen=True)
class Passage:
    """A piece of prose, with the number of its first line (from 1)."""

    kind: Kind
    line: int
    text: str


def passages(path: Path) -> Iterator[Passage]:
    """Yield the prose of a file; nothing for a file of another kind."""
    read = READERS.get(path.suffix) or READERS.get(path.name)
    if read is None:
        return
    if path.name.startswith("test_"):
        yield Passage("name", 1, path.stem.replace("_", " "))
    yield from read(path.read_text(encoding="utf-8"))


def python(source: str) -> Iterator[Passage]:
    """Yield docstrings, comments, texts of at least two words, and the names of tests."""
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    docstrings = set(_docstrings(tree))
    shown = set(_shown(tree))
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            # The parts of an f-string have no positions of their own before Python 3.12.
            inside.update(part for part in ast.walk(node) if part is not node)
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.name[:4].lower() == "test"
        ):
            yield Passage("name", node.lineno, _spaced(node.name))
        if node in inside or not _is_text(node):
            continue
        text = _segment(lines, node)
        if node in docstrings:
            yield Passage("docstring", node.lineno, _without_code(text))
        elif node in shown or _HAS_WORDS.search(text):
            yield Passage("text", node.lineno, _blot(_REPLACEMENT, _blot(_LITERAL, text)))
    yield from _comments(source)


def page(source: str) -> Iterator[Passage]:
    """Yield a page of reStructuredText (or Markdown) as one passage."""
    yield Passage("page", 1, _without_code(source))


def template(source: str) -> Iterator[Passage]:
    """Yield what a template shows: no tags, no variables, but the texts that are marked for translation."""
    source = _blot(re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL), source)
    source = re.sub(r"\{%.*?%\}", lambda tag: _quoted_only(tag[0]), source, flags=re.DOTALL)
    yield Passage("page", 1, _blot(re.compile(r"<[^>]*>|\{\{.*?\}\}", re.DOTALL), source))


def script(source: str) -> Iterator[Passage]:
    """Yield the comments of JavaScript, and its texts of at least two words."""
    for match in _SCRIPT_PARTS.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        if match[0].startswith("/"):
            yield Passage("comment", line, _without_code(match[0]))
        elif _HAS_WORDS.search(match[0]):
            yield Passage("text", line, _blot(_REPLACEMENT, match[0]))


def configuration(source: str) -> Iterator[Passage]:
    """Yield the comments of a file whose comments begin with a number sign."""
    for number, line in enumerate(source.splitlines(), 1):
        if match := re.search(r"(?:^|\s)#+\s.*", line):
            yield Passage("comment", number, _without_code(match[0]))


READERS: Final = {
    ".py": python,
    ".rst": page,
    ".md": page,
    ".html": template,
    ".txt": template,
    ".js": script,
    ".toml": configuration,
    ".yaml": configuration,
    ".yml": configuration,
    ".ini": configuration,
    "Makefile": configuration,
    "run": configuration,
}


def _docstrings(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and _is_text(first.value):
                yield first.value


def _shown(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        yield from (keyword.value for keyword in node.keywords if keyword.arg in _SHOWN)
        if isinstance(node.func, ast.Name) and node.func.id in _GETTEXT:
            yield from node.args


def _is_text(node: ast.AST) -> TypeGuard[ast.expr]:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _segment(lines: list[str], node: ast.expr) -> str:
    """Return the source of a string, with the joints between adjacent literals as white space."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    cut = [line.encode() for line in lines[first : last + 1]]
    # Columns count bytes; the end comes first, since both may be in one line.
    cut[-1] = cut[-1][: node.end_col_offset]
    cut[0] = cut[0][node.col_offset :]
    text = b"".join(cut).decode()
    return _BETWEEN_LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _comments(source: str) -> Iterator[Passage]:
    """Yield each block of comments on consecutive lines as one passage."""
    block: list[str] = []
    start = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or _DIRECTIVE_COMMENT.match(token.string):
            continue
        line = token.start[0]
        if block and line != start + len(block):
            yield Passage("comment", start, _without_code("\n".join(block)))
            block = []
        if not block:
            start = line
        block.append(token.string.lstrip("#:"))
    if block:
        yield Passage("comment", start, _without_code("\n".join(block)))


def _without_code(text: str) -> str:
    text = _blot(_LITERAL, _without_literal_blocks(text))
    text = _ROLE.sub(_role_text, text)
    return _blot(_URL, _blot(_CODE, _blot(_LINK_TARGET, text)))


def _role_text(match: re.Match[str]) -> str:
    group = "name" if match["target"] is None else "target"
    start, end = (position - match.start() for position in match.span(group))
    return (
        _hidden(":")
        + match[0][1:start].replace("`", BLOT)
        + _hidden(match[0][start:end])
        + BLOT * (len(match[0]) - end)
    )


def _without_literal_blocks(text: str) -> str:
    """Blot out indented code, except for its comments."""
    lines = []
    block: int | None = None
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if block is not None and line.strip() and indent <= block:
            block = None
        if block is not None:
            code, mark, comment = line.partition("# ")
            lines.append(_hidden(code) + mark + comment)
            continue
        if _LITERAL_DIRECTIVE.match(line) or (line.rstrip().endswith("::") and not _DIRECTIVE.match(line)):
            block = indent
        is_markup = _LITERAL_DIRECTIVE.match(line) or _OPTION.match(line)
        lines.append(_hidden(line) if is_markup else line)
    return "\n".join(lines)


def _quoted_only(tag: str) -> str:
    if not re.match(r"\{%\s*(translate|trans|blocktranslate)\b", tag):
        return _hidden(tag)
    return "".join(
        part if part[:1] in "\"'" else _hidden(part)
        for part in re.split(r"(\"[^\"]*\"|'[^']*')", tag)
        if part
    )


def _blot(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: _hidden(match[0]), text)


def _hidden(text: str) -> str:
    return re.sub(r"[^\n]", BLOT, text)


def _spaced(name: str) -> str:
    """Return the words of a name: `test_user_leaves` and `TestUserLeaves` as "test user leaves"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).lower()
