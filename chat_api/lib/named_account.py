"""The account that a client acts for, as it names it in its requests.

Pages of one browser share a session: when another account signs in on one page, the requests of all others carry that
account's session. A client that names its account is refused then, and neither reads nor writes as somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

#: The query parameter of REST requests and of the socket's handshake.
ACCOUNT: Final = "account"


def is_other_account(given: Sequence[str], user: Any) -> bool:
    """Return whether the values of the parameter name an account other than that of the signed-in user.

    No value names none. Keys are compared as texts, as documents show them; a repeated parameter is another account.
    """
    return bool(given) and list(given) != [str(getattr(user, "pk", None))]
