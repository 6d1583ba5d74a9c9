// Paints the graph on a canvas: all edges of a kind in one stroke, all nodes of a topic in one fill.
// 2,000 nodes with 5,000 edges take about 30 ms without a graphics card. Knows no Svelte.
import { TOPICS, type Topic } from '../../topics';
import { type Box, withoutOverlap } from './labels';
import type { Drawn, Edge, Node } from './model';
import { outline } from './shapes';

export interface Camera {
  /** What lies in the middle, and by how much it is magnified. */
  x: number;
  y: number;
  k: number;
}

export interface Look {
  colours: Record<Topic | 'bg' | 'fg' | 'mut' | 'line' | 'hub' | 'warn' | 'solid', string>;
  font: string;
}

export interface Painted {
  drawn: Drawn;
  x: Float64Array;
  y: Float64Array;
  radius: Float64Array;
  labels: readonly string[];
  /** Positions of nodes, the most connected first: in this order they get labels. */
  order: readonly number[];
  pinned: ReadonlySet<number>;
  /** What is lit, and the edges between; null: all is. */
  lit: ReadonlySet<number> | null;
  litEdges: ReadonlySet<number>;
  /** Positions of the nodes of the path that is shown, in order. */
  path: readonly number[];
  selected: number;
}

const MOST_LABELS = 90;
const MOST_COUNTS = 60;
const MOST_OBSTACLES = 500;
const DIM = 0.16;

export function paint(pen: CanvasRenderingContext2D, width: number, height: number, camera: Camera, one: Painted, look: Look): void {
  const { drawn, x, y, lit } = one;
  const { colours } = look;
  pen.save();
  pen.clearRect(0, 0, width, height);
  pen.translate(width / 2 - camera.x * camera.k, height / 2 - camera.y * camera.k);
  pen.scale(camera.k, camera.k);
  const seen = {
    left: camera.x - width / 2 / camera.k - 20,
    right: camera.x + width / 2 / camera.k + 20,
    top: camera.y - height / 2 / camera.k - 20,
    bottom: camera.y + height / 2 / camera.k + 20,
  };
  const isIn = (i: number): boolean => (x[i] as number) > seen.left && (x[i] as number) < seen.right && (y[i] as number) > seen.top && (y[i] as number) < seen.bottom;

  const line = (edges: Iterable<Edge>, colour: string, thick: number, alpha: number, dash: number[] = []): void => {
    pen.beginPath();
    for (const { a, b } of edges) {
      if (!isIn(a) && !isIn(b)) continue;
      pen.moveTo(x[a] as number, y[a] as number);
      pen.lineTo(x[b] as number, y[b] as number);
    }
    pen.strokeStyle = colour;
    pen.lineWidth = thick / Math.sqrt(camera.k);
    pen.globalAlpha = alpha;
    pen.setLineDash(dash);
    pen.stroke();
  };
  const isDense = drawn.edges.length > 400;
  line(drawn.edges.filter((edge) => edge.records), colours.mut, isDense ? 0.6 : 1, lit ? DIM : isDense ? 0.3 : 0.5);
  line(drawn.edges.filter((edge) => !edge.records), colours.mut, 1, lit ? DIM : 0.4, [3, 4]);
  if (lit) line([...one.litEdges].map((i) => drawn.edges[i] as Edge), colours.hub, 1.4, 0.9);
  const steps = one.path.slice(1).map((b, i) => ({ a: one.path[i] as number, b, records: 1, sources: [] }));
  if (steps.length) line(steps, colours.warn, 4, 0.9);
  pen.setLineDash([]);

  const groups = new Map<string, number[]>();
  drawn.nodes.forEach((node, i) => {
    if (!isIn(i)) return;
    const isLit = !lit || lit.has(i);
    const key = `${node.topic} ${isLit ? 1 : 0} ${node.isExpanded ? 1 : 0} ${node.count ? 1 : 0}`;
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  for (const topic of TOPICS) {
    for (const isLit of [0, 1]) {
      for (const kind of ['1 0', '0 0', '0 1']) {
        const group = groups.get(`${topic} ${isLit} ${kind}`);
        if (!group) continue;
        pen.beginPath();
        for (const i of group) outline(pen, topic, x[i] as number, y[i] as number, one.radius[i] as number);
        pen.globalAlpha = isLit ? 1 : DIM;
        // What is expanded is full; what can be expanded is a ring; what stands for many is dashed.
        pen.fillStyle = kind === '1 0' ? colours[topic] : colours.bg;
        pen.fill();
        pen.strokeStyle = colours[topic];
        pen.lineWidth = kind === '0 1' ? 1.2 : 2;
        pen.setLineDash(kind === '0 1' ? [3, 2.5] : []);
        pen.stroke();
        if (kind === '0 0') {
          pen.beginPath();
          for (const i of group) outline(pen, topic, x[i] as number, y[i] as number, (one.radius[i] as number) * 0.42);
          pen.fillStyle = colours[topic];
          pen.fill();
        }
      }
    }
  }
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  const ring = (i: number, colour: string, away: number, thick: number): void => {
    pen.beginPath();
    pen.arc(x[i] as number, y[i] as number, (one.radius[i] as number) * 1.15 + away, 0, 2 * Math.PI);
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    pen.stroke();
  };
  drawn.nodes.forEach((node, i) => node.isStart && (!lit || lit.has(i)) && ring(i, colours.fg, 3, 1.4));
  for (const i of one.path) ring(i, colours.warn, 4, 2);
  if (one.selected >= 0) ring(one.selected, colours.hub, 6, 2.4);
  pen.restore();

  const place = (i: number): [number, number] => [((x[i] as number) - camera.x) * camera.k + width / 2, ((y[i] as number) - camera.y) * camera.k + height / 2];
  for (const i of one.pinned) {
    const [px, py] = place(i);
    pen.fillStyle = colours.fg;
    pen.fillRect(px + (one.radius[i] as number) * camera.k * 0.8, py - (one.radius[i] as number) * camera.k * 0.8 - 4, 4, 4);
  }
  write(pen, width, one, camera, look, place, isIn);
}

function write(pen: CanvasRenderingContext2D, room: number, one: Painted, camera: Camera, { colours, font }: Look, place: (i: number) => [number, number], isIn: (i: number) => boolean): void {
  const { drawn, lit } = one;
  pen.font = `11px ${font}`;
  pen.textBaseline = 'middle';
  const first = [...new Set([...(one.selected >= 0 ? [one.selected] : []), ...one.path])];
  const shown = one.order.filter((i) => isIn(i) && (!lit || lit.has(i)));
  const wanted = [...first, ...shown.filter((i) => !first.includes(i))].slice(0, MOST_LABELS * 3);
  const half = (i: number): number => ((one.radius[i] as number) * 1.2 + (drawn.nodes[i]?.isStart || i === one.selected ? 6 : 0)) * camera.k;
  const obstacles = shown.slice(0, MOST_OBSTACLES).map((i): Box => {
    const [[px, py], r] = [place(i), half(i)];
    return { x: px - r, y: py - r, width: 2 * r, height: 2 * r };
  });
  const boxes = wanted.map((i): Box[] => {
    const [[px, py], r, width] = [place(i), half(i) + 2, pen.measureText(one.labels[i] ?? '').width + 8];
    const [beside, below] = [py - 8, px - width / 2];
    const places = [[px + r, beside], [px - r - width, beside], [below, py + r], [below, py - r - 16]].map(([x = 0, y = 0]) => ({ x, y, width, height: 16 }));
    return places.filter(({ x }) => x >= 0 && x + width <= room);
  });
  for (const { label, box } of withoutOverlap(boxes, MOST_LABELS, obstacles)) {
    const i = wanted[label] as number;
    pen.globalAlpha = 0.78;
    pen.fillStyle = colours.bg;
    pen.beginPath();
    pen.roundRect(box.x, box.y, box.width, box.height, 4);
    pen.fill();
    pen.globalAlpha = 1;
    pen.fillStyle = (drawn.nodes[i] as Node).count ? colours.mut : colours.fg;
    pen.fillText(one.labels[i] ?? '', box.x + 4, box.y + 8.5);
  }
  if (!lit || one.litEdges.size > MOST_COUNTS) return;
  pen.textAlign = 'center';
  for (const at of one.litEdges) {
    const { a, b, records } = drawn.edges[at] as Edge;
    if (records < 2) continue;
    const [[ax, ay], [bx, by]] = [place(a), place(b)];
    const text = String(records);
    const [mx, my] = [(ax + bx) / 2, (ay + by) / 2];
    pen.fillStyle = colours.solid;
    pen.beginPath();
    pen.roundRect(mx - pen.measureText(text).width / 2 - 3, my - 7, pen.measureText(text).width + 6, 14, 7);
    pen.fill();
    pen.fillStyle = colours.hub;
    pen.fillText(text, mx, my + 0.5);
  }
  pen.textAlign = 'start';
}

/** Return the camera that shows everything; at the right so many px are covered. */
export function fitted(x: Float64Array, y: Float64Array, whole: number, height: number, covered: number): Camera {
  if (!x.length) return { x: 0, y: 0, k: 1 };
  const width = Math.max(whole - covered, 200);
  const [left, right] = [Math.min(...x), Math.max(...x)];
  const [top, bottom] = [Math.min(...y), Math.max(...y)];
  const k = Math.max(0.05, Math.min((width - 260) / (right - left + 1), (height - 110) / (bottom - top + 1), 1.9));
  return { x: (left + right) / 2 + (covered / 2 + 30) / k, y: (top + bottom) / 2, k };
}
