"""The image of the dashboard in ``docs/operations.md``: what the component declares, drawn."""

import pytest

from docs.dashboard_image import IMAGE, dashboard_image, draw


def test_it_is_current() -> None:
    image = dashboard_image()

    assert IMAGE.read_text(encoding="utf-8") == image, "run `make reference`, and look at the image"
    for title in ("decisions by reason", "decisions by issuer", "denials by route", "denylist"):
        assert f">orders: {title}</text>" in image


@pytest.mark.parametrize(("type_", "metric", "unknown"), [("metric", "Heat", "Heat"), ("alarm", "Count", "alarm")])
def test_what_it_cannot_draw_is_an_error_and_not_left_out(type_: str, metric: str, unknown: str) -> None:
    properties = {"title": "t", "stat": "Sum", "metrics": [["AWS/Lambda", metric]]}
    widget = {"type": type_, "x": 0, "y": 0, "width": 12, "height": 6, "properties": properties}

    with pytest.raises(KeyError, match=unknown):
        draw({"widgets": [widget]})
