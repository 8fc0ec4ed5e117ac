/** The layout sends everybody on from here: a screen to its scene, people to the list of walls. */
export const load = (): void => {};
