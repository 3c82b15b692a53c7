"""How long a function is ``Pending``, and an update of it ``InProgress``.

On AWS seconds (https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html), and here half a second without need: a
deployment waits for each function, and for each change of one. It is still a state of its own: who does not wait, fails.
"""

from ministack.services import lambda_svc

SECONDS = 0.05


def install() -> None:
    """From now on functions become ``Active`` after ``SECONDS``."""
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = SECONDS
