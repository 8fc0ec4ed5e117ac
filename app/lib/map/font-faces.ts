import type { FontFacesSpecification } from 'maplibre-gl';

/** A stylesheet's @font-face, as far as the map needs it. */
export interface FaceRule {
  readonly family: string;
  readonly weight: string;
  /** First file of `src`, absolute. */
  readonly url: string;
  /** As written: `U+4e00-4e05,U+4e08`. */
  readonly range: string;
}

const STYLES = { 'Noto Sans SC Regular': '400', 'Noto Sans SC Strong': '600' } as const;

/**
 * The page's own web font for the map's labels: MapLibre loads of its hundred files those whose characters it draws.
 * Undefined when the page has none; the browser's own fonts draw the labels then.
 */
export function mapFontFaces(rules: readonly FaceRule[]): FontFacesSpecification | undefined {
  const out: FontFacesSpecification = {};
  for (const [style, weight] of Object.entries(STYLES)) {
    const faces = rules
      .filter((r) => r.family === 'Noto Sans SC' && r.weight === weight)
      .map((r) => ({ url: r.url, 'unicode-range': r.range.split(',').map((s) => s.trim()).filter((s) => s !== '') })); // prettier-ignore
    if (faces.length > 0) out[style] = faces;
  }
  return Object.keys(out).length > 0 ? out : undefined;
}

/** The @font-face rules of a page. Sheets of other origins cannot be read and are skipped. */
export function pageFaces(page: Document): FaceRule[] {
  const out: FaceRule[] = [];
  for (const sheet of page.styleSheets) {
    if (sheet.href !== null && new URL(sheet.href).origin !== location.origin) continue;
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const s = rule.style;
      const url = /url\(\s*["']?([^"')]+)/.exec(s.getPropertyValue('src'))?.[1];
      if (url === undefined) continue;
      out.push({
        family: s.getPropertyValue('font-family').replace(/["']/g, ''),
        weight: s.getPropertyValue('font-weight') || '400',
        url: new URL(url, sheet.href ?? page.baseURI).href,
        range: s.getPropertyValue('unicode-range'),
      });
    }
  }
  return out;
}
