// Keyboard, touch and gamepad: which of the simulator's keys are held, and the commands given.

import { Key } from "./simulator.js";

/** By position on the keyboard, not by letter, so that WASD are together on every layout. */
const KEYBOARD = {
  ArrowLeft: Key.LEFT, KeyA: Key.LEFT, ArrowRight: Key.RIGHT, KeyD: Key.RIGHT,
  Space: Key.JUMP, ArrowUp: Key.JUMP, KeyW: Key.JUMP, KeyZ: Key.JUMP, KeyK: Key.JUMP,
  ShiftLeft: Key.RUN, ShiftRight: Key.RUN, KeyX: Key.RUN, KeyJ: Key.RUN,
  // They do nothing, but without this they would scroll the page.
  ArrowDown: 0, KeyS: 0,
};

/** By letter, as the help under the canvas names them. */
const COMMANDS = { enter: "confirm", r: "restart", p: "pause", m: "sound" };

/** Buttons of a gamepad with the standard mapping. */
const GAMEPAD = { left: [14], right: [15], jump: [0, 1], run: [2, 3, 4, 5, 6, 7], start: 9, stick: 0.4 };

/** Collects the keys that are held, and passes on the commands confirm, restart, pause and sound. */
class Controls {
  /** `isListening()` says whether the keyboard belongs to the player now; `onCommand` takes a command. */
  constructor(view, isListening, onCommand) {
    Object.assign(this, { view, isListening, onCommand });
    this.held = new Set();
    this.tapped = 0;
    this.gamepad = 0;
    this.polling = 0;
    this.starting = false;
    this.ending = new AbortController();
    const on = (target, types, handler) => {
      for (const type of types) target.addEventListener(type, handler, { signal: this.ending.signal });
    };
    on(window, ["keydown"], (event) => this.press(event));
    on(window, ["keyup"], (event) => this.held.delete(event.code));
    on(window, ["blur"], () => this.release());
    on(window, ["gamepadconnected"], () => (this.polling ||= requestAnimationFrame(() => this.poll())));
    this.watchTouches(on);
  }

  watchTouches(on) {
    const { pad, element } = this.view;
    const show = () => element.classList.add("mp-touched");
    if (window.matchMedia("(pointer: coarse)").matches) show();
    on(element, ["pointerdown"], (event) => event.pointerType === "touch" && show());
    on(pad.element, ["pointerdown"], (event) => {
      event.preventDefault();
      this.tap(pad.touch(event));
    });
    on(pad.element, ["pointermove"], (event) => event.buttons && this.tap(pad.touch(event)));
    on(window, ["pointerup", "pointercancel"], (event) => pad.lift(event));
    on(pad.element, ["contextmenu"], (event) => event.preventDefault());
    // Assistive technology clicks without a pointer; clicks with one were handled as pointer events.
    on(pad.runButton, ["click"], (event) => event.detail === 0 && pad.toggleRun());
  }

  /** The keys held now, and those pressed since the last call, even if they were released again. */
  take() {
    let keys = this.tapped | this.gamepad | this.view.pad.keys;
    for (const code of this.held) keys |= KEYBOARD[code];
    this.tapped = 0;
    return keys;
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.isListening() || isTyping(event.target)) return;
    if (["Space", "Enter", "NumpadEnter"].includes(event.code) && isPressable(event.target)) return;
    const bit = KEYBOARD[event.code];
    const command = COMMANDS[event.key.toLowerCase()];
    if (bit === undefined && command === undefined) return;
    event.preventDefault();
    if (event.repeat) return;
    if (bit === undefined) return this.onCommand(command);
    this.held.add(event.code);
    this.tap(bit);
  }

  tap(bit) {
    this.tapped |= bit;
    if (bit & Key.JUMP) this.onCommand("confirm");
  }

  release() {
    this.held.clear();
    this.tapped = 0;
    this.view.pad.clear();
  }

  poll() {
    const pads = gamepads();
    const isDown = (i) => pads.some((pad) => pad.buttons[i]?.pressed);
    const leans = (way) => pads.some((pad) => (pad.axes[0] ?? 0) * way > GAMEPAD.stick);
    const start = isDown(GAMEPAD.start);
    const keys =
      (GAMEPAD.left.some(isDown) || leans(-1) ? Key.LEFT : 0) |
      (GAMEPAD.right.some(isDown) || leans(1) ? Key.RIGHT : 0) |
      (GAMEPAD.jump.some(isDown) ? Key.JUMP : 0) |
      (GAMEPAD.run.some(isDown) ? Key.RUN : 0);
    const pressed = keys & ~this.gamepad;
    this.gamepad = keys;
    this.tap(pressed);
    if (start && !this.starting) this.onCommand("restart");
    this.starting = start;
    this.polling = pads.length ? requestAnimationFrame(() => this.poll()) : 0;
  }

  destroy() {
    this.ending.abort();
    cancelAnimationFrame(this.polling);
  }
}

/** The connected gamepads; none in a frame that is not permitted to use them, where the call throws. */
function gamepads() {
  try {
    return [...navigator.getGamepads()].filter((pad) => pad?.mapping === "standard");
  } catch {
    return [];
  }
}

/** Whether an element takes keys as text, or to move through its options. */
function isTyping(target) {
  if (target.matches?.("input")) return !["checkbox", "button", "submit", "reset"].includes(target.type);
  return target.isContentEditable || target.matches?.("textarea, select, audio, video") || false;
}

/** Whether Space or Enter activates an element. */
function isPressable(target) {
  return target.closest?.("button, a[href], summary, label, input, [role=button]") !== null;
}

export { Controls };
