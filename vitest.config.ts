import { defineConfig } from 'vitest/config'

// The package's `module` field names a second copy, which @neo4j/graphql refuses: it requires the first.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['{src,ingest,ops,test}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
          testTimeout: 120_000,
        },
      },
      {
        resolve,
        test: {
          name: 'live',
          include: ['{src,ingest,ops,test}/**/*.int.test.ts'],
          globalSetup: ['test/live-setup.ts'],
          // One graph for all of them: files take turns.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
