// What a host makes of a bundle's manifest and of what its user chose, by the official tool's own function.
// Arguments: the unpacked bundle, and the chosen values as JSON.
const { readFileSync } = require("node:fs");
const { getMcpConfigForManifest } = require("@anthropic-ai/mcpb");

const [folder, chosen] = process.argv.slice(2);
getMcpConfigForManifest({
  manifest: JSON.parse(readFileSync(`${folder}/manifest.json`, "utf8")),
  extensionPath: folder,
  systemDirs: {},
  userConfig: JSON.parse(chosen),
  pathSeparator: "/",
}).then((config) => console.log(JSON.stringify(config)));
