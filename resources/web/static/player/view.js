// The elements of the player on the page.

import { createElement } from "./dom.js";
import { TouchPad } from "./touch.js";

const HELP = [
  ["← →", "or", "A D", "move"],
  ["Space", "or", "↑ W Z K", "jump"],
  ["Shift", "or", "X J", "run"],
  ["R", "restart"],
  ["P", "pause"],
  ["M", "sound"],
];

/** The elements of the player: the canvas, a screen over it with a title and buttons, figures, buttons and help. */
class View {
  /** `onCommand` takes the command of a button: play, watch, pause, sound or ghost. */
  constructor(root, onCommand) {
    const button = (command, text) =>
      createElement("button", `mp-button mp-${command}`, { type: "button", onclick: () => onCommand(command) }, text);
    this.canvas = createElement("canvas", "mp-canvas", { tabIndex: 0, role: "application" });
    this.figures = Object.fromEntries(
      ["Time", "Coins", "Stomps", "Column"].map((name) => [name.toLowerCase(), createElement("dd", "mp-figure")]),
    );
    const figures = Object.entries(this.figures).map(([name, figure]) =>
      createElement("div", `mp-${name}`, {}, createElement("dt", "mp-label", {}, name), figure),
    );
    this.title = createElement("p", "mp-title");
    this.detail = createElement("p", "mp-detail");
    this.choices = { play: button("play", "Play"), watch: button("watch", "Watch"), pause: button("pause", "Resume") };
    const card = createElement("div", "mp-card", {}, this.title, this.detail,
      createElement("div", "mp-choices", {}, this.choices.pause, this.choices.play, this.choices.watch));
    this.screen = createElement("div", "mp-screen", {}, card);
    this.stage = createElement("div", "mp-stage", {}, this.canvas, this.screen);
    this.pad = new TouchPad();
    this.buttons = {
      play: button("play", "Restart"), watch: button("watch", "Watch"),
      pause: button("pause", "Pause"), sound: button("sound", "Sound: off"),
    };
    this.buttons.watch.setAttribute("aria-label", "Watch it being beaten");
    const onchange = () => onCommand("ghost");
    this.ghost = createElement("input", "mp-check", { type: "checkbox", checked: true, onchange });
    this.race = createElement("label", "mp-race", {}, this.ghost, "Race the ghost");
    const { play, watch, pause, sound } = this.buttons;
    this.running = createElement("span", "mp-running", {}, play, watch, pause);
    this.bar = createElement("div", "mp-bar", {}, sound, this.race, this.running);
    this.live = createElement("p", "mp-live", { "aria-live": "polite" });
    this.area = createElement("div", "mp-area", {}, this.stage, this.pad.element);
    const above = createElement("dl", "mp-figures", {}, ...figures);
    this.element = createElement("div", "mp", {}, above, this.area, this.bar, help(), this.live);
    root.append(this.element);
  }

  /** Write the figures above the canvas. Unchanged texts are not written again: each write costs a layout. */
  writeFigures(texts) {
    for (const [name, text] of Object.entries(texts)) {
      if (this.figures[name].textContent !== text) this.figures[name].textContent = text;
    }
  }

  /** Show the screen over the canvas. `choices` are its buttons: commands with their texts. */
  showScreen(title, detail, choices) {
    this.title.textContent = title;
    this.detail.textContent = detail;
    for (const [command, chosen] of Object.entries(this.choices)) {
      chosen.hidden = !(command in choices);
      chosen.textContent = choices[command] ?? "";
    }
    this.#setScreenHidden(false);
  }

  hideScreen() {
    this.#setScreenHidden(true);
  }

  #setScreenHidden(isHidden) {
    this.screen.hidden = isHidden;
    // The buttons below keep their space, so that nothing moves away from under a pointer.
    this.running.classList.toggle("mp-away", !isHidden);
    // Hiding the button that has the focus would take the keyboard away from the player.
    const focus = document.activeElement;
    if (this.element.contains(focus) && focus.closest("[hidden], .mp-away")) this.focus();
  }

  focus() {
    this.canvas.focus({ preventScroll: true });
  }

  /** Have a screen reader say a text. */
  announce(text) {
    this.live.textContent = text;
  }
}

function help() {
  const keys = HELP.map((words) => {
    const meaning = words.at(-1);
    const names = words.slice(0, -1).flatMap((word) =>
      word === "or" ? ["or "] : word.split(" ").flatMap((key) => [createElement("kbd", "mp-key", {}, key), " "]),
    );
    return createElement("span", "mp-hint", {}, ...names, meaning);
  });
  return createElement("p", "mp-help", {}, ...keys);
}

export { View };
