// The built-in player: a level to play, or its recorded run to watch, on one canvas.

import { World, floorDiv } from "./world.js";
import { Status } from "./simulator.js";
import { Recording } from "./recording.js";
import { Tiles } from "./tiles.js";
import { Brush, TILE_SIZE } from "./paint.js";
import { Scene } from "./scene.js";
import { Game } from "./game.js";
import { View } from "./view.js";
import { Controls } from "./controls.js";
import { Sounds } from "./sound.js";
import { AnimationLoop, FrameClock } from "./clock.js";

/** Frames between the end of a run and the screen with its outcome. Until then, a jump does not start the next run. */
const OUTCOME_DELAY = 20;

/** Frames after the end of a run in which something still moves. */
const LINGER_FRAMES = 90;

/** The part of the window's height that the canvas may fill, so that the buttons around it stay visible. */
const WINDOW_SHARE = 0.75;

/** In a frame, the part of the screen's height: a host may size the frame by its content, so it is no measure. */
const SCREEN_SHARE = 0.6;

const LOSSES = {
  [Status.FELL]: "fell into a pit",
  [Status.HIT]: "touched an enemy",
  [Status.LATE]: "out of time",
};

/** One level at a time. Its mode is "ready", "playing", "watching", "won" or "lost". */
class Player {
  #mode = "ready";
  #paused = false;
  #watched = false;
  #game = null;
  #ghost = null;
  #recording = null;
  #title = "";
  #framesAfterEnd = 0;
  #clock;
  #loop;

  /** `data` is what `player_data` in mariogpt_mcp/web/templates.py returns. */
  constructor(root, { physics, art, tiles, grid }) {
    this.physics = physics;
    this.tiles = new Tiles(tiles);
    const onCommand = (command) => this.#obey(command);
    this.view = new View(root, onCommand);
    this.controls = new Controls(this.view, () => this.#isListening(), onCommand);
    this.scene = new Scene(this.view.canvas, new Brush(art, this.tiles), grid.height * TILE_SIZE);
    this.sounds = new Sounds();
    this.reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.#clock = new FrameClock(physics.frames_per_second);
    this.#loop = new AnimationLoop((seconds) => this.#animate(seconds));
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.view.stage);
    this.ending = new AbortController();
    const { signal } = this.ending;
    window.addEventListener("resize", () => this.#fit(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.pause(), { signal });
    document.addEventListener("focusin", (event) => this.#onFocus(event.target), { signal });
    this.view.element.hidden = true;
  }

  /** Show the start of a level: the rows of its text, the text of its replay, and its title. */
  load({ rows, replay, title }) {
    const world = new World(rows, this.physics, this.tiles);
    this.#recording = Recording.of(world, replay ?? "");
    this.#title = title || "A level";
    this.view.element.hidden = false;
    const label = `${this.#title}, ${world.columns} columns. Left and right arrows move, Space jumps, Shift runs.`;
    this.view.canvas.setAttribute("aria-label", label);
    this.#reset(world, "ready");
    this.#fit();
  }

  /** Play from the start. */
  play() {
    this.#begin("playing", `Go! The flag is in column ${this.#game?.world.columns}.`);
  }

  /** Replay the recorded run from its start, if there is one. */
  watch() {
    if (this.#recording) this.#begin("watching", "Watching the recorded run.");
  }

  pause() {
    if (!this.#isRunning) return;
    this.#paused = true;
    this.controls.release();
    this.#showMode();
  }

  resume() {
    if (!this.#paused) return;
    this.#paused = false;
    this.#showMode();
    this.#focus();
    this.#loop.start();
  }

  destroy() {
    this.#loop.stop();
    this.sizes.disconnect();
    this.ending.abort();
    this.controls.destroy();
    this.sounds.destroy();
    this.view.element.remove();
  }

  get #state() {
    return this.#game.state;
  }

  get #isRunning() {
    return !this.#paused && (this.#mode === "playing" || this.#mode === "watching");
  }

  /** The player takes the keyboard while the focus is in it, and during a run also while nothing has the focus. */
  #isListening() {
    const focus = document.activeElement;
    const nothingFocused = focus === null || focus === document.body;
    return this.#game !== null && (this.view.element.contains(focus) || (this.#isRunning && nothingFocused));
  }

  #obey(command) {
    if (command === "play") this.play();
    else if (command === "watch") this.watch();
    else if (command === "restart") this.#mode === "watching" ? this.watch() : this.play();
    else if (command === "pause") this.#paused ? this.resume() : this.pause();
    else if (command === "confirm") this.#confirm();
    else if (command === "ghost") this.#placeGhost();
    else if (command === "sound") {
      this.sounds.toggle();
      this.view.buttons.sound.textContent = `Sound: ${this.sounds.on ? "on" : "off"}`;
    }
  }

  /** Pause when the focus moves to something else on the page; a run that is only watched continues. */
  #onFocus(target) {
    if (this.#mode === "playing" && !this.view.element.contains(target)) this.pause();
  }

  /** What Enter or a jump does while the screen is over the canvas. */
  #confirm() {
    if (this.#paused) this.resume();
    else if (!this.#isRunning && !this.view.screen.hidden) this.play();
  }

  #reset(world, mode) {
    this.#game = new Game(world);
    this.#ghost = null;
    this.#mode = mode;
    this.#paused = false;
    this.#framesAfterEnd = 0;
    this.#clock.reset();
    this.scene.follow(this.#game, 1);
    this.#showMode();
  }

  #begin(mode, announcement) {
    if (this.#game === null) return;
    this.#reset(this.#game.world, mode);
    this.#placeGhost();
    this.view.announce(announcement);
    this.#focus();
    this.#loop.start();
  }

  /** Put the ghost where the recorded run is in this frame, or remove it. */
  #placeGhost() {
    const racing = this.#mode === "playing" && this.#recording !== null && this.view.ghost.checked;
    this.#ghost = racing ? new Game(this.#game.world) : null;
    for (let frame = 0; racing && frame < this.#state.frame; frame++) this.#ghost.step(this.#recording.keysIn(frame));
    this.#draw();
  }

  #focus() {
    this.view.focus();
    this.view.area.scrollIntoView({ block: "nearest" });
  }

  #fit() {
    const { view, scene } = this;
    const width = view.stage.clientWidth;
    if (width === 0 || this.#game === null) return;
    const isFramed = window.parent !== window;
    const height = isFramed ? window.screen.availHeight * SCREEN_SHARE : window.innerHeight * WINDOW_SHARE;
    view.element.style.setProperty("--mp-width", `${scene.fit(width, height)}px`);
    scene.follow(this.#game, 1);
    this.#draw();
  }

  /** Show what happened in the last seconds; returns whether something is still moving. */
  #animate(seconds) {
    if (this.#isRunning) this.#simulate(seconds);
    else if (this.#game.isOver) this.#linger(seconds);
    this.scene.follow(this.#game, this.#alpha, seconds);
    this.#draw();
    return this.#isRunning || (this.#game.isOver && this.#framesAfterEnd < LINGER_FRAMES);
  }

  #simulate(seconds) {
    const due = this.#clock.framesDue(seconds);
    for (let i = 0; i < due && !this.#game.isOver; i++) this.#step();
    if (this.#game.isOver) this.#finish();
  }

  #step() {
    const { frame } = this.#state;
    // Taken while watching as well: keys pressed then must not act later.
    const held = this.controls.take();
    const sounds = this.#game.step(this.#mode === "watching" ? this.#recording.keysIn(frame) : held);
    this.#ghost?.step(this.#recording.keysIn(frame));
    for (const sound of sounds) this.sounds.play(sound);
  }

  #linger(seconds) {
    this.#framesAfterEnd += seconds * this.physics.frames_per_second;
    if (this.#framesAfterEnd >= OUTCOME_DELAY && this.view.screen.hidden) this.#showMode();
  }

  #finish() {
    this.#watched = this.#mode === "watching";
    this.#mode = this.#state.status === Status.WON ? "won" : "lost";
    this.view.announce(this.#outcome().join(" "));
  }

  /** How far the picture is between the last two states: see `Scene.draw`. */
  get #alpha() {
    return this.#isRunning || this.#paused ? this.#clock.rest : 1;
  }

  #draw() {
    if (this.#game === null) return;
    this.scene.draw({
      game: this.#game,
      ghost: this.#ghost,
      alpha: this.#alpha,
      framesAfterEnd: this.#framesAfterEnd,
      still: this.reducedMotion.matches,
    });
    this.view.writeFigures({
      time: this.#seconds(this.#state.frame),
      coins: `${this.#game.coins}`,
      stomps: `${this.#state.stomps}`,
      column: `${this.#column} of ${this.#game.world.columns}`,
    });
  }

  /** The column that the hero is in, from 1. */
  get #column() {
    const { columns, physics } = this.#game.world;
    return Math.min(Math.max(floorDiv(this.#state.x, physics.tile) + 1, 1), columns);
  }

  #seconds(frames) {
    return `${(frames / this.physics.frames_per_second).toFixed(1)} s`;
  }

  /** A title and a sentence about how the run ended. */
  #outcome() {
    const time = this.#seconds(this.#state.frame);
    if (this.#mode === "lost") return [`Lost: ${LOSSES[this.#state.status]} at column ${this.#column}.`, ""];
    if (this.#watched) return [`Beaten in ${time}.`, "That was the recorded run. Your turn?"];
    if (!this.#recording) return [`You made it in ${time}.`, ""];
    return [`You made it in ${time}.`, `The ghost took ${this.#seconds(this.#recording.frames)}.`];
  }

  /** Show the screen and the buttons that belong to the mode. */
  #showMode() {
    const { view } = this;
    const withWatch = (text) => (this.#recording ? { watch: text } : {});
    const { play, watch } = view.buttons;
    view.race.hidden = watch.hidden = this.#recording === null;
    play.textContent = this.#mode === "playing" ? "Restart" : "Play";
    if (this.#mode === "ready") {
      view.showScreen(this.#title, "Reach the flag.", { play: "Play", ...withWatch("Watch it being beaten") });
    } else if (this.#paused) view.showScreen("Paused", "", { pause: "Resume" });
    else if (this.#isRunning) view.hideScreen();
    else view.showScreen(...this.#outcome(), { play: this.#watched ? "Play" : "Play again", ...withWatch("Watch") });
  }
}

export { Player };
