import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// What needs a real browser is in tests/ui of the repository; here a few of its names are enough.
export default defineConfig({
  plugins: [svelte()],
  test: { include: ['tests/**/*.test.ts'], setupFiles: ['tests/browser.ts'] },
});
