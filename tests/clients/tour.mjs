// A tour of the server with the official TypeScript SDK's client. Prints what the client received as JSON.
//
// stdin: {"sdk": 1 | 2, "mode": "auto" | "legacy", "url": ...} or, over stdio, {..., "command": ..., "args": [...]};
// "long": the arguments of a call that is cancelled. NODE_PATH: where the packages are.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const plan = JSON.parse(readFileSync(0, "utf8"));

// Version 1 supports only the handshake, and its `callTool` takes a result schema before the options.
const sdk =
  plan.sdk === 1
    ? {
        ...require("@modelcontextprotocol/sdk/client/index.js"),
        ...require("@modelcontextprotocol/sdk/client/streamableHttp.js"),
        ...require("@modelcontextprotocol/sdk/client/stdio.js"),
        call: (client, call, options) => client.callTool(call, undefined, options),
        options: {},
        era: () => "legacy",
      }
    : {
        ...require("@modelcontextprotocol/client"),
        ...require("@modelcontextprotocol/client/stdio"),
        call: (client, call, options) => client.callTool(call, options),
        options: { versionNegotiation: { mode: plan.mode } },
        era: (client) => client.getProtocolEra(),
      };

const client = new sdk.Client({ name: "tour", version: "1.0.0" }, { capabilities: {}, ...sdk.options });
const problems = [];
client.onerror = (error) => problems.push(String(error));
const transport = plan.url
  ? new sdk.StreamableHTTPClientTransport(new URL(plan.url))
  : new sdk.StdioClientTransport({ command: plan.command, args: plan.args, env: process.env, stderr: "inherit" });
await client.connect(transport);

const call = (name, args = {}, options = {}) => sdk.call(client, { name, arguments: args }, options);
const refusal = async (promise) => {
  try {
    return { answered: await promise };
  } catch (error) {
    return { code: error.code ?? null, message: error.message };
  }
};

const seen = { era: sdk.era(client), server: client.getServerVersion(), instructions: client.getInstructions() };

// The client checks structured content against the schemas that it has listed.
seen.tools = (await client.listTools()).tools;

seen.progress = [];
seen.level = await call(
  "generate_mario_level",
  { prompt: "no pipes", level_size: 100, seed: 1 },
  { onprogress: (progress) => seen.progress.push(progress) },
);
const id = seen.level.structuredContent?.id;

seen.resources = (await client.listResources()).resources;
seen.templates = (await client.listResourceTemplates()).resourceTemplates;
const read = async (uri) => (await client.readResource({ uri })).contents[0];
seen.legend = await read("mario://legend");
seen.text = await read(`mario://levels/${id}/text`);
seen.picture = await read(`mario://levels/${id}/picture`);
seen.no_level = await refusal(read("mario://levels/nope/text"));
seen.no_resource = await refusal(read("mario://nothing"));

const complete = async (ref, name, value) => (await client.complete({ ref, argument: { name, value } })).completion;
const template = { type: "ref/resource", uri: "mario://levels/{id}/text" };
seen.ids = await complete(template, "id", id.slice(0, 4));
seen.prompts = (await client.listPrompts()).prompts;
const prompt = seen.prompts.find((one) => one.arguments?.some((argument) => argument.name === "request"));
seen.requests = await complete({ type: "ref/prompt", name: prompt.name }, "request", "pipes");
seen.prompt = await client.getPrompt({ name: prompt.name, arguments: { request: "two pipes" } });
seen.no_prompt = await refusal(client.getPrompt({ name: "nothing" }));

seen.bad_value = await call("generate_mario_level", { seed: -7 });
seen.bad_type = await call("generate_mario_level", { level_size: "wide" });
seen.added_arguments = await call("list_levels", { toolCallId: "x", sessionId: null, count: "" });
seen.missing_argument = await call("check_level");
seen.unknown_tool = await call("make_level");

const stop = new AbortController();
let begun;
const beginning = new Promise((resolve) => (begun = resolve));
const cancelled = refusal(
  call("generate_mario_level", plan.long, {
    signal: stop.signal,
    onprogress: ({ progress }) => progress >= 1 && begun(),
  }),
);
await beginning;
seen.meanwhile = await call("get_tile_legend");
stop.abort("the user pressed stop");
seen.cancelled = await cancelled;

seen.together = await Promise.all([
  ...[1, 2, 3].map((seed) => call("generate_mario_level", { prompt: "no pipes", level_size: 100, seed })),
  ...[1, 2, 3].map(() => call("check_level", { level: seen.text.text })),
  ...[1, 2, 3].map(() => call("get_level_suggestions")),
]);

if (plan.url) await transport.terminateSession();
await client.close();
seen.problems = problems;
console.log(JSON.stringify(seen));
