import { createContext } from 'svelte';
import type { Placement } from '../placement.ts';

/** Where a map's tags are placed: given by MapView, taken by MapTag. */
export const [getPlacement, setPlacement] = createContext<Placement>();
