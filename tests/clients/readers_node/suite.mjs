// Readers of other makers show of a run what its certificate says. Usage: node suite.mjs FOLDER
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { CucumberHtmlStream } from "@cucumber/html-formatter";
import { calculateSummary, parse, validateStrict } from "ctrf";
import { JSDOM, VirtualConsole } from "jsdom";

const require = createRequire(import.meta.url);
const [folder] = process.argv.slice(2);
const read = (name) => readFileSync(path.join(folder, name), "utf8");
const failed = JSON.parse(read("certificate.json")).requirements.filter((it) => it.outcome === "fail");
const scenarios = new Set(failed.flatMap((it) => it.scenarios));
assert.ok(failed.length > 0);

const suite = {
  // Rendered as in a browser: the formatter's page makes itself, out of the messages that it carries.
  async "messages.ndjson"() {
    const stream = new CucumberHtmlStream();
    let page = "";
    stream.on("data", (piece) => (page += piece));
    for (const line of read("messages.ndjson").trimEnd().split("\n")) stream.write(JSON.parse(line));
    await new Promise((done) => stream.end(done));
    const problems = [];
    const virtualConsole = new VirtualConsole().on("jsdomError", (problem) => problems.push(problem));
    const { window } = new JSDOM(page, { runScripts: "dangerously", pretendToBeVisual: true, virtualConsole });
    const text = () => window.document.querySelector("#content").textContent;
    for (let before = -1; !problems.length && (before !== text().length || !before); ) {
      before = text().length;
      await new Promise((done) => setTimeout(done, 1000));
    }
    assert.deepEqual(problems, []);
    assert.ok(text().includes(`failed ${scenarios.size}Scenarios`), text().slice(0, 500));
    for (const item of failed) {
      const told = `${item.id}: fail ${item.statement} expected ${JSON.stringify(item.expected)}`;
      assert.ok(text().replace(/\s+/g, " ").includes(told), told);
    }
    assert.ok(text().includes("beyond this level: it belongs to the level data"));
    window.close();
  },

  "ctrf-report.json"() {
    const report = parse(read("ctrf-report.json"));
    validateStrict(report);
    const { summary, tests } = report.results;
    for (const [name, count] of Object.entries(calculateSummary(tests))) {
      if (!["start", "stop", "duration", "flaky", "suites"].includes(name)) assert.equal(summary[name], count, name);
    }
    const told = tests.filter((it) => it.status === "failed").map((it) => it.testId);
    assert.deepEqual(new Set(told), scenarios);
  },

  "exchanges.har"() {
    const ajv = require("ajv-formats")(new (require("ajv"))({ strict: false }));
    ajv.addMetaSchema(require("ajv/dist/refs/json-schema-draft-06.json"));
    ajv.addSchema(Object.values(require("har-schema")));
    const valid = ajv.getSchema("har.json#");
    const archive = JSON.parse(read("exchanges.har"));
    assert.ok(valid(archive), JSON.stringify(valid.errors));
    const ids = new Set(archive.log.entries.map((it) => it.comment.split(":")[0]));
    for (const item of failed) for (const id of item.exchanges) assert.ok(ids.has(id), id);
  },

  "junit.xml"() {
    const viewer = path.join(path.dirname(require.resolve("xunit-viewer/package.json")), "bin", "xunit-viewer.js");
    const words = ["-r", path.join(folder, "junit.xml"), "-o", path.join(folder, "junit.html"), "-c", "-n", "-C", "false"];
    const shown = execFileSync(process.execPath, [viewer, ...words], { encoding: "utf8", maxBuffer: 2 ** 26 });
    assert.ok(shown.includes(` ${scenarios.size} failure`), shown.slice(-200));
    for (const item of failed) assert.ok(shown.includes(item.id), item.id);
  },
};

for (const [what, check] of Object.entries(suite)) {
  await check();
  console.log(`ok ${what}`);
}
