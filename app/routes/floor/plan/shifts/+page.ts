/** Drawn on a canvas, in the browser only. */
export const ssr = false;
