// The graph as it is drawn, made anew from what is wanted and from what the server answered: so each
// step can be taken back, and an address holds all of it. Pure.
import type { Schemas } from '../../api/client';
import type { Topic } from '../../topics';

export const FEW = 200;
export const MOST = 2000;
export const LIMITS = [FEW, 500, 1000, MOST] as const;

export type Answer = Schemas['Pivot'];

/** What somebody wants to see. Values are named by `nameOf`, but the first ones, by themselves. */
export interface Wanted {
  starts: readonly string[];
  expanded: readonly string[];
  hidden: readonly string[];
  pins: readonly Pin[];
  /** How many values are drawn at most. */
  limit: number;
}

export interface Pin {
  name: string;
  x: number;
  y: number;
}

export interface Node {
  /** Short, and the same on every machine. */
  name: string;
  topic: Topic;
  /** The value; of a node that stands for many, empty. */
  value: string;
  sources: readonly string[];
  degree: number;
  isStart: boolean;
  isExpanded: boolean;
  /** For how many values it stands that are not drawn; 0: it is a value itself. */
  count: number;
}

export interface Edge {
  /** Positions of both in `nodes`. */
  a: number;
  b: number;
  /** In how many records they stand together; 0: it leads to what is not drawn. */
  records: number;
  sources: readonly string[];
}

export interface Drawn {
  nodes: readonly Node[];
  edges: readonly Edge[];
  /** How many values are drawn, and how many there are. */
  drawn: number;
  total: number;
  hidden: number;
  /** What it is made of: values, as the server takes them. */
  questions: readonly string[];
  /** Whether of some value only the latest records were followed. */
  sampled: boolean;
}

/** A short name of a value: 53 bits of its hash (cyrb53, public domain), as text. */
export function nameOf(topic: string, value: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const one of `${topic} ${value}`) {
    const code = one.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

interface Known {
  name: string;
  topic: Topic;
  value: string;
  sources: readonly string[];
}

/**
 * Put together what is drawn.
 *
 * @param answers By what was asked for: what stands beside it, the value itself first.
 */
export function build(wanted: Wanted, answers: ReadonlyMap<string, Answer>): Drawn {
  const known = new Map<string, Known>();
  const opened: { name: string; answer: Answer; names: string[] }[] = [];
  const questions: string[] = [];
  const starts = new Set<string>();
  const hidden = new Set(wanted.hidden);

  const open = (question: string, isStart: boolean): void => {
    questions.push(question);
    const answer = answers.get(question);
    if (!answer) return;
    const names = answer.nodes.map((one) => {
      const name = nameOf(one.topic, one.value);
      if (!known.has(name)) known.set(name, { name, topic: one.topic, value: one.value, sources: one.sources });
      return name;
    });
    const [first] = names;
    if (first === undefined || opened.some((one) => one.name === first)) return;
    if (isStart) starts.add(first);
    opened.push({ name: first, answer, names });
  };
  for (const start of wanted.starts) open(start, true);
  // What is expanded is beside what was expanded before it: there its value is.
  for (const name of wanted.expanded) {
    const one = known.get(name);
    if (one) open(one.value, false);
  }

  const all = [...known.keys()].filter((name) => !hidden.has(name));
  const kept = chosen(opened.map((one) => one.names), hidden, wanted.limit);
  const at = new Map([...kept].map((name, i) => [name, i] as const));
  const edges = new Map<string, Edge>();
  const left: { parent: number; topic: Topic; count: number }[] = [];
  for (const { name, answer, names } of opened) {
    const parent = at.get(name);
    if (parent === undefined) continue;
    const more = new Map<Topic, number>(Object.entries(answer.left ?? {}) as [Topic, number][]);
    for (const one of answer.edges) {
      const [a, b] = [at.get(names[one.a] ?? ''), at.get(names[one.b] ?? '')];
      if (a !== undefined && b !== undefined) {
        edges.set(a < b ? `${a} ${b}` : `${b} ${a}`, { a, b, records: one.records, sources: one.sources ?? [] });
        continue;
      }
      const other = known.get(names[a === undefined ? one.a : one.b] ?? '');
      if (other && !hidden.has(other.name)) more.set(other.topic, (more.get(other.topic) ?? 0) + 1);
    }
    for (const [topic, count] of more) left.push({ parent, topic, count });
  }

  const expanded = new Set(opened.map((one) => one.name));
  const nodes: Node[] = [...kept].map((name) => {
    const one = known.get(name) as Known;
    return { ...one, degree: 0, isStart: starts.has(name), isExpanded: expanded.has(name), count: 0 };
  });
  const lines = [...edges.values()];
  for (const { a, b } of lines) for (const end of [a, b]) (nodes[end] as Node).degree += 1;
  const drawn = nodes.length;
  let beyond = 0;
  for (const { parent, topic, count } of left) {
    const of = (nodes[parent] as Node).name;
    lines.push({ a: parent, b: nodes.length, records: 0, sources: [] });
    nodes.push({ name: `${of}-${topic}`, topic, value: '', sources: [], degree: 1, isStart: false, isExpanded: false, count });
  }
  for (const { answer } of opened) for (const count of Object.values(answer.left ?? {})) beyond += count;
  const sampled = opened.some((one) => one.answer.sampled);
  return { nodes, edges: lines, drawn, total: all.length + beyond, hidden: wanted.hidden.length, questions, sampled };
}

/** Choose what is drawn: what was expanded, then of each in turn what is nearest to it. */
function chosen(lists: readonly (readonly string[])[], hidden: ReadonlySet<string>, limit: number): Set<string> {
  const kept = new Set<string>();
  const longest = Math.max(0, ...lists.map((one) => one.length));
  for (let rank = 0; rank < longest; rank++) {
    for (const names of lists) {
      const name = names[rank];
      if (name !== undefined && !hidden.has(name) && kept.size < limit) kept.add(name);
    }
  }
  return kept;
}

/** Who stands beside whom: for each node the positions of its edges. */
export function edgesOf(drawn: Drawn): number[][] {
  const found: number[][] = drawn.nodes.map(() => []);
  drawn.edges.forEach(({ a, b }, i) => {
    found[a]?.push(i);
    found[b]?.push(i);
  });
  return found;
}

/** The shortest way from one node to another over what is drawn, both included; null: there is none. */
export function pathBetween(drawn: Drawn, edges: readonly (readonly number[])[], from: number, to: number): number[] | null {
  const before = new Map<number, number>([[from, from]]);
  const queue = [from];
  for (const here of queue) {
    if (here === to) break;
    for (const edge of edges[here] ?? []) {
      const { a, b } = drawn.edges[edge] as Edge;
      const there = a === here ? b : a;
      if (before.has(there) || drawn.nodes[there]?.count) continue;
      before.set(there, here);
      queue.push(there);
    }
  }
  if (!before.has(to)) return null;
  const path = [to];
  while (path[0] !== from) path.unshift(before.get(path[0] as number) as number);
  return path;
}
