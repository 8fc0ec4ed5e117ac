import adapter from '@sveltejs/adapter-node';

/** SvelteKit reads its options from here by way of vite.config.ts: Vite's root is app/, so Kit itself never looks in this folder. */
export default {
  adapter: adapter({ out: 'build' }),
  files: { src: '.' },
};
