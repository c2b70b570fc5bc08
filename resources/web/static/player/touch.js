// Buttons on touch screens.

import { Key } from "./simulator.js";
import { createElement } from "./dom.js";

/** Buttons to hold with the thumbs. A thumb may slide from one to the next; Run is switched on and off. */
class TouchPad {
  constructor() {
    const button = (name, text, label) =>
      createElement("button", `mp-touch mp-touch-${name}`, { type: "button", tabIndex: -1, "aria-label": label }, text);
    const [left, right] = [button("left", "◀\ufe0e", "Left"), button("right", "▶\ufe0e", "Right")];
    const jump = button("jump", "Jump", "Jump");
    this.runButton = button("run", "Run", "Always run");
    this.runButton.setAttribute("aria-pressed", "false");
    this.bits = new Map([[left, Key.LEFT], [right, Key.RIGHT], [jump, Key.JUMP]]);
    this.element = createElement("div", "mp-pad", {}, createElement("div", "mp-thumb mp-thumb-left", {}, left, right),
      createElement("div", "mp-thumb mp-thumb-right", {}, this.runButton, jump));
    this.pointers = new Map();
    this.running = false;
  }

  get keys() {
    return [...this.pointers.values()].reduce((sum, bit) => sum | bit, this.running ? Key.RUN : 0);
  }

  /** A pointer went down on the pad or moved over it; returns the keys that this pressed. */
  touch(event) {
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("button");
    if (event.type === "pointerdown" && under === this.runButton) this.toggleRun();
    const bit = this.bits.get(under) ?? 0;
    const before = this.pointers.get(event.pointerId) ?? 0;
    this.pointers.set(event.pointerId, bit);
    this.mark();
    return bit & ~before;
  }

  lift(event) {
    if (this.pointers.delete(event.pointerId)) this.mark();
  }

  clear() {
    this.pointers.clear();
    this.mark();
  }

  toggleRun() {
    this.running = !this.running;
    this.runButton.setAttribute("aria-pressed", String(this.running));
  }

  /** Mark the buttons that are held: `:active` applies to one pointer only. */
  mark() {
    for (const [button, bit] of this.bits) button.classList.toggle("mp-held", (this.keys & bit) !== 0);
  }
}

export { TouchPad };
