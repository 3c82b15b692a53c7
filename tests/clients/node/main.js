// The client libraries of npm, each with each way to authenticate. Standard input has the service and its clients, standard
// output gets what the libraries make of the answers: [{library, method, answer | fault}].
import { subtle } from "node:crypto";
import { text } from "node:stream/consumers";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";

const service = JSON.parse(await text(process.stdin));
const { billing, legacy, batch, job } = service.clients;
const pem = batch.pem.replace(/-----[^-]+-----|\s/g, "");
const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
const key = { key: await subtle.importKey("pkcs8", Buffer.from(pem, "base64"), ecdsa, false, ["sign"]), kid: batch.kid };

// What a library calls a client authentication method is a function with these arguments.
const assertion = (token) => (server, client, body, headers) => {
  body.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  body.set("client_assertion", token);
};

const basicAndId = (library) => (server, client, body, headers) => {
  body.set("client_id", client.client_id);
  library.ClientSecretBasic(billing.secret)(server, client, body, headers);
};

const methods = (library) => ({
  "Basic": [billing, library.ClientSecretBasic(billing.secret)],
  "Basic, any secret": [legacy, library.ClientSecretBasic(legacy.secret)],
  "body": [billing, library.ClientSecretPost(billing.secret)],
  "Basic and client_id": [billing, basicAndId(library)],
  "private_key_jwt": [batch, library.PrivateKeyJwt(key)],
  "AWS role": [job, assertion(job.assertions.pop())],
  "two resources": [billing, library.ClientSecretBasic(billing.secret), service.resources],
});

const insecure = { [oauth.allowInsecureRequests]: true }; // the emulator speaks HTTP
const discovered = await oauth
  .discoveryRequest(new URL(service.issuer), insecure)
  .then((response) => oauth.processDiscoveryResponse(new URL(service.issuer), response));

async function oauth4webapi(id, authentication, parameters) {
  const client = { client_id: id };
  const response = await oauth.clientCredentialsGrantRequest(discovered, client, authentication, parameters, insecure);
  return oauth.processClientCredentialsResponse(discovered, client, response);
}

async function openidClient(id, authentication, parameters) {
  const options = { execute: [openid.allowInsecureRequests] };
  const config = await openid.discovery(new URL(service.issuer), id, undefined, authentication, options);
  return openid.clientCredentialsGrant(config, parameters);
}

const results = [];
for (const [library, module, request] of [["oauth4webapi", oauth, oauth4webapi], ["openid-client", openid, openidClient]]) {
  for (const [method, [client, authentication, resources]] of Object.entries(methods(module))) {
    const parameters = new URLSearchParams({ scope: service.scope });
    for (const resource of resources ?? []) parameters.append("resource", resource);
    try {
      results.push({ library, method, answer: await request(client.id, authentication, parameters) });
    } catch (fault) {
      results.push({ library, method, fault: `${fault}: ${JSON.stringify(fault.cause ?? null)}` });
    }
  }
}
console.log(JSON.stringify(results));
