// The mouse and the finger: a drag turns, the wheel comes nearer, a click chooses what is under it.
const MOVED_PX = 3;

export interface Pointing<T> {
  pick(x: number, y: number): T;
  hover(found: T): void;
  choose(found: T): void;
  turn(byX: number, byY: number): void;
  zoom(factor: number): void;
}

/** Listen on a canvas; returns what ends it. */
export function pointer<T>(canvas: HTMLCanvasElement, to: Pointing<T>): () => void {
  const listening = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void): void =>
    canvas.addEventListener(name, act, { signal: listening.signal, passive: false });
  let from: { x: number; y: number; isDrag: boolean } | null = null;

  on('pointerdown', (event) => {
    from = { x: event.clientX, y: event.clientY, isDrag: false };
    canvas.setPointerCapture(event.pointerId);
  });
  on('pointermove', (event) => {
    if (!from) {
      to.hover(to.pick(event.offsetX, event.offsetY));
      return;
    }
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    from.isDrag ||= Math.abs(x) + Math.abs(y) > MOVED_PX;
    if (!from.isDrag) return;
    to.turn(-x * 0.005, y * 0.004);
    from = { x: event.clientX, y: event.clientY, isDrag: true };
  });
  on('pointerup', (event) => {
    if (from && !from.isDrag) to.choose(to.pick(event.offsetX, event.offsetY));
    from = null;
  });
  on('pointercancel', () => (from = null));
  on('wheel', (event) => {
    event.preventDefault();
    to.zoom(Math.exp(event.deltaY * 0.001));
  });
  return () => listening.abort();
}
