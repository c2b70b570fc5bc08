// Time: the browser's animation frames, and the frames of the simulator that are due in them.

/** Most simulator frames that are played at once after a delay. More would pass before the player can react. */
const MAX_FRAMES_DUE = 4;

/** Calls a function in every animation frame, with the seconds since the last one, for as long as it returns true. */
class AnimationLoop {
  #onFrame;
  #request = 0;
  #last = 0;

  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  /** Start, or keep running; the time before this call does not count. */
  start() {
    this.#last = performance.now();
    this.#schedule();
  }

  stop() {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  #schedule() {
    this.#request ||= requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now) {
    this.#request = 0;
    const seconds = Math.max(0, now - this.#last) / 1000;
    this.#last = now;
    if (this.#onFrame(seconds)) this.#schedule();
  }
}

/** Turns seconds into whole frames of the simulator and remembers the rest. */
class FrameClock {
  constructor(framesPerSecond) {
    this.framesPerSecond = framesPerSecond;
    this.rest = 0;
  }

  reset() {
    this.rest = 0;
  }

  /** The frames that are due after so many more seconds. */
  framesDue(seconds) {
    this.rest += seconds * this.framesPerSecond;
    const due = Math.floor(this.rest);
    this.rest = due > MAX_FRAMES_DUE ? 0 : this.rest - due;
    return Math.min(due, MAX_FRAMES_DUE);
  }
}

export { AnimationLoop, FrameClock };
