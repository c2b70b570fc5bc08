// A level as the simulator sees it. The twin of mariogpt_mcp/play/world.py; tests/web/test_parity.py compares them.

/** Free rows above a level. No jump reaches higher. */
const SKY_ROWS = 16;
const ROWS_BELOW = 6;

/** Floor division, as Python's `//`. */
const floorDiv = (a, b) => Math.floor(a / b);

/** The path of an enemy: it falls, walks, turns at walls, and walks off cliffs and out of the level. */
class Walk {
  constructor(world, x, y, direction) {
    this.world = world;
    this.speed = direction * world.physics.enemy.speed;
    this.fall = 0;
    this.known = [[x, y]];
  }

  /** [x, y] at an age in frames; `null` once it has left the level. */
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
      this.isSolid(lead, y - floorDiv(enemy.height, 2)) ||
      this.isSolid(lead, y - enemy.height);
    if (blocked) this.speed = -this.speed;
    else x = to;
    let landed = false;
    const last = floorDiv(y + this.fall + 1, tile);
    for (let row = floorDiv(y + 1, tile); row <= last; row++) {
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
      this.fall = floorDiv(this.fall * enemy.fall_percent, 100) + enemy.gravity;
    }
    const inside = y <= this.world.lost && -tile <= x && x <= (columns + 1) * tile;
    this.known.push(inside ? [x, y] : null);
  }

  isSolid(x, y) {
    const { solid, columns, stride, physics } = this.world;
    const column = Math.min(Math.max(floorDiv(x, physics.tile), 0), columns - 1);
    return solid[column * stride + floorDiv(y, physics.tile) + SKY_ROWS];
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

/**
 * What a run needs to know of a level.
 *
 * `solid` has a byte for each cell: column by column, `stride` cells each, with the top row of the level at `SKY_ROWS`.
 */
class World {
  /** `rows` are the lines of the level's text, top row first; `tiles` is a `Tiles`. */
  constructor(rows, physics, tiles) {
    const tile = physics.tile;
    this.rows = rows;
    this.physics = physics;
    this.tiles = tiles;
    this.height = rows.length;
    this.columns = rows[0].length;
    this.stride = SKY_ROWS + this.height + ROWS_BELOW;
    this.solid = new Uint8Array(this.columns * this.stride);
    this.goal = (this.columns - 1) * tile;
    this.lost = this.height * tile + physics.lost_below;
    const solidSymbols = tiles.symbolsWith("solid");
    for (let c = 0; c < this.columns; c++) {
      for (let r = 0; r < this.height; r++) {
        this.solid[this.cellAt(c, r)] = solidSymbols.includes(rows[r][c]) ? 1 : 0;
      }
    }
    const floor = this.lowestFloor();
    this.start = floor === null ? null : [floorDiv(tile, 2), floor * tile - 1];
    this.sleepers = this.places("enemy").map(([c, x, y]) => ({
      wakesAt: this.seenFrom(c),
      x,
      left: new Walk(this, x, y, -1),
      right: new Walk(this, x, y, 1),
    }));
    this.cannons = this.places("cannon").map(([c, x, y]) => this.cannon(c, x, y));
  }

  /** The index of a cell in `solid`. */
  cellAt(column, row) {
    return column * this.stride + row + SKY_ROWS;
  }

  columnOf(cell) {
    return floorDiv(cell, this.stride);
  }

  rowOf(cell) {
    return (cell % this.stride) - SKY_ROWS;
  }

  /** The row of the first column's lowest solid tile with a free one above it; `null` if there is none. */
  lowestFloor() {
    for (let r = this.height - 1; r >= 0; r--) {
      if (this.solid[this.cellAt(0, r)] && !(r > 0 && this.solid[this.cellAt(0, r - 1)])) return r;
    }
    return null;
  }

  /** [column, x, y] of each tile with a name: column by column from the left, each from its bottom. */
  places(name) {
    const symbol = this.tiles.symbolOf(name);
    const tile = this.physics.tile;
    const found = [];
    for (let c = 0; c < this.columns; c++) {
      for (let r = this.height - 1; r >= 0; r--) {
        if (this.rows[r][c] === symbol) found.push([c, c * tile + floorDiv(tile, 2), (r + 1) * tile - 1]);
      }
    }
    return found;
  }

  cannon(c, x, y) {
    const { tile, screen_columns: screen, enemy, bullet } = this.physics;
    const atEnd = c >= this.columns - screen - 1;
    const behind = (c + 1 + floorDiv(screen, 2)) * tile + enemy.wakes_beyond_screen;
    return {
      x,
      seesFrom: this.seenFrom(c),
      seesTo: atEnd ? this.columns * tile : behind,
      left: new Flight(x + floorDiv(-tile, 2), y, -1, bullet.speed),
      right: new Flight(x + floorDiv(tile, 2), y, 1, bullet.speed),
    };
  }

  /** The x of Mario from which a column is near enough to the screen for an enemy in it to wake up. */
  seenFrom(column) {
    const { tile, screen_columns, enemy } = this.physics;
    const screen = screen_columns * tile;
    if (column * tile <= screen + enemy.wakes_beyond_screen) return 0;
    return column * tile - floorDiv(screen, 2) - enemy.wakes_beyond_screen;
  }
}

export { SKY_ROWS, World, floorDiv };
