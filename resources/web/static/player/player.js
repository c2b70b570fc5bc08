// The built-in player: a level to play by oneself, or its recorded run to watch, on one canvas.

import { World, floor } from "./world.js";
import { Status, advance, start } from "./simulator.js";
import { parseReplay } from "./replay.js";
import { Brush } from "./paint.js";
import { Scene } from "./scene.js";
import { Run } from "./game.js";
import { Panel } from "./view.js";
import { Controls } from "./controls.js";
import { Sounds } from "./sound.js";

/** Steps made up for after a stall; more would be a jump that nobody could have reacted to. */
const MOST_STEPS = 4;

/** Frames that the end of a run is shown before the screen over it, and until then no jump starts the next one. */
const PAUSE_FRAMES = 20;

/** Frames after which nothing moves any more once a run is over. */
const LINGER_FRAMES = 90;

/** The part of the window's height that the canvas may fill, so that the buttons around it stay in view. */
const WINDOW_SHARE = 0.75;

/** The part of the screen's in a frame, which may be as high as what is in it and is no measure then. */
const SCREEN_SHARE = 0.6;

const LOSSES = {
  [Status.FELL]: "fell into a pit",
  [Status.HIT]: "touched an enemy",
  [Status.LATE]: "out of time",
};

/** A level's recorded run: its keys and its frames; `null` if the text is no replay that beats this level. */
function certificateOf(world, text) {
  const replay = parseReplay(text ?? "");
  if (replay === null || replay.physics !== world.physics.version) return null;
  let state = start(world);
  for (const keys of replay.keys) state = advance(world, state, keys);
  return state.status === Status.WON ? { keys: replay.keys, frames: state.frame } : null;
}

class Player {
  onfinish = null;
  #mode = "ready";
  #paused = false;
  #watched = false;
  #run = null;
  #ghost = null;
  #certificate = null;
  #title = "";
  #after = 0;
  #lag = 0;
  #last = 0;
  #ticket = 0;

  /** `data` holds the parsed physics.json, art.json and the `tiles` of tiles.json. */
  constructor(root, { physics, art, tiles }) {
    this.physics = physics;
    this.brush = new Brush(art, tiles);
    const obey = (command) => this.#obey(command);
    this.panel = new Panel(root, obey);
    this.controls = new Controls(this.panel, () => this.#isListening(), obey);
    this.scene = new Scene(this.panel.canvas, this.brush);
    this.sounds = new Sounds();
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.sizes = new ResizeObserver(() => this.#fit());
    this.sizes.observe(this.panel.stage);
    this.ending = new AbortController();
    const { signal } = this.ending;
    window.addEventListener("resize", () => this.#fit(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.pause(), { signal });
    document.addEventListener("focusin", (event) => this.#leave(event.target), { signal });
    this.panel.element.hidden = true;
  }

  /** The simulator's state; `null` before a level is loaded. */
  get state() {
    return this.#run?.state ?? null;
  }

  /** "ready", "playing", "watching", "won" or "lost". */
  get mode() {
    return this.#mode;
  }

  get paused() {
    return this.#paused;
  }

  /** Show a level's start. */
  load({ rows, replay = "", title = "" }) {
    const world = new World(rows, this.physics, this.brush.solid);
    this.#certificate = certificateOf(world, replay);
    this.#title = title || "A level";
    this.panel.element.hidden = false;
    const label = `${this.#title}, ${world.columns} columns. Left and right arrows move, Space jumps, Shift runs.`;
    this.panel.canvas.setAttribute("aria-label", label);
    this.#reset(world, "ready");
    this.#fit();
  }

  /** Play from the start. */
  play() {
    this.#begin("playing", `Go! The flag is in column ${this.#run?.world.columns}.`);
  }

  /** Replay the recorded run from its start; nothing happens where there is none. */
  watch() {
    if (this.#certificate) this.#begin("watching", "Watching the recorded run.");
  }

  pause() {
    if (!this.#isActive) return;
    this.#paused = true;
    this.controls.release();
    this.#show();
  }

  resume() {
    if (!this.#paused) return;
    this.#paused = false;
    this.#show();
    this.#focus();
    this.#wake();
  }

  destroy() {
    cancelAnimationFrame(this.#ticket);
    this.sizes.disconnect();
    this.ending.abort();
    this.controls.destroy();
    this.sounds.destroy();
    this.panel.element.remove();
  }

  get #isActive() {
    return !this.#paused && (this.#mode === "playing" || this.#mode === "watching");
  }

  /** The keyboard is taken with the focus here, and during a run unless the focus is somewhere else on the page. */
  #isListening() {
    const focus = document.activeElement;
    const free = focus === null || focus === document.body;
    return this.#run !== null && (this.panel.element.contains(focus) || (this.#isActive && free));
  }

  #obey(command) {
    const { panel, sounds } = this;
    if (command === "play") this.play();
    else if (command === "watch") this.watch();
    else if (command === "restart") this.#mode === "watching" ? this.watch() : this.play();
    else if (command === "pause") this.#paused ? this.resume() : this.pause();
    else if (command === "confirm") this.#confirm();
    else if (command === "ghost") this.#raceGhost();
    else if (command === "sound") {
      sounds.toggle();
      panel.buttons.sound.textContent = `Sound: ${sounds.on ? "on" : "off"}`;
    }
  }

  /** Who turns to something else on the page cannot steer; who watches need not. */
  #leave(target) {
    if (this.#mode === "playing" && !this.panel.element.contains(target)) this.pause();
  }

  /** What Enter or a jump does to the screen over the canvas. */
  #confirm() {
    if (this.#paused) this.resume();
    else if (!this.#isActive && !this.panel.screen.hidden) this.play();
  }

  #reset(world, mode) {
    this.#run = new Run(world);
    this.#ghost = null;
    this.#mode = mode;
    this.#paused = false;
    this.#after = 0;
    this.#lag = 0;
    this.scene.follow(this.#run, 1);
    this.#show();
  }

  #begin(mode, words) {
    if (this.#run === null) return;
    this.#reset(this.#run.world, mode);
    this.#raceGhost();
    this.panel.say(words);
    this.#focus();
    this.#wake();
  }

  /** Put the ghost where the recorded run is at this time, or take it away. */
  #raceGhost() {
    const racing = this.#mode === "playing" && this.#certificate !== null && this.panel.ghost.checked;
    this.#ghost = racing ? new Run(this.#run.world) : null;
    for (let frame = 0; racing && frame < this.state.frame; frame++) this.#ghost.step(this.#recorded(frame));
    this.#draw();
  }

  #recorded(frame) {
    return this.#certificate.keys[frame] ?? 0;
  }

  #focus() {
    this.panel.focus();
    this.panel.area.scrollIntoView({ block: "nearest" });
  }

  #fit() {
    const { panel, scene } = this;
    const width = panel.stage.clientWidth;
    if (width === 0 || this.#run === null) return;
    const isFramed = window.parent !== window;
    const height = isFramed ? window.screen.availHeight * SCREEN_SHARE : window.innerHeight * WINDOW_SHARE;
    const taken = scene.fit(width, height);
    panel.element.style.setProperty("--mp-width", `${taken}px`);
    scene.follow(this.#run, 1);
    this.#draw();
  }

  #wake() {
    this.#last = performance.now();
    this.#ticket ||= requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.#ticket = 0;
    const seconds = Math.max(0, now - this.#last) / 1000;
    this.#last = now;
    if (this.#isActive) this.#simulate(seconds);
    else if (this.#run.isOver) this.#linger(seconds);
    this.scene.follow(this.#run, this.#alpha, seconds);
    this.#draw();
    const lingering = this.#run.isOver && this.#after < LINGER_FRAMES;
    if (this.#isActive || lingering) this.#ticket ||= requestAnimationFrame((time) => this.#tick(time));
  }

  #simulate(seconds) {
    this.#lag += seconds * this.physics.frames_per_second;
    const due = floor(this.#lag, 1);
    this.#lag = due > MOST_STEPS ? 0 : this.#lag - due;
    for (let i = 0; i < Math.min(due, MOST_STEPS) && !this.#run.isOver; i++) this.#step();
    if (this.#run.isOver) this.#finish();
  }

  #step() {
    const { frame } = this.state;
    // Taken in any case: what is pressed while watching is not meant for later.
    const held = this.controls.take();
    const heard = this.#run.step(this.#mode === "watching" ? this.#recorded(frame) : held);
    this.#ghost?.step(this.#recorded(frame));
    for (const sound of heard) this.sounds.play(sound);
  }

  #linger(seconds) {
    this.#after += seconds * this.physics.frames_per_second;
    if (this.#after >= PAUSE_FRAMES && this.panel.screen.hidden) this.#show();
  }

  #finish() {
    const watched = this.#mode === "watching";
    this.#watched = watched;
    const won = this.state.status === Status.WON;
    this.#mode = won ? "won" : "lost";
    this.panel.say(this.#outcome().join(" "));
    this.onfinish?.({ won, seconds: this.#seconds(this.state.frame), watched });
  }

  get #alpha() {
    return this.#isActive || this.#paused ? this.#lag : 1;
  }

  #draw() {
    if (this.#run === null) return;
    const { scene, calm } = this;
    scene.draw({ run: this.#run, ghost: this.#ghost, alpha: this.#alpha, after: this.#after, still: calm.matches });
    const { world, coins } = this.#run;
    this.panel.write({
      time: `${this.#seconds(this.state.frame).toFixed(1)} s`,
      coins: `${coins}`,
      stomps: `${this.state.stomps}`,
      column: `${this.#column} of ${world.columns}`,
    });
  }

  get #column() {
    const { columns, physics } = this.#run.world;
    return Math.min(Math.max(floor(this.state.x, physics.tile) + 1, 1), columns);
  }

  #seconds(frames) {
    return frames / this.physics.frames_per_second;
  }

  /** A title and a sentence for how a run ended. */
  #outcome() {
    const time = `${this.#seconds(this.state.frame).toFixed(1)} s`;
    if (this.#mode === "lost") return [`Lost: ${LOSSES[this.state.status]} at column ${this.#column}.`, ""];
    if (this.#watched) return [`Beaten in ${time}.`, "That was the recorded run. Your turn?"];
    if (!this.#certificate) return [`You made it in ${time}.`, ""];
    return [`You made it in ${time}.`, `The ghost took ${this.#seconds(this.#certificate.frames).toFixed(1)} s.`];
  }

  /** Bring the screen over the canvas, and the buttons, in line with the mode. */
  #show() {
    const { panel } = this;
    const watched = (words) => (this.#certificate ? { watch: words } : {});
    const { play, watch: beaten } = panel.buttons;
    panel.race.hidden = beaten.hidden = this.#certificate === null;
    play.textContent = this.#mode === "playing" ? "Restart" : "Play";
    if (this.#mode === "ready") {
      panel.ask(this.#title, "Reach the flag.", { play: "Play", ...watched("Watch it being beaten") });
    } else if (this.#paused) panel.ask("Paused", "", { pause: "Resume" });
    else if (this.#isActive) panel.uncover();
    else panel.ask(...this.#outcome(), { play: this.#watched ? "Play" : "Play again", ...watched("Watch") });
  }
}

export { Player };
