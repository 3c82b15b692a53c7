"""The Pulumi package: serves the components to programs in any Pulumi language."""

import sys
from pathlib import Path

# The engine runs this folder as a program; the components are a package below its parent.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from pulumi.provider.experimental import component_provider_host  # noqa: E402 - see above

from components import AuthorizedHttpApi, AuthorizerFunction, AuthorizerRole, JwtAuthorizer, SigningKeys  # noqa: E402

if __name__ == "__main__":
    component_provider_host(
        [AuthorizedHttpApi, AuthorizerFunction, AuthorizerRole, JwtAuthorizer, SigningKeys], "kms-jwt", version="0.1.0"
    )
