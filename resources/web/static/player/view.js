// The player's elements on the page.

import { piece } from "./dom.js";
import { TouchPad } from "./touch.js";

const HELP = [
  ["← →", "or", "A D", "move"],
  ["Space", "or", "↑ W Z K", "jump"],
  ["Shift", "or", "X J", "run"],
  ["R", "restart"],
  ["P", "pause"],
  ["M", "sound"],
];

/** The player's elements. `obey` is told the command of a button: play, watch, pause, sound or ghost. */
class Panel {
  constructor(root, obey) {
    const button = (command, text) =>
      piece("button", `mp-button mp-${command}`, { type: "button", onclick: () => obey(command) }, text);
    this.canvas = piece("canvas", "mp-canvas", { tabIndex: 0, role: "application" });
    this.figures = Object.fromEntries(
      ["Time", "Coins", "Stomps", "Column"].map((name) => [name.toLowerCase(), piece("dd", "mp-figure")]),
    );
    const figures = Object.entries(this.figures).map(([name, figure]) =>
      piece("div", `mp-${name}`, {}, piece("dt", "mp-label", {}, name), figure),
    );
    this.title = piece("p", "mp-title");
    this.detail = piece("p", "mp-detail");
    this.choices = { play: button("play", "Play"), watch: button("watch", "Watch"), pause: button("pause", "Resume") };
    const card = piece("div", "mp-card", {}, this.title, this.detail,
      piece("div", "mp-choices", {}, this.choices.pause, this.choices.play, this.choices.watch));
    this.screen = piece("div", "mp-screen", {}, card);
    this.stage = piece("div", "mp-stage", {}, this.canvas, this.screen);
    this.pad = new TouchPad();
    this.buttons = {
      play: button("play", "Restart"), watch: button("watch", "Watch"),
      pause: button("pause", "Pause"), sound: button("sound", "Sound: off"),
    };
    this.buttons.watch.setAttribute("aria-label", "Watch it being beaten");
    this.ghost = piece("input", "mp-check", { type: "checkbox", checked: true, onchange: () => obey("ghost") });
    this.race = piece("label", "mp-race", {}, this.ghost, "Race the ghost");
    const { play, watch, pause, sound } = this.buttons;
    this.running = piece("span", "mp-running", {}, play, watch, pause);
    this.bar = piece("div", "mp-bar", {}, sound, this.race, this.running);
    this.live = piece("p", "mp-live", { "aria-live": "polite" });
    this.area = piece("div", "mp-area", {}, this.stage, this.pad.element);
    const above = piece("dl", "mp-figures", {}, ...figures);
    this.element = piece("div", "mp", {}, above, this.area, this.bar, help(), this.live);
    root.append(this.element);
  }

  /** Write the figures over the canvas; an unchanged text is left alone, as every write costs a layout. */
  write(texts) {
    for (const [name, text] of Object.entries(texts)) {
      if (this.figures[name].textContent !== text) this.figures[name].textContent = text;
    }
  }

  /** Show the screen over the canvas with some of its buttons, given with their texts; they stand in for the bar's. */
  ask(title, detail, choices) {
    this.title.textContent = title;
    this.detail.textContent = detail;
    for (const [command, chosen] of Object.entries(this.choices)) {
      chosen.hidden = !(command in choices);
      chosen.textContent = choices[command] ?? "";
    }
    this.uncover(false);
  }

  /** Take the screen off the canvas, or put it on. */
  uncover(isFree = true) {
    this.screen.hidden = isFree;
    // They keep their room: what lies below must not move away under a pointer that is pressed on it.
    this.running.classList.toggle("mp-away", !isFree);
    // A button that is hidden while it has the focus takes the keyboard with it.
    if (this.element.contains(document.activeElement) && document.activeElement.closest("[hidden], .mp-away")) this.focus();
  }

  focus() {
    this.canvas.focus({ preventScroll: true });
  }

  say(text) {
    this.live.textContent = text;
  }
}

function help() {
  const keys = HELP.map((words) => {
    const meaning = words.at(-1);
    const names = words.slice(0, -1).flatMap((word) =>
      word === "or" ? ["or "] : word.split(" ").flatMap((key) => [piece("kbd", "mp-key", {}, key), " "]),
    );
    return piece("span", "mp-hint", {}, ...names, meaning);
  });
  return piece("p", "mp-help", {}, ...keys);
}

export { Panel };
