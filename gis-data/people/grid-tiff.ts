import { stat } from 'node:fs/promises';
import { fromFile, type GeoTIFFImage } from 'geotiff';
import { peopleIn } from '#domain/around/people.ts';
import type { GridFile } from './import.ts';

/** A population grid as GeoTIFF in degrees (WorldPop, GHS-POP): only the part over the city is read, some rows at a time. */

/** WGS 84, and CGCS2000, which differs by centimetres. */
const IN_DEGREES = [4326, 4490];
const PIXELS_AT_ONCE = 1_000_000;

export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/**
 * @param city what to read; all other pixels are counted as outside
 * @throws RangeError when the file is no GeoTIFF in degrees or lies elsewhere
 */
export async function* tiffGrid(path: string, city: Box): GridFile {
  const tiff = await fromFile(path);
  try {
    const image = await tiff.getImage();
    await mustBeWhole(image, (await stat(path)).size);
    const { west, north, dx, dy } = await latticeOf(image);
    const [width, height] = [image.getWidth(), image.getHeight()];
    const clamp = (v: number, most: number): number => Math.min(most, Math.max(0, v));
    const columns = [clamp(Math.floor((city.west - west) / dx), width), clamp(Math.ceil((city.east - west) / dx), width)] as const; // prettier-ignore
    const rows = [clamp(Math.floor((north - city.north) / dy), height), clamp(Math.ceil((north - city.south) / dy), height)] as const; // prettier-ignore
    const across = columns[1] - columns[0];
    if (across <= 0 || rows[1] <= rows[0]) throw new RangeError('the grid lies outside of the city');
    yield { fault: 'outside', times: width * height - across * (rows[1] - rows[0]) };
    const noData = image.getGDALNoData();
    const half = [dx / 2, dy / 2] as const;
    const tall = Math.max(1, Math.floor(PIXELS_AT_ONCE / across));
    for (let top = rows[0]; top < rows[1]; top += tall) {
      const bottom = Math.min(rows[1], top + tall);
      const [values] = await image.readRasters({ window: [columns[0], top, columns[1], bottom], samples: [0] });
      for (let i = 0; i < across * (bottom - top); i++) {
        const at = [
          west + (columns[0] + (i % across) + 0.5) * dx,
          north - (top + Math.floor(i / across) + 0.5) * dy,
        ] as const;
        yield { at, half, people: peopleIn(Number(values![i]), noData) };
      }
    }
  } finally {
    await tiff.close();
  }
}

/** What is missing at the end of a file would be read as cells without people. */
async function mustBeWhole(image: GeoTIFFImage, bytes: number): Promise<void> {
  const kind = image.isTiled ? 'Tile' : 'Strip';
  const offsets = (await image.fileDirectory.loadValue(`${kind}Offsets`)) as ArrayLike<number | bigint> | undefined;
  const counts = (await image.fileDirectory.loadValue(`${kind}ByteCounts`)) as ArrayLike<number | bigint> | undefined;
  for (let i = 0; i < (offsets?.length ?? 0); i++)
    if (Number(offsets![i]) + Number(counts?.[i] ?? 0) > bytes)
      throw new RangeError('the file ends too early: it was not copied whole');
}

/** The upper left corner and the sides of a pixel, degrees. */
async function latticeOf(image: GeoTIFFImage): Promise<{ west: number; north: number; dx: number; dy: number }> {
  const keys = image.getGeoKeys();
  const system = Number(keys?.GeographicTypeGeoKey ?? 0);
  if (Number(keys?.GTModelTypeGeoKey) !== 2 || !IN_DEGREES.includes(system))
    throw new RangeError('the GeoTIFF is not in degrees of WGS 84 (EPSG:4326): warp it first');
  const scale = (await image.fileDirectory.loadValue('ModelPixelScale')) as ArrayLike<number> | undefined;
  const [tie] = await image.getTiePoints();
  if (!scale || !tie) throw new RangeError('the GeoTIFF does not tell where its pixels lie (scale and tie point)');
  const [dx, dy] = [scale[0]!, scale[1]!];
  // a pixel that is a point has its place in its middle
  const shift = Number(keys?.GTRasterTypeGeoKey) === 2 ? 0.5 : 0;
  return { west: tie.x - (tie.i + shift) * dx, north: tie.y + (tie.j + shift) * dy, dx, dy };
}
