// The recording: two tracks drawn from the server's peaks; a click anywhere plays that second.
import { call, tell } from "./acts.js";
import { span } from "./timers.js";

const BEFORE = 1;

class Player {
  constructor(box) {
    this.box = box;
    this.audio = box.querySelector("audio");
    this.canvas = box.querySelector("canvas");
    this.peaks = null;
    this.lines = [...document.querySelectorAll("[data-from]")];
    this.listen();
    this.load();
  }

  async load() {
    try {
      this.peaks = await call("GET", this.box.dataset.peaks);
    } catch (problem) {
      tell(problem);
    }
    this.draw();
    // A second of this recording was clicked on another page.
    const asked = /^#t=([\d.]+)$/.exec(location.hash);
    if (asked) this.playAt(Math.max(0, Number(asked[1]) - BEFORE));
  }

  listen() {
    this.box.querySelector("[data-toggle]").addEventListener("click", () => this.toggle());
    this.box.querySelector("[data-back]").addEventListener("click", () => this.jump(-5));
    this.box.querySelector("[data-speed]").addEventListener("click", (event) => this.faster(event));
    this.canvas.addEventListener("click", (event) => this.playAt(this.secondAt(event)));
    document.addEventListener("click", (event) => {
      const at = event.target.closest?.("[data-play-at]")?.dataset.playAt;
      if (at !== undefined) this.playAt(Math.max(0, Number(at) - BEFORE));
    });
    for (const event of ["timeupdate", "play", "pause", "loadedmetadata", "seeked"]) {
      this.audio.addEventListener(event, () => this.draw());
    }
    addEventListener("resize", () => this.draw());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.("input, textarea, select, button, a, summary")) return;
    const acts = { " ": () => this.toggle(), j: () => this.jump(-5), l: () => this.jump(5) };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  get seconds() {
    return this.peaks?.seconds || this.audio.duration || 1;
  }

  secondAt(event) {
    const frame = this.canvas.getBoundingClientRect();
    return ((event.clientX - frame.left) / frame.width) * this.seconds;
  }

  playAt(second) {
    this.audio.currentTime = second;
    this.play();
  }

  play() {
    // A browser may want a click on this very page first: the second is set all the same.
    this.audio.play().catch(() => this.draw());
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  jump(by) {
    this.audio.currentTime = Math.max(0, this.audio.currentTime + by);
  }

  faster(event) {
    const speeds = [1, 1.25, 1.5, 2];
    this.audio.playbackRate = speeds[(speeds.indexOf(this.audio.playbackRate) + 1) % 4];
    event.currentTarget.textContent = `${this.audio.playbackRate}×`;
  }

  draw() {
    const at = this.audio.currentTime;
    this.box.toggleAttribute("data-playing", !this.audio.paused);
    this.box.querySelector("[data-at]").textContent = span(at);
    for (const line of this.lines) {
      const on = at >= Number(line.dataset.from) && at < Number(line.dataset.to);
      line.toggleAttribute("data-playing", on && (at > 0 || !this.audio.paused));
    }
    if (this.peaks) this.paint(at);
  }

  paint(at) {
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const colour = (name) => getComputedStyle(this.box).getPropertyValue(name).trim();
    const colours = [colour("--accent-fill"), colour("--edge")];
    const played = (at / this.seconds) * width;
    this.peaks.tracks.forEach((track, place) => {
      const middle = (height / 2) * place + height / 4;
      const step = width / track.length;
      pen.fillStyle = colours[place];
      track.forEach((peak, index) => {
        const tall = Math.max(1, peak * (height / 2 - 12));
        pen.globalAlpha = index * step < played ? 1 : 0.55;
        pen.fillRect(index * step, middle - tall / 2, Math.max(1, step - 1), tall);
      });
    });
    pen.globalAlpha = 1;
    pen.fillStyle = colour("--text");
    pen.fillRect(Math.min(width - 2, played), 0, 2, height);
  }
}

export function startPlayer() {
  const box = document.querySelector("[data-peaks]");
  if (box) new Player(box);
}
