"""Handlers of a type and a function of somebody else's provider, as a package of theirs would bring them."""

from emulator.resources import Aws, Deployed, Function, Handler, Inputs, Outputs


def _put(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    aws.client("ssm").put_parameter(Name=inputs["name"], Value=inputs["value"], Type="String", Overwrite=True)
    return inputs["name"], {"upper": inputs["value"].upper()}


def _change(aws: Aws, tagged: Deployed, new: Inputs) -> Outputs:
    return _put(aws, new)[1]


def _get(aws: Aws, arguments: Inputs) -> Outputs:
    return {"value": aws.client("ssm").get_parameter(Name=arguments["name"])["Parameter"]["Value"]}


HANDLERS: dict[str, Handler | Function] = {
    "acme:index/tagged:Tagged": Handler(
        create=_put,
        update=_change,
        delete=lambda aws, tagged: aws.client("ssm").delete_parameter(Name=tagged.id),
        inputs=frozenset({"name", "value"}),
        replace_on=frozenset({"name"}),
    ),
    "acme:index/getTagged:getTagged": Function(_get, frozenset({"name"})),
}
