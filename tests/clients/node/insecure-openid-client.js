// openid-client over HTTP, as the emulator is spoken to: the documentation's own calls work unchanged.
import * as client from "openid-client";

export * from "openid-client";

export const discovery = (server, id, metadata, authentication) =>
  client.discovery(server, id, metadata, authentication, { execute: [client.allowInsecureRequests] });
