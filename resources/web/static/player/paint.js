// Draws tiles and whole levels in the pixel art of art.json.

import { HEIGHT, floor } from "./world.js";

const TILE_SIZE = 16;
const LEVEL_HEIGHT = HEIGHT * TILE_SIZE;
const CLOUD_EVERY = 17;
const WING = 5;

/** The pictures of art.json, and which of them shows which tile. */
class Brush {
  /** `tiles` is the list of tiles.json. */
  constructor(art, tiles) {
    this.sky = art.sky.map((letter) => art.palette[letter]);
    this.names = new Map(tiles.filter((t) => !t.tags.includes("empty")).map((t) => [t.symbol, t.name]));
    this.solid = tiles.filter((t) => t.tags.includes("solid")).map((t) => t.symbol).join("");
    this.pictures = new Map(
      Object.entries(art.pictures).map(([name, rows]) => [
        name,
        { plain: picture(rows, art.palette), mirrored: picture(mirror(rows), art.palette) },
      ]),
    );
  }

  paint(pen, name, x, y, mirrored = false) {
    const { plain, mirrored: other } = this.pictures.get(name);
    pen.drawImage(mirrored ? other : plain, x, y);
  }

  /** The picture of a cell, or `undefined` for sky: ground has grass where no ground is above it. */
  nameAt(rows, r, c) {
    const name = this.names.get(rows[r][c]);
    return name === "ground" && (r === 0 || rows[r - 1][c] !== rows[r][c]) ? "ground top" : name;
  }

  /** Whether an enemy in a cell has wings: nothing holds it up. The bottom row is above nothing, and has none. */
  flies(rows, r, c) {
    return r + 1 < HEIGHT && !this.solid.includes(rows[r + 1][c]);
  }

  paintEnemy(pen, name, x, y, flying) {
    this.paint(pen, name, x, y);
    if (flying) this.paint(pen, "wings", x - WING, y);
  }

  paintSky(pen, left, width) {
    this.sky.forEach((colour, i) => {
      const [top, bottom] = [i, i + 1].map((j) => floor(LEVEL_HEIGHT * j, this.sky.length));
      pen.fillStyle = colour;
      pen.fillRect(left, top, width, bottom - top);
    });
  }

  /** The clouds that begin in the columns from `first` up to `last`, in a level of so many columns. */
  paintClouds(pen, first, last, columns) {
    for (let c = first; c <= last; c++) {
      if (c % CLOUD_EVERY !== 5 || c + 1 >= columns) continue;
      this.paint(pen, "cloud", c * TILE_SIZE, 12 + 16 * (floor(c, CLOUD_EVERY) % 3));
    }
  }
}

function mirror(rows) {
  return rows.map((row) => [...row].reverse().join(""));
}

function picture(rows, palette) {
  const canvas = document.createElement("canvas");
  canvas.width = rows[0].length;
  canvas.height = rows.length;
  const pen = canvas.getContext("2d");
  rows.forEach((row, y) => {
    [...row].forEach((letter, x) => {
      if (letter === ".") return;
      pen.fillStyle = palette[letter];
      pen.fillRect(x, y, 1, 1);
    });
  });
  return canvas;
}

/** Draw a whole level, 16 pixels a tile; the canvas takes its size. */
function paintLevel(canvas, rows, brush) {
  const columns = rows[0].length;
  canvas.width = columns * TILE_SIZE;
  canvas.height = LEVEL_HEIGHT;
  const pen = canvas.getContext("2d");
  brush.paintSky(pen, 0, canvas.width);
  brush.paintClouds(pen, 0, columns - 1, columns);
  for (let r = 0; r < HEIGHT; r++) {
    for (let c = 0; c < columns; c++) {
      const name = brush.nameAt(rows, r, c);
      const [x, y] = [c * TILE_SIZE, r * TILE_SIZE];
      if (name === "enemy") brush.paintEnemy(pen, name, x, y, brush.flies(rows, r, c));
      else if (name !== undefined) brush.paint(pen, name, x, y);
    }
  }
}

export { Brush, LEVEL_HEIGHT, TILE_SIZE, paintLevel };
