"use strict";
// A picture that is moved and zoomed: by mouse, by one or two fingers, by keyboard.
class Canvas {
  constructor(view, told) {
    this.view = view;
    this.svg = view.querySelector("svg");
    this.width = Number(view.dataset.width);
    this.height = Number(view.dataset.height);
    this.told = told;
    this.pointers = new Map();
    this.moved = false;
    this.place = null;
    this.seen = null;
    this.listen();
  }

  static smallest = 0.05;
  static largest = 8;

  // The first look: whole where its letters can still be read, else as wide as the window, from the top.
  start() {
    if (this.place !== null) return;
    this.fit();
    if (this.place.scale >= 0.62) return;
    const room = this.view.getBoundingClientRect();
    const scale = Math.min(1, Math.max(room.width / this.width, 0.42));
    const rightToLeft = getComputedStyle(this.view).direction === "rtl";
    const x = this.width * scale <= room.width ? (room.width - this.width * scale) / 2
      : rightToLeft ? room.width - this.width * scale : 0;
    this.put(x, 0, scale);
  }

  // The window has become wider or narrower: where reading starts on the right, that side stays where it is.
  resized() {
    const width = this.view.getBoundingClientRect().width;
    if (width === 0) return;
    const rightToLeft = getComputedStyle(this.view).direction === "rtl";
    const shift = rightToLeft && this.seen !== null ? width - this.seen : 0;
    this.seen = width;
    if (this.place !== null) this.move(shift, 0);
  }

  fit() {
    const room = this.view.getBoundingClientRect();
    const scale = Math.min(room.width / this.width, room.height / this.height, 1.4);
    const limited = Math.max(scale, Canvas.smallest);
    this.put((room.width - this.width * limited) / 2, Math.max((room.height - this.height * limited) / 2, 0), limited);
  }

  put(x, y, scale) {
    // Some of the picture always stays in sight.
    const room = this.view.getBoundingClientRect();
    const rest = 60;
    const between = (value, size, span) => Math.min(Math.max(value, rest - size), span - rest);
    this.place = { x: between(x, this.width * scale, room.width), y: between(y, this.height * scale, room.height), scale };
    this.svg.style.transform = `translate(${this.place.x}px, ${this.place.y}px) scale(${scale})`;
    this.told(scale);
  }

  move(right, down) {
    this.put(this.place.x + right, this.place.y + down, this.place.scale);
  }

  // Zoom such that the point of the picture that lies at x, y stays there.
  zoom(factor, x, y) {
    const scale = Math.min(Math.max(this.place.scale * factor, Canvas.smallest), Canvas.largest);
    const ratio = scale / this.place.scale;
    this.put(x - (x - this.place.x) * ratio, y - (y - this.place.y) * ratio, scale);
  }

  zoomMiddle(factor) {
    const room = this.view.getBoundingClientRect();
    this.zoom(factor, room.width / 2, room.height / 2);
  }

  // Bring a thing into sight, with as little movement as that takes.
  reveal(part) {
    const room = this.view.getBoundingClientRect();
    const box = part.getBoundingClientRect();
    const margin = 24;
    const shift = (start, end, from, to) =>
      end - start > to - from - 2 * margin ? from + margin - start
        : start < from + margin ? from + margin - start
          : end > to - margin ? to - margin - end : 0;
    this.move(shift(box.left, box.right, room.left, room.right), shift(box.top, box.bottom, room.top, room.bottom));
  }

  listen() {
    this.view.addEventListener("wheel", (event) => {
      event.preventDefault();
      const room = this.view.getBoundingClientRect();
      const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
      this.zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - room.left, event.clientY - room.top);
    }, { passive: false });
    this.view.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      if (this.pointers.size === 0) this.moved = false;
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, from: [event.clientX, event.clientY] });
    });
    this.view.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.view.addEventListener(name, (event) => {
        this.pointers.delete(event.pointerId);
        if (this.pointers.size === 0) this.view.classList.remove("moving");
      });
    }
    this.view.addEventListener("keydown", (event) => this.key(event));
  }

  drag(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (pointer === undefined) return;
    const [x, y] = pointer.from;
    if (!this.moved && Math.hypot(event.clientX - x, event.clientY - y) < 5) return;
    if (!this.moved) {
      this.moved = true;
      this.view.setPointerCapture(event.pointerId);
      this.view.classList.add("moving");
    }
    const other = [...this.pointers].find(([number]) => number !== event.pointerId)?.[1];
    if (other !== undefined) {
      const room = this.view.getBoundingClientRect();
      const before = Math.hypot(pointer.x - other.x, pointer.y - other.y);
      const now = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (before > 0 && now > 0) this.zoom(now / before, other.x - room.left, other.y - room.top);
    } else {
      this.move(event.clientX - pointer.x, event.clientY - pointer.y);
    }
    pointer.x = event.clientX;
    pointer.y = event.clientY;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 240 : 60;
    const keys = {
      ArrowLeft: () => this.move(step, 0),
      ArrowRight: () => this.move(-step, 0),
      ArrowUp: () => this.move(0, step),
      ArrowDown: () => this.move(0, -step),
      "+": () => this.zoomMiddle(1.25),
      "=": () => this.zoomMiddle(1.25),
      "-": () => this.zoomMiddle(0.8),
      "0": () => this.fit(),
    };
    if (keys[event.key] === undefined) return;
    event.preventDefault();
    keys[event.key]();
  }
}
