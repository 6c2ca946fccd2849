// The work of work.py as steps of cucumber-js: a scenario for each fact, and for each chain.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Given, setDefaultTimeout, Then, When } from "@cucumber/cucumber";

const ROOT = process.env.PEER_ROOT;
const WORK = JSON.parse(readFileSync(process.env.PEER_WORK, "utf8"));
setDefaultTimeout(60_000);

function holds(document, key, value) {
  if (Array.isArray(document)) return document.some((item) => holds(item, key, value));
  if (document === null || typeof document !== "object") return false;
  if (key in document) {
    const found = document[key];
    if (found === value || (Array.isArray(found) && found.includes(value))) return true;
    if (found !== null && typeof found === "object" && (found.Value === value || value === null)) return true;
  }
  return Object.values(document).some((item) => holds(item, key, value));
}

When("fact {int} is asked for", async function (number) {
  this.fact = WORK.facts[number];
  const answer = await fetch(`${ROOT}/${this.fact.path}`);
  assert.equal(answer.status, 200);
  this.document = await answer.json();
});

Then("it is as documented", function () {
  assert.ok(holds(this.document, this.fact.key, this.fact.value), JSON.stringify(this.fact));
});

Given("the {int} rows of a chain", async function (rows) {
  this.made = [];
  for (let row = 0; row < rows; row++) {
    const answer = await fetch(`${ROOT}/${WORK.set}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ subject: "a peer's row" }),
    });
    assert.equal(answer.status, 204);
    this.made.push(answer.headers.get("OData-EntityId"));
  }
});

When("they are looked at {int} times", async function (looks) {
  for (let look = 0; look < looks; look++) {
    const answer = await fetch(this.made[look % this.made.length]);
    assert.equal((await answer.json()).subject, "a peer's row");
  }
});

Then("they are removed", async function () {
  for (const row of this.made) assert.equal((await fetch(row, { method: "DELETE" })).status, 204);
});
