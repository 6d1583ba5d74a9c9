// A topic is told by its colour and by its shape: ● address, ◆ domain, ▲ URL, ■ hash, ⬟ mail, ⬢ tag.
import type { Topic } from '../../topics';

const SIDES: Record<Exclude<Topic, 'ip'>, [sides: number, turn: number, size: number]> = {
  domain: [4, -Math.PI / 2, 1.22],
  url: [3, -Math.PI / 2, 1.3],
  hash: [4, -Math.PI / 4, 1.18],
  email: [5, -Math.PI / 2, 1.14],
  tag: [6, 0, 1.1],
};

export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  closePath(): void;
}

/** Draw the outline of a topic's shape around a point. */
export function outline(pen: Pen, topic: Topic, x: number, y: number, radius: number): void {
  if (topic === 'ip') {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const [sides, turn, size] = SIDES[topic];
  for (let i = 0; i < sides; i++) {
    const angle = turn + (i * 2 * Math.PI) / sides;
    const [px, py] = [x + radius * size * Math.cos(angle), y + radius * size * Math.sin(angle)];
    if (i) pen.lineTo(px, py);
    else pen.moveTo(px, py);
  }
  pen.closePath();
}

/** The same as the `d` of an SVG path. */
export function pathOf(topic: Topic, x: number, y: number, radius: number): string {
  const n = (value: number): string => value.toFixed(1);
  let d = '';
  outline(
    {
      moveTo: (px, py) => (d += `M${n(px)} ${n(py)}`),
      lineTo: (px, py) => (d += `L${n(px)} ${n(py)}`),
      arc: (cx, cy, r) => (d += `A${n(r)} ${n(r)} 0 1 1 ${n(cx - r)} ${n(cy)}A${n(r)} ${n(r)} 0 1 1 ${n(cx + r)} ${n(cy)}`),
      closePath: () => (d += 'Z'),
    },
    topic,
    x,
    y,
    radius,
  );
  return d;
}
