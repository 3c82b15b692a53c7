"""Checking the arguments of an ``AuthorizedHttpApi`` before anything is created: every error, each with its path."""

from ..faults import Faults
from ..lambda_authorizer.bound_tokens import check_certificates
from ..lambda_authorizer.jwt_authorizer import check_jwt_authorizer
from ..validation import check_shape
from .alarms import check_alarms
from .api_domain_inputs import check_api_domain, open_to_all
from .cors import check_cors
from .inputs import AuthorizedHttpApiArgs, authorizer_args
from .preflight import preflight_route_keys
from .route_authorization import check_authorizations
from .route_defaults import in_long_form, routes_of, usable_default, with_default_scopes
from .routes import check_no_scopes, check_routes
from .stage import check_stage
from .well_known import ROUTE_KEYS, check_well_known


def check_authorized_http_api(name: str, args: object, faults: Faults) -> AuthorizedHttpApiArgs:
    """A checked copy of ``args``; errors are recorded in ``faults``."""
    checked = check_shape(in_long_form(args, faults), AuthorizedHttpApiArgs, faults)
    routes = routes_of(checked)
    if "function_arn" in checked:
        check_no_scopes(routes, checked.get("scopes", []), faults)
    if "routes" in checked:
        default = usable_default(checked.get("scopes", []), faults.below("scopes"))
        routes = with_default_scopes(routes, default)
        checked["routes"] = {**routes}
    check_jwt_authorizer(name, authorizer_args(checked), faults, "routes", suffix="-authorizer")
    if "routes" in checked:
        check_routes(name, routes, checked.get("integration"), _added_route_keys(checked), faults)
        check_authorizations(routes, checked.get("jwt_authorizers", {}), faults)
    check_stage(checked.get("stage", {}), faults.below("stage"))
    if "cors" in checked:
        check_cors(checked["cors"], faults.below("cors"))
    if "domain" in checked:
        check_api_domain(checked["domain"], faults.below("domain"))
    check_certificates(checked, open_to_all(checked.get("domain", {})), faults)
    if "alarms" in checked:
        check_alarms(checked["alarms"], faults.below("alarms"))
    if "well_known" in checked:
        below = faults.below("well_known")
        if "function_arn" in checked:
            below.add("requires issuer and keys, which cannot be combined with function_arn: remove one of them")
        else:
            check_well_known(checked["well_known"], checked.get("keys", {}), routes, below)
    return checked


def _added_route_keys(args: AuthorizedHttpApiArgs) -> list[str]:
    """The routes of the API in addition to those of the arguments."""
    preflight = preflight_route_keys(routes_of(args)) if "cors" in args else []
    return [*preflight, *(ROUTE_KEYS if "well_known" in args else ())]
