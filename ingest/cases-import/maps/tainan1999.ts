import type { InferInput } from 'valibot';
import type { FileMap } from '../file-map.ts';

/**
 * Open data of the 1999 hotline of Tainan: time, district, two levels of category, text, address, WGS-84 point. No caller, no
 * state, no end. The same columns in Traditional and in Simplified Chinese; categories were spelled differently over the years.
 */
const mapping: InferInput<typeof FileMap>['mapping'] = {
  origin: 'tainan1999',
  zone: 'Asia/Taipei',
  crs: 'WGS84',
  fields: {
    externalId: 'case_id',
    acceptedAt: 'requested_at',
    district: 'area',
    category: ['category', 'subcategory'],
    text: 'description',
    place: 'address',
    lat: 'lat',
    lng: 'lon',
    source: { always: 'phone' },
    type: { always: 'report' },
  },
  values: {
    district: {
      '北 區': '北區', '東 區': '東區', '南 區': '南區', ':中西區': '中西區', 安南: '安南區', 永康: '永康區', 中西: '中西區', 新營: '新營區', 安平: '安平區', 新市: '新市區', 麻豆: '麻豆區', 白河: '白河區', 白何區: '白河區', 佳理區: '佳里區',
      '北 区': '北区', '东 区': '东区', '南 区': '南区', ':中西区': '中西区', 新营: '新营区', 盐水: '盐水区', 白何区: '白河区', 佳理区: '佳里区',
    },
    category: {
      髒亂及污染: '髒亂及汙染', 妨害安寧: '妨礙安寧', 空氣污染: '空氣汙染',
      脏乱及污染: '脏乱及污染', 妨害安宁: '妨碍安宁',
    },
  }, // prettier-ignore
  // what the geocoder of that time answered when it found nothing
  noPoint: [[120.2270277, 22.9997281]],
};

export const TAINAN_1999: InferInput<typeof FileMap> = {
  name: 'tainan1999',
  doc: 'Tainan 1999 hotline, yearly CSV (Traditional or Simplified Chinese)',
  format: 'csv',
  mapping,
};

/** Hourly changes of the same cases: inserts, updates and deletes with the time at which they were published. */
export const TAINAN_1999_CHANGEFEED: InferInput<typeof FileMap> = {
  name: 'tainan1999-changefeed',
  doc: 'Tainan 1999 hotline, changes as JSON lines',
  format: 'jsonl',
  mapping: {
    ...mapping,
    fields: { ...mapping.fields, updatedAt: 'published_at' },
    withdrawn: { field: 'op', is: ['delete'] },
  },
};
