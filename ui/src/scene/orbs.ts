// The databases, enrichers and watches: spheres, and the glow around each, two draw calls.
import { BufferAttribute, IcosahedronGeometry, InstancedBufferAttribute, InstancedBufferGeometry, InstancedMesh, Matrix4, Mesh } from 'three';
import type { Colours } from './colours';
import type { Lights } from './emphasis';
import type { Place } from './layout';
import type { Materials } from './materials';
import { glowFragment, glowVertex, orbFragment, orbVertex } from './shaders';
import type { Orb } from './world';

const HUB_GLOW = 4.7;
const LIT = { dim: 0, on: 1, focus: 2 };

export class Orbs {
  readonly mesh: InstancedMesh;
  readonly glow: Mesh;
  readonly #orbs: readonly Orb[];
  readonly #materials: Materials;
  readonly #colour: InstancedBufferAttribute;
  readonly #lit: InstancedBufferAttribute;
  readonly #glowPlace: InstancedBufferAttribute;
  readonly #glowColour: InstancedBufferAttribute;
  readonly #glowLook: InstancedBufferAttribute;
  #places: readonly Place[] = [];

  constructor(materials: Materials, orbs: readonly Orb[]) {
    this.#orbs = orbs;
    this.#materials = materials;
    const instanced = (length: number, size: number): InstancedBufferAttribute =>
      new InstancedBufferAttribute(new Float32Array(length * size), size);
    const n = orbs.length;
    this.#colour = instanced(n, 3);
    this.#lit = instanced(n, 1);
    const sphere = new IcosahedronGeometry(1, 5);
    sphere.setAttribute('iColour', this.#colour);
    sphere.setAttribute('iLit', this.#lit);
    const solid = { transparent: false, depthWrite: true };
    this.mesh = new InstancedMesh(sphere, materials.make(orbVertex, orbFragment, solid), n);
    this.mesh.frustumCulled = false;

    this.#glowPlace = instanced(n + 1, 3); // the last is the hub's
    this.#glowColour = instanced(n + 1, 3);
    this.#glowLook = instanced(n + 1, 2);
    const disc = new InstancedBufferGeometry();
    disc.setAttribute('position', new BufferAttribute(new Float32Array([-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0]), 3));
    disc.setIndex([0, 1, 2, 0, 2, 3]);
    disc.setAttribute('iPlace', this.#glowPlace);
    disc.setAttribute('iColour', this.#glowColour);
    disc.setAttribute('iLook', this.#glowLook);
    disc.instanceCount = n + 1;
    this.glow = new Mesh(disc, materials.make(glowVertex, glowFragment));
    this.glow.frustumCulled = false;
    this.glow.renderOrder = -1;
  }

  /** Put the orbs somewhere; the points on their way to the hub follow. */
  setPlaces(places: readonly Place[]): void {
    this.#places = places;
    const matrix = new Matrix4();
    const { uOrb, uBend } = this.#materials.uniforms;
    for (const [i, { at, radius }] of places.entries()) {
      const [x, y, z] = at;
      this.mesh.setMatrixAt(i, matrix.makeScale(radius, radius, radius).setPosition(x, y, z));
      this.#glowPlace.setXYZ(i, x, y, z);
      uOrb.value[i]?.set(x, y, z, radius);
      const lift = { obs: 1.5, ana: 1.2, enr: -0.6, wat: -0.6 }[(this.#orbs[i] as Orb).kind];
      const middle = uBend.value[i];
      middle?.set(x * 0.55, y * 0.55 + lift, z * 0.55, middle.w);
    }
    this.mesh.instanceMatrix.needsUpdate = this.#glowPlace.needsUpdate = true;
  }

  setLights(lights: Lights, { kinds, hub, isLight }: Colours): void {
    const { uBend, uKind } = this.#materials.uniforms;
    for (const [i, orb] of this.#orbs.entries()) {
      const lit = lights.orbs[i] ?? 'on';
      const { r, g, b } = kinds[orb.kind];
      const radius = this.#places[i]?.radius ?? 0.3;
      this.#colour.setXYZ(i, r, g, b);
      this.#lit.setX(i, LIT[lit]);
      this.#glowColour.setXYZ(i, r, g, b);
      this.#glowLook.setXY(i, radius * (lit === 'focus' ? 5 : 4), { dim: 0.05, on: 0.5, focus: 0.8 }[lit]);
      uKind.value[i]?.setRGB(r, g, b);
      const middle = uBend.value[i];
      if (middle) middle.w = lit === 'dim' ? 0 : 1;
    }
    const last = this.#orbs.length;
    this.#glowColour.setXYZ(last, hub.r, hub.g, hub.b);
    this.#glowLook.setXY(last, HUB_GLOW, isLight ? 0.35 : 0.5);
    for (const one of [this.#colour, this.#lit, this.#glowColour, this.#glowLook]) one.needsUpdate = true;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.dispose();
    this.glow.geometry.dispose();
  }
}
