"""A function that does nothing, to measure the runtime itself."""


def handler(event: object, context: object) -> dict[str, bool]:
    return {"isAuthorized": True}
