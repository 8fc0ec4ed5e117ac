import { keeper } from './keeper/index.ts';
import type { Source } from './source.ts';

/** Every source of the house. A new one: its folder, and one line here. */
export const SOURCES: readonly Source[] = [keeper];
