// A level as the simulator sees it; the twin of mariogpt_mcp/play/world.py, which it must agree with frame for frame.

const SKY_ROWS = 16;
const HEIGHT = 14;
const STRIDE = SKY_ROWS + HEIGHT + 6;

/** Floor division, as Python's. */
const floor = (a, b) => Math.floor(a / b);

/** The path of an enemy: it falls, walks, turns at walls, walks off cliffs and out of the level. */
class Walk {
  constructor(world, x, y, direction) {
    this.world = world;
    this.speed = direction * world.physics.enemy.speed;
    this.fall = 0;
    this.known = [[x, y]];
  }

  at(age) {
    const known = this.known;
    while (known.length <= age) {
      const last = known[known.length - 1];
      if (last === null) return null;
      this.walk(last[0], last[1]);
    }
    return known[age];
  }

  walk(x, y) {
    const { physics, columns } = this.world;
    const { tile, enemy } = physics;
    const to = x + this.speed;
    const lead = to + (this.speed > 0 ? enemy.half_width : -enemy.half_width);
    const blocked =
      this.isSolid(lead, y) ||
      this.isSolid(lead, y - floor(enemy.height, 2)) ||
      this.isSolid(lead, y - enemy.height);
    if (blocked) this.speed = -this.speed;
    else x = to;
    let landed = false;
    const last = floor(y + this.fall + 1, tile);
    for (let row = floor(y + 1, tile); row <= last; row++) {
      const edge = row * tile;
      if (this.isSolid(x - enemy.half_width, edge) || this.isSolid(x + enemy.half_width, edge)) {
        y = edge - 1;
        this.fall = 0;
        landed = true;
        break;
      }
    }
    if (!landed) {
      y += this.fall;
      this.fall = floor(this.fall * enemy.fall_percent, 100) + enemy.gravity;
    }
    const inside = y <= this.world.lost && -tile <= x && x <= (columns + 1) * tile;
    this.known.push(inside ? [x, y] : null);
  }

  isSolid(x, y) {
    const { solid, columns, physics } = this.world;
    const column = Math.min(Math.max(floor(x, physics.tile), 0), columns - 1);
    return solid[column * STRIDE + floor(y, physics.tile) + SKY_ROWS];
  }
}

/** The path of a bullet: straight on, through everything. */
class Flight {
  constructor(x, y, direction, speed) {
    Object.assign(this, { x, y, direction, speed });
  }

  at(age) {
    return [this.x + this.direction * this.speed * age, this.y];
  }
}

/** What a run needs to know of a level: `rows` are its 14 lines of text, the top one first. */
class World {
  constructor(rows, physics, solidTiles) {
    const tile = physics.tile;
    this.rows = rows;
    this.physics = physics;
    this.columns = rows[0].length;
    this.solid = new Uint8Array(this.columns * STRIDE);
    this.goal = (this.columns - 1) * tile;
    this.lost = HEIGHT * tile + physics.lost_below;
    for (let c = 0; c < this.columns; c++) {
      for (let r = 0; r < HEIGHT; r++) {
        this.solid[c * STRIDE + SKY_ROWS + r] = solidTiles.includes(rows[r][c]) ? 1 : 0;
      }
    }
    const standing = this.lowestFloor();
    this.start = standing === null ? null : [floor(tile, 2), standing * tile - 1];
    this.sleepers = this.places("E").map(([c, x, y]) => ({
      wakesAt: this.seenFrom(c),
      x,
      left: new Walk(this, x, y, -1),
      right: new Walk(this, x, y, 1),
    }));
    this.cannons = this.places("B").map(([c, x, y]) => this.cannon(c, x, y));
  }

  lowestFloor() {
    for (let r = HEIGHT - 1; r >= 0; r--) {
      if (this.solid[SKY_ROWS + r] && !(r > 0 && this.solid[SKY_ROWS + r - 1])) return r;
    }
    return null;
  }

  /** [column, x, y] of each tile with a symbol: column by column from the left, each from its bottom. */
  places(symbol) {
    const tile = this.physics.tile;
    const found = [];
    for (let c = 0; c < this.columns; c++) {
      for (let r = HEIGHT - 1; r >= 0; r--) {
        if (this.rows[r][c] === symbol) found.push([c, c * tile + floor(tile, 2), (r + 1) * tile - 1]);
      }
    }
    return found;
  }

  cannon(c, x, y) {
    const { tile, screen_columns: screen, enemy, bullet } = this.physics;
    const atEnd = c >= this.columns - screen - 1;
    const behind = (c + 1 + floor(screen, 2)) * tile + enemy.wakes_beyond_screen;
    return {
      x,
      seesFrom: this.seenFrom(c),
      seesTo: atEnd ? this.columns * tile : behind,
      left: new Flight(x + floor(-tile, 2), y, -1, bullet.speed),
      right: new Flight(x + floor(tile, 2), y, 1, bullet.speed),
    };
  }

  /** The x of Mario from which a column is within one of the screen. */
  seenFrom(column) {
    const { tile, screen_columns, enemy } = this.physics;
    const screen = screen_columns * tile;
    if (column * tile <= screen + enemy.wakes_beyond_screen) return 0;
    return column * tile - floor(screen, 2) - enemy.wakes_beyond_screen;
  }
}

export { HEIGHT, SKY_ROWS, STRIDE, World, floor };
