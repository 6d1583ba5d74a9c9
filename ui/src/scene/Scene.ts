// The whole view in three dimensions. It knows no framework: it is given a canvas, the labels, data
// and what to call. Nothing but `time` moves it: the same second and seed make the same picture.
import { Color, ColorManagement, Group, LinearSRGBColorSpace, Scene as Stage, WebGLRenderer } from 'three';
import { TOPICS } from '../topics';
import { Eye, type Insets, type Spot } from './camera';
import { colours, type Colours } from './colours';
import { lights } from './emphasis';
import { figures, measured, type Figures } from './figures';
import { Hub } from './hub';
import { Labels } from './labels';
import { between, layout, type Place } from './layout';
import { Materials } from './materials';
import { Orbs } from './orbs';
import { Pace } from './pace';
import { Particles } from './particles';
import { linkAt, NOTHING, orbAt, type Found } from './picking';
import { pointer } from './pointer';
import { Ribbons } from './ribbons';
import type { Emphasis, Link, World } from './world';

ColorManagement.enabled = false; // the programs work on sRGB, as CSS does

export interface Options {
  canvas: HTMLCanvasElement;
  /** One for each orb, in their order. */
  labels: readonly HTMLElement[];
  world: World;
  seed: number;
  particles: number;
  /** The second at which the picture stands still; null: it moves. */
  time: number | null;
  /** Device pixels for each CSS pixel; null: as fine as the machine bears. */
  ratio: number | null;
  isSmooth: boolean;
  /** No motion but what somebody does. */
  isCalm: boolean;
  /** Never give up for slowness: somebody asked for the picture itself. */
  isPatient?: boolean;
  /** At most so many frames a second. */
  maxRate?: number;
  onHover(found: Found): void;
  onChoose(found: Found): void;
  /** The picture cannot be drawn here, or no longer. */
  onLost(why: 'context' | 'slow'): void;
}

const SPREAD_S = 0.5;

export class Scene {
  readonly #options: Options;
  readonly #world: World;
  readonly #gl: WebGLRenderer;
  readonly #stage = new Stage();
  readonly #root = new Group();
  readonly #materials = new Materials();
  readonly #eye = new Eye();
  readonly #pace: Pace;
  readonly #labels: Labels;
  readonly #hub: Hub;
  readonly #orbs: Orbs;
  readonly #particles: Particles;
  #ribbons: Ribbons;
  #places: Place[];
  #colours: Colours = colours();
  #emphasis: Emphasis = { orb: -1, link: null, campaign: null, topics: new Set(TOPICS) };
  #hovered = NOTHING;
  #spread = { from: 0, to: 0, at: 0 };
  #time = 0;
  #last = 0;
  #isDirty = true;
  #frame = 0;
  readonly #ends: (() => void)[] = [];

  constructor(options: Options) {
    this.#options = options;
    this.#world = options.world;
    const { canvas, world, seed } = options;
    this.#pace = new Pace(options.ratio);
    this.#gl = new WebGLRenderer({ canvas, antialias: options.isSmooth && this.#pace.ratio < 1.5, alpha: true, powerPreference: 'high-performance' });
    this.#gl.setClearColor(new Color(0), 0);
    this.#gl.outputColorSpace = LinearSRGBColorSpace;
    this.#places = layout(world.orbs);
    this.#labels = new Labels(options.labels);
    this.#hub = new Hub(this.#materials);
    this.#orbs = new Orbs(this.#materials, world.orbs);
    this.#orbs.setPlaces(this.#places);
    this.#particles = new Particles(this.#materials, world.orbs, this.#places, options.particles, seed);
    this.#ribbons = new Ribbons(this.#materials, world.links, this.#places, seed);
    this.#root.add(this.#particles.mesh, this.#hub.group, this.#orbs.mesh, this.#ribbons.mesh, this.#orbs.glow);
    this.#stage.add(this.#root);
    if (options.isCalm) this.#eye.turning = 0;
    this.#listen(canvas);
    this.#resize();
    this.setTheme();
    this.#loop(performance.now());
  }

  // What is shown ---------------------------------------------------------------------

  /** Read the colours again: the theme has changed. */
  setTheme(): void {
    this.#colours = colours();
    const { uHub, uTopic } = this.#materials.uniforms;
    uHub.value.copy(this.#colours.hub);
    TOPICS.forEach((topic, i) => uTopic.value[i]?.copy(this.#colours.topics[topic]));
    this.#materials.setLight(this.#colours.isLight);
    this.#hub.setColours(this.#colours);
    this.#light();
  }

  setEmphasis(emphasis: Emphasis): void {
    this.#emphasis = emphasis;
    this.#light();
  }

  setInsets(insets: Insets): void {
    this.#eye.setInsets(insets, { isAtOnce: this.#isStill || this.#frame < 3 });
    this.#isDirty = true;
  }

  /** Give the orbs their rates in another window of time. */
  setRates(rates: readonly number[]): void {
    this.#world.orbs.forEach((orb, i) => (orb.rate = rates[i] ?? 0));
    this.#particles.setRates(this.#world.orbs, this.#places, this.#options.seed);
    this.#isDirty = true;
  }

  setLinks(links: Link[]): void {
    this.#world.links = links;
    this.#root.remove(this.#ribbons.mesh);
    this.#ribbons.dispose();
    this.#ribbons = new Ribbons(this.#materials, links, this.#places, this.#options.seed);
    this.#root.add(this.#ribbons.mesh);
    this.#hovered = NOTHING;
    this.#materials.setLight(this.#colours.isLight);
    this.#light();
  }

  /** Let the watches stand apart, or together again. */
  setSpread(isSpread: boolean): void {
    this.#spread = { from: this.#spread.to, to: isSpread ? 1 : 0, at: this.#time };
    if (this.#isStill) this.#spread.from = this.#spread.to;
    this.#isDirty = true;
  }

  /** Show records arriving: how many each orb told of. */
  arrive(records: ReadonlyMap<number, number>): void {
    if (this.#isStill) return;
    for (const [i, count] of records) {
      const [orb, place] = [this.#world.orbs[i], this.#places[i]];
      if (orb && place) this.#particles.burst(i, orb, place, count, this.#time);
    }
    this.#materials.uniforms.uBeat.value = 1;
  }

  orbit(by: number, up: number): void {
    this.#eye.orbit(by, up);
    this.#isDirty = true;
  }

  /** The texts of the labels have changed. */
  measure(): void {
    this.#labels.measure();
    this.#isDirty = true;
  }

  // Frames ----------------------------------------------------------------------------

  get #isStill(): boolean {
    return this.#options.isCalm || this.#options.time !== null;
  }

  #loop = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#loop);
    const { maxRate = 0 } = this.#options;
    if (document.hidden || (this.#isStill && !this.#isDirty)) return;
    if (maxRate && now - this.#last < 1000 / maxRate - 2) return;
    const began = performance.now();
    this.#time = this.#options.time ?? this.#time + Math.min((now - (this.#last || now)) / 1000, 0.25);
    this.#last = now;
    this.#render();
    const pace = this.#pace.note(now, performance.now() - began);
    if (pace === 'coarser') this.#resize();
    if (pace === 'hopeless' && !this.#options.isPatient) this.#options.onLost('slow');
  };

  #render(): void {
    const { uTime, uBeat } = this.#materials.uniforms;
    uTime.value = this.#time;
    uBeat.value *= 0.94;
    this.#isDirty = this.#eye.update(this.#isStill ? 0 : this.#time);
    this.#settle();
    this.#labels.place(this.#spots());
    this.#gl.render(this.#stage, this.#eye.camera);
  }

  /** Move the watches where they shall stand. */
  #settle(): void {
    const { from, to, at } = this.#spread;
    if (from === to && this.#places.length && at === -1) return;
    const done = from === to ? 1 : Math.min(1, (this.#time - at) / SPREAD_S);
    const share = from + (to - from) * done * done * (3 - 2 * done);
    const [together, apart] = [layout(this.#world.orbs), layout(this.#world.orbs, true)];
    this.#places = together.map((one, i) => between(one, apart[i] ?? one, share));
    this.#orbs.setPlaces(this.#places);
    if (done === 1) this.#spread = { from: to, to, at: -1 };
    else this.#isDirty = true;
  }

  #spots(): Spot[] {
    return this.#places.map((place) => this.#eye.spot(place));
  }

  #light(): void {
    const chosen = this.#emphasis;
    const under = this.#world.links[this.#hovered.link];
    const hovered = { orb: this.#hovered.orb, link: under ? ([under.a, under.b] as const) : null };
    const shown = lights(this.#world, chosen.orb < 0 && !chosen.link ? { ...chosen, ...hovered } : chosen);
    this.#orbs.setLights(shown, this.#colours);
    this.#ribbons.setLights(shown, this.#colours);
    this.#labels.setLights(shown);
    this.#materials.uniforms.uFocused.value = shown.isFocused ? 1 : 0;
    this.#materials.uniforms.uTopicOn.value = TOPICS.map((topic) => (chosen.topics.has(topic) ? 1 : 0));
    this.#isDirty = true;
  }

  #resize(): void {
    const { canvas } = this.#options;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const { ratio } = this.#pace;
    this.#gl.setPixelRatio(ratio);
    this.#gl.setSize(width, height, false);
    this.#eye.resize(width, height);
    this.#materials.uniforms.uSize.value.set(width * ratio, height * ratio);
    this.#materials.uniforms.uPixel.value = (ratio * height) / 900;
    this.#isDirty = true;
  }

  // The pointer -----------------------------------------------------------------------

  #listen(canvas: HTMLCanvasElement): void {
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(canvas);
    const lost = (event: Event): void => {
      event.preventDefault();
      this.#options.onLost('context');
    };
    canvas.addEventListener('webglcontextlost', lost);
    this.#ends.push(
      () => sizes.disconnect(),
      () => canvas.removeEventListener('webglcontextlost', lost),
      pointer<Found>(canvas, {
        pick: (x, y) => this.#pick(x, y),
        hover: (found) => this.#hover(found),
        choose: (found) => this.#options.onChoose(found),
        turn: (by, up) => this.orbit(by, up),
        zoom: (factor) => {
          this.#eye.zoom(factor);
          this.#isDirty = true;
        },
      }),
    );
  }

  #hover(found: Found): void {
    if (found.orb === this.#hovered.orb && found.link === this.#hovered.link) return;
    this.#hovered = found;
    this.#options.canvas.style.cursor = found.orb >= 0 || found.link >= 0 ? 'pointer' : 'grab';
    this.#options.onHover(found);
    this.#light();
  }

  #pick(x: number, y: number): Found {
    const orb = orbAt(x, y, this.#spots());
    if (orb >= 0) return { orb, link: -1 };
    const isShown = (i: number): boolean => this.#emphasis.topics.has((this.#world.links[i] as Link).topic);
    return { orb, link: linkAt(x, y, this.#eye, this.#ribbons.curves, isShown) };
  }

  // For tests -------------------------------------------------------------------------

  /** Where an orb is on the canvas, in CSS pixels. */
  spotOf(orb: number): Spot {
    return this.#eye.spot(this.#places[orb] as Place);
  }

  measureFrames(count: number): { ownMs: number[]; wholeMs: number[] } {
    return measured(this.#gl, () => this.#render(), count);
  }

  figures(): Figures {
    this.#render();
    return figures(this.#gl);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    for (const end of this.#ends) end();
    for (const one of [this.#particles, this.#ribbons, this.#orbs, this.#hub, this.#materials, this.#gl]) one.dispose();
  }
}
