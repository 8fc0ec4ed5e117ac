import { Converter } from 'opencc-js/cn2t';
import type { Random } from '#domain/random.ts';

/** How callers say an address that is written otherwise on the map. Pure but for the random numbers given. */

export const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!;

const toTraditional = Converter({ from: 'cn', to: 'tw' });
/** Traditional characters, digits and spaces in full width. */
export const traditional = (text: string): string =>
  toTraditional(text).replace(/[\d ]/g, (c: string) =>
    c === ' ' ? '\u3000' : String.fromCodePoint(0xff10 + Number(c)),
  );

export const RELATIVE = ['对面', '附近', '后面', '旁边', '门口'] as const;

/** Letters that are typed for others: of one sound, or near it. */
const SOUNDS = [
  '锦景井靖', '文闻雯', '玉育裕宇', '桂贵', '兰蓝澜', '青清庆', '明名铭', '华花桦', '江疆', '湖胡', '石时', '平萍坪', '安庵', '和河荷', '新心欣',
  '兴星杏', '达大', '园源原元', '台泰', '亭庭', '桥乔', '林临琳', '香湘', '风峰丰凤枫', '阳杨洋', '月悦越', '城成程', '府福富', '德得', '盛胜圣',
  '宁凝', '康抗', '云芸', '雪学', '虹红洪', '池迟', '堂塘唐', '渡度杜', '泉全', '春椿', '秀绣', '瑞锐', '永咏', '长常昌', '书舒', '隆龙',
] as const; // prettier-ignore

/** A name with one letter wrong before its last: of one sound where there is one, else left out, doubled or changed with its neighbour. */
export function misspelt(name: string, random: Random): string {
  const letters = [...name];
  const i = Math.floor(random() * (letters.length - 1));
  const alike = SOUNDS.find((s) => s.includes(letters[i]!));
  const others = alike === undefined ? [] : [...alike].filter((c) => c !== letters[i]);
  const way = others.length > 0 && random() < 0.7 ? 0 : 1 + Math.floor(random() * 3);
  if (way === 0) letters[i] = pick(random, others);
  else if (way === 1 && letters.length > 3) letters.splice(i, 1);
  else if (way === 2 && i + 2 < letters.length) [letters[i], letters[i + 1]] = [letters[i + 1]!, letters[i]!];
  else letters.splice(i, 0, letters[i]!);
  return letters.join('');
}

/** Two roads that cross, in one of the usual orders of words. */
export function crossingSaid(a: string, b: string, random: Random): string {
  const [x, y] = random() < 0.5 ? [a, b] : [b, a];
  return pick(random, [
    `${x}与${y}交叉口`,
    `${x}${y}路口`,
    `${x}和${y}交汇处`,
    `${x}/${y}`,
    `${x}${y}口`,
    `${x}靠近${y}`,
  ]);
}

/** A place as it is spoken of, with what is said beside it. */
export function landmarkSaid(name: string, kind: string, random: Random): string {
  if (kind === 'estate' && random() < 0.5)
    return `${name}${1 + Math.floor(random() * 20)}栋${1 + Math.floor(random() * 4)}单元${101 + Math.floor(random() * 20) * 100}`;
  if (kind === 'metro' && random() < 0.6)
    return `${name.replace(/站$/u, '地铁站')}${pick(random, ['', 'A口', ...RELATIVE])}`;
  if (kind === 'metro') return `地铁${name}${pick(random, ['', ...RELATIVE])}`;
  return `${name}${pick(random, RELATIVE)}`;
}
