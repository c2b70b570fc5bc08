// A game in progress: the simulator's states, and what is shown of a run but does not influence it.

import { floorDiv } from "./world.js";
import { Status, advance, start } from "./simulator.js";

/** The states of a run, with the coins, blocks and stomped enemies that only the pictures show. */
class Game {
  constructor(world) {
    this.world = world;
    this.state = start(world);
    this.before = this.state;
    this.facing = 1;
    this.coins = 0;
    /** Cells whose coin was taken. */
    this.emptied = new Set();
    /** Frame in which each cell was last hit from below. */
    this.bumps = new Map();
    /** Coins that came out of blocks. */
    this.pops = [];
    this.stomped = [];
    this.coinTile = world.tiles.symbolsWith("coin");
    this.questionTiles = world.tiles.symbolsWith("question");
    this.breakableTiles = world.tiles.symbolsWith("breakable");
  }

  get isOver() {
    return this.state.status !== Status.PLAYING;
  }

  /** Play one frame with these keys held; returns the sounds of what happened in it. */
  step(keys) {
    this.before = this.state;
    this.state = advance(this.world, this.before, keys);
    const { before, state } = this;
    if (state === before) return [];
    if (state.vx !== 0) this.facing = state.vx > 0 ? 1 : -1;
    const jumped = before.onGround && state.jump === this.world.physics.mario.jump_frames;
    return [
      ...(jumped ? ["jump"] : []),
      ...this.touchCoins(),
      ...(state.bumped >= 0 ? [this.bump(state.bumped)] : []),
      ...(state.stomps > before.stomps ? [this.stomp()] : []),
      ...(this.isOver ? [state.status === Status.WON ? "won" : "lost"] : []),
    ];
  }

  touchCoins() {
    const { tile, mario } = this.world.physics;
    const { x, y } = this.state;
    const before = this.coins;
    for (let c = floorDiv(x - mario.half_width, tile); c <= floorDiv(x + mario.half_width, tile); c++) {
      for (let r = floorDiv(y - mario.height, tile); r <= floorDiv(y, tile); r++) {
        if (this.world.rows[r]?.[c] === this.coinTile) this.takeCoin(this.world.cellAt(c, r));
      }
    }
    return this.coins > before ? ["coin"] : [];
  }

  /** Take the coin of a cell; returns whether it was still there. */
  takeCoin(cell) {
    if (this.emptied.has(cell)) return false;
    this.emptied.add(cell);
    this.coins += 1;
    return true;
  }

  /** A cell was hit from below; returns the sound of that. */
  bump(cell) {
    const { world, state } = this;
    const [column, row] = [world.columnOf(cell), world.rowOf(cell)];
    const symbol = world.rows[row]?.[column];
    const gaveCoin = this.questionTiles.includes(symbol) && this.takeCoin(cell);
    if (gaveCoin) this.pops.push({ column, row: row - 1, frame: state.frame });
    if (gaveCoin || this.breakableTiles.includes(symbol)) this.bumps.set(cell, state.frame);
    return gaveCoin ? "coin" : "bump";
  }

  /** Remember where the enemies were that were stomped in this frame; returns the sound of that. */
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

export { Game };
