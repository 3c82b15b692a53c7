"""Reading objects that may have been replaced by a secret: the errors do not quote what was found."""

from ..authorizer import Fields


def read_object(fields: Fields, field: str) -> Fields:
    """The object in ``field``, an empty one if it is absent.

    For any other value the only error is recorded in ``fields``: those of the object that is read instead are nobody's.
    """
    value = fields.document.get(field, {})
    if isinstance(value, dict):
        return fields.object(field)
    fields.fault(f"must be an object, and is a {type(value).__name__}", field)
    return Fields({})
