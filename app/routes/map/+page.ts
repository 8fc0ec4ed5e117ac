/** The desk lives from its live tables and its map: it is drawn in the browser only. */
export const ssr = false;
