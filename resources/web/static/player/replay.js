// The text of a replay, `m1-9f86d081884c-k30o8k4`. The twin of mariogpt_mcp/play/replay.py; tests/web/test_parity.py
// compares them.

/** One letter for each combination of keys: `b` is 1, so left, and `p` is 15, so left, right, jump and run. */
const LETTERS = "abcdefghijklmnop";
const PATTERN = new RegExp(`^m(\\d{1,6})-([0-9a-f]{12})-((?:[${LETTERS}][1-9]\\d{0,4})*)$`);

/** The keys of a recorded run: `holds` are [keys, frames], one after the other. */
class Replay {
  constructor(physics, level, holds) {
    Object.assign(this, { physics, level, holds });
  }

  /** `null` if the text is not a replay. */
  static parse(text) {
    const match = PATTERN.exec(text.trim());
    if (match === null) return null;
    const holds = [...match[3].matchAll(/([a-z])(\d+)/g)].map(([, letter, frames]) => [
      LETTERS.indexOf(letter),
      Number(frames),
    ]);
    return new Replay(Number(match[1]), match[2], holds);
  }

  get frames() {
    return this.holds.reduce((sum, [, frames]) => sum + frames, 0);
  }

  /** The keys held in each frame. */
  get keys() {
    return this.holds.flatMap(([keys, frames]) => Array(frames).fill(keys));
  }
}

export { Replay };
