// The game inside a chat: the view of an MCP App (SEP-1865), which exchanges JSON-RPC messages with its host.

import { Player } from "../player/player.js";

const data = JSON.parse(document.getElementById("mario-data").textContent);
const pending = new Map();
let lastId = 0;
let context = {};
let capabilities = {};
/** The structured content of the last result that held a level. */
let lastResult = null;

const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
const notify = (method, params = {}) => post({ method, params });

function request(method, params = {}) {
  const id = ++lastId;
  post({ id, method, params });
  return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
}

const part = (name) => document.querySelector(`[data-part="${name}"]`);

function say(sentence) {
  part("status").textContent = sentence;
}

/** Show the level in the result of a tool call, or the error. */
function show(result) {
  const content = result?.structuredContent;
  if (result?.isError || !content?.level) {
    const text = result?.content?.find((block) => block.type === "text")?.text;
    say(text ?? "There is no level in this result.");
    return;
  }
  const { report } = content;
  lastResult = content;
  const beaten = report.beatable.beaten ? "beaten" : "NOT shown to be beatable";
  const requested = report.met === undefined ? "" : report.met ? ", as requested" : ", NOT everything is as requested";
  part("title").textContent = report.prompt || "A Super Mario level";
  const seed = report.seed === undefined ? "" : `, seed ${report.seed}`;
  const revised = report.source_id ? `, columns ${report.first_new_column} to ${report.last_new_column} new` : "";
  say(`${beaten}${requested}, ${report.columns} columns${revised}${seed}`);
  player.load({ rows: content.level.split("\n"), replay: report.beatable.replay, title: report.prompt ?? "" });
  part("another").hidden = report.seed === undefined || !capabilities.serverTools;
  part("open").hidden = !(content.links.play && capabilities.openLinks);
  part("open").onclick = () => request("ui/open-link", { url: content.links.play }).catch(() => {});
}

/** The tool call for another level with the same prompt; if only some columns were new, for other columns there. */
function callForAnother({ id, report }) {
  const { prompt, temperature, level_size, source_id, first_new_column: first, last_new_column: last } = report;
  if (source_id) {
    return { name: "vary_level", arguments: { id, columns: `${first}-${last}`, prompt, seed: -1 } };
  }
  return { name: "generate_mario_level", arguments: { prompt, temperature, level_size, seed: -1 } };
}

/** Have the host call the tool again. */
async function another() {
  part("another").disabled = true;
  say("asking for another one …");
  try {
    show(await request("tools/call", callForAnother(lastResult)));
  } catch (error) {
    say(error.message ?? "The host did not make another one.");
  } finally {
    part("another").disabled = false;
  }
}

function setContext(changed) {
  context = { ...context, ...changed };
  if (context.theme) document.documentElement.dataset.theme = context.theme;
  part("full").hidden = !context.availableDisplayModes?.includes("fullscreen");
}

async function toggleFull() {
  const mode = context.displayMode === "fullscreen" ? "inline" : "fullscreen";
  const answer = await request("ui/request-display-mode", { mode }).catch(() => null);
  if (answer?.mode) setContext({ displayMode: answer.mode });
}

const handlers = {
  "ui/notifications/tool-input-partial": () => say("writing …"),
  "ui/notifications/tool-result": show,
  "ui/notifications/tool-cancelled": () => say("The call was cancelled."),
  "ui/notifications/host-context-changed": setContext,
  "ui/resource-teardown": () => {
    player.destroy();
    return {};
  },
  ping: () => ({}),
};

window.addEventListener("message", ({ source, data: message }) => {
  if (source !== window.parent || message?.jsonrpc !== "2.0") return;
  const waiting = pending.get(message.id);
  if (message.method === undefined && waiting) {
    pending.delete(message.id);
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result);
    return;
  }
  const result = handlers[message.method]?.(message.params ?? {});
  if (message.id === undefined || message.method === undefined) return;
  if (handlers[message.method]) post({ id: message.id, result: result ?? {} });
  else post({ id: message.id, error: { code: -32601, message: "no such method" } });
});

async function connect() {
  const answer = await request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: "mariogpt-mcp player", version: data.version },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  });
  capabilities = answer.hostCapabilities ?? {};
  setContext(answer.hostContext ?? {});
  // The host sends no notification before this one.
  notify("ui/notifications/initialized");
  new ResizeObserver(() => {
    const { width, height } = document.body.getBoundingClientRect();
    notify("ui/notifications/size-changed", { width: Math.ceil(width), height: Math.max(1, Math.ceil(height)) });
  }).observe(document.body);
}

const player = new Player(part("player"), data);
part("another").onclick = another;
part("full").onclick = toggleFull;
connect().catch(() => say("This host did not respond."));
