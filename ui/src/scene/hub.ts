// The hub: a sphere of light with a fine net in it, and the rings on which the two layers stand.
import { BufferAttribute, BufferGeometry, Group, IcosahedronGeometry, LineBasicMaterial, LineSegments, Mesh, WireframeGeometry } from 'three';
import type { Colours } from './colours';
import { HUB_RADIUS, OBSERVATION, SEMANTICS } from './layout';
import type { Materials } from './materials';
import { hubFragment, hubVertex } from './shaders';

export class Hub {
  readonly group = new Group();
  readonly #net: LineBasicMaterial;
  readonly #rings: LineBasicMaterial;

  constructor(materials: Materials) {
    const line = (opacity: number): LineBasicMaterial => new LineBasicMaterial({ transparent: true, opacity, depthWrite: false });
    this.#net = line(0.1);
    this.#rings = line(0.55);
    const lines = new BufferGeometry();
    lines.setAttribute('position', new BufferAttribute(new Float32Array(ringLines()), 3));
    this.group.add(
      new Mesh(new IcosahedronGeometry(HUB_RADIUS, 12), materials.make(hubVertex, hubFragment)),
      new LineSegments(new WireframeGeometry(new IcosahedronGeometry(HUB_RADIUS - 0.03, 3)), this.#net),
      new LineSegments(lines, this.#rings),
    );
  }

  setColours({ hub, grid, isLight }: Colours): void {
    this.#net.color.copy(hub);
    this.#net.opacity = isLight ? 0.16 : 0.05;
    this.#rings.color.copy(grid);
  }

  dispose(): void {
    this.group.traverse((one) => {
      if (one instanceof Mesh || one instanceof LineSegments) one.geometry.dispose();
    });
    this.#net.dispose();
    this.#rings.dispose();
  }
}

function ringLines(): number[] {
  const lines: number[] = [];
  const point = (angle: number, radius: number, y: number): number[] => [Math.cos(angle) * radius, y, Math.sin(angle) * radius];
  /** `gap`: every so many pieces one is left out; 0: none. */
  const ring = (radius: number, y: number, pieces: number, gap: number): void => {
    for (let i = 0; i < pieces; i++) {
      if (gap && i % gap === 0) continue;
      lines.push(...point((i / pieces) * 2 * Math.PI, radius, y), ...point(((i + 1) / pieces) * 2 * Math.PI, radius, y));
    }
  };
  const { radius, y } = OBSERVATION;
  ring(radius, y, 192, 0);
  ring(radius + 0.6, y, 192, 2);
  ring(radius - 2.3, y, 120, 3);
  ring(SEMANTICS.radius, SEMANTICS.y, 144, 2);
  for (let i = 0; i < 60; i++) {
    const angle = (i / 60) * 2 * Math.PI;
    lines.push(...point(angle, radius + 0.6, y), ...point(angle, radius + (i % 5 ? 0.76 : 1), y));
  }
  return lines;
}
