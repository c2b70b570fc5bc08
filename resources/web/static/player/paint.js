// Paints tiles and whole levels in the pixel art of resources/art.json. The twin of mariogpt_mcp/level/rendering.py;
// tests/web/test_parity.py compares them pixel by pixel.

import { floorDiv } from "./world.js";

/** Pixels of the art in a tile. */
const TILE_SIZE = 16;

/** The pictures of art.json, and which tile each of them shows. */
class Brush {
  /** `tiles` is a `Tiles`. */
  constructor(art, tiles) {
    this.art = art;
    this.sky = art.sky.map((letter) => art.palette[letter]);
    const shown = tiles.all.filter((tile) => !tile.tags.includes("empty"));
    this.names = new Map(shown.map((tile) => [tile.symbol, tile.name]));
    this.solid = tiles.symbolsWith("solid");
    this.pictures = new Map(
      Object.entries(art.pictures).map(([name, rows]) => [
        name,
        { plain: canvasOf(rows, art.palette), mirrored: canvasOf(mirror(rows), art.palette) },
      ]),
    );
  }

  /** Paint a picture with its top left corner at (x, y). */
  paint(pen, name, x, y, mirrored = false) {
    const picture = this.pictures.get(name);
    pen.drawImage(mirrored ? picture.mirrored : picture.plain, x, y);
  }

  /** The name of a cell's picture, or `undefined` for sky: ground has grass unless ground is above it. */
  pictureOf(rows, r, c) {
    const name = this.names.get(rows[r][c]);
    return name === "ground" && (r === 0 || rows[r - 1][c] !== rows[r][c]) ? "ground top" : name;
  }

  /** Whether an enemy in a cell has wings: it does if the tile below it is not solid. In the bottom row it has none. */
  flies(rows, r, c) {
    return r + 1 < rows.length && !this.solid.includes(rows[r + 1][c]);
  }

  paintEnemy(pen, name, x, y, flying) {
    this.paint(pen, name, x, y);
    if (flying) this.paint(pen, "wings", x - this.art.wings_left, y);
  }

  paintSky(pen, left, width, height) {
    this.sky.forEach((colour, i) => {
      const [top, bottom] = [i, i + 1].map((j) => floorDiv(height * j, this.sky.length));
      pen.fillStyle = colour;
      pen.fillRect(left, top, width, bottom - top);
    });
  }

  /** Paint the clouds that begin in the columns from `first` to `last` of a level with `columns` columns. */
  paintClouds(pen, first, last, columns) {
    const { every, first: firstCloud, top, step, heights } = this.art.clouds;
    for (let c = first; c <= last; c++) {
      if (c % every !== firstCloud || c + 1 >= columns) continue;
      this.paint(pen, "cloud", c * TILE_SIZE, top + step * (floorDiv(c, every) % heights));
    }
  }
}

function mirror(rows) {
  return rows.map((row) => [...row].reverse().join(""));
}

/** A picture's rows of palette letters as a canvas; `.` is transparent. */
function canvasOf(rows, palette) {
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

/** Paint a whole level; the canvas gets its size. */
function paintLevel(canvas, rows, brush) {
  const columns = rows[0].length;
  canvas.width = columns * TILE_SIZE;
  canvas.height = rows.length * TILE_SIZE;
  const pen = canvas.getContext("2d");
  brush.paintSky(pen, 0, canvas.width, canvas.height);
  brush.paintClouds(pen, 0, columns - 1, columns);
  for (let r = 0; r < rows.length; r++) {
    for (let c = 0; c < columns; c++) {
      const name = brush.pictureOf(rows, r, c);
      const [x, y] = [c * TILE_SIZE, r * TILE_SIZE];
      if (name === "enemy") brush.paintEnemy(pen, name, x, y, brush.flies(rows, r, c));
      else if (name !== undefined) brush.paint(pen, name, x, y);
    }
  }
}

export { Brush, TILE_SIZE, paintLevel };
