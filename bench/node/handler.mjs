// A typical request authorizer with aws-jwt-verify: its keys are pinned, as its cacheJwks() allows.
import { JwtVerifier } from "aws-jwt-verify";

const verifier = JwtVerifier.create({ issuer: process.env.ISSUER, audience: process.env.AUDIENCE });
verifier.cacheJwks(JSON.parse(process.env.JWKS));

export function handler(event) {
  const token = event.headers.authorization.replace(/^Bearer /, "");
  let claims;
  try {
    claims = verifier.verifySync(token);
  } catch (error) {
    console.log(JSON.stringify({ level: "WARN", message: "denied", reason: error.name }));
    return { isAuthorized: false };
  }
  if (!(claims.scope ?? "").split(" ").includes("orders:read")) {
    return { isAuthorized: false };
  }
  const { kid } = JSON.parse(Buffer.from(token.split(".")[0], "base64url").toString());
  console.log(JSON.stringify({ level: "INFO", message: "allowed", kid }));
  return { isAuthorized: true, context: { sub: claims.sub, scope: claims.scope, client_id: claims.client_id } };
}
