// An API that requires JWTs signed by an AWS KMS key.
import * as pulumi from "@pulumi/pulumi";
import * as kmsjwt from "@pulumi/kms-jwt";

const config = new pulumi.Config();
const backend = config.require("backend");

const keys = new kmsjwt.SigningKeys("signing", { algorithm: "ES512" });
const api = new kmsjwt.AuthorizedHttpApi("orders", {
    issuer: config.require("issuer"),
    audience: ["orders"],
    keys: { jwks: [keys.jwks] },
    cacheTtl: 30,
    routes: {
        "GET /orders": { scopes: ["orders:read"], integration: { httpUrl: `${backend}/orders` } },
        "GET /health": { public: true, integration: { httpUrl: `${backend}/health` } },
    },
});

export const endpoint = api.apiEndpoint;
export const keyAlias = keys.aliasName;
