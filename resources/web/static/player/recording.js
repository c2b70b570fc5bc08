// The recorded run that comes with a level.

import { Replay } from "./replay.js";
import { Status, advance, start } from "./simulator.js";

/** A run that beats its level: to watch, or to race against. */
class Recording {
  constructor(keys, frames) {
    Object.assign(this, { keys, frames });
  }

  /** Plays the run of a replay's text; `null` if the text is not a replay, or its run does not beat this level. */
  static of(world, text) {
    const replay = Replay.parse(text);
    if (replay === null || replay.physics !== world.physics.version) return null;
    const keys = replay.keys;
    let state = start(world);
    for (const held of keys) state = advance(world, state, held);
    return state.status === Status.WON ? new Recording(keys, state.frame) : null;
  }

  /** The keys held in a frame; none after the end. */
  keysIn(frame) {
    return this.keys[frame] ?? 0;
  }
}

export { Recording };
