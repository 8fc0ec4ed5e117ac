import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import { expect, test } from 'vitest';
import { TILE_LAYERS } from '#store/gis-tiles.ts';
import { mapFontFaces } from './font-faces.ts';
import { THEMES, type Palette } from './palette.ts';
import { themePaint } from './theme.ts';
import { FIRST_LABEL, mapStyle, type StyleOptions } from './style.ts';

const options: StyleOptions = {
  theme: 'dark',
  lang: 'zh',
  tilesUrl: 'http://here/tiles/{z}/{x}/{y}',
  version: '3-7',
  bounds: [118.5, 31, 119.1, 31.4],
  attribution: 'invented',
};

test('the style is valid by the specification, in both themes and languages and at the scale of a large wall', () => {
  for (const theme of ['dark', 'light'] as const)
    for (const lang of ['zh', 'en'] as const)
      for (const scale of [1, 2])
        expect(validateStyleMin(mapStyle({ ...options, theme, lang, scale }) as never)).toEqual([]);
});

test('every layer reads a layer that tiles have, and each of those is drawn', () => {
  const used = new Set(mapStyle(options).layers.flatMap((l) => ('source-layer' in l ? [l['source-layer']] : [])));
  expect([...used].sort()).toEqual([...TILE_LAYERS].sort());
});

test('names come last and begin at the layer that moving things are put below', () => {
  const layers = mapStyle(options).layers;
  const first = layers.findIndex((l) => l.type === 'symbol');
  expect(layers[first]!.id).toBe(FIRST_LABEL);
  expect(layers.slice(first).every((l) => l.type === 'symbol' || l.type === 'circle')).toBe(true);
});

test('nothing is fetched from elsewhere: no glyph server, no sprite, tiles of our own with the version in the address', () => {
  const style = mapStyle(options);
  expect(style.glyphs).toBeUndefined();
  expect(style.sprite).toBeUndefined();
  expect(JSON.stringify(style).match(/https?:\/\/[^/"]+/g)).toEqual(['http://here']);
  expect(style.sources).toMatchObject({
    city: { tiles: ['http://here/tiles/{z}/{x}/{y}?v=3-7'], attribution: 'invented' },
  });
});

test('the same options give the same style', () => {
  expect(mapStyle(options)).toEqual(mapStyle({ ...options }));
});

test('of the page’s fonts those of the two weights are taken, with their ranges; without any there are none', () => {
  const face = (weight: string, range: string): Parameters<typeof mapFontFaces>[0][number] => ({ family: 'Noto Sans SC', weight, url: `http://here/${weight}.woff2`, range }); // prettier-ignore
  expect(mapFontFaces([face('400', 'U+4e00-4e05, U+4e08'), face('600', 'U+4e00'), face('900', 'U+1')])).toEqual({
    'Noto Sans SC Regular': [{ url: 'http://here/400.woff2', 'unicode-range': ['U+4e00-4e05', 'U+4e08'] }],
    'Noto Sans SC Strong': [{ url: 'http://here/600.woff2', 'unicode-range': ['U+4e00'] }],
  });
  expect(mapFontFaces([])).toBeUndefined();
  const faces = mapFontFaces([face('400', 'U+1'), face('600', 'U+1')])!;
  expect(validateStyleMin(mapStyle({ ...options, fontFaces: faces }) as never)).toEqual([]);
});

/** Contrast of two colours by WCAG 2. */
function contrast(a: string, b: string): number {
  const light = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((i) => {
      const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x! + 0.05) / (y! + 0.05);
}

test('names are read on every ground that they stand on, in both themes; water and forests are told from the land', () => {
  const labels: (keyof Palette)[] = ['cityLabel', 'districtLabel', 'streetLabel', 'roadLabel', 'placeLabel'];
  const grounds: (keyof Palette)[] = ['ground', 'urban', 'building', 'block', 'commercial', 'park', 'forest', 'halo'];
  for (const p of Object.values(THEMES)) {
    for (const l of labels) for (const g of grounds) expect([l, g, contrast(p[l], p[g]) >= 4.5]).toEqual([l, g, true]);
    expect(contrast(p.waterLabel, p.water)).toBeGreaterThan(3);
    expect(contrast(p.greenLabel, p.halo)).toBeGreaterThan(4);
    expect(contrast(p.water, p.ground)).toBeGreaterThan(1.15);
    expect(contrast(p.motorway, p.casing)).toBeGreaterThan(1.05);
    for (const road of ['primaryAfar', 'secondaryAfar', 'tertiaryAfar'] as const)
      expect([road, contrast(p[road], p.ground) > 1.25]).toEqual([road, true]);
  }
});

test('a theme sets the same paint of the same layers as the other, so that changing back leaves nothing behind', () => {
  const [dark, light] = (['dark', 'light'] as const).map((t) => themePaint(t, options));
  expect(light!.map(([l, p]) => `${l} ${p}`)).toEqual(dark!.map(([l, p]) => `${l} ${p}`));
  expect(light!.filter(([, , v], i) => v !== dark![i]![2]).length).toBeGreaterThan(40);
  // what is silent has faded, and stays so
  expect(dark!.some(([, p]) => p === 'line-opacity' || p === 'fill-opacity')).toBe(false);
});
