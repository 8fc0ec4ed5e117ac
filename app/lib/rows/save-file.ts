import { BOM, csvLine } from './csv.ts';

/** Files made in the browser of what stands on the screen. */

/** Gives a file to the person at the screen, in the browser's own way. */
export function saveFile(name: string, type: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param lines the first one names the columns */
export const saveCsv = (name: string, lines: readonly (readonly (string | number | null)[])[]): void =>
  saveFile(`${name}.csv`, 'text/csv;charset=utf-8', BOM + lines.map(csvLine).join(''));

/** WGS-84, [lng, lat]. */
export const saveGeoJson = (name: string, features: readonly object[]): void =>
  saveFile(`${name}.geojson`, 'application/geo+json', JSON.stringify({ type: 'FeatureCollection', features }));
