// The links, in one instanced draw call: colour and dash tell the topic, width how many values.
import { BufferAttribute, DoubleSide, DynamicDrawUsage, InstancedBufferAttribute, InstancedBufferGeometry, Mesh } from 'three';
import { TOPICS } from '../topics';
import type { Colours } from './colours';
import type { Lights } from './emphasis';
import { bend, type Place, type Point } from './layout';
import type { Materials } from './materials';
import { ribbonFragment, ribbonVertex } from './shaders';
import { seeded, type Link } from './world';

const PIECES = 40;
/** So many are drawn at full strength while nothing is selected; the others at 0.4. */
const STRONGEST = 34;

export interface Curve {
  from: Point;
  bend: Point;
  to: Point;
}

export class Ribbons {
  readonly mesh: Mesh;
  readonly curves: Curve[];
  readonly #links: readonly Link[];
  readonly #geometry = new InstancedBufferGeometry();
  readonly #colour: InstancedBufferAttribute;
  readonly #look: InstancedBufferAttribute;

  constructor(materials: Materials, links: readonly Link[], places: readonly Place[], seed: number) {
    this.#links = links;
    const random = seeded(seed + 2);
    this.curves = links.map(({ a, b }) => {
      const [from, to] = [(places[a] as Place).at, (places[b] as Place).at];
      return { from, to, bend: bend(from, to, random()) };
    });
    const strip: number[] = [];
    const index: number[] = [];
    for (let i = 0; i <= PIECES; i++) {
      strip.push(i / PIECES, -1, 0, i / PIECES, 1, 0);
      const at = i * 2;
      if (i < PIECES) index.push(at, at + 1, at + 2, at + 1, at + 3, at + 2);
    }
    const dynamic = (size: number): InstancedBufferAttribute =>
      new InstancedBufferAttribute(new Float32Array(links.length * size), size).setUsage(DynamicDrawUsage);
    const fixed = (points: readonly (readonly number[])[], size: number): InstancedBufferAttribute =>
      new InstancedBufferAttribute(new Float32Array(points.flat()), size);
    this.#colour = dynamic(3);
    this.#look = dynamic(4);
    this.#geometry.setAttribute('position', new BufferAttribute(new Float32Array(strip), 3));
    this.#geometry.setIndex(index);
    this.#geometry.setAttribute('iFrom', fixed(this.curves.map((one) => one.from), 3));
    this.#geometry.setAttribute('iBend', fixed(this.curves.map((one) => one.bend), 3));
    this.#geometry.setAttribute('iTo', fixed(this.curves.map((one) => one.to), 3));
    this.#geometry.setAttribute('iLength', fixed(this.curves.map((one) => [length(one)]), 1));
    this.#geometry.setAttribute('iColour', this.#colour);
    this.#geometry.setAttribute('iLook', this.#look);
    this.#geometry.instanceCount = links.length;
    this.mesh = new Mesh(this.#geometry, materials.make(ribbonVertex, ribbonFragment, { side: DoubleSide }));
    this.mesh.frustumCulled = false;
  }

  setLights(lights: Lights, { topics, isLight }: Colours): void {
    for (const [i, link] of this.#links.entries()) {
      const lit = lights.links[i] ?? null;
      const colour = topics[link.topic].clone();
      if (lit === 'focus' && !isLight) colour.lerp(colour.clone().set('#ffffff'), 0.2);
      this.#colour.setXYZ(i, colour.r, colour.g, colour.b);
      const width = (1.15 + 0.6 * Math.log10(1 + link.shared)) * (lit === 'focus' ? 1.5 : 1);
      this.#look.setXYZW(i, width, (i * 0.618) % 1, alpha(lit, i, isLight), TOPICS.indexOf(link.topic));
    }
    this.#colour.needsUpdate = this.#look.needsUpdate = true;
  }

  dispose(): void {
    this.#geometry.dispose();
  }
}

function alpha(lit: Lights['links'][number], order: number, isLight: boolean): number {
  if (lit === null) return 0;
  if (lit === 'focus') return isLight ? 0.95 : 0.9;
  if (lit === 'dim') return isLight ? 0.07 : 0.035;
  return (isLight ? 0.5 : 0.3) * (order < STRONGEST ? 1 : 0.4);
}

/** About how long a curve is: between its chord and the way over its middle. */
function length({ from, bend: middle, to }: Curve): number {
  const between = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  return (between(from, to) + between(from, middle) + between(middle, to)) / 2;
}
