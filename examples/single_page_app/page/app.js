// Calls the API of config.json with the access token that the user has. The token is in memory only: not in storage or a URL.
"use strict";

const element = (id) => document.getElementById(id);

function show(text, kind) {
  element("status").textContent = text;
  element("status").className = kind;
}

async function call(method, order) {
  const { endpoint } = await (await fetch("config.json")).json();
  const headers = { Authorization: `Bearer ${element("token").value}` };
  if (order) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`${endpoint}/orders`, { method, headers, body: order && JSON.stringify({ order }) });
  } catch {
    // What API Gateway answers itself (401, 403) may be without CORS headers: then the browser keeps it from the page.
    return null;
  }
}

async function listOrders() {
  const answer = await call("GET");
  element("orders").replaceChildren();
  if (!answer?.ok) return refused(answer);
  const { orders } = await answer.json();
  element("orders").append(...orders.map((order) => Object.assign(document.createElement("li"), { textContent: order })));
  show(`${orders.length} orders.`, "ok");
}

async function addOrder() {
  const answer = await call("POST", element("order").value);
  if (!answer?.ok) return refused(answer);
  await listOrders();
}

function refused(answer) {
  show(answer ? `Refused: ${answer.status}.` : "No answer that this page may read: refused, or no connection.", "refused");
}

for (const [form, action] of [["list", listOrders], ["add", addOrder]]) {
  element(form).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}
