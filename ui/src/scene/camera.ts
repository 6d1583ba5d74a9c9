// The eye: turns around the hub, and fits the scene into the part of the canvas that panels leave.
import { PerspectiveCamera, Vector3 } from 'three';
import type { Place, Point } from './layout';

/** How much of the canvas panels cover at each side, in CSS pixels. */
export interface Insets {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Spot {
  x: number;
  y: number;
  /** Its radius on the screen. */
  radius: number;
  /** How far it is from the eye. */
  far: number;
}

const LENS = 36;
const HALF = Math.tan((LENS * Math.PI) / 360);
const TURN = 0.018; // radians a second
const EASE = 0.12; // of the way, each frame
const SIDES = ['left', 'right', 'top', 'bottom'] as const;

export class Eye {
  readonly camera = new PerspectiveCamera(LENS, 1, 0.1, 80);
  /** How fast it turns by itself; 0: stands still. */
  turning = 1;
  #azimuth = -0.32;
  #elevation = 0.33;
  #zoom = 1;
  #width = 1;
  #height = 1;
  #wanted: Insets = { left: 0, right: 0, top: 0, bottom: 0 };
  #insets: Insets = { ...this.#wanted };

  resize(width: number, height: number): void {
    this.#width = Math.max(width, 1);
    this.#height = Math.max(height, 1);
    this.camera.aspect = this.#width / this.#height;
  }

  setInsets(insets: Insets, { isAtOnce = false } = {}): void {
    this.#wanted = insets;
    if (isAtOnce) this.#insets = { ...insets };
  }

  orbit(by: number, up: number): void {
    this.#azimuth += by;
    this.#elevation = Math.min(1.2, Math.max(-0.15, this.#elevation + up));
  }

  zoom(factor: number): void {
    this.#zoom = Math.min(1.8, Math.max(0.45, this.#zoom * factor));
  }

  /** Take its place for a frame; returns whether it still moves to where it shall be. */
  update(time: number): boolean {
    let moves = false;
    for (const side of SIDES) {
      const rest = this.#wanted[side] - this.#insets[side];
      this.#insets[side] += Math.abs(rest) < 0.5 ? rest : rest * EASE;
      moves ||= Math.abs(rest) >= 0.5;
    }
    const { left, right, top, bottom } = this.#insets;
    const freeX = Math.max(0.3, (this.#width - left - right) / this.#width);
    const freeY = Math.max(0.3, (this.#height - top - bottom) / this.#height);
    const far = this.#zoom * Math.max(10.4 / (HALF * this.camera.aspect * freeX) + 1.5, 6 / (HALF * freeY) + 1.2);
    const azimuth = this.#azimuth + time * TURN * this.turning;
    const flat = Math.cos(this.#elevation) * far;
    this.camera.setViewOffset(this.#width, this.#height, -(left - right) / 2, -(top - bottom) / 2, this.#width, this.#height);
    this.camera.position.set(Math.sin(azimuth) * flat, Math.sin(this.#elevation) * far + 0.3, Math.cos(azimuth) * flat);
    this.camera.lookAt(0, 0.1, 0);
    this.camera.updateMatrixWorld();
    return moves;
  }

  /** Where a point of the scene is on the canvas. */
  project([x, y, z]: Point, into = new Vector3()): { x: number; y: number; far: number } {
    into.set(x, y, z);
    const far = this.camera.position.distanceTo(into);
    into.project(this.camera);
    return { x: (into.x * 0.5 + 0.5) * this.#width, y: (-into.y * 0.5 + 0.5) * this.#height, far };
  }

  spot({ at, radius }: Place): Spot {
    const { x, y, far } = this.project(at);
    return { x, y, far, radius: (radius / far / HALF) * this.#height * 0.5 };
  }
}
