// Tables as CSV of which no spreadsheet takes a cell for a formula.

const FORMULA = /^[=+\-@\t\r]/;
type Cell = string | number | boolean | null | undefined;

/** Write rows, the head among them; what is missing becomes an empty cell. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\r\n');
}

function cell(said: Cell): string {
  const plain = said === null || said === undefined ? '' : String(said);
  const safe = typeof said === 'string' && FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
