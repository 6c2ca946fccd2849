// dynamics-web-api against the emulator: one line on stdout for each thing that it does rightly.
// Usage: node suite.mjs TOKEN SERVICE_ROOT UNBOUND_SERVICE_ROOT (an emulator with --bind unbound); exits 1 when anything
// fails. Expected values come from the documentation of Dataverse and the reference page.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { DynamicsWebApi } from "dynamics-web-api";

const [token, root, unboundRoot] = process.argv.slice(2);
const connect = (serviceRoot, bearer) =>
  new DynamicsWebApi({
    serverUrl: new URL(serviceRoot).origin,
    dataApi: { version: "9.2" },
    onTokenRefresh: async () => bearer,
    propagateErrors: true,
  });
const api = connect(root, token);

const SET = "msdyn_ocliveworkitems";
const TABLE = "LogicalName='msdyn_ocliveworkitem'";
const PARENTS = "msdyn_timegroups";
const REGARDING = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem";
const CONVERSATIONS = "msdyn_timegroup_msdyn_ocliveworkitems";
const CRM = "Microsoft.Dynamics.CRM.";
const CHANNELS = { "Microsoft Teams": 19241000, WhatsApp: 192300000, "Live chat": 192360000, "Voice call": 192440000 };

const OFFERED = { msdyn_channel: "192440000", statuscode: 2 }; // docs/calls.md: a voice call that is active, not accepted

const checks = new Map();
const covers = (name, check) => checks.set(name, check);
const conversation = (values = {}) => api.create({ collection: SET, data: { subject: "row", ...values } });
const parent = (name = "parent") => api.create({ collection: PARENTS, data: { msdyn_name: name } });
const read = (key, ...select) => api.retrieve({ collection: SET, key, select });
const subjects = (answer) => answer.value.map((row) => row.subject);

async function five() {
  const mark = randomUUID();
  const names = ["a", "b", "c", "d", "e"].map((letter) => `${mark} ${letter}`);
  for (const subject of names.toReversed()) await conversation({ subject });
  return [`startswith(subject,'${mark}')`, names];
}

async function refused(promise, status, ...words) {
  const error = await promise.then(
    (answer) => assert.fail(`expected status ${status}, got ${JSON.stringify(answer)}`),
    (reason) => reason,
  );
  if (error instanceof assert.AssertionError) throw error;
  assert.equal(error.status, status, error.message);
  for (const word of words) assert.ok(error.message.includes(word), `${word} is not in ${error.message}`);
  return error;
}

covers("list table definitions", async () => {
  const tables = await api.retrieveEntities({ select: ["LogicalName", "EntitySetName"] });
  const sets = new Map(tables.value.map((table) => [table.LogicalName, table.EntitySetName]));
  assert.equal(sets.get("msdyn_ocliveworkitem"), SET);
  assert.equal(sets.get("msdyn_systemuserschedulersetting"), "msdyn_systemuserschedulersettinges");
});

covers("read a table definition", async () => {
  const expand = [{ property: "Attributes", select: ["LogicalName", "AttributeType"] }];
  const table = await api.retrieveEntity({ key: TABLE, select: ["PrimaryIdAttribute", "OwnershipType"], expand });
  assert.deepEqual([table.PrimaryIdAttribute, table.OwnershipType], ["activityid", "UserOwned"]);
  const column = table.Attributes.find((item) => item.LogicalName === "regardingobjectid");
  assert.equal(column.AttributeType, "Lookup");
  await refused(api.retrieveEntity({ key: "LogicalName='msdyn_nonsense'" }), 404, "msdyn_nonsense");
});

covers("read the channel choice", async () => {
  const column = await api.retrieveAttribute({
    entityKey: TABLE,
    attributeKey: "LogicalName='msdyn_channel'",
    castType: `${CRM}MultiSelectPicklistAttributeMetadata`,
    expand: [{ property: "OptionSet", select: ["Options"] }],
  });
  const choice = await api.retrieveGlobalOptionSet({ key: "Name='msdyn_streamsource'" });
  for (const { Options } of [column.OptionSet, choice]) {
    const values = Object.fromEntries(Options.map((item) => [item.Label.UserLocalizedLabel.Label, item.Value]));
    for (const [label, value] of Object.entries(CHANNELS)) assert.equal(values[label], value);
  }
});

covers("read relationships", async () => {
  const castType = `${CRM}OneToManyRelationshipMetadata`;
  const one = await api.retrieveRelationship({ key: `SchemaName='${CONVERSATIONS}'`, castType });
  assert.equal(one.CascadeConfiguration.Delete, "Cascade");
  const filter = "ReferencedEntity eq 'msdyn_timegroup'";
  const several = await api.retrieveRelationships({ castType, select: ["SchemaName"], filter });
  assert.ok(several.value.some((item) => item.SchemaName === CONVERSATIONS));
});

covers("create", async () => {
  const key = await conversation({ subject: "made" });
  assert.equal((await read(key, "subject")).subject, "made");
  const row = await api.create({
    collection: SET,
    data: { subject: "döner 😀", msdyn_channel: "192360000,192300000" },
    returnRepresentation: true,
    includeAnnotations: "*",
  });
  assert.deepEqual([row.subject, row.statecode, row.statecode_Formatted], ["döner 😀", 0, "Open"]);
  assert.deepEqual(new Set(row.msdyn_channel_Formatted.split("; ")), new Set(["Live chat", "WhatsApp"]));
  const chosen = randomUUID();
  assert.equal(await conversation({ activityid: chosen }), chosen);
});

covers("create many", async () => {
  const names = Array.from({ length: 20 }, (_, number) => `many ${number}`);
  const Targets = names.map((subject) => ({ subject, "@odata.type": `${CRM}msdyn_ocliveworkitem` }));
  const made = await api.callAction({ collection: SET, actionName: `${CRM}CreateMultiple`, action: { Targets } });
  const rows = await Promise.all(made.Ids.map((key) => read(key, "subject")));
  assert.deepEqual(rows.map((row) => row.subject), names);
});

covers("read", async () => {
  const key = await conversation({ subject: "read me" });
  const select = ["subject", "_ownerid_value"];
  const row = await api.retrieve({ collection: SET, key, select, includeAnnotations: "*" });
  assert.deepEqual([row.subject, row._ownerid_value_LogicalName, row.activityid], ["read me", "systemuser", key]);
  assert.match(row["@odata.etag"], /^W\/"\d+"$/);
  const owner = await api.retrieve({ collection: SET, key, navigationProperty: "owninguser", select: ["systemuserid"] })
    .catch(() => api.retrieve({ collection: SET, key, navigationProperty: "owninguser_msdyn_ocliveworkitem" }));
  assert.equal(owner.systemuserid, row._ownerid_value);
});

covers("query with filter", async () => {
  const [mark, names] = await five();
  const filter = `${mark} and (endswith(subject,'B') or contains(subject,' d')) and statecode eq 0`;
  const answer = await api.retrieveMultiple({ collection: SET, select: ["subject"], filter });
  assert.deepEqual(subjects(answer).toSorted(), [names[1], names[3]]);
});

covers("query with order", async () => {
  const [filter, names] = await five();
  const answer = await api.retrieveMultiple({ collection: SET, filter, orderBy: ["subject desc"], top: 3 });
  assert.deepEqual(subjects(answer), names.toReversed().slice(0, 3));
});

covers("query with paging", async () => {
  const [filter, names] = await five();
  const request = { collection: SET, select: ["subject"], filter, orderBy: ["subject"], maxPageSize: 2 };
  const first = await api.retrieveMultiple(request);
  assert.deepEqual(subjects(first), names.slice(0, 2));
  const second = await api.retrieveMultiple(request, first.oDataNextLink);
  assert.deepEqual(subjects(second), names.slice(2, 4));
  assert.deepEqual(subjects(await api.retrieveAll(request)), names);
});

covers("query with count", async () => {
  const [filter] = await five();
  const answer = await api.retrieveMultiple({ collection: SET, filter, count: true, maxPageSize: 2 });
  assert.deepEqual([answer.oDataCount, answer.value.length], [5, 2]);
  assert.equal(await api.count({ collection: SET, filter }), 5);
  assert.ok((await api.count({ collection: SET })) >= 5);
});

covers("query with expand", async () => {
  const key = await parent("expanded");
  const child = await conversation({ subject: "child", [`${REGARDING}@odata.bind`]: `${PARENTS}(${key})` });
  const up = [{ property: REGARDING, select: ["msdyn_name"] }];
  assert.equal((await api.retrieve({ collection: SET, key: child, expand: up }))[REGARDING].msdyn_name, "expanded");
  const down = [{ property: CONVERSATIONS, select: ["subject"], filter: "statecode eq 0", orderBy: ["subject"], top: 5 }];
  const row = await api.retrieve({ collection: PARENTS, key, select: ["msdyn_name"], expand: down });
  assert.deepEqual(row[CONVERSATIONS].map((item) => [item.subject, item.activityid]), [["child", child]]);
});

covers("update", async () => {
  const key = await conversation();
  assert.equal(await api.update({ collection: SET, key, data: { subject: "changed" } }), true);
  const data = { subject: "again" };
  const row = await api.update({ collection: SET, key, data, returnRepresentation: true, select: ["subject"] });
  assert.equal(row.subject, "again");
  await api.updateSingleProperty({ collection: SET, key, fieldValuePair: { subject: "one property" } });
  assert.equal((await read(key, "subject")).subject, "one property");
});

covers("upsert", async () => {
  const key = randomUUID();
  await api.upsert({ collection: SET, key, data: { subject: "upserted" } });
  await api.upsert({ collection: SET, key, data: { msdyn_title: "added" } });
  const row = await read(key, "subject", "msdyn_title");
  assert.deepEqual([row.subject, row.msdyn_title], ["upserted", "added"]);
  const again = { collection: SET, key, data: { subject: "x" }, ifnonematch: "*" };
  await refused(api.upsert(again), 412, "matching key values already exists");
});

covers("delete", async () => {
  const [key, kept] = [await conversation({ msdyn_title: "gone" }), await conversation()];
  await api.deleteRecord({ collection: SET, key, fieldName: "msdyn_title" });
  assert.equal((await read(key, "msdyn_title")).msdyn_title, null);
  await api.deleteRecord({ collection: SET, key });
  await refused(read(key, "subject"), 404, key, "Does Not Exist");
  await read(kept, "subject");
});

covers("associate and dissociate", async () => {
  const [primaryKey, child] = [await parent(), await conversation()];
  const regarding = async () => (await read(child, "_regardingobjectid_value"))._regardingobjectid_value;
  const many = { collection: PARENTS, primaryKey, relationshipName: CONVERSATIONS, relatedKey: child };
  await api.associate({ ...many, relatedCollection: SET });
  assert.equal(await regarding(), primaryKey);
  await api.disassociate(many);
  assert.equal(await regarding(), null);
  const one = { collection: SET, primaryKey: child, navigationProperty: REGARDING };
  await api.associateSingleValued({ ...one, relatedCollection: PARENTS, relatedKey: primaryKey });
  assert.equal(await regarding(), primaryKey);
  await api.disassociateSingleValued(one);
  assert.equal(await regarding(), null);
});

covers("bound action", async () => {
  const key = await conversation(OFFERED);
  const call = (name) => api.callAction({ collection: SET, key, actionName: `${CRM}CCaaS_${name}`, action: {} });
  await call("AcceptCall");
  const connected = (await call("GetCallState")).CallState;
  await call("HoldCall");
  const held = (await call("GetCallState")).CallState;
  assert.deepEqual([connected, held], ["Connected", "Held"]);
  await refused(call("AcceptCall"), 400);
});

covers("unbound action", async () => {
  const key = await conversation();
  const users = await api.retrieveMultiple({ collection: "systemusers", filter: "isdisabled eq false" });
  const { UserId } = await api.callFunction("WhoAmI");
  const systemuserid = users.value.map((user) => user.systemuserid).find((user) => user !== UserId);
  const Principal = { systemuserid, "@odata.type": `${CRM}systemuser` };
  const Target = { activityid: key, "@odata.type": `${CRM}msdyn_ocliveworkitem` };
  const action = { Target, PrincipalAccess: { AccessMask: "ReadAccess, WriteAccess", Principal } };
  await api.callAction({ actionName: "GrantAccess", action });
  const shared = await api.callFunction({
    name: "RetrieveSharedPrincipalsAndAccess",
    parameters: { Target: { "@odata.id": `${SET}(${key})` } },
  });
  const found = shared.PrincipalAccesses.map((item) => [item.AccessMask, item.Principal.ownerid]);
  assert.deepEqual(found, [["ReadAccess, WriteAccess", systemuserid]]);

  const unbound = connect(unboundRoot, token);
  const ConversationId = await unbound.create({ collection: SET, data: { subject: "row", ...OFFERED } });
  await unbound.callAction({ actionName: "CCaaS_AcceptCall", action: { ConversationId } });
  const state = await unbound.callAction({ actionName: "CCaaS_GetCallState", action: { ConversationId } });
  assert.equal(state.CallState, "Connected");
});

covers("batch", async () => {
  const mark = randomUUID();
  const alone = randomUUID();
  await conversation({ subject: alone });
  api.startBatch();
  // First, because the client takes a change set for one request when it matches answers with what it asked for.
  api.count({ collection: SET, filter: `subject eq '${alone}'` });
  api.create({ collection: PARENTS, data: { msdyn_name: mark }, contentId: "1" });
  api.create({ collection: SET, data: { subject: mark, [`${REGARDING}@odata.bind`]: "$1" }, contentId: "2" });
  api.update({ contentId: "$2", data: { msdyn_title: "by reference" } });
  api.retrieveMultiple({ collection: SET, filter: `subject eq '${mark}'`, select: ["msdyn_title", "_regardingobjectid_value"] });
  const [count, key, , , rows] = await api.executeBatch();
  assert.deepEqual(
    rows.value.map((row) => [row.msdyn_title, row._regardingobjectid_value]),
    [["by reference", key]],
  );
  assert.equal(count, 1);

  api.startBatch();
  api.create({ collection: SET, data: { subject: `${mark} lost` } });
  api.update({ collection: SET, key: randomUUID(), data: { subject: "missing" } });
  const errors = await api.executeBatch().then(
    (answers) => answers.filter((answer) => answer instanceof Error),
    (reason) => [reason].flat(),
  );
  assert.deepEqual(errors.map((error) => error.status), [404]);
  const left = await api.retrieveMultiple({ collection: SET, filter: `startswith(subject,'${mark} ')` });
  assert.deepEqual(left.value, []);
});

covers("error: missing row", async () => {
  const key = randomUUID();
  const error = await refused(read(key, "subject"), 404, key, "Does Not Exist");
  assert.equal(error.code, "0x80040217");
});

covers("error: value out of range", async () => {
  const message = "The value 5 of 'statuscode' on record of type 'msdyn_ocliveworkitem' is outside the valid range.";
  const error = await refused(conversation({ statuscode: 5000 }), 400, message.replace("5", "5000"));
  assert.equal(error.code.toLowerCase(), "0x8004431a");
});

covers("error: unknown property", async () => {
  await refused(conversation({ nonsense: 1 }), 400, "Invalid property 'nonsense' was found in entity");
  const message = `Could not find a property named 'nonsense' on type '${CRM}msdyn_ocliveworkitem'.`;
  await refused(api.retrieveMultiple({ collection: SET, select: ["nonsense"] }), 400, message);
});

covers("error: wrong token", () => refused(connect(root, "wrong").callFunction("WhoAmI"), 401));

let failed = 0;
for (const [name, check] of checks) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n${error.stack ?? error.message}\nstatus ${error.status}, code ${error.code}: ${error.message}\n`);
  }
}
process.exitCode = failed ? 1 : 0;
