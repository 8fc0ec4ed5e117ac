import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import config from './svelte.config.js';

/**
 * The Chinese webfont comes as about a hundred slices per weight, each with a woff2 and an older woff file.
 * Only woff2 is kept (half the files), and text waits for its slice instead of showing boxes first.
 */
const fontRules = (): Plugin => ({
  name: 'font-rules',
  enforce: 'pre',
  transform(code, id) {
    if (!/@fontsource\/.*\.css$/.test(id.split('?')[0]!)) return null;
    return code
      .replaceAll(/, url\([^)]*\.woff\) format\('woff'\)/g, '')
      .replaceAll('font-display: swap', 'font-display: block');
  },
});

export default defineConfig({
  root: 'app',
  plugins: [fontRules(), sveltekit(config)],
  // fonts stay files: a font inside the style sheet would be outside of our content policy
  build: { target: 'es2023', assetsInlineLimit: 0 },
});
