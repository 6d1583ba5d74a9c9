// The points, in one draw call: what came in the window of time (flows), what the hub holds (its
// shell), how large a database is (its halo), and what arrives now (bursts: one point a record).
import { BufferAttribute, BufferGeometry, DynamicDrawUsage, Points, Vector3 } from 'three';
import { TOPICS, type Topic } from '../topics';
import type { Place } from './layout';
import type { Materials } from './materials';
import { particleFragment, particleVertex } from './shaders';
import { seeded, type Orb } from './world';

const FLOWS = 0.46;
const SHELL = 0.4;
const BURST_POINTS = 1500;
/** Of one database in one second; more would be a blob that tells nothing. */
const MOST_AT_ONCE = 160;
const MODE = { flow: 0, shell: 1, halo: 2, burst: 3 };

export class Particles {
  readonly mesh: Points;
  readonly #orb: BufferAttribute;
  readonly #topic: BufferAttribute;
  readonly #phase: BufferAttribute;
  readonly #way: BufferAttribute;
  readonly #flows: number;
  readonly #bursts: number;
  #next = 0;

  constructor(materials: Materials, orbs: readonly Orb[], places: readonly Place[], total: number, seed: number) {
    const points = total + BURST_POINTS;
    const random = seeded(seed + 1);
    const one = (): Float32Array => new Float32Array(points);
    const mode = one();
    const speed = one();
    const way = new Float32Array(points * 3);
    const attribute = (values: Float32Array, size = 1): BufferAttribute => new BufferAttribute(values, size);
    this.#flows = Math.floor(total * FLOWS);
    this.#bursts = total;
    this.#orb = attribute(one()).setUsage(DynamicDrawUsage);
    this.#topic = attribute(one()).setUsage(DynamicDrawUsage);
    this.#phase = attribute(one()).setUsage(DynamicDrawUsage);
    this.#way = attribute(way, 3).setUsage(DynamicDrawUsage);
    const shellEnd = this.#flows + Math.floor(total * SHELL);
    for (let i = 0; i < points; i++) {
      this.#aim(i, random(), random());
      this.#phase.setX(i, random());
      if (i < this.#flows) {
        mode[i] = MODE.flow;
        speed[i] = 0.05 + 0.06 * random();
      } else if (i < shellEnd) {
        mode[i] = MODE.shell;
        speed[i] = 0.05 * random() * random();
        this.#topic.setX(i, pick(holdings(orbs), random()));
      } else if (i < total) {
        mode[i] = MODE.halo;
        speed[i] = (0.2 + 0.5 * random()) * (random() < 0.5 ? -1 : 1);
        this.#orb.setX(i, Math.floor(random() * orbs.length));
      } else {
        mode[i] = MODE.burst;
        speed[i] = 0.34 + 0.16 * random();
        this.#phase.setX(i, -1e6); // left long ago
      }
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', attribute(way.slice(), 3)); // three asks for one; the program does not
    geometry.setAttribute('aMode', attribute(mode));
    geometry.setAttribute('aSpeed', attribute(speed));
    geometry.setAttribute('aOrb', this.#orb);
    geometry.setAttribute('aTopic', this.#topic);
    geometry.setAttribute('aPhase', this.#phase);
    geometry.setAttribute('aWay', this.#way);
    this.mesh = new Points(geometry, materials.make(particleVertex, particleFragment));
    this.mesh.frustumCulled = false;
    this.setRates(orbs, places, seed);
  }

  /** Share the flows out: by the logarithm of the rate, and none to who said nothing in the window. */
  setRates(orbs: readonly Orb[], places: readonly Place[], seed: number): void {
    const random = seeded(seed + 3);
    const weights = orbs.map(({ kind, rate }) => (rate > 0 && kind !== 'wat' ? Math.log10(1 + rate * 40) + 0.25 : 0));
    const isStill = !weights.some(Boolean);
    for (let i = 0; i < this.#flows; i++) {
      if (isStill) {
        this.#orb.setX(i, -1);
        continue;
      }
      const k = pick(weights, random());
      this.#orb.setX(i, k);
      this.#topic.setX(i, pick(topicWeights(orbs[k]), random()));
      this.#aim(i, random(), random());
      this.#lean(i, places[k]);
    }
    for (const one of [this.#orb, this.#topic, this.#way]) one.needsUpdate = true;
  }

  /** Let points leave an orb now, one for each record that it told of. */
  burst(k: number, orb: Orb, place: Place, records: number, now: number): void {
    const points = Math.min(records, MOST_AT_ONCE);
    const weights = topicWeights(orb);
    const random = seeded(this.#next + 11);
    for (let n = 0; n < points; n++) {
      const i = this.#bursts + (this.#next++ % BURST_POINTS);
      this.#orb.setX(i, k);
      this.#topic.setX(i, pick(weights, random()));
      this.#aim(i, random(), random());
      this.#lean(i, place);
      this.#phase.setX(i, now + random() * 0.9); // within the second until the next news
    }
    for (const one of [this.#orb, this.#topic, this.#phase, this.#way]) {
      one.addUpdateRange(this.#bursts * one.itemSize, BURST_POINTS * one.itemSize);
      one.needsUpdate = true;
    }
  }

  dispose(): void {
    this.mesh.geometry.dispose();
  }

  /** A point of the unit sphere: where on the hub it ends. */
  #aim(i: number, a: number, b: number): void {
    const z = 2 * a - 1;
    const q = Math.sqrt(1 - z * z);
    this.#way.setXYZ(i, q * Math.cos(b * 2 * Math.PI), z, q * Math.sin(b * 2 * Math.PI));
  }

  /** Turn it towards the side of the hub that faces the orb. */
  #lean(i: number, place: Place | undefined): void {
    if (!place) return;
    const towards = new Vector3(...place.at).normalize();
    const way = new Vector3().fromBufferAttribute(this.#way, i).lerp(towards, 0.62).normalize();
    this.#way.setXYZ(i, way.x, way.y, way.z);
  }
}

function topicWeights(orb: Orb | undefined): number[] {
  return TOPICS.map((topic) => Math.log10(1 + (orb?.topics[topic] ?? 0)));
}

function holdings(orbs: readonly Orb[]): number[] {
  const sum = (topic: Topic): number => orbs.reduce((all, orb) => all + (orb.topics[topic] ?? 0), 0);
  return TOPICS.map((topic) => Math.log10(1 + sum(topic)));
}

/** Return the place of the weight in which a share between 0 and 1 of their sum falls. */
export function pick(weights: readonly number[], share: number): number {
  let rest = share * weights.reduce((a, b) => a + b, 0);
  for (const [i, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return i;
  }
  return Math.max(0, weights.findLastIndex((weight) => weight > 0));
}
