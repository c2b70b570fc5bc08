// A level and its replay as text for the fragment of a link, which browsers do not send to the server.

import { Replay } from "../player/replay.js";

/** Frames of the longest replay that is read: more than the clock of a run allows. */
const MAX_FRAMES = 10_000;

/** Characters of the longest link that is read. */
const MAX_LINK = 60_000;

const TOO_OLD = "This browser is too old for links that hold a level.";
const UNREADABLE = "This link does not contain a complete level.";

/** The text for a link: letters, digits, `-` and `_`. */
async function encodeLevel({ rows, replay }) {
  if (typeof CompressionStream === "undefined") throw new Error(TOO_OLD);
  const plain = new Blob([[...rows, replay ?? ""].join("\n")]);
  const packed = plain.stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The rows and the replay that `encodeLevel` was given.
 *
 * `grid`, the height and the most columns of a level, and `tiles` come from the data of the page. Throws an Error whose
 * message is for the visitor.
 */
async function decodeLevel(text, { grid, tiles }) {
  if (typeof DecompressionStream === "undefined") throw new Error(TOO_OLD);
  if (text.length > MAX_LINK || !/^[\w-]+$/.test(text)) throw new Error(UNREADABLE);
  // A replay has at most four characters for each frame: a letter, a digit, and two to spare.
  const maxBytes = grid.height * (grid.max_columns + 1) + 4 * MAX_FRAMES;
  const lines = (await decompress(text, maxBytes)).split("\n");
  if (lines.length !== grid.height + 1) throw new Error(`The level in this link does not have ${grid.height} rows.`);
  const replay = lines.pop();
  checkRows(lines, grid.max_columns, tiles);
  if (replay !== "" && !isReplay(replay)) throw new Error("The replay in this link cannot be read.");
  return { rows: lines, replay };
}

function checkRows(rows, maxColumns, tiles) {
  const columns = rows[0].length;
  if (columns < 1 || columns > maxColumns) {
    throw new Error(`The level in this link does not have 1 to ${maxColumns} columns.`);
  }
  if (rows.some((row) => row.length !== columns)) {
    throw new Error("The rows of the level in this link differ in length.");
  }
  const symbols = new Set(tiles.map((tile) => tile.symbol));
  if (rows.some((row) => [...row].some((symbol) => !symbols.has(symbol)))) {
    throw new Error("The level in this link has an unknown tile.");
  }
}

function isReplay(text) {
  const replay = Replay.parse(text);
  return replay !== null && replay.frames <= MAX_FRAMES;
}

/** The plain text of a link, up to a limit: a few characters can decompress to gigabytes. */
async function decompress(text, maxBytes) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let plain = "";
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return plain + decoder.decode();
      size += value.length;
      if (size > maxBytes) {
        await reader.cancel();
        throw new RangeError("too long");
      }
      plain += decoder.decode(value, { stream: true });
    }
  } catch {
    throw new Error(UNREADABLE);
  }
}

export { decodeLevel, encodeLevel };
