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
  readonly building: string;
  readonly buildingEdge: string;
  readonly casing: string;
  readonly lane: string;
  readonly residential: string;
  readonly tertiary: string;
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
  outside: '#0d0f11',
  ground: '#121517',
  urban: '#171a1d',
  old: '#1c1b1a',
  commercial: '#1b1c20',
  industrial: '#191c1f',
  campus: '#1a1e1d',
  airport: '#191d20',
  runway: '#262b30',
  plaza: '#1e2225',
  forest: '#14211b',
  park: '#17271f',
  pitch: '#1d3527',
  water: '#15262f',
  shore: '#1d333e',
  building: '#22262a',
  buildingEdge: '#2b3035',
  casing: '#0f1214',
  lane: '#282c30',
  residential: '#2b3035',
  tertiary: '#32383d',
  secondary: '#3c4349',
  primary: '#4a5259',
  expressway: '#665f50',
  motorway: '#7a6f58',
  tunnel: '#2a2f33',
  rail: '#3b4147',
  railTie: '#15181b',
  metro: '#45405a',
  cityEdge: '#59626a',
  districtEdge: '#525b63',
  streetEdge: '#363d43',
  halo: '#101315',
  cityLabel: '#c4cbd1',
  districtLabel: '#b4bcc3',
  streetLabel: '#868f97',
  roadLabel: '#8b949b',
  placeLabel: '#939ba2',
  waterLabel: '#587a8c',
  greenLabel: '#5d7d69',
};
