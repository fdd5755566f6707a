import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import type { Graph } from '../graph/graph.ts'
import { GRAPHQL_PATH } from './apollo.ts'
import { type ExampleQuery, exampleQueries, examplesAbout } from './example-queries.ts'

const compress = promisify(gzip)

/** The page holds its scripts itself; it may ask this server, and nobody else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** GraphiQL on `/` and `/graphiql`: one page from the package, with nothing to fetch from elsewhere. */
export function registerGraphiQL(app: FastifyInstance, { graph }: { graph: Graph }): void {
  const page = createPage(graph)
  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const { html, zipped, tag } = await page()
    void reply
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-cache')
      .header('etag', tag)
      .header('vary', 'accept-encoding')
      .type('text/html; charset=utf-8')
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    const zips = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    return zips ? reply.header('content-encoding', 'gzip').send(zipped) : reply.send(html)
  })
  app.get('/graphiql', { schema: { hide: true } }, (_, reply) => reply.redirect('/', 303))
}

interface Page {
  readonly html: string
  readonly zipped: Buffer
  readonly tag: string
}

/** 9 MB, so made when first asked for, and again only when its examples are others. */
function createPage(graph: Graph): () => Promise<Page> {
  let made: { readonly query: string; readonly page: Promise<Page> } | undefined
  return async () => {
    const query = defaultQuery(await exampleQueries(graph).catch(() => examplesAbout(NOTHING)))
    if (made?.query !== query) made = { query, page: render(query) }
    return await made.page
  }
}

const NOTHING = { customer: null, identifier: null, former: null }

/** The package leaves the margins of the browser, and with them two scroll bars. */
const FILL_THE_WINDOW = '<style>body { margin: 0; overflow: hidden } #root { height: 100dvh }</style>'

async function render(query: string): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const page = renderGraphiQL({ title: 'selfsame', endpoint: GRAPHQL_PATH, defaultQuery: query })
  const html = page.replace('</head>', `${FILL_THE_WINDOW}</head>`)
  const tag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"`
  return { html, zipped: await compress(html, { level: 4 }), tag }
}

function defaultQuery(examples: readonly ExampleQuery[]): string {
  const introduction =
    '# selfsame: who is who.\n# Run (Ctrl-Enter) and choose one of the three.\n# The book on the left explains every field.'
  return [introduction, ...examples.map(({ title, query }) => `${title.replaceAll(/^/gm, '# ')}\n${query}`)].join(
    '\n\n',
  )
}
