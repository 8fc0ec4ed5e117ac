import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chineseNumber, foldPlace, placeKey } from './fold.ts';
import { formatAddress, NO_DIVISIONS, parseAddress, type Divisions, type Way } from './parse.ts';

const TAINAN: Divisions = {
  city: '台南',
  districts: new Set(['中西区', '东区', '北区', '永康区', '新市区', '善化区', '归仁区', '麻豆区', '安南区', '七股区']),
  streets: new Set(['大营里', '盐行里', '大埕里', '六分里']),
};

/** 路1段 12/3/4-5 of a way; `*` a settlement, `m` the mouth. */
const said = (w: Way): string =>
  `${w.names.join('|')}${w.kind === 'settlement' ? '*' : ''} ${w.lane}/${w.alley}/${w.number}-${w.sub}${w.mouth ? 'm' : ''}`;
const brief = (text: string, divisions = TAINAN): string => {
  const p = parseAddress(text, divisions);
  return [
    p.district,
    p.street,
    ...p.ways.map(said),
    p.crossing ? 'X' : null,
    p.relation,
    ...p.landmarks.map((l) => `“${l}”`),
  ]
    .filter((x) => x !== null)
    .join(' ; ');
};

describe('folding', () => {
  it('makes Traditional, Simplified, full width and Chinese numerals one text', () => {
    expect(foldPlace('臺南市中西區民族路二段７６之６號')).toBe('台南市中西区民族路2段76之6号');
    expect(placeKey('臺灣大道一百零三號')).toBe(placeKey('台湾大道103号'));
    expect(placeKey('建平十七街')).toBe(placeKey('建平17街'));
  });
  it('leaves numerals that count nothing', () => {
    expect(foldPlace('三民路、十字路口')).toBe('三民路 十字路口');
  });
  it.each([['十', 10], ['十七', 17], ['二十', 20], ['一百零三', 103], ['一百一十', 110], ['二〇一', 201], ['九千九百九十九', 9999]])(
    '%s is %i',
    (text, n) => expect(chineseNumber(text)).toBe(n),
  ); // prettier-ignore
  it.each(['十十', '百', '一二十', '十百', '路', ''])('“%s” is no number', (text) =>
    expect(chineseNumber(text)).toBeNull(),
  );
  it('says every number below 10,000 as Chinese does, and reads it again', () => {
    const chinese = (n: number): string => {
      let out = '';
      let gap = false;
      for (const [unit, value] of [['千', 1000], ['百', 100], ['十', 10], ['', 1]] as const) {
        const d = Math.floor(n / value) % 10;
        if (d === 0) gap = out !== '';
        else {
          out += `${gap ? '零' : ''}${d === 1 && unit === '十' && out === '' ? '' : '零一二三四五六七八九'[d]!}${unit}`;
          gap = false;
        }
      }
      return out;
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 9999 }), (n) => { expect(chineseNumber(chinese(n))).toBe(n); }), { seed: 7 });
  }); // prettier-ignore
});

describe('addresses of Taiwan', () => {
  it.each([
    ['臺南市中西區海安路二段268號', '中西区 ; 海安路2段 0/0/268-0'],
    ['臺南市大港街38巷15弄6號', '大港街 38/15/6-0'],
    ['700台灣台南市中西區永福路一段107號後方', '中西区 ; 永福路1段 0/0/107-0 ; behind'],
    ['中西區忠義路2段177號', '中西区 ; 忠义路2段 0/0/177-0'],
    ['台南市717台灣永康區中正路12巷', '永康区 ; 中正路 12/0/0-0'],
    ['北 區 成功路１１４巷口', '北区 ; 成功路 114/0/0-0m'],
    ['臺南市新市區大營里大營83號', '新市区 ; 大营里 ; 大营* 0/0/83-0'],
    ['臺南市七股區大埕里50號', '七股区 ; 大埕里 ; 大埕里* 0/0/50-0'],
    ['臺南市善化區六分寮200-1號', '善化区 ; 六分寮* 0/0/200-1'],
    ['中西區民族路二段76號之6', '中西区 ; 民族路2段 0/0/76-6'],
    ['永康區大武街2巷50號到56號周邊', '永康区 ; 大武街 2/0/50-0 ; near'],
    ['中西區中山路185號.143號.125號', '中西区 ; 中山路 0/0/185-0'],
    ['東區長榮路二段32巷142號5F', '东区 ; 长荣路2段 32/0/142-0'],
    ['北區建平十七街三十二號', '北区 ; 建平17街 0/0/32-0'],
    ['東區育樂街66巷', '东区 ; 育乐街 66/0/0-0'],
    ['永康區鹽行里中正北路56之1號', '永康区 ; 盐行里 ; 中正北路 0/0/56-1'],
  ])('%s', (text, parts) => expect(brief(text)).toBe(parts));
});

describe('addresses of the mainland', () => {
  it.each([
    ['上海市黄浦区南京东路300号', '黄浦区 ; 南京东路 0/0/300-0'],
    ['上海市徐汇区天钥桥路123弄45号', '徐汇区 ; 天钥桥路 0/123/45-0'],
    ['北京市海淀区中关村街道清华路9号', '海淀区 ; 中关村街道 ; 清华路 0/0/9-0'],
    ['浙江省杭州市西湖区文三路阳光小区3幢2单元401室', '西湖区 ; 文3路 0/0/0-0 ; “阳光小区”'],
    ['朝阳区阳光小区3幢2单元401室', '朝阳区 ; 阳光小区* 0/0/3-0'],
  ])('%s', (text, parts) => expect(brief(text, NO_DIVISIONS)).toBe(parts));
});

describe('crossings, landmarks, relative words', () => {
  it.each([
    ['鹽水區文武街/康樂路口', '盐水区文武街 0/0/0-0 ; 康乐路 0/0/0-0 ; X'],
    ['東區健康路與體育路口', '东区 ; 健康路 0/0/0-0 ; 体育路 0/0/0-0 ; X'],
    ['健康路和體育路交叉口', '健康路 0/0/0-0 ; 体育路|和体育路 0/0/0-0 ; X'],
    ['民德路和緯路口', '民德路 0/0/0-0 ; 纬路|和纬路 0/0/0-0 ; X'],
    ['歸仁區高鐵站', '归仁区 ; “高铁站”'],
    ['新化國中附近', 'near ; “新化国中”'],
    ['東區小東路12號對面', '东区 ; 小东路 0/0/12-0 ; opposite'],
    ['火車站旁邊', 'beside ; “火车站”'],
    ['花園夜市', '“花园夜市”'],
    ['台南車站', '“台南车站”'],
    ['善化區', '善化区'],
    ['新市區大營里', '新市区 ; 大营里 ; “大营里”'],
    ['S311省道467号', 's311省道|311省道 0/0/467-0'],
    ['312国道与永福路口', '312国道|g312国道 0/0/0-0 ; 永福路 0/0/0-0 ; X'],
    ['石湾弄鹤贤巷路口', '石湾弄 0/0/0-0 ; 鹤贤巷 0/0/0-0 ; X'],
    ['马道巷靠近小苦竹巷', '马道巷 0/0/0-0 ; 小苦竹巷|近小苦竹巷 0/0/0-0'],
    ['泉康巷和翠田里交汇处', '泉康巷 0/0/0-0 ; 翠田里* 0/0/0-0 ; X'],
    ['東區東柴市巷40號旁邊', '东区 ; 东柴市巷 0/0/40-0 ; beside'],
    ['鹿谷里旁边', '鹿谷里 ; beside ; “鹿谷里”'],
  ])('%s', (text, parts) => expect(brief(text)).toBe(parts));
});

it.each([
  ['润塘路加油站后面', '润塘路加油站'],
  ['世纪街道办事处对面', '世纪街道办事处'],
  ['润塘路12号加油站', null],
  ['润塘路对面', null],
])('%s may as a whole name %s', (text, whole) => expect(parseAddress(text, TAINAN).whole).toBe(whole));

it('reads again what it writes: district, way, section, lane, alley, number', () => {
  const names = ['民族路', '中正北路', '建平17街', '林森路2段', '府前路一段', '南京东路', '大同大道', '复兴街'];
  const address = fc.record({
    district: fc.constantFrom(null, ...TAINAN.districts),
    street: fc.constantFrom(null, '盐行里'),
    way: fc.record({
      names: fc.constantFrom(...names).map((n) => [placeKey(n)]),
      kind: fc.constant('road' as const),
      lane: fc.integer({ min: 0, max: 1999 }),
      alley: fc.integer({ min: 0, max: 299 }),
      number: fc.integer({ min: 0, max: 9999 }),
      sub: fc.integer({ min: 0, max: 60 }),
      mouth: fc.constant(false),
    }),
  });
  fc.assert(
    fc.property(address, (a) => {
      const way = { ...a.way, sub: a.way.number === 0 ? 0 : a.way.sub };
      const p = parseAddress(`台南市${formatAddress({ ...a, way })}`, TAINAN);
      expect({ district: p.district, street: p.street, ways: p.ways }).toEqual({ district: a.district, street: a.street, ways: [way] });
    }),
    { seed: 20, numRuns: 400 },
  ); // prettier-ignore
});

it('takes any text apart without failing, in bounded size', () => {
  const piece = fc.constantFrom('路', '街', '段', '巷', '弄', '號', '區', '里', '市', '和', '與', '口', '12', '二', ' ', '-', '之', '/', '對面', '大', '營');
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300, unit: 'binary' }), fc.array(piece, { maxLength: 60 }).map((a) => a.join(''))), (text) => {
      const p = parseAddress(text, TAINAN);
      expect(p.ways.length).toBeLessThanOrEqual(3);
      expect(p.landmarks.length).toBeLessThanOrEqual(4);
    }),
    { seed: 3, numRuns: 2000 },
  );
}); // prettier-ignore
