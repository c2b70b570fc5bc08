// A replay's text, `m1-9f86d081884c-k30o8k4`, to keys and back; the twin of mariogpt_mcp/play/replay.py.

const LETTERS = "abcdefghijklmnop";
const FORM = /^m(\d{1,6})-([0-9a-f]{12})-((?:[a-p][1-9]\d{0,4})*)$/;

/** The physics version, the level's digest, and the keys held in each frame; `null` if the text is no replay. */
function parseReplay(text) {
  const match = FORM.exec(text.trim());
  if (match === null) return null;
  const keys = [];
  for (const [, letter, frames] of match[3].matchAll(/([a-p])(\d+)/g)) {
    for (let i = 0; i < Number(frames); i++) keys.push(LETTERS.indexOf(letter));
  }
  return { physics: Number(match[1]), level: match[2], keys };
}

export { parseReplay };
