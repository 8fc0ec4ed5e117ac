/** One line of a CSV file (RFC 4180), ended by CRLF. A text that a spreadsheet would run as a formula gets an apostrophe. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Spreadsheets take a file without this mark for one in the code page of the machine, and spoil Chinese. */
export const BOM = '\uFEFF';
