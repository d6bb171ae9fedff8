import { defineConfig } from 'vite';

// Addresses are relative: the page lives below a token that nobody knows before.
export default defineConfig({
  base: './',
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 900 },
});
