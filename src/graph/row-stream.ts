import { isInt } from 'neo4j-driver'
import { translate } from './errors.ts'
import type { Graph } from './graph.ts'
import { statement } from './statements.ts'

/** Rows that are fetched at once: enough that the store does not wait for us, few enough to be nothing in memory. */
const FETCH_SIZE = 5000

/** The values of a row in the order of its RETURN; integers of the store as `Integer`, see `number`. */
export type Values = readonly unknown[]

/**
 * Hands over every row of a statement as it comes, without an object a row: for those who read the whole graph.
 * Resolves with the number of rows. What `onRow` throws ends the reading and is thrown.
 */
export async function eachRow(
  { driver, database }: Graph,
  name: string,
  onRow: (values: Values) => void,
): Promise<number> {
  const session = driver.session({ database, defaultAccessMode: 'READ', fetchSize: FETCH_SIZE })
  let rows = 0
  try {
    const result = session.run(statement(name))
    await new Promise<void>((resolve, reject) => {
      let failed = false
      result.subscribe({
        onNext: (record) => {
          if (failed) return
          try {
            const values: unknown[] = []
            for (let column = 0; column < record.length; column += 1) values.push(record.get(column))
            onRow(values)
            rows += 1
          } catch (error) {
            failed = true
            reject(error)
          }
        },
        onCompleted: () => resolve(),
        onError: reject,
      })
    })
    return rows
  } catch (error) {
    throw translate(error)
  } finally {
    await session.close()
  }
}

/** An integer of the store: all of ours are below 2^53. */
export function numberIn(value: unknown): number | undefined {
  return isInt(value) ? value.toNumber() : typeof value === 'number' ? value : undefined
}
