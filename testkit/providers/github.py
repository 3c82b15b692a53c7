"""GitHub Actions: tokens of workflows, from one issuer for the repositories of everybody.

https://docs.github.com/actions/reference/security/oidc
"""

from .provider import ADMIN, DIRECT, Provider, certified, key, public, sealed, spare

ISSUER = "https://token.actions.githubusercontent.com"


def github_actions(now: int) -> Provider:
    """Jobs of the repository ``example/shop``, and of others."""
    current = key("RS256", "github", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
    x509 = certified(current, "vstoken.actions.githubusercontent.com")
    job = {
        "iss": ISSUER,
        "aud": "https://api.example.com/orders",
        "sub": "repo:example/shop:environment:production",
        "jti": "aaaaaaaa-bbbb-4ccc-8ddd-000000000001",
        "ref": "refs/heads/main",
        "repository": "example/shop",
        "repository_id": "1000000001",
        "repository_owner": "example",
        "repository_owner_id": "2000000001",
        "environment": "production",
        "event_name": "push",
        "job_workflow_ref": "example/shop/.github/workflows/deploy.yml@refs/heads/main",
        "run_id": "3000000001",
        "iat": now - 30,
        "nbf": now - 330,
        "exp": now + 270,
    }

    def signed(**changes: object) -> str:
        return sealed(current, {**job, **changes}, typ="JWT", x5t=x509["x5t"])

    other = {"repository": "stranger/shop", "repository_owner": "stranger"}
    ids = {"repository_id": "1000000002", "repository_owner_id": "2000000002"}
    return Provider(
        "github-actions",
        ISSUER,
        f"{ISSUER}/.well-known/jwks",
        {
            "keys": [
                spare("github-hex", "0123456789ABCDEF0123456789ABCDEF01234567", alg="RS256"),
                public(current, x509),
            ]
        },
        {
            DIRECT: signed(),
            ADMIN: signed(environment="orders:admin"),
            "for another audience": signed(aud="https://github.com/example"),
            "of a pull request": signed(sub="repo:example/shop:pull_request", environment="staging"),
            "of a spaced environment": signed(environment="x production"),
            "neighbour": signed(sub="repo:stranger/shop:environment:production", **other, **ids),
            "neighbour with our names": signed(**ids),
        },
    )
