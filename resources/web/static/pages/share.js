// A level and its replay as text for the fragment of a link, which no server gets to see, and back.

import { HEIGHT } from "../player/world.js";

const SHARED_COLUMNS = 1000;
const SHARED_SYMBOLS = /^[-XS?QoE<>[\]Bb]*$/;
const SHARED_REPLAY = /^m\d{1,6}-[0-9a-f]{12}-(?:[a-p][1-9]\d{0,4})*$/;

/** Frames of the longest replay: above the clock of a run, and few enough to be laid out one by one. */
const SHARED_FRAMES = 10_000;

/** Longest link read, and the most bytes it may unfold to: the largest level, and other keys in each frame. */
const SHARED_LETTERS = 60_000;
const SHARED_BYTES = HEIGHT * (SHARED_COLUMNS + 1) + 4 * SHARED_FRAMES;

const TOO_OLD = "This browser is too old for links that carry a level.";
const UNREADABLE = "That link holds no level, or only a part of one.";

/** The text for a link: letters, digits, `-` and `_`. */
async function encodeLevel({ rows, replay }) {
  if (typeof CompressionStream === "undefined") throw new Error(TOO_OLD);
  const plain = new Blob([[...rows, replay ?? ""].join("\n")]);
  const packed = plain.stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What `encodeLevel` was given. Rejects with an Error for the person who followed the link. */
async function decodeLevel(text) {
  if (typeof DecompressionStream === "undefined") throw new Error(TOO_OLD);
  if (text.length > SHARED_LETTERS || !/^[\w-]+$/.test(text)) throw new Error(UNREADABLE);
  const lines = (await unfolded(text)).split("\n");
  const rows = lines.slice(0, HEIGHT);
  const replay = lines[HEIGHT];
  if (lines.length !== HEIGHT + 1) throw new Error(`The level in that link does not have ${HEIGHT} rows.`);
  checkRows(rows);
  if (replay !== "" && !isReplay(replay)) throw new Error("The replay in that link cannot be read.");
  return { rows, replay };
}

function checkRows(rows) {
  const columns = rows[0].length;
  if (columns < 1 || columns > SHARED_COLUMNS) {
    throw new Error(`The level in that link does not have 1 to ${SHARED_COLUMNS} columns.`);
  }
  if (rows.some((row) => row.length !== columns)) {
    throw new Error("The rows of the level in that link differ in length.");
  }
  if (!rows.every((row) => SHARED_SYMBOLS.test(row))) throw new Error("The level in that link holds an unknown tile.");
}

function isReplay(text) {
  if (!SHARED_REPLAY.test(text)) return false;
  const holds = text.slice(text.lastIndexOf("-") + 1).match(/\d+/g) ?? [];
  return holds.reduce((sum, frames) => sum + Number(frames), 0) <= SHARED_FRAMES;
}

/** The plain text of a link; it stops at the limit, as a few letters can unfold to gigabytes. */
async function unfolded(text) {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let plain = "";
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return plain + decoder.decode();
      size += value.length;
      if (size > SHARED_BYTES) {
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
