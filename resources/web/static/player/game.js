// A run that is being played: its states, and what can be seen of it that the simulator does not need.

import { SKY_ROWS, STRIDE, floor } from "./world.js";
import { Status, advance, start } from "./simulator.js";

/** A run so far, and what can be seen of it that the simulator does not need: coins, bumped and emptied blocks. */
class Run {
  constructor(world) {
    this.world = world;
    this.state = start(world);
    this.before = this.state;
    this.facing = 1;
    this.coins = 0;
    this.emptied = new Set();
    this.bumps = new Map();
    this.pops = [];
    this.stomped = [];
  }

  get isOver() {
    return this.state.status !== Status.PLAYING;
  }

  /** Make a step with these keys; answers the sounds of what happened in it. */
  step(keys) {
    this.before = this.state;
    this.state = advance(this.world, this.before, keys);
    const { before, state } = this;
    if (state === before) return [];
    if (state.vx !== 0) this.facing = state.vx > 0 ? 1 : -1;
    const { jump_frames: leap } = this.world.physics.mario;
    return [
      ...(before.onGround && state.jump === leap ? ["jump"] : []),
      ...this.touchCoins(),
      ...(state.bumped >= 0 ? [this.bump(state.bumped)] : []),
      ...(state.stomps > before.stomps ? [this.stomp()] : []),
      ...(this.isOver ? [state.status === Status.WON ? "won" : "lost"] : []),
    ];
  }

  symbolAt(cell) {
    return this.world.rows[(cell % STRIDE) - SKY_ROWS]?.[floor(cell, STRIDE)];
  }

  touchCoins() {
    const { tile, mario } = this.world.physics;
    const { x, y } = this.state;
    const before = this.coins;
    for (let c = floor(x - mario.half_width, tile); c <= floor(x + mario.half_width, tile); c++) {
      for (let r = floor(y - mario.height, tile); r <= floor(y, tile); r++) {
        if (this.world.rows[r]?.[c] === "o") this.empty(c * STRIDE + r + SKY_ROWS);
      }
    }
    return this.coins > before ? ["coin"] : [];
  }

  /** Take the coin of a cell, if it is still there; answers whether it was. */
  empty(cell) {
    if (this.emptied.has(cell)) return false;
    this.emptied.add(cell);
    this.coins += 1;
    return true;
  }

  bump(cell) {
    const { frame } = this.state;
    const symbol = this.symbolAt(cell);
    const holds = "?Q".includes(symbol) && this.empty(cell);
    if (holds) this.pops.push({ column: floor(cell, STRIDE), row: (cell % STRIDE) - SKY_ROWS - 1, frame });
    if (holds || symbol === "S") this.bumps.set(cell, frame);
    return holds ? "coin" : "bump";
  }

  /** Remember where the enemies were that this step's stomp took away. */
  stomp() {
    const { before, state, world } = this;
    for (const actor of before.actors) {
      const place = actor.path.at(state.frame - actor.since);
      const near = place !== null && Math.abs(place[0] - state.x) < world.physics.enemy.reach;
      if (near && !state.actors.includes(actor)) this.stomped.push({ place, frame: state.frame, path: actor.path });
    }
    return "stomp";
  }
}

export { Run };
