import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// `make ui` builds into the package; `npm run dev` serves the sources and asks a `cure run` for data.
export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../src/cure/web/static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the policy of the page lets nothing in that is inline
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600, // three.js, which only the picture loads
    license: { fileName: 'THIRD_PARTY_NOTICES.md' },
  },
  server: { proxy: { '/api': { target: process.env.CURE_URL ?? 'http://127.0.0.1:8080' } } },
});
