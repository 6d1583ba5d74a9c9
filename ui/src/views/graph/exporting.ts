// The graph as files: a picture of lines and shapes (SVG), and its relations as a table (CSV). Pure.
import { csv } from '../../csv';
import { defang } from '../../defang';
import type { Drawn, Node } from './model';
import type { Look, Painted } from './painting';
import { pathOf } from './shapes';

const EDGE = 60;

/** Write relations as a table. */
export function csvOf(drawn: Drawn): string {
  const rows = drawn.edges
    .filter((edge) => edge.records)
    .map(({ a, b, records, sources }) => {
      const [from, to] = [drawn.nodes[a] as Node, drawn.nodes[b] as Node];
      return [from.topic, from.value, to.topic, to.value, records, sources.join(' ')];
    });
  return csv([['from_topic', 'from', 'to_topic', 'to', 'records', 'sources'], ...rows]);
}

/** Write the picture, whole, in the colours of the screen. */
export function svgOf({ drawn, x, y, radius, labels, path, lit, litEdges }: Painted, { colours, font }: Look): string {
  const text = (value: string): string => value.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const [left, top] = [Math.min(...x) - EDGE, Math.min(...y) - EDGE];
  const [width, height] = [Math.max(...x) - left + 4 * EDGE, Math.max(...y) - top + EDGE];
  const n = (value: number | undefined): string => (value ?? 0).toFixed(1);
  const onPath = new Set(path.slice(1).map((b, i) => [path[i] as number, b].sort((one, other) => one - other).join(' ')));
  const parts = drawn.edges.map(({ a, b, records }, i) => {
    const isPath = onPath.has([a, b].sort((one, other) => one - other).join(' '));
    const colour = isPath ? colours.warn : litEdges.has(i) && lit ? colours.hub : colours.mut;
    return `<line x1="${n(x[a])}" y1="${n(y[a])}" x2="${n(x[b])}" y2="${n(y[b])}" stroke="${colour}" stroke-width="${isPath ? 4 : 1}" stroke-opacity="${isPath ? 1 : 0.5}"${records ? '' : ' stroke-dasharray="3 4"'}/>`;
  });
  drawn.nodes.forEach((node, i) => {
    const d = pathOf(node.topic, x[i] ?? 0, y[i] ?? 0, radius[i] ?? 4);
    parts.push(`<path d="${d}" fill="${node.isExpanded ? colours[node.topic] : colours.bg}" stroke="${colours[node.topic]}" stroke-width="2"${node.count ? ' stroke-dasharray="3 2.5"' : ''}><title>${text(node.count ? (labels[i] ?? '') : defang(node.value, node.topic))}</title></path>`);
    parts.push(`<text x="${n((x[i] ?? 0) + (radius[i] ?? 4) + 5)}" y="${n((y[i] ?? 0) + 4)}" fill="${colours.fg}" font-size="11">${text(labels[i] ?? '')}</text>`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${n(left)} ${n(top)} ${n(width)} ${n(height)}" font-family="${text(font)}"><rect x="${n(left)}" y="${n(top)}" width="${n(width)}" height="${n(height)}" fill="${colours.bg}"/>${parts.join('')}</svg>`;
}
