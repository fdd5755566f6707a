import { Counter, Histogram, type Registry } from 'prom-client'

export type CacheMetrics = ReturnType<typeof createCacheMetrics>

export function createCacheMetrics(registry: Registry) {
  const answers = new Counter({
    name: 'selfsame_cached_answers_total',
    help: 'questions by where their answer was remembered: memory, redis, none; off: while the graph is not heard',
    labelNames: ['answer'] as const,
    registers: [registry],
  })
  return {
    answered: {
      memory: answers.labels('memory'),
      redis: answers.labels('redis'),
      none: answers.labels('none'),
      off: answers.labels('off'),
    },
    age: new Histogram({
      name: 'selfsame_cached_answer_age_seconds',
      help: 'age of remembered answers when they were given',
      buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 40, 60, 120, 300, 600],
      registers: [registry],
    }),
  }
}
