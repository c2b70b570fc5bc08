// Short tones for what happens in a game. Until they are switched on, there is no AudioContext.

const VOLUME = 0.06;

/** Slides are [from, to, seconds], with pitches in Hz; they are played one after the other. */
const TONES = {
  jump: { wave: "square", slides: [[280, 560, 0.11]] },
  coin: { wave: "square", slides: [[988, 988, 0.05], [1319, 1319, 0.14]] },
  stomp: { wave: "triangle", slides: [[420, 110, 0.12]] },
  bump: { wave: "triangle", slides: [[160, 100, 0.08]] },
  lost: { wave: "triangle", slides: [[440, 420, 0.12], [330, 310, 0.12], [220, 110, 0.35]] },
  won: { wave: "square", slides: [[523, 523, 0.09], [659, 659, 0.09], [784, 784, 0.09], [1047, 1047, 0.28]] },
};

class Sounds {
  constructor() {
    this.context = null;
    this.on = false;
  }

  /** Switch the sounds on or off; they stay off in a browser without an AudioContext. */
  toggle() {
    const Context = window.AudioContext ?? window.webkitAudioContext;
    this.on = !this.on && Context !== undefined;
    if (!this.on) return;
    this.context ??= new Context();
    // Browsers suspend a context until the user clicks something; switching the sounds on is a click.
    this.context.resume();
    this.play("coin");
  }

  play(name) {
    if (!this.on) return;
    let at = this.context.currentTime;
    for (const [from, to, seconds] of TONES[name].slides) {
      this.slide(TONES[name].wave, from, to, at, seconds);
      at += seconds;
    }
  }

  slide(wave, from, to, at, seconds) {
    const oscillator = this.context.createOscillator();
    const gain = this.context.createGain();
    oscillator.type = wave;
    oscillator.frequency.setValueAtTime(from, at);
    oscillator.frequency.exponentialRampToValueAtTime(to, at + seconds);
    // A tone that ends at full volume clicks.
    gain.gain.setValueAtTime(VOLUME, at);
    gain.gain.exponentialRampToValueAtTime(VOLUME / 50, at + seconds);
    oscillator.connect(gain).connect(this.context.destination);
    oscillator.start(at);
    oscillator.stop(at + seconds);
  }

  destroy() {
    this.on = false;
    this.context?.close();
    this.context = null;
  }
}

export { Sounds };
