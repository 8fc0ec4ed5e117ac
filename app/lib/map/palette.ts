/**
 * Colours of the base map. It is the ground that everything else lies on: nearly grey, so that the levels I–IV, vehicles and
 * routes above it keep their colours to themselves.
 */
export interface Palette {
  readonly outside: string;
  readonly ground: string;
  readonly urban: string;
  readonly old: string;
  readonly commercial: string;
  readonly industrial: string;
  readonly campus: string;
  readonly airport: string;
  readonly runway: string;
  readonly plaza: string;
  readonly forest: string;
  readonly park: string;
  readonly pitch: string;
  readonly water: string;
  readonly shore: string;
  /** Buildings from afar, one colour for all that stand close together. */
  readonly block: string;
  readonly building: string;
  readonly buildingEdge: string;
  readonly casing: string;
  readonly lane: string;
  readonly footway: string;
  readonly residential: string;
  readonly tertiary: string;
  /** From afar, where roads have no casing to stand out by. */
  readonly tertiaryAfar: string;
  readonly secondaryAfar: string;
  readonly primaryAfar: string;
  readonly secondary: string;
  readonly primary: string;
  readonly expressway: string;
  readonly motorway: string;
  readonly tunnel: string;
  readonly rail: string;
  readonly railTie: string;
  readonly metro: string;
  readonly cityEdge: string;
  readonly districtEdge: string;
  readonly streetEdge: string;
  readonly halo: string;
  readonly cityLabel: string;
  readonly districtLabel: string;
  readonly streetLabel: string;
  readonly roadLabel: string;
  readonly placeLabel: string;
  readonly waterLabel: string;
  readonly greenLabel: string;
}

export const DARK: Palette = {
  outside: '#0b0d0e',
  ground: '#131619',
  urban: '#1a1d21',
  old: '#1f1e1d',
  commercial: '#1f2025',
  industrial: '#1c1f23',
  campus: '#1d2221',
  airport: '#191d20',
  runway: '#262b30',
  plaza: '#1e2225',
  forest: '#14231c',
  park: '#182a21',
  pitch: '#20402e',
  water: '#142833',
  shore: '#1f3947',
  block: '#21252a',
  building: '#272b30',
  buildingEdge: '#32373d',
  casing: '#0f1214',
  lane: '#2c3035',
  footway: '#4a535a',
  residential: '#31363b',
  tertiary: '#3a4046',
  tertiaryAfar: '#3a4046',
  secondary: '#474e55',
  secondaryAfar: '#474e55',
  primary: '#59626a',
  primaryAfar: '#59626a',
  expressway: '#786e5a',
  motorway: '#8d7f62',
  tunnel: '#2a2f33',
  rail: '#3b4147',
  railTie: '#15181b',
  metro: '#4d4766',
  cityEdge: '#59626a',
  districtEdge: '#525b63',
  streetEdge: '#363d43',
  halo: '#101315',
  cityLabel: '#c4cbd1',
  districtLabel: '#c3cad0',
  streetLabel: '#929ba3',
  roadLabel: '#969fa6',
  placeLabel: '#9ea6ad',
  waterLabel: '#6289a0',
  greenLabel: '#678a74',
};

/** For offices by day: the same ground in light greys, roads in white, the same quiet. */
export const LIGHT: Palette = {
  outside: '#d9dcde',
  ground: '#eef0f0',
  urban: '#e6e8e8',
  old: '#e7e4df',
  commercial: '#e6e4ea',
  industrial: '#e0e3e6',
  campus: '#e2e8e3',
  airport: '#dde1e4',
  runway: '#c8ced2',
  plaza: '#e3e5e7',
  forest: '#d2e0d3',
  park: '#cfe2d0',
  pitch: '#bcd8bf',
  water: '#b9d0dc',
  shore: '#9dbac9',
  block: '#dcdfe0',
  building: '#d5d9db',
  buildingEdge: '#c2c8cb',
  casing: '#a9b0b5',
  lane: '#fbfbfb',
  footway: '#a3aaae',
  residential: '#ffffff',
  tertiary: '#ffffff',
  tertiaryAfar: '#cdd3d6',
  secondary: '#ffffff',
  secondaryAfar: '#bcc4c8',
  primary: '#fdf8ec',
  primaryAfar: '#a9b2b7',
  expressway: '#ead9b4',
  motorway: '#dfc690',
  tunnel: '#cbd0d3',
  rail: '#a2a9ae',
  railTie: '#eef0f0',
  metro: '#a79fc9',
  cityEdge: '#7b858c',
  districtEdge: '#8b949b',
  streetEdge: '#b3babf',
  halo: '#f6f7f7',
  cityLabel: '#23292d',
  districtLabel: '#2c3338',
  streetLabel: '#525b62',
  roadLabel: '#4a5258',
  placeLabel: '#4c555b',
  waterLabel: '#33607a',
  greenLabel: '#3a6247',
};

export const THEMES = { dark: DARK, light: LIGHT } as const;
export type Theme = keyof typeof THEMES;
export const isTheme = (text: string | null): text is Theme => text !== null && Object.hasOwn(THEMES, text);
