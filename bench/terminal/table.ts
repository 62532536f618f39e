/** Names in one column, values in the next. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
