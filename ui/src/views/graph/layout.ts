// Where nodes lie: forces as Fruchterman and Reingold have them (1991), far ones taken together as
// Barnes and Hut do (1986). Nothing is random: the same graph lies the same way each time. Pure.

/** What is to be laid out; `x` and `y` are where it begins, NaN: anywhere. */
export interface Plan {
  x: Float64Array<ArrayBuffer>;
  y: Float64Array<ArrayBuffer>;
  /** 1: it stays where it is. */
  fixed: Uint8Array;
  /** How much room a node wants around it, in px. */
  radius: Float64Array;
  /** Pairs of positions. */
  edges: Uint32Array;
}

export const TURNS = 260;
const SPRING = 70;
const CHARGE = 1500;
const FAR = 0.81; // (width of a cell / distance)² under which it counts as one
const PULL = 0.012;
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

export class Layout {
  readonly x: Float64Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
  readonly #fixed: Uint8Array;
  readonly #edges: Uint32Array;
  readonly #radius: Float64Array;
  readonly #degree: Float64Array;
  readonly #vx: Float64Array;
  readonly #vy: Float64Array;
  readonly #tree: Tree;
  #heat = 1;

  constructor(plan: Plan) {
    this.x = plan.x.slice();
    this.y = plan.y.slice();
    this.#fixed = plan.fixed;
    this.#edges = plan.edges;
    this.#radius = plan.radius;
    const n = this.x.length;
    this.#degree = new Float64Array(n);
    for (const end of plan.edges) this.#degree[end] = (this.#degree[end] ?? 0) + 1;
    this.#vx = new Float64Array(n);
    this.#vy = new Float64Array(n);
    this.#tree = new Tree(n);
    this.#begin();
  }

  /** Put what lies nowhere yet beside a neighbour that does, or on a spiral around the middle. */
  #begin(): void {
    const { x, y } = this;
    for (let i = 0; i < this.#edges.length; i += 2) {
      const [a, b] = [this.#edges[i] as number, this.#edges[i + 1] as number];
      for (const [near, far] of [[a, b], [b, a]] as const) {
        if (Number.isNaN(x[far]) && !Number.isNaN(x[near])) this.#put(far, x[near] as number, y[near] as number, 40);
      }
    }
    for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i])) this.#put(i, 0, 0, 0);
  }

  #put(i: number, x: number, y: number, from: number): void {
    const away = from + 9 * Math.sqrt(i);
    this.x[i] = x + away * Math.cos(i * GOLDEN);
    this.y[i] = y + away * Math.sin(i * GOLDEN);
  }

  /** Move everything once; about 2 ms for 2,000 nodes. */
  turn(): void {
    const { x, y } = this;
    const [vx, vy] = [this.#vx, this.#vy];
    const n = x.length;
    const heat = this.#heat;
    this.#tree.fill(x, y);
    for (let i = 0; i < n; i++) this.#tree.push(i, x, y, vx, vy, CHARGE * heat * (1 + 0.4 * Math.sqrt(this.#degree[i] as number)));
    for (let i = 0; i < this.#edges.length; i += 2) {
      const [a, b] = [this.#edges[i] as number, this.#edges[i + 1] as number];
      const [dx, dy] = [(x[b] as number) - (x[a] as number), (y[b] as number) - (y[a] as number)];
      const length = Math.hypot(dx, dy) || 1;
      const [da, db] = [this.#degree[a] as number, this.#degree[b] as number];
      const rest = SPRING + (this.#radius[a] as number) + (this.#radius[b] as number);
      // Weak where both have many: else hubs would be drawn into one.
      const force = ((length - rest) / length) * (heat / Math.min(da, db)) * 0.7;
      const share = da / (da + db);
      vx[b] = (vx[b] as number) - dx * force * share;
      vy[b] = (vy[b] as number) - dy * force * share;
      vx[a] = (vx[a] as number) + dx * force * (1 - share);
      vy[a] = (vy[a] as number) + dy * force * (1 - share);
    }
    for (let i = 0; i < n; i++) {
      if (!this.#fixed[i]) {
        const [sx, sy] = [(vx[i] as number) - (x[i] as number) * PULL * heat, (vy[i] as number) - (y[i] as number) * PULL * heat];
        const fastest = 60 / Math.max(60, Math.hypot(sx, sy));
        x[i] = (x[i] as number) + sx * fastest;
        y[i] = (y[i] as number) + sy * fastest;
        vx[i] = sx * fastest * 0.6;
        vy[i] = sy * fastest * 0.6;
      } else vx[i] = vy[i] = 0;
    }
    this.#heat *= 0.982;
  }
}

/** A tree of squares, each with the number and the middle of what lies in it. */
class Tree {
  readonly #child: Int32Array; // four a cell: −1 empty, ≥0 a cell, < −1 a node: −2 − its number
  readonly #sum: Float64Array; // of each cell: how many, sum of x, sum of y
  readonly #next: Int32Array; // nodes that lie in one place
  #cells = 0;
  #size = 1;
  #left = 0;
  #top = 0;

  constructor(nodes: number) {
    const cells = Math.max(64, nodes * 8);
    this.#child = new Int32Array(cells * 4);
    this.#sum = new Float64Array(cells * 3);
    this.#next = new Int32Array(nodes);
  }

  fill(x: Float64Array, y: Float64Array): void {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < x.length; i++) {
      left = Math.min(left, x[i] as number);
      right = Math.max(right, x[i] as number);
      top = Math.min(top, y[i] as number);
      bottom = Math.max(bottom, y[i] as number);
    }
    [this.#left, this.#top, this.#size] = [left, top, Math.max(right - left, bottom - top, 1) * 1.0001];
    this.#cells = 0;
    this.#cell();
    this.#next.fill(-1);
    for (let i = 0; i < x.length; i++) this.#add(i, x, y);
  }

  #cell(): number {
    const at = this.#cells++;
    this.#child.fill(-1, at * 4, at * 4 + 4);
    this.#sum.fill(0, at * 3, at * 3 + 3);
    return at;
  }

  #add(node: number, x: Float64Array, y: Float64Array): void {
    let [cell, left, top, size] = [0, this.#left, this.#top, this.#size];
    const [px, py] = [x[node] as number, y[node] as number];
    for (let depth = 0; ; depth++) {
      const s = cell * 3;
      this.#sum[s] = (this.#sum[s] as number) + 1;
      this.#sum[s + 1] = (this.#sum[s + 1] as number) + px;
      this.#sum[s + 2] = (this.#sum[s + 2] as number) + py;
      size /= 2;
      const [right, low] = [px >= left + size, py >= top + size];
      if (right) left += size;
      if (low) top += size;
      const at = cell * 4 + (right ? 1 : 0) + (low ? 2 : 0);
      const there = this.#child[at] as number;
      if (there === -1) {
        this.#child[at] = -2 - node;
        return;
      }
      if (there >= 0) {
        cell = there;
        continue;
      }
      const other = -2 - there;
      if (depth > 24 || this.#cells * 4 >= this.#child.length) {
        this.#next[node] = other; // in one place
        this.#child[at] = -2 - node;
        return;
      }
      const inner = this.#cell();
      this.#child[at] = inner;
      const [ox, oy] = [x[other] as number, y[other] as number];
      this.#sum[inner * 3] = 1;
      this.#sum[inner * 3 + 1] = ox;
      this.#sum[inner * 3 + 2] = oy;
      const half = size / 2;
      this.#child[inner * 4 + (ox >= left + half ? 1 : 0) + (oy >= top + half ? 2 : 0)] = -2 - other;
      cell = inner;
    }
  }

  /** Push a node away from all others. */
  push(node: number, x: Float64Array, y: Float64Array, vx: Float64Array, vy: Float64Array, charge: number): void {
    const [px, py] = [x[node] as number, y[node] as number];
    let [fx, fy] = [0, 0];
    const stack = STACK;
    const sizes = SIZES;
    let top = 0;
    stack[0] = 0;
    sizes[0] = this.#size;
    while (top >= 0) {
      const cell = stack[top] as number;
      const size = sizes[top] as number;
      top--;
      const many = this.#sum[cell * 3] as number;
      const dx = px - (this.#sum[cell * 3 + 1] as number) / many;
      const dy = py - (this.#sum[cell * 3 + 2] as number) / many;
      const square = dx * dx + dy * dy;
      if (size * size < FAR * square) {
        fx += (dx * charge * many) / square;
        fy += (dy * charge * many) / square;
        continue;
      }
      for (let q = 0; q < 4; q++) {
        const there = this.#child[cell * 4 + q] as number;
        if (there >= 0) {
          stack[++top] = there;
          sizes[top] = size / 2;
          continue;
        }
        for (let other = -2 - there; other >= 0; other = this.#next[other] as number) {
          if (other === node) continue;
          // Two in one place part by their numbers.
          const ex = px - (x[other] as number) || (node < other ? -0.1 : 0.1);
          const ey = py - (y[other] as number) || 0.05;
          const near = Math.max(ex * ex + ey * ey, 16);
          fx += (ex * charge) / near;
          fy += (ey * charge) / near;
        }
      }
    }
    vx[node] = (vx[node] as number) + fx * 0.02;
    vy[node] = (vy[node] as number) + fy * 0.02;
  }
}

const STACK = new Int32Array(256);
const SIZES = new Float64Array(256);
