// The tiles of a level, as resources/tiles.json describes them.

/** Finds the symbols of tiles by their name or by a tag. */
class Tiles {
  /** `tiles` is the list in tiles.json. */
  constructor(tiles) {
    this.all = tiles;
  }

  symbolOf(name) {
    return this.all.find((tile) => tile.name === name).symbol;
  }

  /** The symbols of all tiles with a tag, as one string. */
  symbolsWith(tag) {
    return this.all.filter((tile) => tile.tags.includes(tag)).map((tile) => tile.symbol).join("");
  }
}

export { Tiles };
