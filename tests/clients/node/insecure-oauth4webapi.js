// oauth4webapi over HTTP, as the emulator is spoken to: the documentation's own calls work unchanged.
import * as oauth from "oauth4webapi";

export * from "oauth4webapi";

const insecure = { [oauth.allowInsecureRequests]: true };

export const discoveryRequest = (issuer) => oauth.discoveryRequest(issuer, insecure);

export const clientCredentialsGrantRequest = (server, client, authentication, parameters) =>
  oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, insecure);
