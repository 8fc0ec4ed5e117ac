import { foldText } from '../text-fold.ts';

/**
 * Whether a source's own word for a district means the district that the map names: width, script, spaces and the last
 * character (区, 县 …) aside. A field with several districts ('東區 中西區') agrees with each of them.
 */
export function sameDistrict(own: string, area: string): boolean {
  const bare = (name: string): string => {
    const folded = foldText(name);
    return folded.length > 2 || /[区县市镇乡]$/.test(folded) ? folded.replace(/[区县市镇乡]$/, '') : folded;
  };
  const target = bare(area);
  return [own, ...own.split(/[\s、,，/]+/)].some((name) => name !== '' && bare(name) === target);
}
