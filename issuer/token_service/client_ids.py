"""Which client ids are accepted: none that could be mistaken for a user (RFC 9068 section 5, RFC 9700 section 4.15).

The ``sub`` of a token is the client's id. A resource server that also accepts tokens of users must not find a client where
it expects a user, so that an id never has the form that identity providers give the ``sub`` of users.
"""

import re

CLIENT_ID = re.compile("[A-Za-z][A-Za-z0-9_-]{0,63}")
"""Form encoding leaves such an id as it is, except that some clients encode ``-`` and ``_`` too."""

_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile("[0-9a-f]{12,}", re.IGNORECASE)
_USER = re.compile("(user|usr)[_-].*", re.IGNORECASE)
_RANDOM = re.compile("(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_-]{20,}")


def client_id_fault(client_id: str) -> str | None:
    """What is wrong with ``client_id``, and what to write instead; ``None`` if a client may have it."""
    if not CLIENT_ID.fullmatch(client_id):
        return "must be a letter, and then at most 63 letters, digits and _-: write a name such as billing"
    if _UUID.fullmatch(client_id) or _HEX.fullmatch(client_id):
        form = "a UUID or a hexadecimal number"
    elif _USER.fullmatch(client_id):
        form = "user_ and the like"
    elif _RANDOM.fullmatch(client_id):
        form = "a random text"
    else:
        return None
    return f"has the form of a user's sub ({form}), for whom it could be mistaken: write a name such as billing"
