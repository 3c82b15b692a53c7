// The loop of a Lambda runtime: the next event from the Runtime API to the handler, and its response back.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// Lambda's own client for Node.js has a part in C++, which would have to be compiled here.
import { Agent, request } from "node:http";

import { handler } from "./handler.mjs";

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const sent = request({ hostname, port, path, method, agent, headers }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts) }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

for (;;) {
  const { headers, body } = await call("GET", "/2018-06-01/runtime/invocation/next");
  const path = `/2018-06-01/runtime/invocation/${headers["lambda-runtime-aws-request-id"]}/response`;
  await call("POST", path, JSON.stringify(handler(JSON.parse(body))));
}
