// HuggingChat as a client: connects, lists tools, calls them and reads the results as chat-ui does. Prints JSON.
//
// stdin: {"url": ..., "headers": {...}, "calls": [[name, arguments], ...], "long": arguments}. NODE_PATH: the packages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Client, SSEClientTransport, StreamableHTTPClientTransport } = require("@modelcontextprotocol/client");
const plan = JSON.parse(readFileSync(0, "utf8"));

const IDLE_TIMEOUT = 120_000; // without a response; each progress notification starts it again
const CEILING = 6 * 60 * 60_000;
const seen = { redirects: [], calls: [] };

// chat-ui follows redirects to https only, and none to this machine.
const guarded = async (url, init) => {
  const response = await fetch(url, { ...init, redirect: "manual" });
  if (response.status >= 300 && response.status < 400) {
    seen.redirects.push(response.headers.get("location"));
    throw new Error("Redirect to unsafe URL blocked");
  }
  return response;
};

const connected = async (name, version, capabilities) => {
  const options = { versionNegotiation: { mode: "auto" }, inputRequired: { autoFulfill: false } };
  const client = new Client({ name, version }, { capabilities, ...options });
  const transport = { requestInit: { headers: plan.headers }, fetch: guarded };
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(plan.url), transport));
    seen.transport = "Streamable HTTP";
  } catch (first) {
    seen.streamable_http = String(first);
    await client.connect(new SSEClientTransport(new URL(plan.url), transport));
    seen.transport = "SSE";
  }
  return client;
};

const disposed = async (client) => {
  await client.transport.terminateSession?.();
  await client.close();
};

const call = async (client, name, args, { signal, onprogress } = {}) => {
  const controller = new AbortController();
  let timer;
  let last = performance.now();
  const found = { name, progress: 0, messages: new Set(), silence: 0 };
  const heard = () => {
    found.silence = Math.max(found.silence, performance.now() - last);
    last = performance.now();
  };
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(`Tool call exceeded ${IDLE_TIMEOUT}ms without a response`), IDLE_TIMEOUT);
  };
  signal?.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  restart();
  try {
    const result = await client.callTool(
      { name, arguments: args },
      {
        signal: controller.signal,
        timeout: CEILING,
        allowInputRequired: true,
        onprogress: ({ message }) => {
          heard();
          restart();
          found.progress += 1;
          found.messages.add(message);
          onprogress?.();
        },
      },
    );
    heard();
    const text = result.content.filter((block) => block.type === "text").map((block) => block.text).join("\n");
    found.model = result.isError === true ? `Error: ${text}` : text;
    found.images = result.content
      .filter((block) => block.type === "image")
      .map((block) => `data:${block.mimeType};base64,${block.data}`);
    found.panel = result.structuredContent === undefined ? "" : JSON.stringify(result.structuredContent, null, 2);
  } catch (error) {
    found.failed = error.message;
  } finally {
    clearTimeout(timer);
  }
  return { ...found, messages: [...found.messages] };
};

// Providers reject a schema without a type, so chat-ui adds one.
const APPLICATORS = ["enum", "const", "$ref", "anyOf", "oneOf", "allOf", "not", "properties", "items"];
const completed = (schema) => {
  const out = Object.fromEntries(Object.entries(schema).filter(([key, value]) => key !== "default" || value !== null));
  if (out.properties) {
    out.properties = Object.fromEntries(Object.entries(out.properties).map(([name, one]) => [name, completed(one)]));
  }
  if (out.type === undefined && !APPLICATORS.some((key) => key in out)) out.type = "string";
  return out;
};

const health = await connected("chat-ui-health-check", "1.0.0", {});
await health.listTools({});
await disposed(health);

const listing = await connected("chat-ui-mcp", "0.1.0", {});
seen.tools = (await listing.listTools({})).tools.map((tool) => ({
  given: { name: tool.name, parameters: tool.inputSchema },
  type: "function",
  function: {
    name: tool.name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64),
    description: tool.description ?? tool.annotations?.title,
    parameters: completed(tool.inputSchema),
  },
}));
await listing.close();

const client = await connected("chat-ui-mcp", "0.1.0", { elicitation: { form: {}, url: {} } });
seen.era = client.getProtocolEra();
for (const [name, args] of plan.calls) seen.calls.push(await call(client, name, args));
seen.together = await Promise.all(plan.calls.map(([name, args]) => call(client, name, args)));

const stop = new AbortController();
let reports = 0;
const onprogress = () => ++reports === 10 && stop.abort("the user pressed stop");
seen.stopped = await call(client, "generate_mario_level", plan.long, { signal: stop.signal, onprogress });

// chat-ui pings an idle connection, and connects again if there is no response.
seen.ping = await client.ping({ timeout: 5000 }).then(
  () => "answered",
  (error) => error.message,
);
const again = seen.ping === "answered" ? client : await connected("chat-ui-mcp", "0.1.0", {});
seen.after = await call(again, ...plan.calls[0]);
await disposed(again);
console.log(JSON.stringify(seen));
