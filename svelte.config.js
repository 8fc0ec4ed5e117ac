import adapter from '@sveltejs/adapter-node';

/** SvelteKit reads its options from here by way of vite.config.ts: Vite's root is app/, so Kit itself never looks in this folder. */
/** @type {import('@sveltejs/kit/vite').Config} */
export default {
  // `npm start` keeps builds by the hash of their sources (scripts/start/build-screens.ts)
  adapter: adapter({ out: process.env.WATCHFLOOR_SCREENS || 'build' }),
  files: { src: '.' },
  // no request leaves the host; scripts carry a nonce of their page. Styles are inline where charts and maps set sizes.
  csp: {
    mode: 'auto',
    directives: {
      'default-src': ['self'],
      'script-src': ['self'],
      'style-src': ['self', 'unsafe-inline'],
      'img-src': ['self', 'data:', 'blob:'],
      // streams of cameras are put together in the browser
      'media-src': ['self', 'blob:'],
      'font-src': ['self'],
      'connect-src': ['self'],
      'worker-src': ['self', 'blob:'],
      'object-src': ['none'],
      'base-uri': ['self'],
      'form-action': ['self'],
      'frame-ancestors': ['self'],
    },
  },
};
