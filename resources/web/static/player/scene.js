// Draws a game: the part of its level around the hero. It changes nothing in the game.

import { floorDiv } from "./world.js";
import { Status } from "./simulator.js";
import { TILE_SIZE } from "./paint.js";

/** Columns drawn after the last one of a level, so that the hero is not cut off at the flag. */
const APRON = 2;
const MIN_COLUMNS = 16;
const MAX_COLUMNS = 26;
/** Units of length of the simulator in one pixel of the art. */
const UNITS_PER_PIXEL = 100;
/** Where the camera keeps the hero, as a part of the width: left of the middle, to show more of what comes next. */
const HERO_AT = 0.42;
/** The camera's distance from its target shrinks by a factor of exp(-CAMERA_SPEED) in a second. */
const CAMERA_SPEED = 9;
const BUMP_FRAMES = 6;
const POP_FRAMES = 14;
const SQUASH_FRAMES = 15;
/** Pixels in each frame down the pole of the flag. */
const SLIDE_SPEED = 4;

/** The part of a level around the hero, on a canvas where each pixel of the art has n x n screen pixels. */
class Scene {
  /** `height` is the height of a level in pixels of the art. */
  constructor(canvas, brush, height) {
    this.canvas = canvas;
    this.brush = brush;
    this.height = height;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.scale = 1;
    this.width = MIN_COLUMNS * TILE_SIZE;
    this.camera = 0;
  }

  /** Size the canvas to fit a width and a height in CSS pixels; returns the width it has. */
  fit(width, height) {
    const ratio = window.devicePixelRatio || 1;
    const byWidth = floorDiv(width * ratio, MIN_COLUMNS * TILE_SIZE);
    const byHeight = Math.max(floorDiv(height * ratio, this.height), Math.floor(ratio));
    this.scale = Math.max(1, Math.min(byWidth, byHeight));
    this.width = Math.max(TILE_SIZE, Math.min(floorDiv(width * ratio, this.scale), MAX_COLUMNS * TILE_SIZE));
    this.canvas.width = this.width * this.scale;
    this.canvas.height = this.height * this.scale;
    const fitted = this.canvas.width / ratio;
    this.canvas.style.width = `${fitted}px`;
    this.canvas.style.height = `${this.canvas.height / ratio}px`;
    return fitted;
  }

  /** Move the camera towards the hero, as far as it moves in `seconds`; without them, all the way. */
  follow(game, alpha, seconds = Infinity) {
    const level = game.world.columns * TILE_SIZE;
    const room = level + APRON * TILE_SIZE - this.width;
    const wanted = placeOf(game, alpha)[0] - this.width * HERO_AT;
    const target = room < 0 ? room / 2 : Math.min(Math.max(wanted, 0), room);
    this.camera += (target - this.camera) * (1 - Math.exp(-CAMERA_SPEED * seconds));
  }

  /**
   * Draw a game.
   *
   * `alpha`, 0 to 1, is how far between its last two states it is drawn. `framesAfterEnd` counts from the end of the
   * run. `still` leaves out animations; `ghost` is another game on the same level, or `null`.
   */
  draw({ game, ghost, alpha, framesAfterEnd, still }) {
    const { pen, brush, scale } = this;
    pen.imageSmoothingEnabled = false;
    const left = this.snapped(this.camera);
    pen.setTransform(scale, 0, 0, scale, -left * scale, 0);
    brush.paintSky(pen, left, this.width, this.height);
    const { columns, rows } = game.world;
    const first = Math.max(0, floorDiv(left, TILE_SIZE));
    const last = Math.min(columns - 1, floorDiv(left + this.width, TILE_SIZE));
    brush.paintClouds(pen, first - 2, last, columns);
    const now = game.before.frame + (game.state.frame - game.before.frame) * alpha + framesAfterEnd;
    this.drawFlag(rows, columns);
    this.drawTiles(game, first, last, still ? Infinity : now);
    this.drawApron(rows, columns);
    this.drawEnemies(game, alpha, first, last);
    if (!still) this.drawEffects(game, now);
    if (ghost) this.drawGhost(ghost, alpha);
    this.drawHero(game, alpha, framesAfterEnd, still);
    this.shadeOutside(left, (columns + APRON) * TILE_SIZE);
  }

  /** A position rounded to whole pixels of the screen: between them, the edges of pictures blur. */
  snapped(x) {
    return Math.round(x * this.scale) / this.scale;
  }

  drawTiles(game, first, last, now) {
    const { rows } = game.world;
    for (let c = first; c <= last; c++) {
      for (let r = 0; r < rows.length; r++) {
        let name = this.brush.pictureOf(rows, r, c);
        if (name === undefined || name === "enemy") continue;
        const cell = game.world.cellAt(c, r);
        if (game.emptied.has(cell)) {
          if (name === "coin") continue;
          name = "used block";
        }
        const age = ageOf(game.bumps.get(cell) ?? -Infinity, now);
        const lift = age < BUMP_FRAMES ? 5 * Math.sin((Math.PI * age) / BUMP_FRAMES) : 0;
        this.brush.paint(this.pen, name, c * TILE_SIZE, this.snapped(r * TILE_SIZE - lift));
      }
    }
  }

  /** Continue the ground of the last column to the right. */
  drawApron(rows, columns) {
    for (let r = 0; r < rows.length; r++) {
      const name = this.brush.pictureOf(rows, r, columns - 1);
      for (let c = columns; c < columns + APRON && name?.startsWith("ground"); c++) {
        this.brush.paint(this.pen, name, c * TILE_SIZE, r * TILE_SIZE);
      }
    }
  }

  /** Draw the flag on the highest solid tile of the last column that has room for it above. */
  drawFlag(rows, columns) {
    const high = this.brush.pictures.get("flag").plain.height;
    const carries = (row, r) => r * TILE_SIZE >= high && this.brush.solid.includes(row[columns - 1]);
    const found = rows.findIndex(carries);
    const bottom = (found < 0 ? rows.length : found) * TILE_SIZE;
    this.brush.paint(this.pen, "flag", (columns - 1) * TILE_SIZE, bottom - high);
  }

  drawEnemies(game, alpha, first, last) {
    const { world, state, before } = game;
    for (const sleeper of world.sleepers.slice(state.asleep)) {
      const place = sleeper.left.at(0);
      const column = floorDiv(place[0], world.physics.tile);
      if (column >= first - 1 && column <= last + 1) this.drawWalker("enemy", place, this.startsFlying(world, place));
    }
    for (const { path, since } of state.actors) {
      const to = path.at(state.frame - since);
      if (to === null) continue;
      // In its first frame an actor has no earlier place.
      const from = path.at(Math.max(0, before.frame - since)) ?? to;
      const place = [from[0] + (to[0] - from[0]) * alpha, from[1] + (to[1] - from[1]) * alpha];
      if (path.known === undefined) this.drawBullet(place, path.direction);
      else {
        const name = floorDiv(state.frame - since, 5) % 2 ? "enemy walk" : "enemy";
        this.drawWalker(name, place, from[1] !== to[1] && this.startsFlying(world, path.known[0]));
      }
    }
  }

  /** Whether an enemy that starts at a place has wings. */
  startsFlying(world, [x, y]) {
    const tile = world.physics.tile;
    return this.brush.flies(world.rows, floorDiv(y, tile), floorDiv(x, tile));
  }

  drawWalker(name, place, flying) {
    const [x, y] = this.cornerOf(place, TILE_SIZE);
    this.brush.paintEnemy(this.pen, name, x, y, flying);
  }

  drawBullet(place, direction) {
    const [x, y] = this.cornerOf(place, TILE_SIZE);
    this.brush.paint(this.pen, "bullet", x, y, direction > 0);
  }

  /** The top left corner of a picture, 16 pixels wide and `high` pixels high, of an actor whose feet are at a place. */
  cornerOf([x, y], high) {
    return [this.snapped(x / UNITS_PER_PIXEL) - TILE_SIZE / 2, this.snapped((y + 1) / UNITS_PER_PIXEL) - high];
  }

  drawEffects(game, now) {
    for (const { place, frame, path } of game.stomped) {
      const age = ageOf(frame, now);
      if (age >= SQUASH_FRAMES) continue;
      if (path.known === undefined) this.drawBullet([place[0], place[1] + age * age * 50], path.direction);
      else this.drawWalker("enemy squashed", place, false);
    }
    for (const { column, row, frame } of game.pops) {
      const age = ageOf(frame, now);
      if (age >= POP_FRAMES) continue;
      const rise = 30 * Math.sin((Math.PI * 0.7 * age) / POP_FRAMES);
      this.brush.paint(this.pen, "coin", column * TILE_SIZE, this.snapped(row * TILE_SIZE - rise));
    }
  }

  drawGhost(ghost, alpha) {
    this.pen.globalAlpha = 0.45;
    this.drawHero(ghost, alpha, 0, true);
    this.pen.globalAlpha = 1;
  }

  drawHero(game, alpha, framesAfterEnd, still) {
    const [x, y] = placeOf(game, alpha);
    const [name, lift] = game.isOver ? this.ending(game, still ? 0 : framesAfterEnd) : [heroPicture(game, x), 0];
    const high = this.brush.pictures.get(name).plain.height;
    const corner = this.cornerOf([x * UNITS_PER_PIXEL, (y - lift) * UNITS_PER_PIXEL], high);
    this.brush.paint(this.pen, name, ...corner, game.facing < 0);
  }

  /** The hero's picture after the end of a run, and how many pixels it is above its last place. */
  ending(game, framesAfterEnd) {
    const { world, state } = game;
    if (state.status === Status.FELL) return ["hero lost", 0];
    if (state.status !== Status.WON) return ["hero lost", framesAfterEnd * (5 - 0.35 * framesAfterEnd)];
    const { rows, columns, physics } = world;
    let row = Math.max(0, floorDiv(state.y, physics.tile) + 1);
    while (row < rows.length && !this.brush.solid.includes(rows[row][columns - 1])) row += 1;
    const drop = (row * physics.tile - 1 - state.y) / UNITS_PER_PIXEL;
    // A hero who reaches the flag in the air first slides down its pole.
    const landed = framesAfterEnd - drop / SLIDE_SPEED;
    if (landed < 0) return ["hero jump", -framesAfterEnd * SLIDE_SPEED];
    const hop = Math.max(0, 8 - landed / 8) * Math.abs(Math.sin(landed / 4));
    return [hop > 1 ? "hero jump" : "hero stand", hop - drop];
  }

  /** Darken what is beside a level that is narrower than the screen. */
  shadeOutside(left, level) {
    if (level >= this.width) return;
    this.pen.fillStyle = "rgb(43 34 51 / 0.55)";
    this.pen.fillRect(left, 0, -left, this.height);
    this.pen.fillRect(level, 0, left + this.width - level, this.height);
  }
}

/** Frames since something happened; 0 while the frame in which it happens is only partly drawn. */
function ageOf(frame, now) {
  return Math.max(0, now - frame);
}

/** Where the hero is, in pixels of the art. */
function placeOf({ before, state }, alpha) {
  return ["x", "y"].map((axis) => (before[axis] + (state[axis] - before[axis]) * alpha) / UNITS_PER_PIXEL);
}

function heroPicture({ state }, x) {
  if (!state.onGround) return "hero jump";
  if (state.vx === 0) return "hero stand";
  return ["hero walk 1", "hero stand", "hero walk 2", "hero stand"][floorDiv(Math.abs(x), 9) % 4];
}

export { Scene };
