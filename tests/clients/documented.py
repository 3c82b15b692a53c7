"""The code blocks of ``docs/issuing.md``, with the URL of a deployed service in the place of the documented one."""

from collections.abc import Mapping

from ..docs.code_blocks import ROOT, Block, blocks
from .service import Service

DOCUMENT = ROOT / "docs" / "issuing.md"
ISSUER = "https://auth.example.com"

_GO = """package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	ctx := context.Background()
%s	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"access_token": token.AccessToken, "token_type": token.TokenType,
		"expires_in": token.Extra("expires_in"), "scope": token.Extra("scope"),
	})
}
"""


def documented(language: str) -> list[Block]:
    """The blocks that show how a client gets a token."""
    return [block for block in blocks(DOCUMENT) if (block.language, block.kind) == (language, "client")]


def for_service(block: Block, service: Service) -> str:
    """The block's source, for ``service``."""
    return block.text.replace(f"{ISSUER}/token", service.token_endpoint).replace(ISSUER, service.issuer)


def javascript(block: Block, service: Service) -> str:
    """A module that prints the token response."""
    source = for_service(block, service)
    for library in ("openid-client", "oauth4webapi"):
        source = source.replace(f'from "{library}"', f'from "./insecure-{library}.js"')
    return f"{source}console.log(JSON.stringify(token));\n"


def go(block: Block, service: Service) -> str:
    """A program that prints the token response."""
    return _GO % for_service(block, service)


def environment(service: Service) -> Mapping[str, str]:
    """What a reader has set."""
    return {"CLIENT_SECRET": service.billing.secret}


def method_of(source: str) -> str:
    """How the client authenticates: with Basic, unless it says otherwise or its library does."""
    if "PrivateKeyJWT" in source:
        return "private_key_jwt"
    if "get_web_identity_token" in source:
        return "AWS role"
    return "body" if '"openid-client"' in source else "Basic"
