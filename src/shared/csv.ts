/** What a cell of a table holds; null is an empty cell. */
export type Cell = string | number | null;

/** Characters with which spreadsheets take a text for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/**
 * Returns one line of a CSV file (RFC 4180), with its line end. A text that a spreadsheet would run as a formula gets an apostrophe before
 * it; numbers stay as they are.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const harmless = FORMULA.test(cell.trimStart()) || FORMULA.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Returns the lines in pieces of some kilobytes, so that a file is never in memory as a whole. */
export function* inPieces(lines: Iterable<string>, characters = 16_384): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < characters) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
