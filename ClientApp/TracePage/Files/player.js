// Plays what came: at once, slowly, or one message a press of a button. What waits keeps its order.

/** Most lines that wait; what comes while it is full is not shown, and a line says how many. */
export const WAITING_MAX = 5000;

/** Longest pause between two lines in slow motion, in milliseconds: nobody wants to sit through ten times a quiet second. */
export const PAUSE_MAX = 1500;

const EVERY = 40;

export class Player {
  #waiting = [];
  #play;
  #changed;
  #lost = 0;
  #due = 0;
  #speed = 'live';
  #paused = false;

  /** @param play shows lines; @param changed is called when more or fewer wait, or the mode is another */
  constructor(play, changed) {
    this.#play = play;
    this.#changed = changed;
    setInterval(() => this.#tick(performance.now()), EVERY);
  }

  get waiting() { return this.#waiting.length; }

  get speed() { return this.#speed; }

  get paused() { return this.#paused; }

  /** Whether lines wait for a press of the button. */
  get steps() { return this.#paused || this.#speed === 'step'; }

  set speed(speed) {
    this.#speed = speed;
    this.#paused = false;
    this.#due = performance.now();
    this.#changed();
  }

  set paused(paused) {
    this.#paused = paused;
    this.#due = performance.now();
    this.#changed();
  }

  add(item) {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#lost++;
      return;
    }
    if (this.#lost > 0) {
      const text = `${this.#lost} lines came while ${WAITING_MAX} waited here, and are not shown.`;
      this.#waiting.push({ type: 'remark', kind: 'remark', from: 0, text, sentence: text, label: text, fate: 'open' });
      this.#lost = 0;
    }
    this.#waiting.push(item);
  }

  /** The next line that is shown; what is hidden goes with it. */
  step(isShown) {
    const played = [];
    while (this.#waiting.length > 0) {
      const item = this.#waiting.shift();
      played.push(item);
      if (isShown(item)) {
        break;
      }
    }
    this.#show(played);
  }

  #tick(now) {
    if (!this.steps) {
      this.#show(this.#speed === 'live' ? this.#waiting.splice(0) : this.#dueBy(now));
    } else {
      this.#changed();
    }
  }

  #dueBy(now) {
    const played = [];
    while (this.#waiting.length > 0 && this.#due <= now) {
      const item = this.#waiting.shift();
      played.push(item);
      const next = this.#waiting[0];
      const between = next?.at === undefined || item.at === undefined ? 0 : Math.max(0, next.at - item.at);
      this.#due = Math.max(this.#due, now - EVERY) + Math.min(PAUSE_MAX, between * Number(this.#speed));
    }
    return played;
  }

  #show(played) {
    if (played.length > 0) {
      this.#play(played);
    }
    this.#changed();
  }
}
