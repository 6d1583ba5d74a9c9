// What tests and measurements ask of the picture.
import type { WebGLRenderer } from 'three';

export interface Figures {
  /** The share of pixels that something is drawn on. */
  lit: number;
  calls: number;
  triangles: number;
  points: number;
}

/** Count, of the frame that was drawn just before. */
export function figures(renderer: WebGLRenderer): Figures {
  const gl = renderer.getContext();
  const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
  const pixels = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let lit = 0;
  for (let i = 3; i < pixels.length; i += 4) if ((pixels[i] ?? 0) > 20) lit += 1;
  const { calls, triangles, points } = renderer.info.render;
  return { lit: lit / (width * height), calls, triangles, points };
}

/** Draw frames one after another: milliseconds of our own work, and until the card is done. */
export function measured(renderer: WebGLRenderer, draw: () => void, count: number): { ownMs: number[]; wholeMs: number[] } {
  const gl = renderer.getContext();
  const pixel = new Uint8Array(4);
  const [ownMs, wholeMs]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    draw();
    ownMs.push(performance.now() - began);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    wholeMs.push(performance.now() - began);
  }
  return { ownMs, wholeMs };
}
