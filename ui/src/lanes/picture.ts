// The picture as a file: what the page shows beside its canvas is drawn into it, too.
import { drawDots, drawGround, drawPath, drawThreads, drawValue, type Colours, type Lit } from './draw';
import { x, y, type Box } from './layout';
import type { Model } from './model';
import type { Tick } from './ticks';

export interface Mark {
  x: number;
  y: number;
  /** Its number in the story, from 1. */
  number: number;
  label: string;
}

export interface Sheet {
  box: Box;
  model: Model;
  ticks: readonly Tick[];
  marks: readonly Mark[];
  colours: Colours;
  lit: Lit;
  /** What each lane is called. */
  names: readonly string[];
  title: string;
  /** What is drawn of what, and the zone of its moments. */
  note: string;
  font: string;
}

const NAMES = 150;
const HEAD = 46;
const SCALE = 2;

/** Draw all of it, at twice the size of the screen, as PNG. */
export async function pictureOf(sheet: Sheet): Promise<Blob> {
  const { box, model, colours, lit, names, marks, font } = sheet;
  const canvas = document.createElement('canvas');
  canvas.width = (box.width + NAMES + 16) * SCALE;
  canvas.height = (box.height + HEAD + 8) * SCALE;
  const on = canvas.getContext('2d') as CanvasRenderingContext2D;
  on.scale(SCALE, SCALE);
  on.fillStyle = colours.bg;
  on.fillRect(0, 0, canvas.width, canvas.height);
  on.textBaseline = 'middle';
  write(on, sheet.title, 12, 16, colours.fg, `600 15px ${font}`);
  write(on, sheet.note, 12, 34, colours.mut, `11px ${font}`);
  on.translate(0, HEAD);
  names.forEach((name, i) => write(on, cut(on, name, NAMES - 22, `12px ${font}`), 12, y(box, i), colours.fg, `12px ${font}`));
  on.translate(NAMES, 0);
  drawGround(on, box, model.lanes, sheet.ticks, colours);
  drawDots(on, box, model, colours, lit);
  drawThreads(on, box, model, colours, lit);
  if (lit.value >= 0) drawValue(on, box, model, lit.value, colours);
  on.textAlign = 'center';
  for (const tick of sheet.ticks) write(on, tick.label, x(box, tick.at), box.height - 9, colours.mut, `10px ${font}`);
  if (marks.length) drawPath(on, marks.map((mark) => [mark.x, mark.y] as const), colours);
  for (const mark of marks) drawMark(on, mark, colours, font);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error('no picture'))), 'image/png'));
}

function drawMark(on: CanvasRenderingContext2D, mark: Mark, colours: Colours, font: string): void {
  on.beginPath();
  on.arc(mark.x, mark.y, 10, 0, 7);
  on.fillStyle = colours.bg;
  on.fill();
  on.strokeStyle = colours.bad;
  on.lineWidth = 2;
  on.stroke();
  on.textAlign = 'center';
  write(on, String(mark.number), mark.x, mark.y + 0.5, colours.fg, `600 11px ${font}`);
  on.textAlign = 'left';
  write(on, mark.label, mark.x + 16, mark.y - 13, colours.fg, `600 11px ${font}`);
}

function write(on: CanvasRenderingContext2D, text: string, px: number, py: number, colour: string, font: string): void {
  on.font = font;
  on.fillStyle = colour;
  on.fillText(text, px, py);
}

function cut(on: CanvasRenderingContext2D, text: string, most: number, font: string): string {
  on.font = font;
  let shown = text;
  while (shown.length > 1 && on.measureText(shown).width > most) shown = shown.slice(0, -2);
  return shown === text ? text : `${shown}…`;
}
