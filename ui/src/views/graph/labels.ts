// Which labels are drawn, and where: the most important first, and none over another. Pure.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const CELL = 96;
const ROWS = 4096;

/** Boxes that are taken, found by the squares that they lie in. */
class Taken {
  readonly #cells = new Map<number, Box[]>();

  has(box: Box): boolean {
    let isThere = false;
    this.#each(box, (cell) => {
      for (const other of this.#cells.get(cell) ?? []) isThere ||= overlap(box, other);
    });
    return isThere;
  }

  add(box: Box): void {
    this.#each(box, (cell) => {
      const there = this.#cells.get(cell);
      if (there) there.push(box);
      else this.#cells.set(cell, [box]);
    });
  }

  #each({ x, y, width, height }: Box, see: (cell: number) => void): void {
    for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column++) {
      for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row++) see(column * ROWS + row);
    }
  }
}

export interface Kept {
  /** Position of the label among those that were wanted. */
  label: number;
  box: Box;
}

/**
 * Find room for labels.
 *
 * @param wanted Of each label the boxes that it may have, the best first; the first label first.
 * @param most How many at most.
 * @param obstacles What they may not lie on.
 */
export function withoutOverlap(wanted: readonly (readonly Box[])[], most: number, obstacles: readonly Box[] = []): Kept[] {
  const taken = new Taken();
  for (const box of obstacles) taken.add(box);
  const kept: Kept[] = [];
  for (const [label, boxes] of wanted.entries()) {
    if (kept.length >= most) break;
    const box = boxes.find((one) => !taken.has(one));
    if (!box) continue;
    kept.push({ label, box });
    taken.add(box);
  }
  return kept;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
