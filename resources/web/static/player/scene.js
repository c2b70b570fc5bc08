// The part of a level around the hero, drawn frame by frame; it alters nothing of the run.

import { HEIGHT, SKY_ROWS, STRIDE, floor } from "./world.js";
import { Status } from "./simulator.js";
import { LEVEL_HEIGHT, TILE_SIZE } from "./paint.js";

/** Columns shown beyond a level's last one, so that who reaches the flag there is not cut off. */
const APRON = 2;
const FEWEST_COLUMNS = 16;
const MOST_COLUMNS = 26;
/** Lengths of the simulator in one pixel of the art. */
const PER_PIXEL = 100;
/** Where on the screen the hero is held: left of the middle, as what matters comes from the right. */
const HERO_AT = 0.42;
/** How much of the way to where it should be the camera goes in a second, as an exponent. */
const CAMERA_SPEED = 9;
const BUMP_FRAMES = 6;
const POP_FRAMES = 14;
const SQUASH_FRAMES = 15;
/** Pixels a frame down the flag's pole. */
const SLIDE_SPEED = 4;

/** The part of a level around the hero, on a canvas that is a whole number of screen pixels for each of the art's. */
class Scene {
  constructor(canvas, brush) {
    this.canvas = canvas;
    this.brush = brush;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.scale = 1;
    this.width = FEWEST_COLUMNS * TILE_SIZE;
    this.camera = 0;
  }

  /** Take as much as suits of a width and a height in CSS pixels; answers the width taken. */
  fit(width, height) {
    const ratio = window.devicePixelRatio || 1;
    const byWidth = floor(width * ratio, FEWEST_COLUMNS * TILE_SIZE);
    const byHeight = Math.max(floor(height * ratio, LEVEL_HEIGHT), Math.floor(ratio));
    this.scale = Math.max(1, Math.min(byWidth, byHeight));
    this.width = Math.max(TILE_SIZE, Math.min(floor(width * ratio, this.scale), MOST_COLUMNS * TILE_SIZE));
    this.canvas.width = this.width * this.scale;
    this.canvas.height = LEVEL_HEIGHT * this.scale;
    const taken = this.canvas.width / ratio;
    this.canvas.style.width = `${taken}px`;
    this.canvas.style.height = `${this.canvas.height / ratio}px`;
    return taken;
  }

  /** Turn the camera towards a run's hero, for so many seconds; at once without them. */
  follow(run, alpha, seconds = Infinity) {
    const level = run.world.columns * TILE_SIZE;
    const room = level + APRON * TILE_SIZE - this.width;
    const wanted = placeOf(run, alpha)[0] - this.width * HERO_AT;
    const to = room < 0 ? room / 2 : Math.min(Math.max(wanted, 0), room);
    this.camera += (to - this.camera) * (1 - Math.exp(-CAMERA_SPEED * seconds));
  }

  /** Draw a run `alpha` of the way from its last state but one to its last, and `after` frames after its end. */
  draw({ run, ghost, alpha, after, still }) {
    const { pen, brush, scale } = this;
    pen.imageSmoothingEnabled = false;
    const left = this.snapped(this.camera);
    pen.setTransform(scale, 0, 0, scale, -left * scale, 0);
    brush.paintSky(pen, left, this.width);
    const { columns, rows } = run.world;
    const first = Math.max(0, floor(left, TILE_SIZE));
    const last = Math.min(columns - 1, floor(left + this.width, TILE_SIZE));
    brush.paintClouds(pen, first - 2, last, columns);
    const now = run.before.frame + (run.state.frame - run.before.frame) * alpha + after;
    this.drawFlag(rows, columns);
    this.drawTiles(run, first, last, still ? Infinity : now);
    this.drawApron(rows, columns);
    this.drawEnemies(run, alpha, first, last);
    if (!still) this.drawEffects(run, now);
    if (ghost) this.drawGhost(ghost, alpha);
    this.drawHero(run, alpha, after, still);
    this.shadeOutside(left, (columns + APRON) * TILE_SIZE);
  }

  /** To whole pixels of the screen: between them, pictures blur at their edges. */
  snapped(x) {
    return Math.round(x * this.scale) / this.scale;
  }

  drawTiles(run, first, last, now) {
    const { rows } = run.world;
    for (let c = first; c <= last; c++) {
      for (let r = 0; r < HEIGHT; r++) {
        let name = this.brush.nameAt(rows, r, c);
        if (name === undefined || name === "enemy") continue;
        const cell = c * STRIDE + r + SKY_ROWS;
        if (run.emptied.has(cell)) {
          if (name === "coin") continue;
          name = "used block";
        }
        const age = ageOf(run.bumps.get(cell) ?? -Infinity, now);
        const lift = age < BUMP_FRAMES ? 5 * Math.sin((Math.PI * age) / BUMP_FRAMES) : 0;
        this.brush.paint(this.pen, name, c * TILE_SIZE, this.snapped(r * TILE_SIZE - lift));
      }
    }
  }

  /** The ground of the last column goes on. */
  drawApron(rows, columns) {
    for (let r = 0; r < HEIGHT; r++) {
      const name = this.brush.nameAt(rows, r, columns - 1);
      for (let c = columns; c < columns + APRON && name?.startsWith("ground"); c++) {
        this.brush.paint(this.pen, name, c * TILE_SIZE, r * TILE_SIZE);
      }
    }
  }

  /** The goal: on the highest floor of the last column that leaves room for the flag above it. */
  drawFlag(rows, columns) {
    const high = this.brush.pictures.get("flag").plain.height;
    const floors = (row, r) => r * TILE_SIZE >= high && this.brush.solid.includes(row[columns - 1]);
    const found = rows.findIndex(floors);
    const bottom = (found < 0 ? HEIGHT : found) * TILE_SIZE;
    this.brush.paint(this.pen, "flag", (columns - 1) * TILE_SIZE, bottom - high);
  }

  drawEnemies(run, alpha, first, last) {
    const { world, state, before } = run;
    for (const sleeper of world.sleepers.slice(state.asleep)) {
      const place = sleeper.left.at(0);
      const column = floor(place[0], world.physics.tile);
      if (column >= first - 1 && column <= last + 1) this.drawWalker("enemy", place, this.beganFlying(world, place));
    }
    for (const { path, since } of state.actors) {
      const to = path.at(state.frame - since);
      if (to === null) continue;
      // Between a frame and itself there is nothing to draw halfway: the run stands still there.
      const from = path.at(Math.max(0, before.frame - since)) ?? to;
      const place = [from[0] + (to[0] - from[0]) * alpha, from[1] + (to[1] - from[1]) * alpha];
      if (path.known === undefined) this.drawBullet(place, path.direction);
      else {
        const name = floor(state.frame - since, 5) % 2 ? "enemy walk" : "enemy";
        this.drawWalker(name, place, from[1] !== to[1] && this.beganFlying(world, path.known[0]));
      }
    }
  }

  beganFlying(world, [x, y]) {
    const tile = world.physics.tile;
    return this.brush.flies(world.rows, floor(y, tile), floor(x, tile));
  }

  drawWalker(name, place, flying) {
    const [x, y] = this.cornerOf(place, TILE_SIZE);
    this.brush.paintEnemy(this.pen, name, x, y, flying);
  }

  drawBullet(place, direction) {
    const [x, y] = this.cornerOf(place, TILE_SIZE);
    this.brush.paint(this.pen, "bullet", x, y, direction > 0);
  }

  /** Where a picture 16 wide and so high is drawn for feet at a place: its last row of pixels is just above it. */
  cornerOf([x, y], high) {
    return [this.snapped(x / PER_PIXEL) - TILE_SIZE / 2, this.snapped((y + 1) / PER_PIXEL) - high];
  }

  drawEffects(run, now) {
    for (const { place, frame, path } of run.stomped) {
      const age = ageOf(frame, now);
      if (age >= SQUASH_FRAMES) continue;
      if (path.known === undefined) this.drawBullet([place[0], place[1] + age * age * 50], path.direction);
      else this.drawWalker("enemy squashed", place, false);
    }
    for (const { column, row, frame } of run.pops) {
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

  drawHero(run, alpha, after, still) {
    const [x, y] = placeOf(run, alpha);
    const ended = run.state.status !== Status.PLAYING;
    const [name, lift] = ended ? this.ending(run, still ? 0 : after) : [heroPicture(run, x), 0];
    const high = this.brush.pictures.get(name).plain.height;
    const corner = this.cornerOf([x * PER_PIXEL, (y - lift) * PER_PIXEL], high);
    this.brush.paint(this.pen, name, ...corner, run.facing < 0);
  }

  /** A run's hero after its end: its picture, and how many pixels it is over its last place. */
  ending(run, after) {
    const { world, state } = run;
    if (state.status === Status.FELL) return ["hero lost", 0];
    if (state.status !== Status.WON) return ["hero lost", after * (5 - 0.35 * after)];
    const { rows, columns, physics } = world;
    let row = Math.max(0, floor(state.y, physics.tile) + 1);
    while (row < HEIGHT && !this.brush.solid.includes(rows[row][columns - 1])) row += 1;
    const drop = (row * physics.tile - 1 - state.y) / PER_PIXEL;
    // In the air at the flag, it first slides down the pole.
    const landed = after - drop / SLIDE_SPEED;
    if (landed < 0) return ["hero jump", -after * SLIDE_SPEED];
    const hop = Math.max(0, 8 - landed / 8) * Math.abs(Math.sin(landed / 4));
    return [hop > 1 ? "hero jump" : "hero stand", hop - drop];
  }

  /** A level narrower than the screen is in its middle; what is beside it is none of it. */
  shadeOutside(left, level) {
    if (level >= this.width) return;
    this.pen.fillStyle = "rgb(43 34 51 / 0.55)";
    this.pen.fillRect(left, 0, -left, LEVEL_HEIGHT);
    this.pen.fillRect(level, 0, left + this.width - level, LEVEL_HEIGHT);
  }
}

/** Frames since one in which something happened; what is drawn halfway to that frame shows it already. */
function ageOf(frame, now) {
  return Math.max(0, now - frame);
}

/** Where a run's hero is, in pixels of the art. */
function placeOf({ before, state }, alpha) {
  return ["x", "y"].map((axis) => (before[axis] + (state[axis] - before[axis]) * alpha) / PER_PIXEL);
}

function heroPicture({ state }, x) {
  if (!state.onGround) return "hero jump";
  if (state.vx === 0) return "hero stand";
  return ["hero walk 1", "hero stand", "hero walk 2", "hero stand"][floor(Math.abs(x), 9) % 4];
}

export { Scene };
