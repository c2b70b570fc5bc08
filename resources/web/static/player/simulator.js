// Mario's movement, frame by frame, in integers. The twin of mariogpt_mcp/play/simulator.py; tests/web/test_parity.py
// compares them frame by frame.

import { SKY_ROWS, floorDiv } from "./world.js";

const Key = Object.freeze({ LEFT: 1, RIGHT: 2, JUMP: 4, RUN: 8 });

const Status = Object.freeze({ PLAYING: 0, WON: 1, FELL: 2, HIT: 3, LATE: 4 });

/** What is left of a speed, rounded towards zero. */
const slowed = (speed, percent) => (speed >= 0 ? floorDiv(speed * percent, 100) : 0 - floorDiv(-speed * percent, 100));

/** The first state of a run. */
function start(world) {
  const tile = world.physics.tile;
  const [x, y] = world.start ?? [floorDiv(tile, 2), world.height * tile];
  return {
    x, y, vx: 0, vy: 0, jump: 0, onGround: world.start !== null, ready: false, frame: 0,
    actors: [], asleep: 0, stomps: 0, bumped: -1, status: Status.PLAYING,
  };
}

/** The state after one frame with these keys held; a run that is over does not change. */
function advance(world, state, keys) {
  if (state.status !== Status.PLAYING) return state;
  const { physics, solid, stride } = world;
  const { tile, mario, enemy } = physics;
  const half = mario.half_width;
  const tall = mario.height;
  const sky = SKY_ROWS * tile;
  let { x, y, vx, vy, jump, onGround, ready, actors, asleep, stomps, status } = state;
  const frame = state.frame + 1;
  let bumped = -1;

  const jumping = (keys & Key.JUMP) !== 0;
  if (!jumping) {
    jump = 0;
  } else if (onGround && ready) {
    jump = mario.jump_frames;
    vy = -mario.jump_speed * mario.jump_frames;
    onGround = false;
  } else if (jump) {
    vy = -mario.jump_speed * jump;
    jump -= 1;
  }
  ready = onGround && !jumping;
  const push = keys & Key.RUN ? mario.run : mario.walk;
  vx += (keys & Key.RIGHT ? push : 0) - (keys & Key.LEFT ? push : 0);
  if (-mario.smallest_speed < vx && vx < mario.smallest_speed) vx = 0;
  const stood = onGround;
  onGround = false;

  if (vx) {
    let to = x + vx;
    const column = floorDiv(vx > 0 ? to + half : to - half, tile);
    const base = column * stride;
    if (column < 0) {
      to = half;
      vx = 0;
    } else if (
      solid[base + floorDiv(y + sky, tile)] ||
      solid[base + floorDiv(y - floorDiv(tall, 2) + sky, tile)] ||
      solid[base + floorDiv(y - tall + sky, tile)]
    ) {
      to = vx > 0 ? Math.max(x, column * tile - half - 1) : Math.min(x, (column + 1) * tile + half);
      vx = 0;
    }
    x = to;
  }

  const left = floorDiv(x - half, tile) * stride;
  const right = floorDiv(x + half, tile) * stride;
  const falling = vy >= 0;
  if (falling) {
    const last = floorDiv(y + vy + 1 + sky, tile);
    let row = floorDiv(y + 1 + sky, tile);
    while (row <= last && !solid[left + row] && !solid[right + row]) row += 1;
    if (row <= last) {
      y = row * tile - sky - 1;
      vy = 0;
      onGround = true;
    } else {
      y += vy;
    }
  } else {
    const row = floorDiv(y + vy - tall + sky, tile);
    const middle = floorDiv(x, tile) * stride;
    const hit = [middle, left, right].find((base) => solid[base + row]);
    if (hit !== undefined) {
      y = Math.min(y, (row + 1) * tile - sky + tall);
      vy = 0;
      jump = 0;
      bumped = hit + row;
    } else {
      y += vy;
    }
  }
  vy = slowed(vy, mario.fall_percent);
  vx = slowed(vx, mario.inertia_percent);
  if (!onGround) vy += mario.gravity;

  if (x > world.goal) status = Status.WON;
  else if (y > world.lost) status = Status.FELL;
  else if (frame >= physics.clock) status = Status.LATE;

  ({ actors, asleep } = joined(world, state, x, frame));
  const near = touching(world, actors, x, y, frame);
  actors = actors.filter((actor) => remains(world, actor, x, frame));
  if (near.length && status === Status.PLAYING) {
    const under = near.filter(([, feet]) => falling && !stood && y <= feet);
    if (under.length) {
      const stomped = new Set(under.map(([actor]) => actor));
      actors = actors.filter((actor) => !stomped.has(actor));
      stomps += under.length;
      y = lifted(world, x, y, Math.min(...under.map(([, feet]) => feet)) - floorDiv(enemy.height, 2));
      jump = mario.stomp_frames;
      vy = -mario.jump_speed * mario.stomp_frames;
      onGround = false;
    } else {
      status = Status.HIT;
    }
  }
  return { x, y, vx, vy, jump, onGround, ready, frame, actors, asleep, stomps, bumped, status };
}

/** The actors with those that wake up or are fired in this frame, and how many sleepers have woken up. */
function joined(world, state, x, frame) {
  const actors = state.actors.slice();
  let asleep = state.asleep;
  while (asleep < world.sleepers.length && x >= world.sleepers[asleep].wakesAt) {
    const sleeper = world.sleepers[asleep];
    actors.push({ path: sleeper.x > x ? sleeper.left : sleeper.right, since: frame });
    asleep += 1;
  }
  if (frame % world.physics.bullet.every === 0) actors.push(...shots(world, x, frame));
  return { actors, asleep };
}

/** The actors that touch Mario, each as [actor, y of its feet]. */
function touching(world, actors, x, y, frame) {
  const { mario, enemy } = world.physics;
  const near = [];
  for (const actor of actors) {
    const place = actor.path.at(frame - actor.since);
    if (place === null || Math.abs(place[0] - x) >= enemy.reach) continue;
    if (y - mario.height < place[1] && y > place[1] - enemy.height) near.push([actor, place[1]]);
  }
  return near;
}

/** Whether an actor is still in the level and not too far behind Mario. */
function remains(world, actor, x, frame) {
  const place = actor.path.at(frame - actor.since);
  return place !== null && place[0] - x >= -world.physics.enemy.forgotten_behind;
}

/** The bullets that cannons fire in this frame. */
function shots(world, x, frame) {
  return world.cannons
    .filter((c) => c.seesFrom <= x && x <= c.seesTo && Math.abs(c.x - x) > world.physics.bullet.quiet_within)
    .map((c) => ({ path: x < c.x ? c.left : c.right, since: frame }));
}

/** Where Mario's feet are after a stomp: at `to`, unless a solid tile is in the way. */
function lifted(world, x, y, to) {
  const { tile, mario } = world.physics;
  const edge = to < y ? to - mario.height : to;
  const row = floorDiv(edge + SKY_ROWS * tile, tile);
  const blocked = [-mario.half_width, 0, mario.half_width].some(
    (side) => world.solid[floorDiv(x + side, tile) * world.stride + row],
  );
  return blocked ? y : to;
}

export { Key, Status, advance, start };
