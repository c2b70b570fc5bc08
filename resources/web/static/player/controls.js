// Keyboard, touch and gamepad as keys held and as commands.

import { Key } from "./simulator.js";

/** By place on the keyboard, not by letter: WASD lie together on every layout. */
const KEYBOARD = {
  ArrowLeft: Key.LEFT, KeyA: Key.LEFT, ArrowRight: Key.RIGHT, KeyD: Key.RIGHT,
  Space: Key.JUMP, ArrowUp: Key.JUMP, KeyW: Key.JUMP, KeyZ: Key.JUMP, KeyK: Key.JUMP,
  ShiftLeft: Key.RUN, ShiftRight: Key.RUN, KeyX: Key.RUN, KeyJ: Key.RUN,
  // They mean nothing here, but would scroll the page or leave the hand's place.
  ArrowDown: 0, KeyS: 0,
};

/** By letter: these are read from the help under the canvas. */
const COMMANDS = { enter: "confirm", r: "restart", p: "pause", m: "sound" };

/** Buttons of a gamepad with the standard mapping. */
const GAMEPAD = { left: [14], right: [15], jump: [0, 1], run: [2, 3, 4, 5, 6, 7], start: 9, stick: 0.4 };

/** Turns what is pressed into the simulator's keys, and into commands: confirm, restart, pause and sound. */
class Controls {
  /** `listening()` says whether the keyboard is the player's now, `obey` takes a command. */
  constructor(panel, listening, obey) {
    Object.assign(this, { panel, listening, obey });
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
    const { pad, element } = this.panel;
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
    // A click without a pointer is from assistive technology; all others have been seen as pointers.
    on(pad.runButton, ["click"], (event) => event.detail === 0 && pad.toggleRun());
  }

  /** The keys held, and those tapped since they were last asked for, which may be up again by now. */
  take() {
    let keys = this.tapped | this.gamepad | this.panel.pad.keys;
    for (const code of this.held) keys |= KEYBOARD[code];
    this.tapped = 0;
    return keys;
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.listening() || isTyping(event.target)) return;
    if (["Space", "Enter", "NumpadEnter"].includes(event.code) && isPressable(event.target)) return;
    const bit = KEYBOARD[event.code];
    const command = COMMANDS[event.key.toLowerCase()];
    if (bit === undefined && command === undefined) return;
    event.preventDefault();
    if (event.repeat) return;
    if (bit === undefined) return this.obey(command);
    this.held.add(event.code);
    this.tap(bit);
  }

  tap(bit) {
    this.tapped |= bit;
    if (bit & Key.JUMP) this.obey("confirm");
  }

  release() {
    this.held.clear();
    this.tapped = 0;
    this.panel.pad.clear();
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
    if (start && !this.starting) this.obey("restart");
    this.starting = start;
    this.polling = pads.length ? requestAnimationFrame(() => this.poll()) : 0;
  }

  destroy() {
    this.ending.abort();
    cancelAnimationFrame(this.polling);
  }
}

/** The gamepads there are; a frame without the permission for them throws when asked. */
function gamepads() {
  try {
    return [...navigator.getGamepads()].filter((pad) => pad?.mapping === "standard");
  } catch {
    return [];
  }
}

/** Whether keys are text for an element of the page, or move through its choices. */
function isTyping(target) {
  if (target.matches?.("input")) return !["checkbox", "button", "submit", "reset"].includes(target.type);
  return target.isContentEditable || target.matches?.("textarea, select, audio, video") || false;
}

/** Whether Space or Enter on an element press it. */
function isPressable(target) {
  return target.closest?.("button, a[href], summary, label, input, [role=button]") !== null;
}

export { Controls };
