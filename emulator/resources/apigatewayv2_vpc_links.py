"""API Gateway v2: VPC links."""

from ..aws import Aws
from .handler import Deployed, Handler, Inputs, Outputs, request, update_tags


def _create(aws: Aws, inputs: Inputs) -> tuple[str, Outputs]:
    parameters = request(inputs, "name", "securityGroupIds", "subnetIds")
    link_id = aws.apigatewayv2.create_vpc_link(Tags=inputs["tags"], **parameters)["VpcLinkId"]
    return link_id, {"arn": aws.arn("apigateway", f"/vpclinks/{link_id}", account="")}


def _update(aws: Aws, link: Deployed, new: Inputs) -> Outputs:
    aws.apigatewayv2.update_vpc_link(VpcLinkId=link.id, Name=new["name"])
    update_tags(
        link,
        new,
        lambda tags: aws.apigatewayv2.tag_resource(ResourceArn=link.outputs["arn"], Tags=tags),
        lambda keys: aws.apigatewayv2.untag_resource(ResourceArn=link.outputs["arn"], TagKeys=keys),
    )
    return {}


VPC_LINK = Handler(
    create=_create,
    update=_update,
    delete=lambda aws, link: aws.apigatewayv2.delete_vpc_link(VpcLinkId=link.id),
    inputs=frozenset({"name", "securityGroupIds", "subnetIds"}),
    replace_on=frozenset({"securityGroupIds", "subnetIds"}),
    defaults={"tags": {}},
    auto_name="name",
)
